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
    """Every running clock, with the name by which its row is found again.

    `plain` are those that can be reckoned from their rows: nothing was ever paused.
    """

    running: Running
    plain: Truths
    names: NDArray[Any]

    def at(self, places: Moments) -> Clocks:
        """Those at some places."""
        here = self.running
        taken = {name: getattr(here, name)[places] for name in _ARRAYS}
        return Clocks(Running(sorts=here.sorts, **taken), self.plain[places], self.names[places])

    def without(self, questions: Collection[int]) -> Clocks:
        """Those of all other questions."""
        if not questions:
            return self
        return self.at(np.flatnonzero(~np.isin(self.running.question, list(questions))))


_ARRAYS = ("question", "sort", "started", "warned", "breached", "due", "provisional", "warn_at")


def read(connection: Connection) -> Clocks:
    """The whole table, ordered by question."""
    columns = _columns(connection)
    question, sort_texts, warned, flags = columns[:4]
    started, due, warn_at = (_moments(one) for one in columns[4:7])
    sorts: dict[str, int] = {}
    sort = [sorts.setdefault(one, len(sorts)) for one in sort_texts]
    flag = np.array(flags, dtype=np.int64)
    running = Running(
        question=np.array(question, dtype=np.int64),
        sorts=[_sort(*one.split(_WITHIN)) for one in sorts],
        sort=np.array(sort, dtype=np.int64),
        started=started,
        warned=np.array(warned, dtype=np.float64),
        breached=(flag & _WAITING) == 0,
        due=due,
        provisional=(flag & _PROVISIONAL) != 0,
        warn_at=warn_at,
    )
    plain = ((flag & _PAUSED) == 0) & (started != NEVER)
    names = np.array(columns[7], dtype=object)
    # Sorting here is cheaper than having the database follow an index from row to row.
    return Clocks(running, plain, names).at(np.argsort(running.question, kind="stable"))


def _columns(connection: Connection) -> list[list[str]]:
    """One long text a column: cheaper than rows, and SQLite hands over to others at each row."""
    row = connection.exec_driver_sql(_READ[connection.dialect.name]).one()
    return [[] if text is None else text.split(_BETWEEN_ROWS) for text in row]


def _sort(clock: Any, channel: str, category: str, green: str) -> Sort:
    return clock, channel, category or None, green == "1"


_PAUSED, _WAITING, _PROVISIONAL = 1, 2, 4
_BETWEEN_ROWS, _WITHIN = "\x1e", "\x1f"  # what no code or moment holds


def _reading(sqlite: bool, name: str) -> str:
    """The statement that reads the columns, and the name by which a row is found again."""
    char, gather = ("char", "group_concat") if sqlite else ("chr", "string_agg")
    told = (
        "c.clock",
        "q.channel",
        "coalesce(q.category, '')",
        f"CAST({_number('q.green')} AS text)",
    )
    flags = (
        f"{_number('c.paused')} * {_PAUSED} + {_number('c.breach_at IS NOT NULL')} * {_WAITING} "
        f"+ {_number('c.provisional')} * {_PROVISIONAL}"
    )
    moment = "{}" if sqlite else "CAST({} AT TIME ZONE 'UTC' AS text)"
    columns = (
        "c.question",
        f" || {char}(31) || ".join(told),
        "c.warned",
        flags,
        *(f"coalesce({moment.format(name)}, 'NaT')" for name in _MOMENTS),
        name,
    )
    each = ", ".join(f"{gather}(CAST({one} AS text), {char}(30))" for one in columns)
    return f"SELECT {each} FROM question_clock c JOIN question q ON q.id = c.question"  # noqa: S608 - names of our own


def _number(truth: str) -> str:
    return f"CAST({truth} AS integer)"


# A row is found again by where it lies: whoever would move it meanwhile needs the board.
_READ = {"sqlite": _reading(True, "c.rowid"), "postgresql": _reading(False, "c.ctid")}


def write(connection: Connection, clocks: Clocks, after: Running) -> None:
    """Writes the rows of the clocks that differ."""
    which = np.flatnonzero(clocks.running.differs(after))
    if not len(which):
        return
    moments = after.due[which], after.warn_at[which]
    rest = [after.provisional[which].tolist(), clocks.names[which].tolist()]
    if connection.dialect.name == "sqlite":
        rows = zip(*map(_texts, moments), *rest, strict=True)
        connection.exec_driver_sql(_SQLITE_CLOCKS, list(rows))
    else:
        columns = tuple(map(_joined, [*map(_numbers, moments), *rest]))
        connection.exec_driver_sql(_POSTGRESQL_CLOCKS, columns)


def _joined(values: Sequence[object]) -> str:
    """Many values as one text: the driver would take longer over a list than over the work."""
    return ";".join("" if one is None else str(one) for one in values)


def _moments(texts: Sequence[str | None]) -> Moments:
    return np.array(texts, dtype="datetime64[us]").astype(np.int64)


def _numbers(at: Moments) -> list[int | None]:
    """Moments as they are, which a PostgreSQL reads in half the time of texts; None for NEVER."""
    found: list[int | None] = at.tolist()
    for n in np.flatnonzero(at == NEVER).tolist():
        found[n] = None
    return found


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
_AT = "'epoch'::timestamptz + nullif({0}, '')::bigint * '1 microsecond'::interval AS {0}"
_POSTGRESQL_CLOCKS = (
    "UPDATE question_clock c SET due = n.due, warn_at = n.warn_at, provisional = n.provisional, "  # noqa: S608 - names of our own
    "breach_at = CASE WHEN c.breach_at IS NULL THEN NULL ELSE n.due END, "
    "call_at = coalesce(n.warn_at, CASE WHEN c.breach_at IS NULL THEN NULL ELSE n.due END) "
    f"FROM (SELECT {_AT.format('due')}, {_AT.format('warn_at')}, provisional::bool, place::tid "
    "FROM unnest("
    + ", ".join(["string_to_array(%s, ';')"] * 4)
    + ") AS m(due, warn_at, provisional, place)) AS n WHERE c.ctid = n.place"
)
