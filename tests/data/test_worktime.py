"""The working-time calendar: known days, and the laws that adding and measuring obey."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhiban.data.calendar_seed import published_calendar
from zhiban.data.timespan import SHANGHAI, Span, total
from zhiban.data.wording import Refused
from zhiban.data.worktime import WorkCalendar

PUBLISHED = published_calendar()
ROUND_THE_CLOCK = WorkCalendar(((time(0), time(0)),), PUBLISHED.off, PUBLISHED.work)
NIGHTS_APART = WorkCalendar(((time(0), time(6)), (time(6), time(7, 15)), (time(22), time(0))))

moments = st.datetimes(
    datetime(2023, 12, 1),  # noqa: DTZ001 - hypothesis wants naive bounds
    datetime(2027, 3, 1),  # noqa: DTZ001
    timezones=st.sampled_from([UTC, SHANGHAI]),
)
durations = st.timedeltas(timedelta(0), timedelta(days=90))
calendars = st.sampled_from([PUBLISHED, ROUND_THE_CLOCK, NIGHTS_APART])


def at(text: str) -> datetime:
    """A moment in Shanghai."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@given(calendars, moments, durations)
def test_what_was_added_lies_between(
    calendar: WorkCalendar, start: datetime, duration: timedelta
) -> None:
    assert calendar.between(start, calendar.add(start, duration).at) == duration


@given(calendars, moments, durations)
def test_no_earlier_moment_would_have_done(
    calendar: WorkCalendar, start: datetime, duration: timedelta
) -> None:
    due = calendar.add(start, duration).at
    assert due >= start
    if due > start:
        assert calendar.between(start, due - timedelta(microseconds=1)) < duration


@given(calendars, moments, durations, durations)
def test_adding_twice_is_adding_the_sum_and_later_is_never_earlier(
    calendar: WorkCalendar, start: datetime, first: timedelta, second: timedelta
) -> None:
    whole = calendar.add(start, first + second).at
    assert calendar.add(calendar.add(start, first).at, second).at == whole
    assert calendar.add(start, first).at <= whole


@given(calendars, moments, moments, moments)
def test_working_time_is_additive_and_has_a_sign(
    calendar: WorkCalendar, a: datetime, b: datetime, c: datetime
) -> None:
    assert calendar.between(a, b) + calendar.between(b, c) == calendar.between(a, c)
    assert calendar.between(a, b) == -calendar.between(b, a)


@given(calendars, st.dates(date(2024, 1, 1), date(2026, 12, 31)), st.integers(1, 40))
def test_measuring_agrees_with_the_spans_of_the_days(
    calendar: WorkCalendar, first: date, days: int
) -> None:
    whole = Span(
        datetime.combine(first, time(), SHANGHAI),
        datetime.combine(first + timedelta(days=days), time(), SHANGHAI),
    )
    spans = [s for n in range(days) for s in calendar.spans(first + timedelta(days=n))]
    assert calendar.between(whole.start, whole.end) == total(spans)


@given(calendars, st.dates(date(2024, 1, 1), date(2026, 12, 31)), st.integers(1, 400))
def test_the_nth_workday_is_found_by_counting(
    calendar: WorkCalendar, day: date, number: int
) -> None:
    counted, found = 0, day
    while counted < number:
        found += timedelta(days=1)
        counted += calendar.is_workday(found)
    assert calendar.workday_after(day, number) == found


def test_the_saturdays_around_the_spring_festival_are_worked_and_the_festival_is_not() -> None:
    worked = [day for day in range(13, 29) if PUBLISHED.is_workday(date(2026, 2, day))]
    # Friday 13, Saturday 14 in exchange; off 15 to 23; Tuesday 24 to Friday 27; Saturday 28.
    assert worked == [13, 14, 24, 25, 26, 27, 28]
    assert PUBLISHED.is_makeup(date(2026, 2, 14))
    assert PUBLISHED.is_holiday(date(2026, 2, 16))
    assert not PUBLISHED.is_holiday(date(2026, 11, 28))  # a plain Saturday is no holiday


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        ("2024-02-04", True),  # Sunday before the Spring Festival
        ("2024-02-09", True),  # New Year's Eve, not yet off that year
        ("2024-10-12", True),
        ("2025-01-26", True),
        ("2025-01-28", False),
        ("2025-10-08", False),  # National Day and Mid-Autumn in one: eight days
        ("2025-10-11", True),
        ("2026-01-02", False),
        ("2026-01-04", True),
        ("2026-09-20", True),
        ("2026-09-30", True),
        ("2026-10-07", False),
        ("2026-10-10", True),
    ],
)
def test_the_published_days_are_those_of_the_notices(day: str, worked: bool) -> None:
    assert PUBLISHED.is_workday(date.fromisoformat(day)) is worked


def test_three_hours_from_opening_are_due_at_noon_and_not_after_lunch() -> None:
    due = PUBLISHED.add(at("2026-11-24T08:30"), timedelta(hours=3))
    assert due.at == at("2026-11-24T11:30")
    assert not due.provisional


def test_what_leans_on_an_unpublished_year_is_provisional() -> None:
    # 2026-12-31 16:00 to 17:00 is one hour; the other three begin on a Friday we do not know of.
    due = PUBLISHED.add(at("2026-12-31T16:00"), timedelta(hours=4))
    assert due.at == at("2027-01-01T11:30")
    assert due.provisional
    assert not PUBLISHED.is_known(2027)


def test_hours_that_overlap_or_are_missing_are_refused() -> None:
    for hours in ((), ((time(9), time(9)),), ((time(8), time(12)), (time(11), time(17)))):
        with pytest.raises(Refused, match="8:30-11:30"):
            WorkCalendar(hours)


def test_a_day_cannot_be_both_off_and_worked() -> None:
    day = date(2026, 2, 14)
    with pytest.raises(Refused, match="2026-02-14"):
        WorkCalendar(off=frozenset([day]), work=frozenset([day]))


def test_a_moment_without_a_zone_is_not_guessed_at() -> None:
    with pytest.raises(ValueError, match="zone"):
        PUBLISHED.add(at("2026-11-24T09:00").replace(tzinfo=None), timedelta(hours=1))


def test_working_time_is_not_taken_back() -> None:
    with pytest.raises(ValueError, match="forwards"):
        PUBLISHED.add(at("2026-11-24T09:00"), timedelta(hours=-1))


@given(
    calendars,
    moments,
    st.lists(st.timedeltas(timedelta(hours=-30), timedelta(hours=30)), max_size=8),
    st.sampled_from(
        [
            timedelta(microseconds=1),
            timedelta(hours=3),
            timedelta(hours=6, minutes=30),
            timedelta(days=3),
        ]
    ),
)
def test_a_calendar_that_was_asked_before_answers_as_a_new_one(
    calendar: WorkCalendar, start: datetime, steps: list[timedelta], duration: timedelta
) -> None:
    # Moments next to each other, among them the ends of hours: a whole number of hours and halves
    # from the first, which is made one as well.
    first = start.replace(minute=30 * (start.minute // 30), second=0, microsecond=0)
    near = [first + step // timedelta(minutes=15) * timedelta(minutes=15) for step in steps]
    edges = [at + timedelta(microseconds=by) for at in (first, *near) for by in (-1, 0, 1)]
    for at in (start, *edges, *(start + step for step in steps)):
        assert calendar.add(at, duration) == replace(calendar).add(at, duration)
