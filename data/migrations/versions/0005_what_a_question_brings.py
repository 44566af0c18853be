"""Attachments, clients, legal aid and drafting"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Changes the tables."""
    op.create_table(
        "client",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner_kind", sqlmodel.AutoString(length=8), nullable=False),
        sa.Column("owner", sqlmodel.AutoString(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_tag", sqlmodel.AutoString(length=64), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("code_tag", sqlmodel.AutoString(length=64), nullable=True),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("added_by", sqlmodel.AutoString(length=80), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("owner_kind in ('lawyer', 'firm')", name="ck_client_owner_kind"),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("client", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_client_code_tag"), ["code_tag"], unique=False)
        batch_op.create_index(batch_op.f("ix_client_name_tag"), ["name_tag"], unique=False)
        batch_op.create_index("ix_client_owner", ["owner_kind", "owner"], unique=False)

    op.create_table(
        "aid_application",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("status", sqlmodel.AutoString(length=16), nullable=False),
        sa.Column("form", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("started_by", sqlmodel.AutoString(length=80), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sqlmodel.AutoString(length=80), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_late", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "status in ('submitted', 'accepted', 'refused', 'withdrawn')",
            name="ck_aid_application_status",
        ),
        sa.ForeignKeyConstraint(
            ["question"],
            ["question.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("aid_application", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_aid_application_question"), ["question"], unique=False)
        batch_op.create_index("ix_aid_application_status", ["status", "due"], unique=False)

    op.create_table(
        "attachment",
        sa.Column("id", sqlmodel.AutoString(length=32), nullable=False),
        sa.Column("question", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("added_by", sqlmodel.AutoString(length=80), nullable=False),
        sa.Column("media_type", sqlmodel.AutoString(length=80), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["question"],
            ["question.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("question", "number", name="uq_attachment_number"),
    )
    op.create_table(
        "drafting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("status", sqlmodel.AutoString(length=16), nullable=False),
        sa.Column("document", sqlmodel.AutoString(length=16), nullable=False),
        sa.Column("wanted", sa.Text(), nullable=True),
        sa.Column("delivered", sa.Text(), nullable=True),
        sa.Column("asked_by", sqlmodel.AutoString(length=80), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lawyer", sqlmodel.AutoString(length=64), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_late", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "status in ('requested', 'taken', 'delivered', 'declined')", name="ck_drafting_status"
        ),
        sa.ForeignKeyConstraint(
            ["question"],
            ["question.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("drafting", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_drafting_question"), ["question"], unique=False)
        batch_op.create_index("ix_drafting_status", ["status", "due"], unique=False)


def downgrade() -> None:
    """Changes them back."""
    op.drop_table("drafting")
    op.drop_table("attachment")
    op.drop_table("aid_application")
    op.drop_table("client")
