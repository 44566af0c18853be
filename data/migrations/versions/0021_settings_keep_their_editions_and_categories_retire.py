"""Settings keep their editions, categories retire, accounts are opened by a code"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Changes the tables."""
    op.create_table(
        "setting_edition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_setting_edition_key", "setting_edition", ["key"])
    with op.batch_alter_table("category") as batch:
        batch.add_column(
            sa.Column("retired", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
    with op.batch_alter_table("account") as batch:
        batch.add_column(sa.Column("code_hash", sa.String(length=64), nullable=True))
        batch.add_column(sa.Column("code_until", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Changes them back."""
    with op.batch_alter_table("account") as batch:
        batch.drop_column("code_until")
        batch.drop_column("code_hash")
    with op.batch_alter_table("category") as batch:
        batch.drop_column("retired")
    op.drop_index("ix_setting_edition_key", table_name="setting_edition")
    op.drop_table("setting_edition")
