"""The week ahead: who asked before is who will ask, and without a past a usual week is drawn."""

from __future__ import annotations

from zhiban.data.database import reading
from zhiban.data.store import load_register
from zhiban.data.timespan import Span
from zhiban.data.week import Week
from zhiban.queue.outlook import asked_in, expected, week_ahead


def test_who_asked_in_the_weeks_before_is_who_will_ask(bureau):
    nine = bureau.at("11-10 09:00")
    for _ in range(4):
        bureau.ask(nine, category="labour")
    now = bureau.at("11-24 10:00")
    with reading(bureau.engine) as connection:
        register = load_register(connection, bureau.keyring)
        past = asked_in(connection, Span(nine, now))
        coming, source = expected(connection, register, Week.parse("2026-W48"), now, 1, 200.0)
        # Before week 47 there are less than seven days of a past: a usual bureau's are drawn.
        usual, other = expected(connection, register, Week.parse("2026-W47"), now, 1, 200.0)
    assert [(one.at, one.category) for one in past] == [(nine, "labour")] * 4
    assert (source, other) == ("past", "usual")
    # All asked on a Tuesday from 9 to 10, of which two have passed: Poisson with mean 2.
    assert {(one.at.weekday(), one.at.hour, one.category) for one in coming} <= {(1, 9, "labour")}
    assert len(coming) < 15
    assert abs(len(usual) - 1400) < 6 * 38


def test_a_week_without_any_roster_has_no_outlook(bureau):
    with reading(bureau.engine) as connection:
        assert week_ahead(connection, bureau.keyring, Week.parse("2027-W10")) is None
