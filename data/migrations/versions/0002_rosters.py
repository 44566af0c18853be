"""Rosters"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Changes the tables."""
    op.create_table(
        "roster_job",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("week", sqlmodel.AutoString(length=8), nullable=False),
        sa.Column("weeks", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("state", sqlmodel.AutoString(length=10), nullable=False),
        sa.Column("requested_by", sqlmodel.AutoString(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("heartbeat_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stop_requested", sa.Boolean(), nullable=False),
        sa.Column("progress", sa.JSON(), nullable=False),
        sa.Column("error_zh", sqlmodel.AutoString(), nullable=False),
        sa.Column("error_en", sqlmodel.AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("roster_job", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_roster_job_state"), ["state"], unique=False)

    op.create_table(
        "roster_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("week", sqlmodel.AutoString(length=8), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by", sqlmodel.AutoString(), nullable=False),
        sa.Column("draft_revision", sa.Integer(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("roster", sa.Text(), nullable=False),
        sa.Column("status", sqlmodel.AutoString(length=10), nullable=False),
        sa.Column("objective", sa.BigInteger(), nullable=False),
        sa.Column("bound", sa.BigInteger(), nullable=False),
        sa.Column("gap", sa.Float(), nullable=False),
        sa.Column("duties", sa.Integer(), nullable=False),
        sa.Column("vacancies", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("week", "number", name="uq_roster_version_week_number"),
    )
    op.create_table(
        "roster_draft",
        sa.Column("week", sqlmodel.AutoString(length=8), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("roster", sa.Text(), nullable=False),
        sa.Column("status", sqlmodel.AutoString(length=10), nullable=False),
        sa.Column("objective", sa.BigInteger(), nullable=False),
        sa.Column("bound", sa.BigInteger(), nullable=False),
        sa.Column("gap", sa.Float(), nullable=False),
        sa.Column("duties", sa.Integer(), nullable=False),
        sa.Column("vacancies", sa.Integer(), nullable=False),
        sa.Column("job", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sqlmodel.AutoString(), nullable=False),
        sa.Column("published_revision", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["job"],
            ["roster_job.id"],
        ),
        sa.PrimaryKeyConstraint("week"),
    )
    op.create_table(
        "version_duty",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("shift", sqlmodel.AutoString(), nullable=False),
        sa.Column("role", sqlmodel.AutoString(length=10), nullable=False),
        sa.Column("lawyer", sqlmodel.AutoString(), nullable=False),
        sa.Column("start_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("end_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("post", sqlmodel.AutoString(), nullable=False),
        sa.Column("post_name", sqlmodel.AutoString(), nullable=False),
        sa.Column("kind", sqlmodel.AutoString(length=10), nullable=False),
        sa.Column("division", sqlmodel.AutoString(), nullable=False),
        sa.Column("lawyer_name", sqlmodel.AutoString(), nullable=False),
        sa.Column("firm", sqlmodel.AutoString(), nullable=False),
        sa.Column("firm_name", sqlmodel.AutoString(), nullable=False),
        sa.Column("points", sa.Float(), nullable=False),
        sa.Column("unpopular", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version"],
            ["roster_version.id"],
        ),
        sa.PrimaryKeyConstraint("version", "shift", "role", "lawyer"),
    )
    with op.batch_alter_table("version_duty", schema=None) as batch_op:
        batch_op.create_index("ix_version_duty_lawyer_start", ["lawyer", "start_at"], unique=False)

    op.create_table(
        "version_share",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("lawyer", sqlmodel.AutoString(), nullable=False),
        sa.Column("points", sa.Float(), nullable=False),
        sa.Column("unpopular", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version"],
            ["roster_version.id"],
        ),
        sa.PrimaryKeyConstraint("version", "lawyer"),
    )


def downgrade() -> None:
    """Changes them back."""
    op.drop_table("version_share")
    op.drop_table("version_duty")
    op.drop_table("roster_draft")
    op.drop_table("roster_version")
    op.drop_table("roster_job")
