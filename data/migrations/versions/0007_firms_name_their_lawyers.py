"""Duties given to firms say until when somebody may be named"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Changes the tables; what was published before was given to lawyers."""
    with op.batch_alter_table("version_duty", schema=None) as batch_op:
        batch_op.add_column(sa.Column("name_by", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(
            sa.Column("named", sa.Boolean(), nullable=False, server_default=sa.false())
        )


def downgrade() -> None:
    """Changes them back."""
    with op.batch_alter_table("version_duty", schema=None) as batch_op:
        batch_op.drop_column("named")
        batch_op.drop_column("name_by")
