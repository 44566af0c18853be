"""Questions name the shift by which they are held; what a lawyer is given stays within a limit"""

import json

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_HOLDS = ("assigned", "handed_over", "transferred", "kept", "recorded")
_PORTION = 500


def upgrade() -> None:
    """Changes the tables, and fills in the shift from the histories."""
    with op.batch_alter_table("question", schema=None) as batch_op:
        batch_op.add_column(sa.Column("shift", sa.String(length=128), nullable=True))
    with op.batch_alter_table("lawyer_load", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("given_open", sa.Integer(), nullable=False, server_default="0")
        )
        batch_op.add_column(
            sa.Column("given_limit", sa.Integer(), nullable=False, server_default="0")
        )
        batch_op.create_check_constraint("ck_lawyer_load_capacity", "given_open <= given_limit")
    _fill()


def _fill() -> None:
    """The last event by which a question came into its lawyer's hands names the shift."""
    connection = op.get_bind()
    question = sa.table("question", sa.column("id"), sa.column("lawyer"), sa.column("shift"))
    event = sa.table(
        "question_event",
        sa.column("question"),
        sa.column("seq"),
        sa.column("kind"),
        sa.column("data"),
    )
    held = sa.select(question.c.id).where(question.c.lawyer.is_not(None))
    ids = list(connection.execute(held).scalars())
    for start in range(0, len(ids), _PORTION):
        part = ids[start : start + _PORTION]
        rows = connection.execute(
            sa.select(event.c.question, event.c.data)
            .where(event.c.question.in_(part), event.c.kind.in_(_HOLDS))
            .order_by(event.c.question, event.c.seq)
        )
        shifts = {row.question: json.loads(row.data)["shift"] for row in rows}
        change = sa.update(question).where(question.c.id == sa.bindparam("which"))
        values = [{"which": id, "found": shift} for id, shift in shifts.items()]
        if values:
            connection.execute(change.values(shift=sa.bindparam("found")), values)


def downgrade() -> None:
    """Changes them back."""
    with op.batch_alter_table("lawyer_load", schema=None) as batch_op:
        batch_op.drop_constraint("ck_lawyer_load_capacity", type_="check")
        batch_op.drop_column("given_limit")
        batch_op.drop_column("given_open")
    with op.batch_alter_table("question", schema=None) as batch_op:
        batch_op.drop_column("shift")
