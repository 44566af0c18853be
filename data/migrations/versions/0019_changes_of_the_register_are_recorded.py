"""Changes of the register are recorded"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the log of changes, and the table of workbooks that wait to be taken."""
    op.create_table(
        "register_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("register_change", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_register_change_actor"), ["actor"], unique=False)
        batch_op.create_index(batch_op.f("ix_register_change_at"), ["at"], unique=False)
        batch_op.create_index("register_change_of", ["kind", "subject"], unique=False)

    op.create_table(
        "register_upload",
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("token"),
    )


def downgrade() -> None:
    """Drops both."""
    op.drop_table("register_upload")
    with op.batch_alter_table("register_change", schema=None) as batch_op:
        batch_op.drop_index("register_change_of")
        batch_op.drop_index(batch_op.f("ix_register_change_at"))
        batch_op.drop_index(batch_op.f("ix_register_change_actor"))

    op.drop_table("register_change")
