"""Alternatives that were dropped can come back"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Changes the tables."""
    with op.batch_alter_table("roster_alternative") as batch:
        batch.add_column(sa.Column("dropped_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Changes them back; what was dropped is gone for good then."""
    op.execute("DELETE FROM roster_alternative WHERE dropped_at IS NOT NULL")
    with op.batch_alter_table("roster_alternative") as batch:
        batch.drop_column("dropped_at")
