"""Small look-ups by key on the event loop itself: a few rows cost less than a turn of a thread.

SQLite answers from its file in some ten microseconds, and no reader of it waits for a writer;
PostgreSQL is asked over a few connections that wait for their answers without holding anybody up,
for all at once who ask alike: an exchange costs the event loop more than the rows of many.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, Protocol

import psycopg
from sqlalchemy import URL, Engine

from zhiban.data.exchanges import psycopg_form

_CONNECTIONS = 4
Rows = Sequence[tuple[Any, ...]]
_Asked = tuple[str | int, asyncio.Future[Rows]]
_Connection = psycopg.AsyncConnection[tuple[Any, ...]]


class NotNow(Exception):  # noqa: N818 - says what happened
    """The rows cannot be had this way at the moment; the usual way says why, or gives them."""


class Reader(Protocol):
    """Reads what is committed; one statement, one consistent view."""

    async def rows(self, statement: str, *values: str | int) -> Rows:
        """The rows of a SELECT with `?` for its values; raises NotNow."""

    async def rows_of(self, statement: str, value: str | int) -> Rows:
        """The rows of a SELECT that have this value in their first column; raises NotNow.

        `IN (...)` stands in it where the value goes, or those of all who ask just then.
        """

    async def close(self) -> None:
        """Gives up its connections."""


def reader_for(engine: Engine) -> Reader:
    """A reader of the engine's database, for use on one event loop; nothing is opened yet."""
    if engine.dialect.name == "sqlite":
        return _SqliteReader(str(engine.url.database))
    return _PostgresqlReader(engine.url)


class _SqliteReader:
    def __init__(self, file: str) -> None:
        self._file = file
        self._connection: sqlite3.Connection | None = None

    async def rows(self, statement: str, *values: str | int) -> Rows:
        try:
            if self._connection is None:
                self._connection = self._opened()
            return self._connection.execute(statement, values).fetchall()
        except sqlite3.Error as error:
            await self.close()
            raise NotNow from error

    async def rows_of(self, statement: str, value: str | int) -> Rows:
        return await self.rows(_for_one(statement), value)

    async def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _opened(self) -> sqlite3.Connection:
        # It must not wait: the event loop would wait with it.
        connection = sqlite3.connect(
            self._file, timeout=0, isolation_level=None, check_same_thread=False
        )
        connection.execute("PRAGMA query_only=ON")
        return connection


class _PostgresqlReader:
    def __init__(self, url: URL) -> None:
        self._url = url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._resting: list[_Connection] = []
        self._places = asyncio.Semaphore(_CONNECTIONS)
        self._gathered: dict[str, list[_Asked]] = {}
        self._fetching: set[asyncio.Task[None]] = set()

    async def rows(self, statement: str, *values: str | int) -> Rows:
        await self._move_in()
        return await self._fetched(psycopg_form(statement), values)

    async def rows_of(self, statement: str, value: str | int) -> Rows:
        await self._move_in()
        answer: asyncio.Future[Rows] = asyncio.get_running_loop().create_future()
        asked = (value, answer)
        if statement in self._gathered:
            self._gathered[statement].append(asked)
        else:
            self._gathered[statement] = [asked]
            task = asyncio.create_task(self._fetch_for_all(statement))
            self._fetching.add(task)
            task.add_done_callback(self._fetching.discard)
        return await answer

    async def _fetch_for_all(self, statement: str) -> None:
        """Fetches for all who ask, one exchange after the other, until nobody does."""
        asking: list[_Asked] = []
        try:
            while asking := self._gathered[statement]:
                self._gathered[statement] = []
                found: dict[Any, list[tuple[Any, ...]]] = {value: [] for value, _ in asking}
                try:
                    for row in await self._fetched(_for_many(statement), (list(found),)):
                        found[row[0]].append(row)
                except NotNow as error:
                    _refuse(asking, error)
                for value, answer in asking:
                    if not answer.done():  # refused, or given up meanwhile
                        answer.set_result(found[value])
        finally:
            _refuse([*asking, *self._gathered.pop(statement, ())], NotNow())

    async def _fetched(self, statement: str, values: Sequence[Any]) -> Rows:
        async with self._places:
            try:
                connection = self._resting.pop() if self._resting else await self._opened()
            except psycopg.Error as error:
                raise NotNow from error
            try:
                cursor = await connection.execute(statement, values)
                found = await cursor.fetchall()
            except psycopg.Error as error:
                await connection.close()
                raise NotNow from error
            except asyncio.CancelledError:  # an answer may be under way: nobody else may get it
                await connection.close()
                raise
            self._resting.append(connection)
            return found

    async def close(self) -> None:
        for task in self._fetching:
            task.cancel()
        while self._resting:
            await self._resting.pop().close()

    async def _move_in(self) -> None:
        """What belongs to an event loop that was, is of no use on this one."""
        loop = asyncio.get_running_loop()
        if self._loop is not loop:
            self._loop, self._places = loop, asyncio.Semaphore(_CONNECTIONS)
            self._gathered, self._fetching = {}, set()
            await self.close()

    async def _opened(self) -> _Connection:
        return await psycopg.AsyncConnection.connect(
            self._url,
            autocommit=True,
            prepare_threshold=1,
            connect_timeout=5,
            # Without scans: what was planned for a few rows is asked of many thousand, soon after.
            options="-c timezone=UTC -c default_transaction_read_only=on -c statement_timeout=2000 "
            "-c enable_seqscan=off",
        )


def _refuse(asking: Iterable[_Asked], error: NotNow) -> None:
    for _, answer in asking:
        if not answer.done():
            answer.set_exception(error)


@lru_cache
def _for_one(statement: str) -> str:
    return statement.replace("IN (...)", "= ?")


@lru_cache
def _for_many(statement: str) -> str:
    return statement.replace("IN (...)", "= ANY(%s)")
