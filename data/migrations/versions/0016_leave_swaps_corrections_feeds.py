"""Lawyers ask for leave, swaps and corrections; rounds of corrections; calendar feeds"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Changes the tables."""
    op.create_table(
        "calendar_feed",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=80), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=64), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("digest"),
    )
    with op.batch_alter_table("calendar_feed", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_calendar_feed_subject"), ["subject"], unique=False)

    op.create_table(
        "duty_seen",
        sa.Column("lawyer", sa.String(length=40), nullable=False),
        sa.Column("week", sa.String(length=8), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("lawyer", "week"),
    )
    op.create_table(
        "entry_correction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=True),
        sa.Column("lawyer", sa.String(length=40), nullable=False),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=64), nullable=True),
        sa.Column("remark", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )
    with op.batch_alter_table("entry_correction", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_entry_correction_lawyer"), ["lawyer"], unique=False)
        batch_op.create_index(batch_op.f("ix_entry_correction_state"), ["state"], unique=False)

    op.create_table(
        "lawyer_away",
        sa.Column("lawyer", sa.String(length=40), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("half", sa.String(length=3), nullable=False),
        sa.PrimaryKeyConstraint("lawyer", "weekday", "half"),
    )
    op.create_table(
        "leave_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=True),
        sa.Column("lawyer", sa.String(length=40), nullable=False),
        sa.Column("start_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("end_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("automatic", sa.Boolean(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=64), nullable=True),
        sa.Column("remark", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )
    with op.batch_alter_table("leave_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_leave_request_lawyer"), ["lawyer"], unique=False)
        batch_op.create_index(batch_op.f("ix_leave_request_state"), ["state"], unique=False)

    op.create_table(
        "member_round",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by", sa.String(length=64), nullable=False),
        sa.Column("deadline", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "swap_offer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=True),
        sa.Column("week", sa.String(length=8), nullable=False),
        sa.Column("shift", sa.String(), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("lawyer", sa.String(length=40), nullable=False),
        sa.Column("post", sa.String(), nullable=False),
        sa.Column("start_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("end_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ways", sa.JSON(), nullable=False),
        sa.Column("agreed", sa.JSON(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=64), nullable=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("why_zh", sa.String(), nullable=False),
        sa.Column("why_en", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )
    with op.batch_alter_table("swap_offer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_swap_offer_lawyer"), ["lawyer"], unique=False)
        batch_op.create_index(batch_op.f("ix_swap_offer_state"), ["state"], unique=False)
        batch_op.create_index(batch_op.f("ix_swap_offer_week"), ["week"], unique=False)

    op.create_table(
        "member_confirmation",
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("lawyer", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("corrected", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["round"],
            ["member_round.id"],
        ),
        sa.PrimaryKeyConstraint("round", "lawyer"),
    )
    op.create_table(
        "swap_answer",
        sa.Column("offer", sa.Integer(), nullable=False),
        sa.Column("lawyer", sa.String(length=40), nullable=False),
        sa.Column("way", sa.JSON(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["offer"],
            ["swap_offer.id"],
        ),
        sa.PrimaryKeyConstraint("offer", "lawyer"),
    )


def downgrade() -> None:
    """Changes them back."""
    op.drop_table("swap_answer")
    op.drop_table("member_confirmation")
    with op.batch_alter_table("swap_offer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_swap_offer_week"))
        batch_op.drop_index(batch_op.f("ix_swap_offer_state"))
        batch_op.drop_index(batch_op.f("ix_swap_offer_lawyer"))

    op.drop_table("swap_offer")
    op.drop_table("member_round")
    with op.batch_alter_table("leave_request", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_leave_request_state"))
        batch_op.drop_index(batch_op.f("ix_leave_request_lawyer"))

    op.drop_table("leave_request")
    op.drop_table("lawyer_away")
    with op.batch_alter_table("entry_correction", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_entry_correction_state"))
        batch_op.drop_index(batch_op.f("ix_entry_correction_lawyer"))

    op.drop_table("entry_correction")
    op.drop_table("duty_seen")
    with op.batch_alter_table("calendar_feed", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_calendar_feed_subject"))

    op.drop_table("calendar_feed")
