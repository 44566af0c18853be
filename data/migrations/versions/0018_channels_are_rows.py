"""Where staff are told stands in rows of its own, not with the account"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Moves each account's address into a row, as one that an administrator gave."""
    op.execute(
        "INSERT INTO notice_channel (account, service, address, added_at) "
        "SELECT id, 'given', notify_url, created_at FROM account WHERE notify_url IS NOT NULL"
    )
    op.drop_column("account", "notify_url")


def downgrade() -> None:
    """Brings the column back, with what an administrator gave."""
    op.add_column("account", sa.Column("notify_url", sa.Text(), nullable=True))
    op.execute(
        "UPDATE account SET notify_url = (SELECT max(address) FROM notice_channel "
        "WHERE account = account.id AND service = 'given')"
    )
