"""Questions"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Changes the tables."""
    op.create_table(
        "idempotency",
        sa.Column("key", sqlmodel.AutoString(length=64), nullable=False),
        sa.Column("fingerprint", sqlmodel.AutoString(length=64), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    with op.batch_alter_table("idempotency", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_idempotency_at"), ["at"], unique=False)

    op.create_table(
        "lawyer_load",
        sa.Column("lawyer", sqlmodel.AutoString(length=64), nullable=False),
        sa.Column("open", sa.Integer(), nullable=False),
        sa.Column("last_given", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("open >= 0", name="ck_lawyer_load_open"),
        sa.PrimaryKeyConstraint("lawyer"),
    )
    op.create_table(
        "question",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("code", sqlmodel.AutoString(length=16), nullable=False),
        sa.Column("secret_hash", sqlmodel.AutoString(length=64), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("head", sqlmodel.AutoString(length=64), nullable=False),
        sa.Column("state", sqlmodel.AutoString(length=16), nullable=False),
        sa.Column("asked", sa.DateTime(timezone=True), nullable=False),
        sa.Column("channel", sqlmodel.AutoString(length=16), nullable=False),
        sa.Column("division", sqlmodel.AutoString(length=32), nullable=False),
        sa.Column("county", sqlmodel.AutoString(length=32), nullable=False),
        sa.Column("category", sqlmodel.AutoString(length=64), nullable=True),
        sa.Column("green", sa.Boolean(), nullable=False),
        sa.Column("lawyer", sqlmodel.AutoString(length=64), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("has_left", sa.Boolean(), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=True),
        sa.Column("wake_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("code"),
    )
    with op.batch_alter_table("question", schema=None) as batch_op:
        batch_op.create_index("ix_question_lawyer", ["lawyer", "state"], unique=False)
        batch_op.create_index(
            "ix_question_open",
            ["id"],
            unique=False,
            postgresql_where=sa.text("state NOT IN ('closed', 'withdrawn')"),
            sqlite_where=sa.text("state NOT IN ('closed', 'withdrawn')"),
        )
        batch_op.create_index("ix_question_state", ["state", "county"], unique=False)
        batch_op.create_index(batch_op.f("ix_question_wake_at"), ["wake_at"], unique=False)

    op.create_table(
        "question_clock",
        sa.Column("question", sa.BigInteger(), nullable=False),
        sa.Column("clock", sqlmodel.AutoString(length=16), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=True),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("warn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("breach_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["question"],
            ["question.id"],
        ),
        sa.PrimaryKeyConstraint("question", "clock", "round"),
    )
    with op.batch_alter_table("question_clock", schema=None) as batch_op:
        batch_op.create_index("ix_question_clock_breach_at", ["breach_at"], unique=False)
        batch_op.create_index("ix_question_clock_warn_at", ["warn_at"], unique=False)

    op.create_table(
        "question_event",
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("question", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kind", sqlmodel.AutoString(length=16), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sqlmodel.AutoString(length=80), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("commitment", sqlmodel.AutoString(length=64), nullable=False),
        sa.Column("hash", sqlmodel.AutoString(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["question"],
            ["question.id"],
        ),
        sa.PrimaryKeyConstraint("position"),
        sa.UniqueConstraint("question", "seq", name="uq_question_event_seq"),
    )
    op.create_table(
        "question_key",
        sa.Column("question", sa.BigInteger(), nullable=False),
        sa.Column("wrapped", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["question"],
            ["question.id"],
        ),
        sa.PrimaryKeyConstraint("question"),
    )
    op.create_table(
        "viewing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question", sa.BigInteger(), nullable=False),
        sa.Column("viewer", sqlmodel.AutoString(length=80), nullable=False),
        sa.Column("what", sqlmodel.AutoString(length=16), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["question"],
            ["question.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("viewing", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_viewing_question"), ["question"], unique=False)


def downgrade() -> None:
    """Changes them back."""
    op.drop_table("viewing")
    op.drop_table("question_key")
    op.drop_table("question_event")
    op.drop_table("question_clock")
    op.drop_table("question")
    op.drop_table("lawyer_load")
    op.drop_table("idempotency")
