"""The writer: many commands to a transaction, and only the poisoned one fails."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator, Sequence
from concurrent.futures import wait
from typing import Any, ClassVar

import pytest
from sqlalchemy import Connection, Engine, insert, select
from sqlalchemy.exc import IntegrityError

from zhiban.data import board
from zhiban.data.board import Board
from zhiban.data.database import DatabaseBusy, DatabaseUnavailable, make_engine, reading, writing
from zhiban.data.records import SettingRecord, table
from zhiban.data.writer import Writer, WriterBusy

Awaited = Callable[[Coroutine[Any, Any, Any]], Any]
SETTING = table(SettingRecord)
SECONDS = 20  # no test waits this long unless it fails


@pytest.fixture
def writer(database: Engine) -> Iterator[Writer]:
    """A running writer."""
    writer = Writer(database)
    writer.start()
    yield writer
    writer.stop()


def put(key: str) -> Callable[[Connection], str]:
    """A command that writes one row under a key of its own."""

    def command(connection: Connection) -> str:
        connection.execute(insert(SETTING).values(key=key, value=1))
        return key

    return command


def keys(engine: Engine) -> set[str]:
    """The rows that are committed."""
    with reading(engine) as connection:
        return set(connection.execute(select(SETTING.c.key)).scalars())


class Gate:
    """A command that holds the writer until told to go on, so that others pile up behind it."""

    def __init__(self) -> None:
        self.entered, self.opened = threading.Event(), threading.Event()

    def __call__(self, connection: Connection) -> None:
        self.entered.set()
        assert self.opened.wait(SECONDS)


def test_a_command_is_answered_after_it_is_committed(writer: Writer, database: Engine) -> None:
    assert writer.submit(put("a")).result(SECONDS) == "a"
    assert keys(database) == {"a"}


def test_what_waits_shares_a_transaction_up_to_the_batch(database: Engine) -> None:
    writer, gate, begun = Writer(database, batch=4), Gate(), []
    writer.start()
    writer.submit(gate)
    assert gate.entered.wait(SECONDS)
    futures = [writer.submit(lambda c: begun.append(c.get_transaction())) for _ in range(9)]
    gate.opened.set()
    wait(futures, SECONDS)
    writer.stop()
    # The gate went alone; nine that waited behind it make batches of 4, 4 and 1.
    assert [begun.count(one) for one in dict.fromkeys(begun)] == [4, 4, 1]


def test_unless_said_a_batch_is_larger_where_no_other_process_waits(database: Engine) -> None:
    writer, gate, begun = Writer(database), Gate(), []
    writer.start()
    writer.submit(gate)
    assert gate.entered.wait(SECONDS)
    futures = [writer.submit(lambda c: begun.append(c.get_transaction())) for _ in range(70)]
    gate.opened.set()
    wait(futures, SECONDS)
    writer.stop()
    found = [begun.count(one) for one in dict.fromkeys(begun)]
    assert found == ([64, 6] if database.dialect.name == "sqlite" else [32, 32, 6])


def test_only_the_poisoned_command_of_a_batch_fails(writer: Writer, database: Engine) -> None:
    def poison(connection: Connection) -> None:
        put("c")(connection)
        put("a")(connection)

    gate = Gate()
    writer.submit(put("a")).result(SECONDS)
    writer.submit(gate)
    assert gate.entered.wait(SECONDS)
    good, bad, other = writer.submit(put("b")), writer.submit(poison), writer.submit(put("d"))
    gate.opened.set()
    assert (good.result(SECONDS), other.result(SECONDS)) == ("b", "d")
    with pytest.raises(IntegrityError):
        bad.result(SECONDS)
    assert keys(database) == {"a", "b", "d"}


def test_the_writer_outlives_whatever_a_command_raises(writer: Writer) -> None:
    def leave(connection: Connection) -> None:
        raise SystemExit(1)

    with pytest.raises(SystemExit):
        writer.submit(leave).result(SECONDS)
    assert writer.submit(put("a")).result(SECONDS) == "a"
    assert writer.alive


def test_commands_beyond_the_depth_are_turned_away_at_once(database: Engine) -> None:
    writer, gate = Writer(database, depth=2), Gate()
    writer.start()
    held = writer.submit(gate)
    assert gate.entered.wait(SECONDS)
    kept = [writer.submit(put(key)) for key in "ab"]
    assert writer.depth == 2
    with pytest.raises(WriterBusy, match="2 commands"):
        writer.submit(put("c"))
    gate.opened.set()
    wait([held, *kept], SECONDS)
    writer.stop()
    assert keys(database) == {"a", "b"}


def test_stopping_writes_what_waits_and_takes_nothing_more(database: Engine) -> None:
    writer, gate = Writer(database, batch=2), Gate()
    with pytest.raises(WriterBusy):
        writer.submit(put("early"))
    writer.start()
    writer.submit(gate)
    assert gate.entered.wait(SECONDS)
    futures = [writer.submit(put(str(number))) for number in range(7)]
    stopping = threading.Thread(target=writer.stop)
    stopping.start()
    gate.opened.set()
    stopping.join(SECONDS)
    assert [future.result(0) for future in futures] == [str(number) for number in range(7)]
    assert not writer.alive
    with pytest.raises(WriterBusy):
        writer.submit(put("late"))


def test_a_cancelled_command_does_not_run(writer: Writer, database: Engine) -> None:
    gate = Gate()
    held = writer.submit(gate)
    assert gate.entered.wait(SECONDS)
    dropped, kept = writer.submit(put("a")), writer.submit(put("b"))
    assert dropped.cancel()
    gate.opened.set()
    wait([held, kept], SECONDS)
    assert keys(database) == {"b"}


def test_while_the_database_is_held_all_who_wait_are_told_and_may_retry(database: Engine) -> None:
    url = database.url.render_as_string(hide_password=False)
    impatient = make_engine(url, busy_seconds=0.2)
    writer = Writer(impatient)
    writer.start()
    with writing(database) as holder:
        board.lock(holder)
        futures = [writer.submit(put(str(number))) for number in range(20)]
        for future in futures:
            with pytest.raises(DatabaseBusy):
                future.result(SECONDS)
    assert writer.submit(put("again")).result(SECONDS) == "again"
    writer.stop()
    impatient.dispose()
    assert keys(database) == {"again"}


def test_a_database_that_is_not_there_fails_the_command_and_not_the_writer() -> None:
    engine = make_engine("sqlite:////nowhere/at/all/zhiban.sqlite3")
    writer = Writer(engine)
    writer.start()
    with pytest.raises(DatabaseUnavailable):
        writer.submit(put("a")).result(SECONDS)
    assert writer.alive
    writer.stop()
    engine.dispose()


def test_two_writers_on_one_database_lose_no_count(database: Engine) -> None:
    url = database.url.render_as_string(hide_password=False)
    engines = [make_engine(url), make_engine(url)]
    writers = [Writer(engine) for engine in engines]

    def count(connection: Connection) -> int:
        at = board.lock(connection)
        board.save(connection, Board(at.version, at.next_question + 1))
        return at.next_question

    for writer in writers:
        writer.start()
    futures = [writer.submit(count) for _ in range(60) for writer in writers]
    numbers = sorted(future.result(SECONDS) for future in futures)
    for writer, engine in zip(writers, engines, strict=True):
        writer.stop()
        engine.dispose()
    assert numbers == list(range(1, 121))


class Look:
    """A command whose look-up is made once for all of its kind in a batch."""

    looked: ClassVar[list[list[str]]] = []

    def __init__(self, key: str) -> None:
        self.key = key

    def __call__(self, connection: Connection) -> str:
        return put(self.key)(connection)

    @staticmethod
    def ahead(connection: Connection, commands: Sequence[Look]) -> None:
        Look.looked.append([one.key for one in commands])

    @staticmethod
    def afterwards(connection: Connection) -> None:
        Look.looked.append(["afterwards"])


def test_commands_of_a_kind_look_ahead_together_and_alone_again_after_a_neighbour_failed(
    database: Engine,
) -> None:
    Look.looked.clear()
    writer, gate = Writer(database), Gate()
    writer.start()
    writer.submit(gate)
    assert gate.entered.wait(SECONDS)
    futures = [writer.submit(Look(key)) for key in "aba"]  # the third breaks the primary key
    gate.opened.set()
    wait(futures, SECONDS)
    writer.stop()
    # Nothing is left to be written by a group, or by one command, that failed.
    after = ["afterwards"]
    assert Look.looked == [["a", "b", "a"], ["a"], after, ["b"], after, ["a"]]
    assert keys(database) == {"a", "b"}
    assert isinstance(futures[2].exception(0), IntegrityError)


def test_a_coroutine_that_gave_up_leaves_its_neighbours_alone(
    database: Engine, awaited: Awaited
) -> None:
    writer, gate = Writer(database), Gate()
    writer.start()

    async def ask() -> list[Any]:
        held = asyncio.ensure_future(writer.write(gate))
        while not gate.entered.is_set():
            await asyncio.sleep(0)
        asked = [asyncio.ensure_future(writer.write(put(key))) for key in "abca"]
        await asyncio.sleep(0)
        asked[1].cancel()
        await asyncio.sleep(0)
        gate.opened.set()
        await held
        return await asyncio.gather(*asked, return_exceptions=True)

    found = awaited(ask())
    writer.stop()
    # Two want the same key: their batch is run again one by one, and each is told by itself.
    assert (found[0], found[2]) == ("a", "c")
    assert isinstance(found[1], asyncio.CancelledError)
    assert isinstance(found[3], IntegrityError)
    assert keys(database) == {"a", "c"}


def test_a_batch_that_commits_is_answered_together(database: Engine, awaited: Awaited) -> None:
    writer, gate = Writer(database), Gate()
    writer.start()

    async def ask() -> tuple[list[str], int]:
        loop, wakes = asyncio.get_running_loop(), 0
        wake = loop.call_soon_threadsafe

        def counted(*given: Any) -> asyncio.Handle:
            nonlocal wakes
            wakes += 1
            return wake(*given)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(loop, "call_soon_threadsafe", counted)
            held = asyncio.ensure_future(writer.write(gate))
            while not gate.entered.is_set():
                await asyncio.sleep(0)
            asked = [asyncio.ensure_future(writer.write(put(str(one)))) for one in range(20)]
            await asyncio.sleep(0)
            gate.opened.set()
            await held
            return await asyncio.gather(*asked), wakes

    found, wakes = awaited(ask())
    writer.stop()
    assert found == [str(one) for one in range(20)]
    # The gate's batch, which others wait behind, has one now and one at the latest; the rest, one.
    assert wakes == (3 if database.dialect.name == "sqlite" else 2)


def test_who_is_saved_is_told_though_the_next_in_line_takes_long(
    database: Engine, awaited: Awaited
) -> None:
    writer, first, second = Writer(database, batch=1), Gate(), Gate()
    writer.start()

    async def ask() -> bool:
        told = asyncio.ensure_future(writer.write(first))
        while not first.entered.is_set():
            await asyncio.sleep(0)
        slow = asyncio.ensure_future(writer.write(second))
        await asyncio.sleep(0)
        first.opened.set()
        await asyncio.wait_for(told, SECONDS)
        open_until_now = not second.opened.is_set()
        second.opened.set()
        await slow
        return open_until_now

    assert awaited(ask())
    writer.stop()


def test_who_is_saved_is_told_though_the_next_in_line_fails(
    database: Engine, awaited: Awaited
) -> None:
    writer, gate = Writer(database, batch=1), Gate()
    writer.start()

    def fail(connection: Connection) -> None:
        raise ValueError("no")

    async def ask() -> list[Any]:
        asked = [asyncio.ensure_future(writer.write(gate))]
        while not gate.entered.is_set():
            await asyncio.sleep(0)
        asked += [asyncio.ensure_future(writer.write(one)) for one in (put("a"), fail, put("b"))]
        await asyncio.sleep(0)
        gate.opened.set()
        return await asyncio.gather(*asked, return_exceptions=True)

    found = awaited(ask())
    writer.stop()
    assert (found[1], found[3]) == ("a", "b")
    assert isinstance(found[2], ValueError)
