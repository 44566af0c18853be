"""The queue in virtual time: small runs with derived figures, and laws for any run."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhiban.data.calendar_seed import published_calendar
from zhiban.data.timespan import SHANGHAI
from zhiban.data.week import Week
from zhiban.queue.knowledge import Knowledge, Rules
from zhiban.queue.simulate import Arrival, Talks, simulate
from zhiban.roster.published import Published, Version

XIUZHOU = "330411"
STEADY = Talks(median=10.0, spread=0.0)


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=SHANGHAI)


@pytest.fixture(scope="module")
def known(make_register, make_bureau):
    """Lawyers 1 and 2 on Tuesday morning, lawyer 3 in the afternoon; two questions at a time."""
    register = make_register(published_calendar(), 4)
    duty, b = make_bureau.duty, make_bureau
    duties = tuple(
        duty(register.lawyers[f"L{n}"], "11-24", half)
        for n, half in ((1, b.morning), (2, b.morning), (3, b.afternoon))
    )
    version = Version(1, Week.parse("2026-W48"), 1, at("01-01T00:00"), duties)
    return Knowledge(register, Published((version,)), Rules(capacity=2))


def test_each_lawyer_answers_one_after_the_other(known):
    arrivals = [Arrival(at("11-24T09:00"), XIUZHOU) for _ in range(5)]
    found = simulate(known, arrivals, at("11-25T00:00"), talks=STEADY)
    # Four are given at once, two to each; the fifth as the first are answered, after 10 minutes.
    assert (found.asked, found.answered) == (5, 5)
    assert (found.waiting.p50, found.waiting.p99) == (0, 600)
    # Answered after 10, 10, 20, 20 and, for the fifth, 30 minutes.
    assert (found.answering.p50, found.answering.p99) == (1200, 1800)
    assert sorted(found.load.values()) == [2, 3]
    assert (found.attainment, found.counties[0].short) == (1.0, False)


def test_what_nobody_has_begun_by_the_end_of_a_shift_goes_to_the_next(known):
    arrivals = [Arrival(at("11-24T11:25"), XIUZHOU) for _ in range(4)]
    found = simulate(known, arrivals, at("11-25T00:00"), talks=STEADY)
    # Two are begun at 11:25 and finished over the end; the others at 13:30, 10 minutes each.
    assert found.load == {"L1": 1, "L2": 1, "L3": 2}
    assert found.answering.p99 == timedelta(hours=2, minutes=25).total_seconds()


def test_without_a_shift_people_wait_and_a_passed_due_moment_counts(known):
    arrivals = [Arrival(at("11-25T09:00"), XIUZHOU), Arrival(at("11-27T09:00"), XIUZHOU)]
    found = simulate(known, arrivals, at("11-27T12:00"), talks=STEADY)
    # The first was due on the 26th; the second, due on the 28th, says nothing yet.
    assert (found.answered, found.attainment) == (0, 0.0)
    assert found.counties[0].short


def test_what_the_neighbours_and_the_supervisor_would_have_is_counted(known):
    haining = "330481"
    asked = [Arrival(at("11-23T14:00"), haining), Arrival(at("11-24T14:00"), haining)]
    found = simulate(known, asked, at("11-25T00:00"), talks=STEADY)
    # Haining has no seat. Three quarters of the first's 24 hours have run at 8:00 of the 24th, and
    # the neighbour's seat has it from 8:30 on; the second waits still. Of neither is a supervisor
    # told: the usual ladder only reminds.
    (county,) = found.counties
    assert (found.beyond, county.beyond, found.escalated) == (1, {XIUZHOU: 1}, 0)
    assert county.answering.p50 == timedelta(hours=18, minutes=40).total_seconds()


def test_nobody_asks(known):
    assert simulate(known, [], at("11-25T00:00")).attainment is None


moments = st.integers(0, 24 * 60).map(lambda m: at("11-24T00:00") + timedelta(minutes=m))
counties = st.sampled_from(["330411", "330481", "3304"])


@settings(deadline=None)
@given(
    st.lists(
        st.builds(Arrival, moments, st.sampled_from(["330411", "330481", "3304"])), max_size=40
    )
)
def test_every_run_adds_up_and_the_same_seed_gives_the_same(known, arrivals):
    one = simulate(known, arrivals, at("11-26T00:00"), seed=7)
    again = simulate(known, list(reversed(arrivals)), at("11-26T00:00"), seed=7)
    assert one == again
    assert one.asked == len(arrivals) == sum(county.asked for county in one.counties)
    assert one.answered == sum(one.load.values()) == one.answering.count
    assert all(county.answered + county.unanswered == county.asked for county in one.counties)
