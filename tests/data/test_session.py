"""The writer's session: found again after the server went, and never held for long."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import Connection, Engine, insert, select
from sqlalchemy.exc import IntegrityError

from zhiban.data.database import TookTooLong, make_engine, reading
from zhiban.data.records import SettingRecord, table
from zhiban.data.session import WritingSession
from zhiban.data.writer import Writer

SETTING = table(SettingRecord)
SECONDS = 20  # no test waits this long unless it fails


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


@pytest.fixture
def postgresql(database: Engine) -> Engine:
    """The database where it is a server."""
    if database.dialect.name != "postgresql":
        pytest.skip("SQLite has no server that could outlive its writer")
    return database


def test_a_stopped_process_that_holds_the_board_silences_the_others_for_a_moment_only(
    postgresql: Engine,
) -> None:
    other = make_engine(postgresql.url.render_as_string(hide_password=False))
    entered, released = threading.Event(), threading.Event()
    stopped, failure = WritingSession(postgresql, moment=0.4), []

    def hold() -> None:
        try:
            with stopped.transaction() as connection:
                put("held")(connection)
                entered.set()
                released.wait(SECONDS)  # as a process that is stopped, it asks nothing more
                put("later")(connection)
        except TookTooLong as error:
            failure.append(error)

    thread = threading.Thread(target=hold)
    thread.start()
    assert entered.wait(SECONDS)
    writer = Writer(other)
    writer.start()
    assert writer.submit(put("a")).result(SECONDS) == "a"
    released.set()
    thread.join(SECONDS)
    assert len(failure) == 1
    assert keys(other) == {"a"}
    with stopped.transaction() as connection:  # and once it runs again it writes again
        put("b")(connection)
    assert keys(other) == {"a", "b"}
    stopped.close()
    writer.stop()
    other.dispose()


def test_what_takes_longer_than_a_moment_is_done_alone_and_with_patience(
    postgresql: Engine,
) -> None:
    writer, tries = Writer(postgresql, moment=0.2), []

    def slow(connection: Connection) -> str:
        tries.append(1)
        connection.exec_driver_sql("SELECT pg_sleep(0.5)")
        return put("slow")(connection)

    writer.start()
    assert writer.submit(slow).result(SECONDS) == "slow"
    assert writer.submit(put("a")).result(SECONDS) == "a"
    writer.stop()
    assert len(tries) == 2
    assert keys(postgresql) == {"slow", "a"}


def test_after_the_server_dropped_it_the_session_opens_anew_and_nobody_notices(
    postgresql: Engine,
) -> None:
    writer, pids = Writer(postgresql), []

    def number(connection: Connection) -> int:
        return int(connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one())

    writer.start()
    for round in range(3):
        pids.append(writer.submit(number).result(SECONDS))
        with reading(postgresql) as connection:
            connection.exec_driver_sql(f"SELECT pg_terminate_backend({pids[-1]}, 5000)")
        assert writer.submit(put(str(round))).result(SECONDS) == str(round)
    writer.stop()
    assert len(set(pids)) == 3
    assert keys(postgresql) == {"0", "1", "2"}


def test_the_session_looks_up_by_keys_and_gives_its_connection_back(database: Engine) -> None:
    session = WritingSession(database)
    with session.transaction() as connection:
        put("a")(connection)
        if database.dialect.name == "postgresql":
            shown = connection.exec_driver_sql("SHOW enable_seqscan").scalar_one()
            assert shown == "off"
    assert keys(database) == {"a"}
    with pytest.raises(IntegrityError), session.transaction() as connection:
        connection.execute(insert(SETTING), [{"key": key, "value": 1} for key in "ba"])
    assert keys(database) == {"a"}
    session.close()
    assert database.pool.checkedout() == 0
