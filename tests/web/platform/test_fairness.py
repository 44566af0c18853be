"""Threads give the interpreter up at short intervals exactly while one of them reckons."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest
from sqlalchemy import Connection

from tests.web.platform.conftest import Service
from zhiban.web.fairness import SHORT_SECONDS, USUAL_SECONDS, Fairness


@pytest.fixture(autouse=True)
def interval_put_back() -> Iterator[None]:
    """The interval is the whole process's: other tests get it as it was."""
    before = sys.getswitchinterval()
    yield
    sys.setswitchinterval(before)


def turn() -> float:
    """How long a thread may keep the interpreter now, to the microsecond as it is kept."""
    return round(sys.getswitchinterval(), 6)


def test_turns_are_short_until_the_last_who_reckons_is_done() -> None:
    fairness = Fairness()
    with fairness.short_turns():
        with fairness.short_turns():
            assert turn() == SHORT_SECONDS
        assert turn() == SHORT_SECONDS
    assert turn() == USUAL_SECONDS


def test_turns_are_as_usual_again_after_a_failure() -> None:
    with pytest.raises(ZeroDivisionError), Fairness().short_turns():
        1 / 0  # noqa: B018 - it is to fail
    assert turn() == USUAL_SECONDS


def test_readers_and_timers_reckon(service: Service) -> None:
    wiring = service.wiring

    def seen(connection: Connection) -> float:
        return turn()

    assert wiring.read_now(seen) == SHORT_SECONDS
    assert wiring.write_now(seen) == SHORT_SECONDS
    assert turn() == USUAL_SECONDS
