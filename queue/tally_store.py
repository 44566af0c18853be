"""The tally as the tables have it: read whole, or brought up to what others have written."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select

from zhiban.queue.question import HELD, State
from zhiban.queue.records import LAWYER_LOAD, QUESTION, QUESTION_CLOCK, QUESTION_EVENT
from zhiban.queue.tally import Line, Tally


def load_tally(connection: Connection) -> Tally:
    """Loads of lawyers and the waiting line, as stored."""
    found = Tally()
    _load_lawyers(connection, found)
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
    _load_lawyers(connection, tally)
    tally.by_shift = None  # counted anew where it is asked for
    for row in connection.execute(_MOVED, {"since": since}):
        state, line = row[0], Line(*row[1:])
        if state == State.WAITING:
            tally.wait(line)
        else:
            tally.leave(line.county, line.id)


def _load_lawyers(connection: Connection, tally: Tally) -> None:
    for lawyer, number, last, given_open, given_limit in connection.execute(_LOADS):
        tally.open[lawyer] = number
        tally.given[lawyer] = (given_open, given_limit)
        if last is not None:
            tally.last[lawyer] = last


_LOADS = select(
    *(LAWYER_LOAD.c[name] for name in ("lawyer", "open", "last_given", "given_open", "given_limit"))
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
_MOVED = select(QUESTION.c.state, *_LINE).where(
    QUESTION.c.id.in_(
        select(QUESTION_EVENT.c.question).where(QUESTION_EVENT.c.position >= bindparam("since"))
    )
)


def open_by_shift(connection: Connection) -> dict[str, int]:
    """How many questions that count against capacity each shift's lawyers hold together."""
    return {shift: number for shift, number in connection.execute(_BY_SHIFT) if shift is not None}


_BY_SHIFT = (
    select(QUESTION.c.shift, func.count())
    .where(QUESTION.c.state.in_([state.value for state in sorted(HELD)]))
    .group_by(QUESTION.c.shift)
)
