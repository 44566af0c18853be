"""One leader at a time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine

from zhiban.data import lease
from zhiban.data.database import reading, writing
from zhiban.data.lease import Lease

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


def acquire(engine: Engine, holder: str, second: float, seen: Lease | None = None) -> bool:
    """Asks for the lease, to be written as until that second."""
    with writing(engine) as connection:
        until = NOW + timedelta(seconds=second)
        return lease.acquire(connection, "timers", holder, until, seen)


def look(engine: Engine) -> Lease | None:
    """The lease as it stands."""
    with reading(engine) as connection:
        return lease.look(connection, "timers")


def test_the_first_leads_and_nobody_takes_it_unseen(database: Engine) -> None:
    assert look(database) is None
    assert acquire(database, "one", 0)
    assert not acquire(database, "two", 99)
    assert look(database) == Lease("one", NOW)


def test_it_is_taken_as_it_was_last_seen_and_not_once_it_was_renewed(database: Engine) -> None:
    assert acquire(database, "one", 0)
    seen = look(database)
    assert acquire(database, "one", 1)
    assert not acquire(database, "two", 2, seen)
    assert acquire(database, "two", 2, look(database))
    assert not acquire(database, "one", 3, seen)
    assert look(database) == Lease("two", NOW + timedelta(seconds=2))


def test_of_two_who_saw_a_dead_leader_one_follows(database: Engine) -> None:
    assert acquire(database, "one", 0)
    seen = look(database)
    assert acquire(database, "two", 5, seen)
    assert not acquire(database, "three", 5, seen)


def test_every_renewal_looks_different_also_after_the_clock_was_set_back(database: Engine) -> None:
    assert acquire(database, "one", 3600)
    before = look(database)
    assert acquire(database, "one", 0, before)
    after = look(database)
    assert after != before
    assert not acquire(database, "two", 0, before)


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
        assert lease.acquire(connection, "other", "two", NOW)
