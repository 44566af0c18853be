"""Statements in one exchange: what is asked ahead, and what is written together."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, Engine, event, insert
from sqlalchemy.exc import IntegrityError

from zhiban.data.database import reading
from zhiban.data.exchanges import Query, ask_together, rows_of, together
from zhiban.data.records import SettingRecord, table
from zhiban.data.session import WritingSession

SETTING = table(SettingRecord)
COUNT = Query("SELECT count(*) FROM setting WHERE key = ?", ("a",))
OTHER = Query("SELECT count(*) FROM setting WHERE key = ?", ("b",))


def put(connection: Connection, key: str = "a") -> None:
    """Writes one row."""
    connection.execute(insert(SETTING).values(key=key, value=1))


def test_what_is_asked_together_lies_ready_once_and_in_its_transaction_only(
    database: Engine,
) -> None:
    server = database.dialect.name == "postgresql"
    with database.begin() as connection:
        ask_together(connection, [OTHER, COUNT])
        put(connection)
        # A server was asked before there was a row; SQLite is asked now, which costs it nothing.
        assert rows_of(connection, COUNT) == [(0 if server else 1,)]
        assert rows_of(connection, COUNT) == [(1,)]
        put(connection, "b")
        ask_together(connection, [COUNT])
        assert rows_of(connection, OTHER) == [(0 if server else 1,)]
    with database.begin() as connection:
        assert rows_of(connection, COUNT) == [(1,)]


def test_what_a_session_asks_along_with_the_board_lies_ready_in_each_of_its_transactions(
    database: Engine,
) -> None:
    session = WritingSession(database, along=lambda engine: [COUNT])
    for before in range(2):
        with session.transaction() as connection:
            put(connection, "ab"[before])
            # Asked with the board, and so before the row was there; of SQLite it is asked now.
            now = [(1,)] if database.dialect.name == "sqlite" else [(before,)]
            assert rows_of(connection, COUNT) == now
    session.close()


def test_what_is_written_together_is_refused_together(database: Engine) -> None:
    def put_twice(connection: Connection) -> None:
        put(connection)
        with together(connection):  # a part of the same
            put(connection)

    with pytest.raises(IntegrityError), database.begin() as connection, together(connection):
        put_twice(connection)
    with reading(database) as connection:
        assert rows_of(connection, COUNT) == [(0,)]


def test_what_is_written_as_the_transaction_ends_fails_as_if_written_before(
    database: Engine,
) -> None:
    session = WritingSession(database)
    with pytest.raises(IntegrityError), session.transaction() as connection:
        event.listen(connection, "commit", lambda one: [put(one), put(one)])
    with session.transaction() as connection:  # and the next one finds nothing of it
        assert rows_of(connection, COUNT) == [(0,)]
    session.close()
