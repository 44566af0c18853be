"""Clocks can be reckoned from their rows"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Changes the tables; the timers fill in what only the histories tell."""
    with op.batch_alter_table("question_clock", schema=None) as batch_op:
        batch_op.add_column(sa.Column("call_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("started", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("warned", sa.Float(), nullable=False, server_default="0"))
        batch_op.add_column(
            sa.Column("paused", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.drop_index(batch_op.f("ix_question_clock_breach_at"))
        batch_op.drop_index(batch_op.f("ix_question_clock_warn_at"))
        batch_op.create_index(batch_op.f("ix_question_clock_call_at"), ["call_at"], unique=False)
    op.execute("UPDATE question_clock SET call_at = coalesce(warn_at, breach_at)")
    # Not what is in force, and so every open question's clocks are written anew.
    op.execute("UPDATE setting SET value = '\"\"' WHERE key = 'queue.basis'")


def downgrade() -> None:
    """Changes them back."""
    op.execute("DELETE FROM question_clock WHERE call_at IS NULL")
    with op.batch_alter_table("question_clock", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_question_clock_call_at"))
        batch_op.create_index(batch_op.f("ix_question_clock_warn_at"), ["warn_at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_question_clock_breach_at"), ["breach_at"], unique=False
        )
        batch_op.drop_column("paused")
        batch_op.drop_column("warned")
        batch_op.drop_column("started")
        batch_op.drop_column("call_at")
