"""The inbox in the service itself, which every member of staff has."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select, update

from zhiban.data.crypt import Keyring
from zhiban.data.outbox import Claimed, Notice
from zhiban.data.upsert import upsert
from zhiban.data.wording import Text
from zhiban.web.accounts import Account
from zhiban.web.records import INBOX_NOTICE


@dataclass(frozen=True, slots=True)
class InboxNotice:
    """One notice as its reader sees it."""

    id: int
    kind: str
    title: Text
    body: Text
    link: str
    at: datetime
    read_at: datetime | None


def recipients_of(account: Account) -> tuple[str, ...]:
    """The names under which notices reach an account: its person, and its role."""
    person = f"lawyer:{account.lawyer}" if account.lawyer else f"account:{account.login}"
    roles = [f"role:{role}" for role in ("scheduler", "supervisor") if account.may(role)]
    return (person, *roles)


def recipient_of(claimed: Claimed) -> str:
    """Whom it is for: `lawyer:ID`, `role:ROLE` or `account:LOGIN`; a bare id is a lawyer's."""
    name = claimed.notice.recipient
    return name if ":" in name else f"lawyer:{name}"


def put_in_inboxes(connection: Connection, keyring: Keyring, claimed: Iterable[Claimed]) -> None:
    """Lays claimed notices in their inboxes; one that lies there already stays as it is."""
    rows = [
        {
            "id": one.id,
            "recipient": recipient_of(one),
            "kind": one.notice.kind,
            "content": keyring.encrypt(_content(one)),
            "at": one.created_at,
            "read_at": None,
        }
        for one in claimed
    ]
    if rows:
        upsert(connection, INBOX_NOTICE, rows, keep=INBOX_NOTICE.columns.keys())


def _content(claimed: Claimed) -> str:
    notice = claimed.notice
    parts = [notice.title.zh, notice.title.en, notice.body.zh, notice.body.en, notice.link]
    return json.dumps(parts, ensure_ascii=False)


def inbox_of(
    connection: Connection, keyring: Keyring, account: Account, limit: int = 100
) -> tuple[InboxNotice, ...]:
    """The newest notices of an account, newest first."""
    rows = connection.execute(
        select(INBOX_NOTICE)
        .where(INBOX_NOTICE.c.recipient.in_(recipients_of(account)))
        .order_by(INBOX_NOTICE.c.id.desc())
        .limit(limit)
    )
    return tuple(
        _notice(row.id, row.kind, keyring.decrypt(row.content), row.at, row.read_at) for row in rows
    )


def _notice(
    id: int, kind: str, content: str, at: datetime, read_at: datetime | None
) -> InboxNotice:
    title_zh, title_en, body_zh, body_en, link = json.loads(content)
    title, body = Text(title_zh, title_en), Text(body_zh, body_en)
    return InboxNotice(id, kind, title, body, link, at, read_at)


def notices_by_id(
    connection: Connection, keyring: Keyring, ids: Iterable[int]
) -> dict[int, Notice]:
    """Notices as they lie in their inboxes, to be sent on."""
    rows = connection.execute(select(INBOX_NOTICE).where(INBOX_NOTICE.c.id.in_(list(ids))))
    found = {}
    for row in rows:
        one = _notice(row.id, row.kind, keyring.decrypt(row.content), row.at, row.read_at)
        found[row.id] = Notice(row.recipient, row.kind, one.title, one.body, one.link)
    return found


def unread(connection: Connection, account: Account) -> int:
    """How many notices an account has not read."""
    counted = connection.execute(
        select(func.count())
        .select_from(INBOX_NOTICE)
        .where(
            INBOX_NOTICE.c.recipient.in_(recipients_of(account)),
            INBOX_NOTICE.c.read_at.is_(None),
        )
    )
    return int(counted.scalar_one())


def mark_read(
    connection: Connection, account: Account, now: datetime, id: int | None = None
) -> int:
    """Marks one notice, or all of them, as read; how many were not."""
    mine = INBOX_NOTICE.c.recipient.in_(recipients_of(account))
    which = mine if id is None else mine & (INBOX_NOTICE.c.id == id)
    marked = connection.execute(
        update(INBOX_NOTICE).where(which, INBOX_NOTICE.c.read_at.is_(None)).values(read_at=now)
    )
    return marked.rowcount
