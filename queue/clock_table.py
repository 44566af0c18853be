"""The table of running clocks as arrays, read and written in few statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import Connection

from zhiban.data.worktime_many import Moments
from zhiban.queue.reckoning import Running, Truths

_MOMENTS = ("c.started", "c.due", "c.warn_at", "c.breach_at", "q.due")
_PORTION = 20_000


@dataclass(frozen=True)
class Clocks:
    """Every running clock with its row's place, its question's code and what stands as due of it.

    `plain` are those that can be reckoned from their rows: nothing was ever paused.
    """

    running: Running
    plain: Truths
    rows: Moments
    clock: Sequence[str]
    round: Sequence[int]
    code: Sequence[str]
    question_due: Moments

    def only(self, which: Truths) -> Clocks:
        """Some of them."""
        places = np.flatnonzero(which).tolist()
        here = self.running
        taken = {name: getattr(here, name)[places] for name in _ARRAYS}
        return Clocks(
            Running(sorts=here.sorts, **taken),
            self.plain[places],
            self.rows[places],
            [self.clock[n] for n in places],
            [self.round[n] for n in places],
            [self.code[n] for n in places],
            self.question_due[places],
        )


_ARRAYS = (
    "question", "sort", "started", "warned", "breached", "due", "provisional", "warn_at",
    "breach_at",
)  # fmt: skip


def read(connection: Connection) -> Clocks:
    """The whole table, ordered by question."""
    sqlite = connection.dialect.name == "sqlite"
    number = "c.rowid" if sqlite else "c.question"
    names = [name if sqlite else f"({name} AT TIME ZONE 'UTC')::text" for name in _MOMENTS]
    rows = connection.exec_driver_sql(
        f"SELECT c.question, {number}, c.clock, c.round, q.code, q.channel, q.category, q.green, "  # noqa: S608 - names of our own
        f"c.warned, c.paused, c.provisional, {', '.join(names)} "
        "FROM question_clock c JOIN question q ON q.id = c.question ORDER BY c.question"
    ).all()
    columns: list[Any] = list(zip(*rows, strict=True)) if rows else [()] * 16
    question, places, clock, round_, code, channel, category, green = columns[:8]
    warned, paused, provisional = columns[8:11]
    started, due, warn_at, breach_at, question_due = (_moments(one) for one in columns[11:])
    sorts: dict[Any, int] = {}
    found = [
        sorts.setdefault((*one[:3], bool(one[3])), len(sorts))
        for one in zip(clock, channel, category, green, strict=True)
    ]
    never = _moments([None])[0]
    running = Running(
        question=_numbers(question),
        sorts=list(sorts),
        sort=_numbers(found),
        started=started,
        warned=np.array(warned, dtype=np.float64),
        breached=breach_at == never,
        due=due,
        provisional=np.array(provisional, dtype=bool),
        warn_at=warn_at,
        breach_at=breach_at,
    )
    plain = ~np.array(paused, dtype=bool) & (started != never)
    return Clocks(running, plain, _numbers(places), clock, round_, code, question_due)


def write(connection: Connection, clocks: Clocks, after: Running) -> None:
    """Writes what differs: the clocks' rows."""
    which: list[int] = np.flatnonzero(clocks.running.differs(after)).tolist()
    values = [_texts(one[which]) for one in (after.due, after.warn_at, after.breach_at)]
    provisional = after.provisional[which].tolist()
    if connection.dialect.name == "sqlite":
        told = list(zip(*values, provisional, clocks.rows[which].tolist(), strict=True))
        if told:
            connection.exec_driver_sql(_SQLITE_CLOCKS, told)
        return
    keys = [[column[n] for n in which] for column in (clocks.clock, clocks.round)]
    columns = [*values, provisional, after.question[which].tolist(), *keys]
    _portions(connection, _POSTGRESQL_CLOCKS, columns)


def write_dues(connection: Connection, questions: Moments, due: Moments) -> None:
    """Writes what stands as due of questions."""
    columns = [_texts(due), questions.tolist()]
    if connection.dialect.name == "sqlite":
        told = list(zip(*columns, strict=True))
        if told:
            connection.exec_driver_sql(_SQLITE_QUESTIONS, told)
        return
    _portions(connection, _POSTGRESQL_QUESTIONS, columns)


def _portions(connection: Connection, statement: str, columns: list[list[Any]]) -> None:
    for start in range(0, len(columns[0]), _PORTION):
        portion = tuple(column[start : start + _PORTION] for column in columns)
        connection.exec_driver_sql(statement, portion)


def _moments(texts: Sequence[str | None]) -> Moments:
    return np.array(texts, dtype="datetime64[us]").astype(np.int64)


def _numbers(values: Sequence[int]) -> Moments:
    return np.array(values, dtype=np.int64)


def _texts(at: Moments) -> list[Any]:
    found: list[Any] = np.datetime_as_string(at.astype("datetime64[us]"), unit="us").tolist()
    return found


def _sqlite(place: int) -> str:
    """A moment's text as SQLAlchemy's own type stores it; what is none stays none."""
    return f"replace(nullif(?{place}, 'NaT'), 'T', ' ')"


_SQLITE_CLOCKS = (
    f"UPDATE question_clock SET due = {_sqlite(1)}, warn_at = {_sqlite(2)}, "  # noqa: S608
    f"breach_at = {_sqlite(3)}, call_at = coalesce({_sqlite(2)}, {_sqlite(3)}), "
    "provisional = ?4 WHERE rowid = ?5"
)
_SQLITE_QUESTIONS = f"UPDATE question SET due = {_sqlite(1)} WHERE id = ?2"  # noqa: S608
_AT = "nullif({}, 'NaT')::timestamp AT TIME ZONE 'UTC'"
_POSTGRESQL_CLOCKS = (
    f"UPDATE question_clock c SET due = {_AT.format('n.due')}, "  # noqa: S608
    f"warn_at = {_AT.format('n.warn_at')}, breach_at = {_AT.format('n.breach_at')}, "
    f"call_at = coalesce({_AT.format('n.warn_at')}, {_AT.format('n.breach_at')}), "
    "provisional = n.provisional FROM unnest(%s::text[], %s::text[], %s::text[], %s::bool[], "
    "%s::bigint[], %s::text[], %s::int[]) "
    "AS n(due, warn_at, breach_at, provisional, question, clock, round) "
    "WHERE c.question = n.question AND c.clock = n.clock AND c.round = n.round"
)
_POSTGRESQL_QUESTIONS = (
    f"UPDATE question q SET due = {_AT.format('n.due')} "  # noqa: S608
    "FROM unnest(%s::text[], %s::bigint[]) AS n(due, id) WHERE q.id = n.id"
)
