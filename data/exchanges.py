"""Exchanges with the database: many statements to PostgreSQL in one, asked or written.

An exchange costs little by itself. Its end costs more: the thread that waited for it has to get the
interpreter back from others, and everybody waits for the board that it holds.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, NamedTuple

import psycopg
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

Rows = list[tuple[Any, ...]]
_READY = "zhiban.exchanges"


class Query(NamedTuple):
    """A SELECT with `?` for its values, as the driver takes and gives them."""

    statement: str
    values: tuple[Any, ...] = ()


def rows_of(connection: Connection, query: Query) -> Rows:
    """The rows of a query: those that lie ready in this transaction, else asked for now.

    What lies ready is taken once, so that what is asked again is read again. Asked of the driver
    itself: what prepares any statement costs more than finding a few rows.
    """
    ready = _ready(connection)
    for place, (asked, rows) in enumerate(ready):
        if asked == query:
            del ready[place]
            return rows
    if not connection.in_transaction():
        connection.begin()
    sqlite = connection.dialect.name == "sqlite"
    text = query.statement if sqlite else psycopg_form(query.statement)
    driver: Any = connection.connection.driver_connection
    with told(connection):
        found: Rows = driver.execute(text, query.values).fetchall()
    return found


def ask_together(
    connection: Connection, queries: Sequence[Query], first: Sequence[str] = ()
) -> Rows:
    """Has the answers to queries lie ready: from PostgreSQL in one exchange, else not at all.

    `first` are statements that go before them; returns the rows of the first of these.
    """
    driver = connection.connection.driver_connection
    if not isinstance(driver, psycopg.Connection) or not (first or queries):
        return []
    with told(connection):
        with driver.pipeline():
            before = [driver.execute(text, prepare=text.startswith("SELECT")) for text in first]
            asked = [
                driver.execute(psycopg_form(query.statement), query.values, prepare=True)
                for query in queries
            ]
        fresh = [(query, cursor.fetchall()) for query, cursor in zip(queries, asked, strict=True)]
        found = before[0].fetchall() if before else []
    connection.info[_READY] = (connection.get_transaction(), [*_ready(connection), *fresh])
    return found


def _ready(connection: Connection) -> list[tuple[Query, Rows]]:
    """What lies ready; the info outlives a transaction, and says of which one it is."""
    transaction, ready = connection.info.get(_READY, (None, []))
    return ready if transaction is connection.get_transaction() else []


@lru_cache
def psycopg_form(statement: str) -> str:
    """A statement with psycopg's marks."""
    return statement.replace("?", "%s")


@contextmanager
def together(connection: Connection) -> Iterator[None]:
    """Has the server of a PostgreSQL take all that is written in this block in one go.

    Nothing may be read in it; what the server has against it is raised at the end. A block within
    another is part of it.
    """
    driver = connection.connection.driver_connection
    if not isinstance(driver, psycopg.Connection) or driver.pgconn.pipeline_status:
        yield
        return
    with told(connection), driver.pipeline():
        yield


@contextmanager
def told(connection: Connection) -> Iterator[None]:
    """Raises the driver's errors as those of any other statement."""
    try:
        yield
    except (psycopg.Error, sqlite3.Error) as error:
        kind = psycopg.Error if isinstance(error, psycopg.Error) else sqlite3.Error
        raise DBAPIError.instance(None, None, error, kind, dialect=connection.dialect) from error
