"""Rows in bulk: one statement for many rows, its text made once, the same on both databases.

A statement for each row costs a turn of the interpreter's lock on SQLite and a message on
PostgreSQL, and preparing values by their types costs more than writing them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from itertools import islice
from typing import Any, cast

import psycopg
from sqlalchemy import Connection, Table
from sqlalchemy.exc import DBAPIError

from zhiban.data.database import UtcDateTime

_MOST = 64
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
    if not rows:
        return
    names = tuple(rows[0])
    sqlite = connection.dialect.name == "sqlite"
    values = _values(table, names, rows, _sqlite_moment if sqlite else _moment)
    run = connection.exec_driver_sql if sqlite else _raw(connection)
    start = 0
    while start < len(rows):
        number = _portion(len(rows) - start)
        part = tuple(values[start * len(names) : (start + number) * len(names)])
        run(_statement(table, names, number, sqlite, replace), part)
        start += number


@contextmanager
def together(connection: Connection) -> Iterator[None]:
    """Has the server of a PostgreSQL take all that is written in this block in one go.

    Nothing may be read in it; what the server has against it is raised at the end.
    """
    driver = connection.connection.driver_connection
    if not isinstance(driver, psycopg.Connection):
        yield
        return
    with told(connection), driver.pipeline():
        yield


def _raw(connection: Connection) -> Callable[[str, tuple[Any, ...]], object]:
    """Runs a statement whose marks are PostgreSQL's own, so that no one looks for others in it."""
    driver = connection.connection.driver_connection
    cursor = psycopg.RawCursor(cast("psycopg.Connection[Any]", driver))

    def run(statement: str, values: tuple[Any, ...]) -> None:
        with told(connection):
            cursor.execute(statement.encode(), values, prepare=True)

    return run


@contextmanager
def told(connection: Connection) -> Iterator[None]:
    """Raises the driver's errors as those of any other statement."""
    try:
        yield
    except psycopg.Error as error:
        raise DBAPIError.instance(
            None, None, error, psycopg.Error, dialect=connection.dialect
        ) from error


def _values(
    table: Table,
    names: tuple[str, ...],
    rows: Sequence[Mapping[str, Any]],
    stored: Callable[[datetime], str],
) -> list[Any]:
    """The values of all rows, one after the other."""
    values: list[Any] = []
    for row in rows:
        values += [row[name] for name in names]
    for place in _moments(table, names):
        for index in range(place, len(values), len(names)):
            if values[index] is not None:
                values[index] = stored(values[index])
    return values


@lru_cache(maxsize=_KEPT)
def _moments(table: Table, names: tuple[str, ...]) -> tuple[int, ...]:
    """The places of a row that hold moments."""
    return tuple(
        place for place, name in enumerate(names) if isinstance(table.c[name].type, UtcDateTime)
    )


def _portion(left: int) -> int:
    """The largest power of two that is not more: few different statements, each kept prepared."""
    return min(_MOST, 1 << (left.bit_length() - 1))


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
