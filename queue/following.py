"""A citizen's ticket from plain rows: what the event loop reads by itself, without a thread."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from zhiban.data.crypt import DataKey, Keyring, readable
from zhiban.data.wording import Text
from zhiban.queue.event import Event, Kind
from zhiban.queue.folding import fold
from zhiban.queue.knowledge import Knowledge
from zhiban.queue.showing import ticket_of
from zhiban.queue.views import TicketView

HEAD = (
    "SELECT q.code, q.id, q.seq, q.secret_hash, q.head, k.wrapped, b.roster_version "
    "FROM question q JOIN board b ON b.id = 1 "
    "LEFT JOIN question_key k ON k.question = q.id WHERE q.code IN (...)"
)
EVENTS = (
    "SELECT question, position, seq, kind, at, actor, reason, data, body, hash "
    "FROM question_event WHERE question IN (...) ORDER BY question, seq"
)


class Head(NamedTuple):
    """What a ticket's row says: enough to know whether the secret is right and what is newest."""

    code: str
    id: int
    seq: int
    secret_hash: str
    head: str
    wrapped: str | None
    roster_version: int


def view_from(
    code: str,
    head: Head,
    rows: Sequence[tuple[Any, ...]],
    keyring: Keyring,
    known: Knowledge,
    now: datetime,
) -> TicketView | None:
    """The citizen's view; None where it takes more than the question's own rows."""
    if not rows or rows[-1][-1] != head.head:
        return None  # written in between
    key = None if head.wrapped is None else keyring.unwrap(head.wrapped)
    events = [_event(row, key) for row in rows]
    state = fold(events)
    return ticket_of(code, state, events, known, now) if state.merged_into is None else None


def _event(row: tuple[Any, ...], key: DataKey | None) -> Event:
    question, position, seq, kind, at, actor, reason, data, body, _ = row
    return Event(
        position,
        question,
        seq,
        Kind(kind),
        datetime.fromisoformat(at).replace(tzinfo=UTC) if isinstance(at, str) else at,
        actor,
        Text(*json.loads(reason)) if reason else None,
        json.loads(data),
        readable(key, body),
    )
