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
