"""Changes of drafts are kept, so that they can be undone and told of"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_TEXT = sa.String


def upgrade() -> None:
    """Changes the tables."""
    op.create_table(
        "roster_edit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("week", _TEXT(length=8), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("by", _TEXT(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", _TEXT(length=10), nullable=False),
        sa.Column("state", _TEXT(length=10), nullable=False),
        sa.Column("of", sa.Integer(), nullable=True),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("cost", sa.BigInteger(), nullable=False),
        sa.Column("note_zh", _TEXT(), nullable=False),
        sa.Column("note_en", _TEXT(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("week", "revision", name="uq_roster_edit_week_revision"),
    )


def downgrade() -> None:
    """Changes them back."""
    op.drop_table("roster_edit")
