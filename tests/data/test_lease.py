"""One leader at a time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine

from zhiban.data import lease
from zhiban.data.database import writing

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


def acquire(engine: Engine, holder: str, seconds_later: float) -> bool:
    """Asks for the lease of ten seconds at that time."""
    with writing(engine) as connection:
        now = NOW + timedelta(seconds=seconds_later)
        return lease.acquire(connection, "timers", holder, now, 10)


def test_the_first_leads_until_its_time_is_over(database: Engine) -> None:
    assert acquire(database, "one", 0)
    assert not acquire(database, "two", 9.9)
    assert acquire(database, "two", 10)
    assert not acquire(database, "one", 11)


def test_the_leader_renews(database: Engine) -> None:
    assert acquire(database, "one", 0)
    assert acquire(database, "one", 8)
    assert not acquire(database, "two", 12)


def test_a_lease_given_back_is_free_at_once_and_only_its_holder_gives_it_back(
    database: Engine,
) -> None:
    assert acquire(database, "one", 0)
    with writing(database) as connection:
        assert not lease.release(connection, "timers", "two")
        assert lease.release(connection, "timers", "one")
    assert acquire(database, "two", 1)


def test_leases_of_different_names_are_apart(database: Engine) -> None:
    assert acquire(database, "one", 0)
    with writing(database) as connection:
        assert lease.acquire(connection, "other", "two", NOW, 10)
