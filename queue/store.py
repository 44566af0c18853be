"""Rows of questions to values, and back."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, bindparam, func, or_, select

from zhiban.data.crypt import DataKey, Keyring, readable
from zhiban.data.exchanges import Query, rows_of
from zhiban.data.records import BOARD
from zhiban.data.wording import Text
from zhiban.queue.event import Event, Kind
from zhiban.queue.folding import fold
from zhiban.queue.question import HELD, QuestionState
from zhiban.queue.records import QUESTION, QUESTION_EVENT, QUESTION_KEY

_CHUNK = 500
_PLAIN = tuple(column for column in QUESTION_EVENT.c if column.name not in ("body",))


@dataclass(slots=True)
class Dossier:
    """A question at hand within one transaction: its state, the end of its chain, its key.

    `key` is unwrapped when a text is written or read; `new` until its row is written.
    """

    code: str
    secret_hash: str
    state: QuestionState
    head: str
    key: DataKey | None = None
    new: bool = False


@dataclass(frozen=True, slots=True)
class Held:
    """One question in a lawyer's hands, as little of it as shift ends need."""

    id: int
    division: str
    has_left: bool


def dossier(connection: Connection, code: str) -> Dossier | None:
    """The question of a ticket code."""
    return next(iter(_dossiers(connection, QUESTION.c.code == code)), None)


def secret_hash(connection: Connection, code: str) -> str | None:
    """What is stored of the secret of a ticket."""
    return connection.execute(_SECRET, {"code": code}).scalar_one_or_none()


_SECRET = select(QUESTION.c.secret_hash).where(QUESTION.c.code == bindparam("code"))


def ticket(connection: Connection, code: str) -> tuple[int, str] | None:
    """The number of a ticket's question, and what is stored of its secret."""
    row = connection.execute(_TICKET, {"code": code}).one_or_none()
    return None if row is None else (row.id, row.secret_hash)


_TICKET = select(QUESTION.c.id, QUESTION.c.secret_hash).where(QUESTION.c.code == bindparam("code"))


def dossiers(connection: Connection, ids: Sequence[int]) -> dict[int, Dossier]:
    """The questions of these numbers."""
    found: dict[int, Dossier] = {}
    for part in chunks(ids):
        for one in _dossiers(connection, QUESTION.c.id.in_(part)):
            found[one.state.id] = one
    return found


def _dossiers(connection: Connection, which: ColumnElement[bool]) -> list[Dossier]:
    columns = (QUESTION.c.id, QUESTION.c.code, QUESTION.c.secret_hash, QUESTION.c.head)
    rows = connection.execute(select(*columns).where(which)).all()
    events = read_events(connection, [row.id for row in rows])
    return [Dossier(row.code, row.secret_hash, fold(events[row.id]), row.head) for row in rows]


def codes(connection: Connection, ids: Sequence[int]) -> dict[int, str]:
    """The ticket codes of questions."""
    found: dict[int, str] = {}
    for part in chunks(ids):
        wanted = select(QUESTION.c.id, QUESTION.c.code).where(QUESTION.c.id.in_(part))
        found.update({row.id: row.code for row in connection.execute(wanted)})
    return found


def read_events(connection: Connection, ids: Sequence[int]) -> dict[int, list[Event]]:
    """The events of these questions, in order, without what people wrote."""
    found: dict[int, list[Event]] = {}
    for part in chunks(ids):
        wanted = select(*_PLAIN).where(QUESTION_EVENT.c.question.in_(part))
        ordered = wanted.order_by(QUESTION_EVENT.c.question, QUESTION_EVENT.c.seq)
        for row in connection.execute(ordered):
            found.setdefault(row.question, []).append(event_of(row))
    return found


def all_events(connection: Connection) -> list[Event]:
    """Every event of every question in order of position, without what people wrote."""
    rows = connection.execute(select(*_PLAIN).order_by(QUESTION_EVENT.c.position))
    return [event_of(row) for row in rows]


