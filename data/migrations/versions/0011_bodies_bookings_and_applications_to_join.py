"""Bodies are listed, times are booked, lawyers and firms apply to join"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Changes the tables."""
    op.create_table(
        "booking",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("shift", sa.String(), nullable=True),
        sa.Column("lawyer", sa.String(), nullable=True),
        sa.Column("lawyer_name", sa.String(), nullable=False),
        sa.Column("firm_name", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("start_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("end_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("person", sa.Text(), nullable=True),
        sa.Column("phone_blind", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("code"),
        sa.UniqueConstraint("key"),
    )
    with op.batch_alter_table("booking", schema=None) as batch_op:
        batch_op.create_index("ix_booking_lawyer_start", ["lawyer", "start_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_booking_phone_blind"), ["phone_blind"], unique=False)
        batch_op.create_index("ix_booking_place_start", ["place", "start_at"], unique=False)
        batch_op.create_index("ix_booking_state_start", ["state", "start_at"], unique=False)

    op.create_table(
        "join_application",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("sent", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=64), nullable=True),
        sa.Column("lawyer", sa.String(length=40), nullable=True),
        sa.Column("firm", sa.String(length=40), nullable=True),
        sa.Column("activation", sa.String(length=64), nullable=True),
        sa.Column("activation_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("code"),
        sa.UniqueConstraint("key"),
    )
    with op.batch_alter_table("join_application", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_join_application_lawyer"), ["lawyer"], unique=False)
        batch_op.create_index(batch_op.f("ix_join_application_state"), ["state"], unique=False)

    op.create_table(
        "trail",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("act", sa.String(length=24), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("trail", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_trail_subject"), ["subject"], unique=False)

    op.create_table(
        "booking_slot",
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("start_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("booking", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["booking"],
            ["booking.id"],
        ),
        sa.PrimaryKeyConstraint("holder", "start_at"),
    )
    with op.batch_alter_table("booking_slot", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_booking_slot_booking"), ["booking"], unique=False)

    op.create_table(
        "service_body",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("division", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("lon", sa.Float(), nullable=True),
        sa.Column("approximate", sa.Boolean(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("desks", sa.Integer(), nullable=False),
        sa.Column("openings", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["division"],
            ["division.code"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("service_body", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_service_body_division"), ["division"], unique=False)
        batch_op.create_index(batch_op.f("ix_service_body_kind"), ["kind"], unique=False)


def downgrade() -> None:
    """Changes them back."""
    with op.batch_alter_table("service_body", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_service_body_kind"))
        batch_op.drop_index(batch_op.f("ix_service_body_division"))

    op.drop_table("service_body")
    with op.batch_alter_table("booking_slot", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_booking_slot_booking"))

    op.drop_table("booking_slot")
    with op.batch_alter_table("trail", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_trail_subject"))

    op.drop_table("trail")
    with op.batch_alter_table("join_application", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_join_application_state"))
        batch_op.drop_index(batch_op.f("ix_join_application_lawyer"))

    op.drop_table("join_application")
    with op.batch_alter_table("booking", schema=None) as batch_op:
        batch_op.drop_index("ix_booking_state_start")
        batch_op.drop_index("ix_booking_place_start")
        batch_op.drop_index(batch_op.f("ix_booking_phone_blind"))
        batch_op.drop_index("ix_booking_lawyer_start")

    op.drop_table("booking")
