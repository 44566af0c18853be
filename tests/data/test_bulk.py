"""Rows in bulk are what statements row by row would have written, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, insert, select
from sqlalchemy.exc import DBAPIError, IntegrityError

from zhiban.data.bulk import insert_rows, rows_among
from zhiban.data.database import reading, writing
from zhiban.data.exchanges import Query, rows_of
from zhiban.data.records import OutboxRecord, table
from zhiban.data.timespan import SHANGHAI

OUTBOX = table(OutboxRecord)
LEASE = OUTBOX.metadata.tables["lease"]
NOON = datetime(2026, 11, 24, 12, tzinfo=SHANGHAI)


def row(number: int) -> dict[str, Any]:
    """A notice; every third was sent, so that nothing and a moment alternate in one column."""
    at = NOON + timedelta(microseconds=number)
    sent = at if number % 3 == 0 else None
    return {
        "id": number,
        "recipient": f"lawyer:{number}",
        "kind": "嘉兴 % ? :x 'quoted' \"twice\" 🙏",
        "payload": "",
        "created_at": at,
        "due_at": at,
        "attempts": number,
        "sent_at": sent,
    }


@pytest.mark.parametrize("number", [0, 1, 2, 3, 31, 64, 65, 200])
def test_rows_read_back_as_they_were_whatever_their_number(database: Engine, number: int) -> None:
    rows = [row(one) for one in range(1, number + 1)]
    with writing(database) as connection:
        insert_rows(connection, OUTBOX, rows)
    wanted = select(*(OUTBOX.c[name] for name in row(1))).order_by(OUTBOX.c.id)
    with reading(database) as connection:
        assert [dict(found) for found in connection.execute(wanted).mappings()] == rows


def test_they_compare_with_what_typed_statements_write(database: Engine) -> None:
    with writing(database) as connection:
        connection.execute(insert(OUTBOX), [row(1)])
        insert_rows(connection, OUTBOX, [row(2), row(3)])
        same = select(OUTBOX.c.id).where(OUTBOX.c.due_at == row(2)["due_at"].astimezone(UTC))
        assert connection.execute(same).scalars().all() == [2]
        later = select(OUTBOX.c.id).where(OUTBOX.c.due_at > row(1)["due_at"]).order_by(OUTBOX.c.id)
        assert connection.execute(later).scalars().all() == [2, 3]


def test_a_row_that_is_there_is_replaced_only_where_that_is_meant(database: Engine) -> None:
    def held(by: str, name: str = "timers") -> dict[str, Any]:
        return {"name": name, "holder": by, "until": NOON}

    with writing(database) as connection:
        insert_rows(connection, LEASE, [held("a"), held("a", "other")], replace=True)
        insert_rows(connection, LEASE, [held("b")], replace=True)
    with pytest.raises(IntegrityError), writing(database) as connection:
        insert_rows(connection, LEASE, [held("c")])
    with reading(database) as connection:
        found = connection.execute(select(LEASE.c.name, LEASE.c.holder)).all()
    assert sorted(map(tuple, found)) == [("other", "a"), ("timers", "b")]


def test_a_moment_without_a_zone_is_refused(database: Engine) -> None:
    naive = {**row(1), "due_at": datetime(2026, 11, 24)}  # noqa: DTZ001 - that is the point
    with pytest.raises(ValueError, match="needs a zone"), writing(database) as connection:
        insert_rows(connection, OUTBOX, [naive])


@pytest.mark.parametrize("number", [1, 2, 5, 9, 33, 64])
def test_rows_are_found_among_named_values_each_once(database: Engine, number: int) -> None:
    with writing(database) as connection:
        insert_rows(connection, OUTBOX, [row(one) for one in range(1, 101)])
        wanted = [f"lawyer:{one}" for one in range(101 - number, 101)]
        found = rows_among(
            connection, "SELECT id FROM outbox WHERE recipient IN (...)", [*wanted[:63], "nobody"]
        )
    assert sorted(one for (one,) in found) == list(range(101 - number, 101))[:63]


@pytest.mark.parametrize("number", [0, 65])
def test_none_or_too_many_values_are_not_looked_for(database: Engine, number: int) -> None:
    with reading(database) as connection, pytest.raises(ValueError, match="from 1 to 64"):
        rows_among(connection, "SELECT id FROM outbox WHERE recipient IN (...)", ["a"] * number)


def test_what_the_driver_is_asked_begins_a_transaction_and_fails_like_any_statement(
    database: Engine,
) -> None:
    with database.connect() as connection:
        assert rows_of(connection, Query("SELECT 1, 'two'")) == [(1, "two")]
        assert connection.in_transaction()
        with pytest.raises(DBAPIError):
            rows_of(connection, Query("SELECT nothing FROM nowhere"))
