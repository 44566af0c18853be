"""Questions being written are kept sealed until they are sent"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_SHORT = sa.String


def upgrade() -> None:
    """Changes the tables."""
    op.create_table(
        "unsent_question",
        sa.Column("key", _SHORT(length=64), nullable=False),
        sa.Column("wrapped", sa.Text(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    with op.batch_alter_table("unsent_question", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_unsent_question_at"), ["at"], unique=False)
    op.create_table(
        "unsent_paper",
        sa.Column("id", _SHORT(length=32), nullable=False),
        sa.Column("unsent", _SHORT(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("media_type", _SHORT(length=80), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["unsent"], ["unsent_question.key"]),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("unsent_paper", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_unsent_paper_unsent"), ["unsent"], unique=False)


def downgrade() -> None:
    """Changes them back."""
    op.drop_table("unsent_paper")
    op.drop_table("unsent_question")
