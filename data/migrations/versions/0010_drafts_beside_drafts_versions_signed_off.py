"""Drafts are kept beside drafts, versions are signed off, and roster jobs go on after a restart"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Changes the tables."""
    op.create_table(
        "roster_alternative",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("week", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("note_zh", sa.String(), nullable=False),
        sa.Column("note_en", sa.String(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("roster", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("objective", sa.BigInteger(), nullable=False),
        sa.Column("bound", sa.BigInteger(), nullable=False),
        sa.Column("gap", sa.Float(), nullable=False),
        sa.Column("duties", sa.Integer(), nullable=False),
        sa.Column("vacancies", sa.Integer(), nullable=False),
        sa.Column("job", sa.Integer(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["job"], ["roster_job.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("week", "name", name="uq_roster_alternative_week_name"),
    )
    op.create_table(
        "version_note",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("signed_by", sa.String(length=60), nullable=False),
        sa.Column("acknowledged", sa.JSON(), nullable=False),
        sa.Column("withdraws", sa.Integer(), nullable=True),
        sa.Column("repeats", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["version"], ["roster_version.id"]),
        sa.PrimaryKeyConstraint("version"),
    )
    text = sa.String(length=60)
    with op.batch_alter_table("roster_job", schema=None) as batch_op:
        batch_op.add_column(sa.Column("alternative", text, nullable=False, server_default=""))
        batch_op.add_column(sa.Column("options", sa.JSON(), nullable=False, server_default="{}"))
        batch_op.add_column(sa.Column("attempt", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(
            sa.Column("weeks_done", sa.Integer(), nullable=False, server_default="0")
        )
        batch_op.add_column(sa.Column("queued_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Changes them back."""
    with op.batch_alter_table("roster_job", schema=None) as batch_op:
        batch_op.drop_column("queued_at")
        batch_op.drop_column("weeks_done")
        batch_op.drop_column("attempt")
        batch_op.drop_column("options")
        batch_op.drop_column("alternative")
    op.drop_table("version_note")
    op.drop_table("roster_alternative")
