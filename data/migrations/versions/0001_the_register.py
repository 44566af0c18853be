"""The register"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Changes the tables."""
    op.create_table(
        "board",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("next_question", sa.Integer(), nullable=False),
        sa.Column("next_position", sa.Integer(), nullable=False),
        sa.Column("roster_version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "calendar_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sqlmodel.AutoString(), nullable=False),
        sa.Column("name", sqlmodel.AutoString(), nullable=False),
        sa.CheckConstraint("kind in ('off', 'work')", name="calendar_day_kind"),
        sa.PrimaryKeyConstraint("day"),
    )
    op.create_table(
        "calendar_year",
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("source", sqlmodel.AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("year"),
    )
    op.create_table(
        "category",
        sa.Column("code", sqlmodel.AutoString(), nullable=False),
        sa.Column("name", sqlmodel.AutoString(), nullable=False),
        sa.Column("name_en", sqlmodel.AutoString(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("code"),
    )
    op.create_table(
        "division",
        sa.Column("code", sqlmodel.AutoString(), nullable=False),
        sa.Column("name", sqlmodel.AutoString(), nullable=False),
        sa.Column("name_en", sqlmodel.AutoString(), nullable=False),
        sa.Column("level", sqlmodel.AutoString(), nullable=False),
        sa.Column("parent", sqlmodel.AutoString(), nullable=True),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("lon", sa.Float(), nullable=True),
        sa.Column("approximate", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["parent"],
            ["division.code"],
        ),
        sa.PrimaryKeyConstraint("code"),
    )
    with op.batch_alter_table("division", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_division_parent"), ["parent"], unique=False)

    op.create_table(
        "lease",
        sa.Column("name", sqlmodel.AutoString(), nullable=False),
        sa.Column("holder", sqlmodel.AutoString(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recipient", sqlmodel.AutoString(), nullable=False),
        sa.Column("kind", sqlmodel.AutoString(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index("outbox_open", ["sent_at", "failed_at", "due_at"], unique=False)

    op.create_table(
        "setting",
        sa.Column("key", sqlmodel.AutoString(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "work_hours",
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("start", sa.Time(), nullable=False),
        sa.Column("end", sa.Time(), nullable=False),
        sa.PrimaryKeyConstraint("position"),
    )
    op.create_table(
        "firm",
        sa.Column("id", sqlmodel.AutoString(), nullable=False),
        sa.Column("name", sqlmodel.AutoString(), nullable=False),
        sa.Column("division", sqlmodel.AutoString(), nullable=False),
        sa.Column("consents", sa.Boolean(), nullable=False),
        sa.Column("credit_code", sqlmodel.AutoString(), nullable=True),
        sa.ForeignKeyConstraint(
            ["division"],
            ["division.code"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("firm", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_firm_division"), ["division"], unique=False)

    op.create_table(
        "neighbour",
        sa.Column("division", sqlmodel.AutoString(), nullable=False),
        sa.Column("neighbour", sqlmodel.AutoString(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("price", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["division"],
            ["division.code"],
        ),
        sa.ForeignKeyConstraint(
            ["neighbour"],
            ["division.code"],
        ),
        sa.PrimaryKeyConstraint("division", "neighbour"),
    )
    op.create_table(
        "post",
        sa.Column("id", sqlmodel.AutoString(), nullable=False),
        sa.Column("name", sqlmodel.AutoString(), nullable=False),
        sa.Column("name_en", sqlmodel.AutoString(), nullable=False),
        sa.Column("kind", sqlmodel.AutoString(), nullable=False),
        sa.Column("level", sqlmodel.AutoString(), nullable=False),
        sa.Column("division", sqlmodel.AutoString(), nullable=False),
        sa.Column("address", sqlmodel.AutoString(), nullable=False),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("lon", sa.Float(), nullable=True),
        sa.Column("approximate", sa.Boolean(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("need", sa.Integer(), nullable=False),
        sa.Column("standby", sa.Integer(), nullable=False),
        sa.Column("skills", sa.JSON(), nullable=False),
        sa.Column("makeup_days", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(
            ["division"],
            ["division.code"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("post", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_post_division"), ["division"], unique=False)

    op.create_table(
        "closure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("post", sqlmodel.AutoString(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("reason", sqlmodel.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(
            ["post"],
            ["post.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("closure", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_closure_post"), ["post"], unique=False)

    op.create_table(
        "extra_day",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("post", sqlmodel.AutoString(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("start", sa.Time(), nullable=False),
        sa.Column("end", sa.Time(), nullable=False),
        sa.Column("reason", sqlmodel.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(
            ["post"],
            ["post.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("extra_day", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_extra_day_post"), ["post"], unique=False)

    op.create_table(
        "lawyer",
        sa.Column("id", sqlmodel.AutoString(), nullable=False),
        sa.Column("name", sqlmodel.AutoString(), nullable=False),
        sa.Column("firm", sqlmodel.AutoString(), nullable=False),
        sa.Column("division", sqlmodel.AutoString(), nullable=False),
        sa.Column("licensed_on", sa.Date(), nullable=False),
        sa.Column("skills", sa.JSON(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("licence", sqlmodel.AutoString(), nullable=False),
        sa.Column("sanctioned_until", sa.Date(), nullable=True),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("per_week", sa.Integer(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["division"],
            ["division.code"],
        ),
        sa.ForeignKeyConstraint(
            ["firm"],
            ["firm.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("lawyer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lawyer_division"), ["division"], unique=False)
        batch_op.create_index(batch_op.f("ix_lawyer_firm"), ["firm"], unique=False)

    op.create_table(
        "opening",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("post", sqlmodel.AutoString(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("start", sa.Time(), nullable=False),
        sa.Column("end", sa.Time(), nullable=False),
        sa.Column("season", sqlmodel.AutoString(), nullable=True),
        sa.ForeignKeyConstraint(
            ["post"],
            ["post.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("opening", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_opening_post"), ["post"], unique=False)

    op.create_table(
        "leave",
        sa.Column("id", sqlmodel.AutoString(), nullable=False),
        sa.Column("lawyer", sqlmodel.AutoString(), nullable=False),
        sa.Column("start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("end", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sqlmodel.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(
            ["lawyer"],
            ["lawyer.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("leave", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_leave_lawyer"), ["lawyer"], unique=False)

    op.create_table(
        "preference",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lawyer", sqlmodel.AutoString(), nullable=False),
        sa.Column("post", sqlmodel.AutoString(), nullable=True),
        sa.Column("weekday", sa.Integer(), nullable=True),
        sa.Column("half", sqlmodel.AutoString(), nullable=True),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["lawyer"],
            ["lawyer.id"],
        ),
        sa.ForeignKeyConstraint(
            ["post"],
            ["post.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("preference", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_preference_lawyer"), ["lawyer"], unique=False)


def downgrade() -> None:
    """Changes them back."""
    op.drop_table("preference")
    op.drop_table("leave")
    op.drop_table("opening")
    op.drop_table("lawyer")
    op.drop_table("extra_day")
    op.drop_table("closure")
    op.drop_table("post")
    op.drop_table("neighbour")
    op.drop_table("firm")
    op.drop_table("work_hours")
    op.drop_table("setting")
    op.drop_table("outbox")
    op.drop_table("lease")
    op.drop_table("division")
    op.drop_table("category")
    op.drop_table("calendar_year")
    op.drop_table("calendar_day")
    op.drop_table("board")
