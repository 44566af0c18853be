"""The table of running clocks as arrays, read and written in few statements."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from zhiban.data.worktime_many import Moments
from zhiban.queue.reckoning import NEVER, Running, Sort, Truths

_MOMENTS = ("c.started", "c.due", "c.warn_at")


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
    columns = _from_sqlite(connection) if sqlite else _from_postgresql(connection)
    question, sorts, sort, warned, flags = columns[:5]
    started, due, warn_at = (_moments(one) for one in columns[5:8])
    flag = np.array(flags, dtype=np.int64)
    running = Running(
        question=np.array(question, dtype=np.int64),
        sorts=sorts,
        sort=np.array(sort, dtype=np.int64),
        started=started,
        warned=np.array(warned, dtype=np.float64),
        breached=(flag & _WAITING) == 0,
        due=due,
        provisional=(flag & _PROVISIONAL) != 0,
        warn_at=warn_at,
    )
    plain = ((flag & _PAUSED) == 0) & (started != NEVER)
    names = [np.array(one, dtype=object) for one in columns[8:]]
    # Sorting here is cheaper than having the database follow an index from row to row.
    return Clocks(running, plain, names).at(np.argsort(running.question, kind="stable"))


def _from_sqlite(connection: Connection) -> list[Any]:
    """One long text a column, since SQLite hands the interpreter to other threads at each row."""
    each = ", ".join(f"group_concat({one}, char(30))" for one in _SQLITE_COLUMNS)
    row = connection.exec_driver_sql(f"SELECT {each} {_FROM}").one()
    columns: list[Any] = [text.split("\x1e") if text is not None else [] for text in row]
    found: dict[str, int] = {}
    sort = [found.setdefault(one, len(found)) for one in columns[1]]
    sorts = [_sort(*one.split("\x1f")) for one in found]
    return [columns[0], sorts, sort, *columns[2:7], np.array(columns[7], dtype=np.int64)]


def _sort(clock: Any, channel: str, category: str, green: str) -> Sort:
    return clock, channel, category or None, green == "1"


def _from_postgresql(connection: Connection) -> list[Any]:
    found = connection.exec_driver_sql(f"SELECT {_POSTGRESQL_COLUMNS} {_FROM}")
    rows = found.cursor.fetchall()  # as tuples: a hundred thousand rows are no time to be polite
    found.close()
    columns: list[Any] = list(zip(*rows, strict=True)) if rows else [()] * 13
    sorts: dict[Any, int] = {}
    sort = [sorts.setdefault(one, len(sorts)) for one in zip(*columns[1:5], strict=True)]
    return [columns[0], list(sorts), sort, *columns[5:]]


_PAUSED, _WAITING, _PROVISIONAL = 1, 2, 4
_FLAGS = (
    f"c.paused * {_PAUSED} + CASE WHEN c.breach_at IS NULL THEN 0 ELSE {_WAITING} END "
    f"+ c.provisional * {_PROVISIONAL}"
)
_FROM = "FROM question_clock c JOIN question q ON q.id = c.question"
_SQLITE_COLUMNS = (
    "c.question",
    " || char(31) || ".join(("c.clock", "q.channel", "coalesce(q.category, '')", "q.green")),
    "c.warned",
    _FLAGS,
    *(f"coalesce({name}, 'NaT')" for name in _MOMENTS),
    "c.rowid",
)
_POSTGRESQL_COLUMNS = ", ".join(
    (
        *("c.question", "c.clock", "q.channel", "q.category", "q.green", "c.warned"),
        _FLAGS.replace("c.paused", "c.paused::int").replace("c.provisional", "c.provisional::int"),
        *(f"({name} AT TIME ZONE 'UTC')::text" for name in _MOMENTS),
        *("c.question", "c.clock", "c.round"),
    )
)


def write(connection: Connection, clocks: Clocks, after: Running) -> None:
    """Writes the rows of the clocks that differ."""
    which = np.flatnonzero(clocks.running.differs(after))
    if not len(which):
        return
    values = [_texts(after.due[which]), _texts(after.warn_at[which])]
    values.append(after.provisional[which].tolist())
    names = [name[which].tolist() for name in clocks.names]
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(_SQLITE_CLOCKS, list(zip(*values, *names, strict=True)))
    else:
        connection.exec_driver_sql(_POSTGRESQL_CLOCKS, tuple(map(_joined, [*values, *names])))


def _joined(values: Sequence[object]) -> str:
    """Many values as one text: the driver would take longer over a list than over the work."""
    return ",".join("" if one is None else str(one) for one in values)


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
# What is late stays late, and has no breach to come.
_SQLITE_CLOCKS = (
    "UPDATE question_clock SET due = ?1, warn_at = ?2, provisional = ?3, "
    "breach_at = CASE WHEN breach_at IS NULL THEN NULL ELSE ?1 END, "
    "call_at = coalesce(?2, CASE WHEN breach_at IS NULL THEN NULL ELSE ?1 END) "
    "WHERE rowid = ?4"
)
_AT = "nullif({0}, '')::timestamp AT TIME ZONE 'UTC' AS {0}"
_POSTGRESQL_CLOCKS = (
    "UPDATE question_clock c SET due = n.due, warn_at = n.warn_at, provisional = n.provisional, "  # noqa: S608 - names of our own
    "breach_at = CASE WHEN c.breach_at IS NULL THEN NULL ELSE n.due END, "
    "call_at = coalesce(n.warn_at, CASE WHEN c.breach_at IS NULL THEN NULL ELSE n.due END) "
    f"FROM (SELECT {_AT.format('due')}, {_AT.format('warn_at')}, provisional::bool, "
    "question::bigint, clock, round::int FROM unnest("
    + ", ".join(["string_to_array(%s, ',')"] * 6)
    + ") AS m(due, warn_at, provisional, question, clock, round)) AS n "
    "WHERE c.question = n.question AND c.clock = n.clock AND c.round = n.round"
)
