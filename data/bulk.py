"""Rows in bulk: one statement for many rows, its text made once, the same on both databases.

A statement for each row costs a turn of the interpreter's lock on SQLite and a message on
PostgreSQL, and preparing values by their types costs more than writing them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from itertools import chain, islice
from operator import itemgetter
from typing import Any, cast

import psycopg
from sqlalchemy import Connection, Table

from zhiban.data.database import UtcDateTime
from zhiban.data.exchanges import Query, Rows, rows_of, told

_MOST = 64
_SIZES = (_MOST, 48, 32, 24, 16, 12, 8, 7, 6, 5, 4, 3, 2, 1)
_KEPT = 4096


def insert_rows(
    connection: Connection,
    table: Table,
    rows: Sequence[Mapping[str, Any]],
    *,
    replace: bool = False,
) -> None:
    """Inserts rows of texts, numbers, truths and moments, all with the same columns.

    With `replace` a row that is there by its primary key gets the new values.
    """
    if rows:
        names = tuple(rows[0])
        taken = _taking(names)
        insert_tuples(connection, table, names, [taken(row) for row in rows], replace=replace)


def insert_tuples(
    connection: Connection,
    table: Table,
    names: tuple[str, ...],
    rows: Sequence[tuple[Any, ...]],
    *,
    replace: bool = False,
) -> None:
    """The same for rows as tuples, in the order of the columns named."""
    if not rows:
        return
    if not connection.in_transaction():
        connection.begin()
    sqlite = connection.dialect.name == "sqlite"
    values = _values(table, names, rows, _sqlite_moment if sqlite else _moment)
    run = _raw(connection)
    start = 0
    with told(connection):
        while start < len(rows):
            number = _portion(len(rows) - start)
            part = values[start * len(names) : (start + number) * len(names)]
            run(_statement(table, names, number, sqlite, replace), part)
            start += number


def rows_among(connection: Connection, statement: str, values: Sequence[str]) -> Rows:
    """The rows of a SELECT that names these values as `IN (...)`; 64 of them at most.

    `(...)` stands in it where the values go.
    """
    return rows_of(connection, query_among(connection, statement, values))


def query_among(connection: Connection, statement: str, values: Sequence[str]) -> Query:
    """The query for such rows."""
    if not values or len(values) > _MOST:
        raise ValueError(f"from 1 to {_MOST} values can be looked for, not {len(values)}")
    if connection.dialect.name != "sqlite":
        return Query(statement.replace("IN (...)", "= ANY(?)"), (list(values),))
    # Some are asked for twice, so that there are few different statements.
    number = next(size for size in reversed(_SIZES) if size >= len(values))
    marks = ", ".join("?" * number)
    filled = (*values, *[values[-1]] * (number - len(values)))
    return Query(statement.replace("...", marks), filled)


def _raw(connection: Connection) -> Callable[[str, list[Any]], object]:
    """Runs a statement on the driver itself, on PostgreSQL with the server's own marks."""
    driver = connection.connection.driver_connection
    if isinstance(driver, sqlite3.Connection):
        return driver.execute
    cursor = psycopg.RawCursor(cast("psycopg.Connection[Any]", driver))
    return lambda statement, values: cursor.execute(statement.encode(), values, prepare=True)


def _values(
    table: Table,
    names: tuple[str, ...],
    rows: Sequence[tuple[Any, ...]],
    stored: Callable[[datetime], str],
) -> list[Any]:
    """The values of all rows, one after the other."""
    values = list(chain.from_iterable(rows))
    width = len(names)
    for place in _moments(table, names):
        values[place::width] = [None if at is None else stored(at) for at in values[place::width]]
    return values


@lru_cache(maxsize=_KEPT)
def _taking(names: tuple[str, ...]) -> Callable[[Mapping[str, Any]], tuple[Any, ...]]:
    """Takes the values of these names from a row."""
    if len(names) == 1:
        return lambda row: (row[names[0]],)
    return itemgetter(*names)


@lru_cache(maxsize=_KEPT)
def _moments(table: Table, names: tuple[str, ...]) -> tuple[int, ...]:
    """The places of a row that hold moments."""
    return tuple(
        place for place, name in enumerate(names) if isinstance(table.c[name].type, UtcDateTime)
    )


def _portion(left: int) -> int:
    """How many rows to write next: few different statements, each kept prepared."""
    return next(size for size in _SIZES if size <= left)


@lru_cache(maxsize=_KEPT)
def _statement(
    table: Table, names: tuple[str, ...], number: int, sqlite: bool, replace: bool
) -> str:
    # Names come from our own tables, values only ever go in by their marks.
    columns = ", ".join(f'"{table.c[name].name}"' for name in names)
    marks = iter("?" if sqlite else f"${place + 1}" for place in range(number * len(names)))
    places = ", ".join(f"({', '.join(islice(marks, len(names)))})" for _ in range(number))
    text = f'INSERT INTO "{table.name}" ({columns}) VALUES {places}'  # noqa: S608
    if not replace:
        return text
    keys = [column.name for column in table.primary_key.columns]
    which = ", ".join(f'"{name}"' for name in keys)
    taken = ", ".join(f'"{name}" = excluded."{name}"' for name in names if name not in keys)
    return f"{text} ON CONFLICT ({which}) DO UPDATE SET {taken}"


@lru_cache(maxsize=_KEPT)
def _sqlite_moment(at: datetime) -> str:
    """As SQLAlchemy's own type stores it, so that both compare."""
    return _utc(at).replace(tzinfo=None).isoformat(" ", "microseconds")


@lru_cache(maxsize=_KEPT)
def _moment(at: datetime) -> str:
    # A text has the same type as nothing, so that a statement is prepared once for both.
    return _utc(at).isoformat(" ", "microseconds")


def _utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError(f"a stored time needs a zone, {at} has none")
    return at.astimezone(UTC)