def read_written(connection: Connection, keyring: Keyring, id: int) -> list[Event]:
    """The events of one question with what people wrote; without it where the key is destroyed."""
    key = read_key(connection, keyring, id)
    rows = connection.execute(_WRITTEN, {"question": id})
    return [event_of(row, readable(key, row.body)) for row in rows]


_WRITTEN = (
    select(QUESTION_EVENT)
    .where(QUESTION_EVENT.c.question == bindparam("question"))
    .order_by(QUESTION_EVENT.c.seq)
)


def read_key(connection: Connection, keyring: Keyring, id: int) -> DataKey | None:
    """The key of a question's texts; None when it was destroyed."""
    wrapped = connection.execute(_WRAPPED, {"question": id}).scalar_one_or_none()
    return None if wrapped is None else keyring.unwrap(wrapped)


_WRAPPED = select(QUESTION_KEY.c.wrapped).where(QUESTION_KEY.c.question == bindparam("question"))


def event_of(row: Row[Any], body: str | None = None) -> Event:
    """The event of a row."""
    reason = json.loads(row.reason) if row.reason else None
    return Event(
        position=row.position,
        question=row.question,
        seq=row.seq,
        kind=Kind(row.kind),
        at=row.at,
        actor=row.actor,
        reason=Text(*reason) if reason else None,
        data=json.loads(row.data),
        body=body,
    )


def hashes(connection: Connection, position: int) -> dict[int, str]:
    """The hashes of the event at a position and of the last one, where there are any."""
    return dict(rows_of(connection, hash_query(position)))


def hash_query(position: int) -> Query:
    """By what they are found."""
    return Query(_HASHES, (position,))


_HASHES = (
    f"SELECT position, hash FROM {QUESTION_EVENT.name} "  # noqa: S608 - our own names
    f"WHERE position IN (?, (SELECT next_position - 1 FROM {BOARD.name}))"
)


def off_shift(connection: Connection, lawyers: Collection[str], now: datetime) -> list[Held]:
    """The questions assigned or accepted whose time has ended, or held by none of these lawyers.

    Thousands are in good hands, and whoever asks holds the board: the database leaves them out.
    """
    ended = or_(QUESTION.c.until <= now, QUESTION.c.lawyer.not_in(sorted(lawyers)))
    rows = connection.execute(
        select(QUESTION.c.id, QUESTION.c.division, QUESTION.c.has_left)
        .where(QUESTION.c.state.in_(_HELD), ended)
        .order_by(QUESTION.c.id)
    )
    return [Held(*row) for row in rows]


_HELD = [state.value for state in sorted(HELD)]


def open_counts(connection: Connection) -> dict[str, int]:
    """How many questions that count against capacity each lawyer holds, counted anew."""
    counting = (
        select(QUESTION.c.lawyer, func.count())
        .where(QUESTION.c.state.in_(_HELD))
        .group_by(QUESTION.c.lawyer)
    )
    return {str(row[0]): int(row[1]) for row in connection.execute(counting)}


def chunks(ids: Iterable[int]) -> Iterable[list[int]]:
    """The numbers in portions that one statement can take."""
    whole = list(ids)
    return (whole[at : at + _CHUNK] for at in range(0, len(whole), _CHUNK))


def events_in(
    connection: Connection, since: datetime, until: datetime, kinds: Iterable[Kind]
) -> Iterator[Event]:
    """The events of some kinds that happened since and before, without what people wrote."""
    table = QUESTION_EVENT.c
    wanted = (
        select(*_PLAIN)
        .where(table.at >= since, table.at < until, table.kind.in_([one.value for one in kinds]))
        .order_by(table.position)
    )
    for row in connection.execute(wanted.execution_options(yield_per=_CHUNK)):
        yield event_of(row)


def histories(connection: Connection, since: datetime, until: datetime) -> Iterator[list[Event]]:
    """The events of every question asked since and before, question by question."""
    asked = (QUESTION.c.asked >= since, QUESTION.c.asked < until)
    wanted = select(QUESTION.c.id).where(*asked).order_by(QUESTION.c.id)
    for part in chunks(connection.execute(wanted).scalars()):
        yield from read_events(connection, part).values()
