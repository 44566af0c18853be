"""What is due of a question is read from its clocks, and no longer written twice"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Changes the table."""
    with op.batch_alter_table("question", schema=None) as batch_op:
        batch_op.drop_column("due")


def downgrade() -> None:
    """Changes it back, and fills it in from the clocks."""
    with op.batch_alter_table("question", schema=None) as batch_op:
        batch_op.add_column(sa.Column("due", sa.DateTime(timezone=True), nullable=True))
    op.execute(
        "UPDATE question SET due = "
        "(SELECT min(c.due) FROM question_clock c WHERE c.question = question.id)"
    )
