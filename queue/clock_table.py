"""The table of running clocks as arrays, read and written in few statements."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from zhiban.data.worktime_many import Moments
from zhiban.queue.reckoning import NEVER, Running, Truths

_MOMENTS = ("c.started", "c.due", "c.warn_at")
_PORTION = 20_000


@dataclass(frozen=True)
class Clocks:
    """Every running clock, with the names that its row has.

    `plain` are those that can be reckoned from their rows: nothing was ever paused.
    """

    running: Running
    plain: Truths
    names: Sequence[NDArray[Any]]

    def at(self, places: Moments) -> Clocks:
        """Those at some places."""
        here = self.running
        taken = {name: getattr(here, name)[places] for name in _ARRAYS}
        names = [name[places] for name in self.names]
        return Clocks(Running(sorts=here.sorts, **taken), self.plain[places], names)

    def without(self, questions: Collection[int]) -> Clocks:
        """Those of all other questions."""
        if not questions:
            return self
        return self.at(np.flatnonzero(~np.isin(self.running.question, list(questions))))


_ARRAYS = ("question", "sort", "started", "warned", "breached", "due", "provisional", "warn_at")


def read(connection: Connection) -> Clocks:
    """The whole table, ordered by question."""
    sqlite = connection.dialect.name == "sqlite"
    names = _NAMES[connection.dialect.name]
    moments = [name if sqlite else f"({name} AT TIME ZONE 'UTC')::text" for name in _MOMENTS]
    found = connection.exec_driver_sql(
        "SELECT c.question, c.clock, q.channel, q.category, q.green, c.warned, c.paused, "  # noqa: S608 - names of our own
        f"c.provisional, c.breach_at IS NULL, {', '.join([*moments, *names])} "
        "FROM question_clock c JOIN question q ON q.id = c.question"
    )
    rows = found.cursor.fetchall()  # as tuples: a hundred thousand rows are no time to be polite
    found.close()
    columns: list[Any] = list(zip(*rows, strict=True)) if rows else [()] * (12 + len(names))
    question, clock, channel, category, green, warned, paused, provisional, breached = columns[:9]
    started, due, warn_at = (_moments(one) for one in columns[9:12])
    sorts: dict[Any, int] = {}
    sort = [
        sorts.setdefault(one, len(sorts))
        for one in zip(clock, channel, category, green, strict=True)
    ]
    running = Running(
        question=np.array(question, dtype=np.int64),
        sorts=[(*one[:3], bool(one[3])) for one in sorts],
        sort=np.array(sort, dtype=np.int64),
        started=started,
        warned=np.array(warned, dtype=np.float64),
        breached=np.array(breached, dtype=bool),
        due=due,
        provisional=np.array(provisional, dtype=bool),
        warn_at=warn_at,
    )
    plain = ~np.array(paused, dtype=bool) & (started != NEVER)
    found_so = Clocks(running, plain, [np.array(one, dtype=object) for one in columns[12:]])
    # Sorting here is cheaper than having the database follow an index from row to row.
    return found_so.at(np.argsort(running.question, kind="stable"))


_NAMES = {"sqlite": ("c.rowid",), "postgresql": ("c.question", "c.clock", "c.round")}


def write(connection: Connection, clocks: Clocks, after: Running) -> None:
    """Writes the rows of the clocks that differ."""
    which = np.flatnonzero(clocks.running.differs(after))
    if not len(which):
        return
    values = [
        *(_texts(one[which]) for one in (after.due, after.warn_at, after.breach_at, after.call_at)),
        after.provisional[which].tolist(),
    ]
    names = [name[which].tolist() for name in clocks.names]
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(_SQLITE_CLOCKS, list(zip(*values, *names, strict=True)))
    else:
        _portions(connection, _POSTGRESQL_CLOCKS, [*values, *names])


def write_dues(connection: Connection, questions: Moments, due: Moments) -> None:
    """Writes what stands as due of questions."""
    columns = [_texts(due), questions.tolist()]
    if connection.dialect.name != "sqlite":
        _portions(connection, _POSTGRESQL_QUESTIONS, columns)
    elif len(due):
        connection.exec_driver_sql(_SQLITE_QUESTIONS, list(zip(*columns, strict=True)))


def _portions(connection: Connection, statement: str, columns: list[list[Any]]) -> None:
    for start in range(0, len(columns[0]), _PORTION):
        portion = tuple(column[start : start + _PORTION] for column in columns)
        connection.exec_driver_sql(statement, portion)


def _moments(texts: Sequence[str | None]) -> Moments:
    return np.array(texts, dtype="datetime64[us]").astype(np.int64)


def _texts(at: Moments) -> list[Any]:
    """Moments as SQLAlchemy's own type stores them on SQLite; None for NEVER."""
    texts = np.datetime_as_string(at.astype("datetime64[us]"), unit="us")
    if len(texts):
        texts.view(np.uint32).reshape(len(texts), -1)[:, _BETWEEN] = ord(" ")
    found: list[Any] = texts.tolist()
    for n in np.flatnonzero(at == NEVER).tolist():
        found[n] = None
    return found


_BETWEEN = len("2026-11-24")  # where the day ends and the time begins
_SQLITE_CLOCKS = (
    "UPDATE question_clock SET due = ?, warn_at = ?, breach_at = ?, call_at = ?, provisional = ? "
    "WHERE rowid = ?"
)
_SQLITE_QUESTIONS = "UPDATE question SET due = ? WHERE id = ?"
_AT = "{}::timestamp AT TIME ZONE 'UTC'"
_POSTGRESQL_CLOCKS = (
    f"UPDATE question_clock c SET due = {_AT.format('n.due')}, "  # noqa: S608 - names of our own
    f"warn_at = {_AT.format('n.warn_at')}, breach_at = {_AT.format('n.breach_at')}, "
    f"call_at = {_AT.format('n.call_at')}, provisional = n.provisional "
    "FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::bool[], %s::bigint[], "
    "%s::text[], %s::int[]) "
    "AS n(due, warn_at, breach_at, call_at, provisional, question, clock, round) "
    "WHERE c.question = n.question AND c.clock = n.clock AND c.round = n.round"
)
_POSTGRESQL_QUESTIONS = (
    f"UPDATE question q SET due = {_AT.format('n.due')} "  # noqa: S608 - names of our own
    "FROM unnest(%s::text[], %s::bigint[]) AS n(due, id) WHERE q.id = n.id"
)
