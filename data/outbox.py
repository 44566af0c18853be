"""The outbox: notices written in the transaction that causes them, and sent after it.

A sender claims some, sends them outside any transaction, and marks each. A sender that dies
leaves its claims to the next one, so a notice may, rarely, be sent twice, but is never lost.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, select, update

from zhiban.data.bulk import insert_rows
from zhiban.data.crypt import Keyring
from zhiban.data.notice import Notice as Notice
from zhiban.data.records import OutboxRecord, table
from zhiban.data.wording import Text

_OUTBOX = table(OutboxRecord)
_OPEN = and_(_OUTBOX.c.sent_at.is_(None), _OUTBOX.c.failed_at.is_(None))
CLAIM = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A notice that this sender is to send now; `attempts` includes this one."""

    id: int
    notice: Notice
    attempts: int
    created_at: datetime


def put(connection: Connection, keyring: Keyring, notice: Notice, now: datetime) -> None:
    """Leaves one notice to be sent after this transaction."""
    put_all(connection, keyring, [notice], now)


def put_all(connection: Connection, keyring: Keyring, notices: list[Notice], now: datetime) -> None:
    """Leaves several of one moment."""
    put_each(connection, keyring, [(notice, now) for notice in notices])


def put_each(
    connection: Connection, keyring: Keyring, notices: Iterable[tuple[Notice, datetime]]
) -> None:
    """Leaves several, each of its own moment."""
    rows = [
        {
            "recipient": notice.recipient,
            "kind": notice.kind,
            "payload": keyring.encrypt(_payload(notice)),
            "created_at": at,
            "due_at": at,
            "attempts": 0,
        }
        for notice, at in notices
    ]
    insert_rows(connection, _OUTBOX, rows)


def claim(
    connection: Connection, keyring: Keyring, now: datetime, limit: int = 50
) -> tuple[Claimed, ...]:
    """Takes due notices, oldest first, away from other senders for a minute."""
    due = and_(_OPEN, _OUTBOX.c.due_at <= now)
    # By number, not in the index's order: in that PostgreSQL passes by every claim before, whose
    # rows stay in the index until it is vacuumed, and all the while the board is held.
    oldest = select(_OUTBOX.c.id).where(due).order_by(_OUTBOX.c.id).limit(limit)
    rows = connection.execute(
        update(_OUTBOX)
        .where(_OUTBOX.c.id.in_(oldest.scalar_subquery()), due)
        .values(due_at=now + CLAIM, attempts=_OUTBOX.c.attempts + 1)
        .returning(*_OUTBOX.c)
    ).all()
    return tuple(
        Claimed(
            row.id,
            _notice(row.recipient, row.kind, keyring.decrypt(row.payload)),
            row.attempts,
            row.created_at,
        )
        for row in sorted(rows, key=lambda row: row.id)
    )


def mark_sent(connection: Connection, ids: Iterable[int], now: datetime) -> None:
    """Says that they went out."""
    which = _OUTBOX.c.id.in_(sorted(ids))
    connection.execute(update(_OUTBOX).where(which).values(sent_at=now, error=None))


def mark_failed(
    connection: Connection, id: int, error: str, now: datetime, retry_at: datetime | None
) -> None:
    """Says that it did not go out; it is due again at `retry_at`, or given up when that is None."""
    outcome = {"failed_at": now} if retry_at is None else {"due_at": retry_at}
    connection.execute(update(_OUTBOX).where(_OUTBOX.c.id == id).values(error=error, **outcome))


def waiting(connection: Connection) -> int:
    """How many have not gone out yet."""
    return len(connection.execute(select(_OUTBOX.c.id).where(_OPEN)).all())


def _payload(notice: Notice) -> str:
    title, body = notice.title, notice.body
    return _ENCODER.encode([title.zh, title.en, body.zh, body.en, notice.link])


_ENCODER = json.JSONEncoder(ensure_ascii=False)  # kept, as dumps would make one each time


def _notice(recipient: str, kind: str, payload: str) -> Notice:
    title_zh, title_en, body_zh, body_en, link = json.loads(payload)
    return Notice(recipient, kind, Text(title_zh, title_en), Text(body_zh, body_en), link)
