"""Stations have numbers, links and sign-ins"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Changes the tables."""
    op.create_table(
        "no_show",
        sa.Column("shift", sa.String(length=128), nullable=False),
        sa.Column("lawyer", sa.String(length=64), nullable=False),
        sa.Column("post", sa.String(length=64), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled", sa.String(length=10), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stand_in", sa.String(length=64), nullable=True),
        sa.CheckConstraint(
            "settled in ('open', 'came', 'stand_in', 'excused')", name="ck_no_show_settled"
        ),
        sa.PrimaryKeyConstraint("shift", "lawyer"),
    )
    with op.batch_alter_table("no_show", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_no_show_raised_at"), ["raised_at"], unique=False)

    op.create_table(
        "sign_in",
        sa.Column("shift", sa.String(length=128), nullable=False),
        sa.Column("lawyer", sa.String(length=64), nullable=False),
        sa.Column("post", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("way", sa.String(length=10), nullable=False),
        sa.Column("metres", sa.Integer(), nullable=True),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "way in ('code', 'position', 'online', 'stand_in')", name="ck_sign_in_way"
        ),
        sa.PrimaryKeyConstraint("shift", "lawyer"),
    )
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_at"), ["at"], unique=False)

    op.create_table(
        "station_key",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("post", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=8), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("tag", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=80), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by", sa.String(length=80), nullable=True),
        sa.CheckConstraint("purpose in ('door', 'screen')", name="ck_station_key_purpose"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("tag"),
    )
    with op.batch_alter_table("station_key", schema=None) as batch_op:
        batch_op.create_index("ix_station_key_post", ["post", "purpose"], unique=False)

    op.create_table(
        "waiting_number",
        sa.Column("post", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=True),
        sa.Column("first", sa.Boolean(), nullable=False),
        sa.Column("category", sa.String(length=64), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ranked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("called_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("counter", sa.Integer(), nullable=True),
        sa.Column("lawyer", sa.String(length=64), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ticket", sa.String(length=16), nullable=True),
        sa.CheckConstraint(
            "state in ('waiting', 'called', 'talking', 'done', 'missed', 'left', 'expired')",
            name="ck_waiting_number_state",
        ),
        sa.PrimaryKeyConstraint("post", "day", "number"),
        sa.UniqueConstraint("code"),
        sa.UniqueConstraint("key"),
    )
    with op.batch_alter_table("waiting_number", schema=None) as batch_op:
        batch_op.create_index("ix_waiting_number_state", ["day", "state"], unique=False)


def downgrade() -> None:
    """Changes them back."""
    with op.batch_alter_table("waiting_number", schema=None) as batch_op:
        batch_op.drop_index("ix_waiting_number_state")

    op.drop_table("waiting_number")
    with op.batch_alter_table("station_key", schema=None) as batch_op:
        batch_op.drop_index("ix_station_key_post")

    op.drop_table("station_key")
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_at"))

    op.drop_table("sign_in")
    with op.batch_alter_table("no_show", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_no_show_raised_at"))

    op.drop_table("no_show")
