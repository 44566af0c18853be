"""Working time for many moments: every answer is the calendar's own."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhiban.data.calendar_seed import published_calendar
from zhiban.data.deadline import Target, due
from zhiban.data.timespan import SHANGHAI
from zhiban.data.worktime import WorkCalendar
from zhiban.data.worktime_many import ManyMoments, local_days, microseconds

PUBLISHED = published_calendar()
CALENDARS = (
    PUBLISHED,
    WorkCalendar(((time(0), time(0)),), PUBLISHED.off, PUBLISHED.work, PUBLISHED.known_years),
    WorkCalendar(((time(0), time(6)), (time(6), time(7, 15)), (time(22), time(0)))),
    replace(PUBLISHED, hours=((time(9, 30), time(9, 31)), (time(20), time(23, 59)))),
)
FIRST = datetime(2023, 12, 1, tzinfo=SHANGHAI)
SPREAD = timedelta(days=1200) // timedelta(microseconds=1)
# Any microsecond, or a whole half-hour: openings and closings are among those.
offsets = st.one_of(
    st.integers(0, SPREAD), st.integers(0, SPREAD // 1_800_000_000).map(lambda n: n * 1_800_000_000)
)
moments = st.lists(
    offsets.map(lambda n: FIRST + timedelta(microseconds=n)), min_size=1, max_size=30
)
durations = st.integers(0, timedelta(days=60) // timedelta(microseconds=1))


def several(found: list[datetime]) -> np.ndarray:
    """Moments as an array."""
    return np.array([microseconds(at) for at in found], dtype=np.int64)


def of(calendar: WorkCalendar) -> ManyMoments:
    """The calendar for many, from a day before all of them."""
    return ManyMoments(calendar, date(2023, 11, 20))


@settings(deadline=None)
@given(st.sampled_from(CALENDARS), moments, durations)
def test_adding_is_the_calendars_adding(calendar, found, duration):
    length = timedelta(microseconds=duration)
    expected = [calendar.add(at, length).at for at in found]
    assert of(calendar).add(several(found), duration).tolist() == several(expected).tolist()


@settings(deadline=None)
@given(st.sampled_from(CALENDARS), moments, moments)
def test_measuring_is_the_calendars_measuring(calendar, found, others):
    pairs = list(zip(found, others, strict=False))
    expected = [calendar.between(*pair) // timedelta(microseconds=1) for pair in pairs]
    starts, ends = (several([pair[n] for pair in pairs]) for n in (0, 1))
    assert of(calendar).between(starts, ends).tolist() == expected


@settings(deadline=None)
@given(st.sampled_from(CALENDARS), moments, st.integers(1, 40))
def test_working_days_on_are_those_of_the_due_moments(calendar, found, number):
    many = of(calendar)
    expected = [due(calendar, at, Target(number, "d"), "working") for at in found]
    reached = many.days_on(several(found), number)
    assert reached.tolist() == several([one.at for one in expected]).tolist()
    known = many.knows(several(found), reached)
    assert known.tolist() == [not one.provisional for one in expected]


def test_days_are_those_of_shanghai():
    at = datetime(2026, 11, 24, 23, 59, tzinfo=SHANGHAI)
    days = local_days(several([at, at + timedelta(minutes=1)]))
    assert [date.fromordinal(int(day)) for day in days] == [date(2026, 11, 24), date(2026, 11, 25)]


def test_no_moments_are_no_answers():
    none = np.array([], dtype=np.int64)
    many = of(PUBLISHED)
    assert [len(many.add(none, 5)), len(many.between(none, none)), len(many.days_on(none, 1))] == (
        [0, 0, 0]
    )
    assert len(many.knows(none, none)) == 0


@pytest.mark.parametrize("years", [1, 30])
def test_it_reaches_as_far_as_it_is_asked(years):
    at = datetime(2026, 11, 24, 10, tzinfo=SHANGHAI)
    length = timedelta(hours=1625 * years)  # a year has some 250 working days of 6.5 hours
    (found,) = of(PUBLISHED).add(several([at]), length // timedelta(microseconds=1)).tolist()
    assert found == microseconds(PUBLISHED.add(at, length).at)
