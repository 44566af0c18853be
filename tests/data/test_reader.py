"""Rows read on the event loop: what is committed, and a plain word when they cannot be had."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, insert

from zhiban.data.database import make_engine, writing
from zhiban.data.reader import NotNow, reader_for
from zhiban.data.records import LeaseRecord, table
from zhiban.data.timespan import SHANGHAI

Awaited = Callable[[Coroutine[Any, Any, Any]], Any]
LEASE = table(LeaseRecord)
FIND = "SELECT holder FROM lease WHERE name = ?"
FIND_OF = "SELECT name, holder FROM lease WHERE name IN (...)"


def put(engine: Engine, name: str, holder: str) -> None:
    until = datetime(2026, 11, 24, tzinfo=SHANGHAI)
    with writing(engine) as connection:
        connection.execute(insert(LEASE).values(name=name, holder=holder, until=until))


def test_what_is_committed_is_read_at_once_by_many_and_on_another_loop(
    database: Engine, awaited: Awaited
) -> None:
    put(database, "a", "一")
    reader = reader_for(database)

    async def ask(new: str) -> list[object]:
        found = await asyncio.gather(*(reader.rows(FIND, "a") for _ in range(20)))
        await asyncio.to_thread(put, database, new, "二")
        return [*found, await reader.rows(FIND, new), await reader.rows(FIND, "none")]

    for new in ("b", "c"):
        found = awaited(ask(new))
        assert [list(rows) for rows in found] == [[("一",)]] * 20 + [[("二",)], []]
    awaited(reader.close())


def test_nothing_can_be_written_through_it(database: Engine, awaited: Awaited) -> None:
    reader = reader_for(database)

    async def write() -> None:
        try:
            with pytest.raises(NotNow):
                await reader.rows("DELETE FROM lease WHERE name = ? RETURNING name", "a")
        finally:
            await reader.close()

    awaited(write())


def test_after_a_failure_it_reads_again(database: Engine, awaited: Awaited) -> None:
    put(database, "a", "一")
    reader = reader_for(database)

    async def ask() -> None:
        with pytest.raises(NotNow):
            await reader.rows("SELECT nothing FROM lease WHERE name = ?", "a")
        assert list(await reader.rows(FIND, "a")) == [("一",)]
        await reader.close()

    awaited(ask())


def test_one_who_gives_up_waiting_leaves_no_answer_to_the_next(
    database: Engine, awaited: Awaited
) -> None:
    put(database, "a", "一")
    reader = reader_for(database)

    async def ask() -> None:
        for _ in range(8):
            leaving = [asyncio.ensure_future(reader.rows(FIND, "none")) for _ in range(6)]
            await asyncio.sleep(0)
            for one in leaving:
                one.cancel()
            assert list(await reader.rows(FIND, "a")) == [("一",)]
        await reader.close()

    awaited(ask())


def test_a_database_that_is_not_there_is_said_to_be_so(tmp_path: Path, awaited: Awaited) -> None:
    urls = (
        f"sqlite:///{tmp_path}/missing/none.sqlite3",
        "postgresql+psycopg://nobody@/none?host=/nowhere",
    )
    for url in urls:
        engine = make_engine(url)
        with pytest.raises(NotNow):
            awaited(reader_for(engine).rows(FIND, "a"))
        engine.dispose()


def test_many_who_ask_at_once_each_get_their_own_rows_and_nobody_elses(
    database: Engine, awaited: Awaited
) -> None:
    for name in "abc":
        put(database, name, name * 2)
    reader = reader_for(database)

    async def ask(rounds: int) -> list[list[object]]:
        names = ["a", "none", "b", "a", "c"] * rounds
        found = await asyncio.gather(*(reader.rows_of(FIND_OF, name) for name in names))
        await asyncio.to_thread(put, database, f"new{rounds}", "新")
        later = await reader.rows_of(FIND_OF, f"new{rounds}")
        return [list(rows) for rows in (*found, later)]

    for rounds in (1, 30):  # on an event loop each
        one_round = [[("a", "aa")], [], [("b", "bb")], [("a", "aa")], [("c", "cc")]]
        assert awaited(ask(rounds)) == [*one_round * rounds, [(f"new{rounds}", "新")]]
    awaited(reader.close())


def test_who_shares_an_exchange_that_fails_is_told_so_and_may_ask_again(
    database: Engine, awaited: Awaited
) -> None:
    put(database, "a", "一")
    reader = reader_for(database)

    async def ask() -> None:
        wrong = "SELECT name, nothing FROM lease WHERE name IN (...)"
        asked = (reader.rows_of(wrong, name) for name in "abc")
        told = await asyncio.gather(*asked, return_exceptions=True)
        assert [type(one) for one in told] == [NotNow] * 3
        assert list(await reader.rows_of(FIND_OF, "a")) == [("a", "一")]
        await reader.close()

    awaited(ask())


def test_who_gives_up_waiting_takes_the_answer_from_none_who_asked_with_them(
    database: Engine, awaited: Awaited
) -> None:
    put(database, "a", "一")
    reader = reader_for(database)

    async def ask() -> None:
        for _ in range(8):
            first = asyncio.ensure_future(reader.rows_of(FIND_OF, "a"))
            second = asyncio.ensure_future(reader.rows_of(FIND_OF, "a"))
            await asyncio.sleep(0)
            first.cancel()
            assert list(await second) == [("a", "一")]
        await reader.close()

    awaited(ask())


def test_who_waits_while_the_reader_is_closed_is_told_so(
    database: Engine, awaited: Awaited
) -> None:
    reader = reader_for(database)

    async def ask() -> None:
        waiting = asyncio.ensure_future(reader.rows_of(FIND_OF, "none"))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        await reader.close()
        (told,) = await asyncio.gather(waiting, return_exceptions=True)
        # SQLite had answered by then.
        assert told == [] or isinstance(told, NotNow)

    awaited(ask())
