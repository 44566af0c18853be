"""Both databases behave the same: transactions, moments, failures with a name."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert, select, text
from sqlalchemy.exc import DBAPIError, StatementError

from zhiban.data import board
from zhiban.data.board import Board
from zhiban.data.database import (
    DatabaseBusy,
    DatabaseUnavailable,
    make_engine,
    reading,
    upgrade,
    writing,
)
from zhiban.data.records import LeaseRecord, SettingRecord, table
from zhiban.data.wording import Refused

LEASE, SETTING = table(LeaseRecord), table(SettingRecord)
NOW = datetime(2026, 11, 24, 9, 30, 15, 123456, tzinfo=timezone(timedelta(hours=8)))


def test_a_moment_comes_back_the_same_in_utc(database: Engine) -> None:
    with writing(database) as connection:
        connection.execute(insert(LEASE).values(name="a", holder="h", until=NOW))
    with reading(database) as connection:
        found = connection.execute(select(LEASE.c.until)).scalar_one()
    assert found == NOW
    assert found.tzinfo is UTC


def test_a_moment_without_a_zone_is_refused(database: Engine) -> None:
    naive = NOW.replace(tzinfo=None)
    with pytest.raises(StatementError, match="zone"), writing(database) as connection:
        connection.execute(insert(LEASE).values(name="a", holder="h", until=naive))


def test_what_raises_leaves_nothing_behind(database: Engine) -> None:
    with pytest.raises(ZeroDivisionError), writing(database) as connection:
        board.save(connection, Board(version=board.lock(connection).version + 1 // 0))
    with reading(database) as connection:
        assert board.look(connection) == Board()


def test_writing_through_a_reading_connection_fails(database: Engine) -> None:
    with pytest.raises((DBAPIError, DatabaseUnavailable)), reading(database) as connection:
        connection.execute(insert(SETTING).values(key="a", value=1))
    with writing(database) as connection:  # and the connection it used is fit for writing again
        connection.execute(insert(SETTING).values(key="a", value=1))


def test_readers_see_what_is_committed_and_wait_for_no_writer(database: Engine) -> None:
    with writing(database) as writer:
        board.save(writer, Board(version=board.lock(writer).version + 1))
        with reading(database) as reader:
            assert board.look(reader) == Board()
    with reading(database) as reader:
        assert board.look(reader) == Board(version=1)


def test_one_reading_sees_one_state(database: Engine) -> None:
    with writing(database) as writer:
        board.lock(writer)
    with reading(database) as reader:
        before = board.look(reader)
        with writing(database) as writer:
            board.save(writer, Board(version=board.lock(writer).version + 1))
        assert board.look(reader) == before


def test_foreign_keys_hold(database: Engine) -> None:
    with pytest.raises(DBAPIError), writing(database) as connection:
        connection.execute(
            text(
                "INSERT INTO leave (id, lawyer, start, \"end\", reason) VALUES (1, 'x', :t, :t, '')"
            ),
            {"t": "2026-01-01 00:00:00"},
        )


def test_a_writer_who_waits_too_long_is_told_that_the_database_is_busy(database: Engine) -> None:
    impatient = make_engine(database.url.render_as_string(hide_password=False), busy_seconds=0.05)
    with writing(database) as holder:
        board.lock(holder)
        with pytest.raises(DatabaseBusy), writing(impatient) as connection:
            board.lock(connection)
    with writing(impatient) as connection:
        assert board.lock(connection) == Board()
    impatient.dispose()


def test_more_readers_than_connections_are_told_that_the_database_is_busy(
    database: Engine,
) -> None:
    url = database.url.render_as_string(hide_password=False)
    narrow = make_engine(url, busy_seconds=0.05, pool_size=1)
    with reading(narrow), pytest.raises(DatabaseBusy), reading(narrow):
        pass
    narrow.dispose()


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+psycopg://nobody@127.0.0.1:9/zhiban",  # the discard port: nobody listens
        "sqlite:////nowhere/at/all/zhiban.sqlite3",
    ],
)
def test_a_database_that_is_not_there_is_unavailable(url: str) -> None:
    engine = make_engine(url)
    with pytest.raises(DatabaseUnavailable), reading(engine):
        pass
    with pytest.raises(DatabaseUnavailable):
        upgrade(url)
    engine.dispose()


def write_more_than_fits(engine: Engine) -> None:
    """SQLite says "full" when a file may not grow past so many pages, as on a full disk."""
    with writing(engine) as connection:
        board.save(connection, Board(version=board.lock(connection).version + 1))
        connection.exec_driver_sql("PRAGMA max_page_count=1")
        connection.execute(insert(SETTING).values(key="long", value="x" * 1_000_000))


def test_a_full_disk_is_unavailable_and_nothing_is_half_written(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'small.sqlite3'}"
    upgrade(url)
    engine = make_engine(url)
    with pytest.raises(DatabaseUnavailable):
        write_more_than_fits(engine)
    with reading(engine) as connection:
        assert board.look(connection) == Board()
    engine.dispose()


def write_over_a_cut_connection(engine: Engine, administrator: Engine) -> None:
    """The server ends our session in the middle of the transaction."""
    with writing(engine) as connection:
        mine = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
        with writing(administrator) as other:
            other.exec_driver_sql(f"SELECT pg_terminate_backend({mine}, 5000)")
        board.lock(connection)


def test_a_server_that_goes_away_is_unavailable_and_found_again(postgresql_url: str) -> None:
    engine, administrator = make_engine(postgresql_url), make_engine(postgresql_url)
    with pytest.raises(DatabaseUnavailable):
        write_over_a_cut_connection(engine, administrator)
    with writing(engine) as connection:
        board.lock(connection)
    engine.dispose()
    administrator.dispose()


@pytest.mark.parametrize("url", ["", "zhiban.sqlite3", "mysql://a/zhiban", "what://a", "sqlite://"])
def test_another_kind_of_address_is_refused_with_the_kinds_we_know(url: str) -> None:
    with pytest.raises(Refused, match="sqlite:///"):
        make_engine(url)


def test_an_address_that_names_no_driver_gets_ours(postgresql_url: str) -> None:
    engine = make_engine(postgresql_url.replace("+psycopg", ""))
    with reading(engine) as connection:
        assert connection.exec_driver_sql("SELECT 1").scalar_one() == 1
    engine.dispose()


def test_an_sqlite_file_is_durable_by_its_settings(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'a.sqlite3'}")
    with reading(engine) as connection:
        found = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        ]
    assert found == ["wal", 2, 1, 5000]  # 2 is FULL
    engine.dispose()
