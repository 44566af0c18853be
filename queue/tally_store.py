"""The tally as the tables have it: read whole, or brought up to what others have written."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, func, select

from zhiban.data.exchanges import Query, Rows, rows_of
from zhiban.data.records import BOARD
from zhiban.queue.question import HELD, State
from zhiban.queue.records import LAWYER_LOAD, QUESTION, QUESTION_CLOCK, QUESTION_EVENT
from zhiban.queue.tally import Line, Tally


def load_tally(connection: Connection) -> Tally:
    """Loads of lawyers and the waiting line, as stored."""
    found = Tally()
    _take_loads(rows_of(connection, Query(_LOADS)), found)
    for line in _waiting(connection):
        found.wait(line)
    return found


def _waiting(connection: Connection) -> Iterator[Line]:
    """The line as stored; a hundred thousand may stand in it, so it is read with little ado."""
    if connection.dialect.name != "sqlite":
        yield from (Line(*row) for row in connection.execute(_WAITING))
        return
    texts = connection.exec_driver_sql(_SQLITE_WAITING, (State.WAITING.value,)).one()
    if texts[0] is None:
        return
    ids, asked, green, county, due = (text.split(",") for text in texts)
    moment = datetime.fromisoformat
    for row in zip(ids, asked, green, county, due, strict=True):
        at = moment(row[4]) if row[4] else None
        yield Line(int(row[0]), moment(row[1]), row[2] == "1", row[3], at)


def follow_tally(connection: Connection, tally: Tally, since: int) -> None:
    """Brings a tally up to what other processes have written: the events from a position on."""
    loads, moved = (rows_of(connection, query) for query in follow_queries(since))
    _take_loads(loads, tally)
    tally.by_shift = None  # counted anew where it is asked for
    for state, id, asked, green, county, due in moved:
        if state == State.WAITING:
            tally.wait(Line(id, _moment(asked), bool(green), county, due and _moment(due)))
        else:
            tally.leave(county, id)


def follow_queries(since: int) -> tuple[Query, Query]:
    """What others have written from a position on: loads, and questions; nothing if too much."""
    return Query(_LOADS + _LATELY, (since,)), Query(_MOVED, (since, since))


def _take_loads(rows: Rows, tally: Tally) -> None:
    for lawyer, number, last, given_open, given_limit in rows:
        tally.open[lawyer] = number
        tally.given[lawyer] = (given_open, given_limit)
        if last is not None:
            tally.last[lawyer] = _moment(last)


def _moment(stored: Any) -> datetime:
    """A moment as the driver gives it: SQLite's is a text."""
    at: datetime = datetime.fromisoformat(stored) if isinstance(stored, str) else stored
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at


FOLLOWED = 5_000
"""As many events of other processes are followed; after more of them all is read anew."""

_LOADS = f"SELECT lawyer, open, last_given, given_open, given_limit FROM {LAWYER_LOAD.name}"  # noqa: S608 - our own name
_SINCE = f"(SELECT next_position - ? FROM {BOARD.name})"  # noqa: S608 - our own name
_LATELY = f" WHERE {_SINCE} BETWEEN 1 AND {FOLLOWED}"
_MOVED = (
    "SELECT q.state, q.id, q.asked, q.green, q.county, "  # noqa: S608 - our own names
    f"CASE q.state WHEN '{State.WAITING.value}' THEN "
    f"(SELECT min(c.due) FROM {QUESTION_CLOCK.name} c WHERE c.question = q.id) END "
    f"FROM {QUESTION.name} q{_LATELY} "
    f"AND q.id IN (SELECT question FROM {QUESTION_EVENT.name} WHERE position >= ?)"
)
_DUE = (
    select(func.min(QUESTION_CLOCK.c.due))
    .where(QUESTION_CLOCK.c.question == QUESTION.c.id)
    .scalar_subquery()
)
_LINE = (QUESTION.c.id, QUESTION.c.asked, QUESTION.c.green, QUESTION.c.county, _DUE)
_WAITING = select(*_LINE).where(QUESTION.c.state == State.WAITING.value)
_SQLITE_WAITING = (
    "SELECT group_concat(id), group_concat(asked || '+00:00'), group_concat(green), "
    "group_concat(county), group_concat(coalesce("
    "(SELECT min(c.due) FROM question_clock c WHERE c.question = q.id) || '+00:00', '')) "
    "FROM question q WHERE q.state = ?"
)


def open_by_shift(connection: Connection) -> dict[str, int]:
    """How many questions that count against capacity each shift's lawyers hold together."""
    return {shift: number for shift, number in connection.execute(_BY_SHIFT) if shift is not None}


_BY_SHIFT = (
    select(QUESTION.c.shift, func.count())
    .where(QUESTION.c.state.in_([state.value for state in sorted(HELD)]))
    .group_by(QUESTION.c.shift)
)
