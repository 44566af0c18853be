"""A new encryption key takes over: whatever the ring encrypted is encrypted anew under its first.

Questions' texts are under keys of their own, so only those small keys are wrapped again.
"""

from __future__ import annotations

from sqlalchemy import Column, Connection, bindparam, select, update

from zhiban.data import board
from zhiban.data.crypt import Keyring
from zhiban.data.places_records import JOIN
from zhiban.data.records import LawyerRecord, OutboxRecord, SettingRecord, table
from zhiban.queue.booking_records import BOOKING
from zhiban.queue.clients import retag
from zhiban.queue.records import IDEMPOTENCY
from zhiban.queue.service import rewrap
from zhiban.roster.presence_records import STATION_KEY
from zhiban.roster.request_records import CORRECTION, FEED, LEAVE_REQUEST, SWAP_OFFER
from zhiban.web.keys import SETTING
from zhiban.web.records import INBOX_NOTICE, NOTICE_CHANNEL


def encrypted_columns() -> tuple[Column[str], ...]:
    """Every column that holds the ring's own ciphertext."""
    return (
        table(LawyerRecord).c.phone,
        table(OutboxRecord).c.payload,
        IDEMPOTENCY.c.answer,
        INBOX_NOTICE.c.content,
        BOOKING.c.person,
        JOIN.c.sent,
        JOIN.c.reason,
        STATION_KEY.c.token,
        NOTICE_CHANNEL.c.address,
        LEAVE_REQUEST.c.reason,
        LEAVE_REQUEST.c.remark,
        SWAP_OFFER.c.message,
        CORRECTION.c.changes,
        CORRECTION.c.remark,
        FEED.c.token,
    )


def rotate(connection: Connection, keyring: Keyring) -> int:
    """Encrypts everything anew under the ring's first key; how many texts and keys that were.

    One transaction, the board locked: nobody reads or writes half of it. Raises Undecipherable
    when the ring lacks a key that something is still encrypted under; nothing is changed then.
    """
    board.lock(connection)
    done = sum(_rotate_column(connection, keyring, column) for column in encrypted_columns())
    done += retag(connection, keyring)
    return done + _rotate_proof(connection, keyring) + rewrap(connection, keyring)


def _rotate_column(connection: Connection, keyring: Keyring, column: Column[str]) -> int:
    whole = column.table
    (key,) = whole.primary_key.columns
    rows = connection.execute(select(key, column).where(column.is_not(None)))
    fresh = [{"which": which, "new": keyring.rotate(old)} for which, old in rows]
    if fresh:
        change = update(whole).where(key == bindparam("which"))
        connection.execute(change.values({column.name: bindparam("new")}), fresh)
    return len(fresh)


def _rotate_proof(connection: Connection, keyring: Keyring) -> int:
    """The word by which a process knows whether its keys are this database's."""
    setting = table(SettingRecord)
    known = connection.execute(select(setting.c.value).where(setting.c.key == SETTING)).scalar()
    if not isinstance(known, str):
        return 0
    fresh = {"value": keyring.rotate(known)}
    connection.execute(update(setting).where(setting.c.key == SETTING).values(fresh))
    return 1
