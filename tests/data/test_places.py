"""When a post is open: weekdays, seasons, holidays, make-up days, closures and extra days."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from zhiban.data.places import Closure, Division, ExtraDay, Opening, Post, Season
from zhiban.data.timespan import SHANGHAI
from zhiban.data.wording import Refused
from zhiban.data.worktime import WorkCalendar

MORNING, AFTERNOON = (time(8, 30), time(11, 30)), (time(13, 30), time(17))
TUESDAY, WEDNESDAY = date(2026, 11, 24), date(2026, 11, 25)
HOLIDAY, MAKEUP = date(2026, 2, 16), date(2026, 2, 14)  # a Monday off, a Saturday worked


def post(weekdays: str, *, season: Season | None = None, **fields: object) -> Post:
    """A station open in the mornings of those weekdays, 0 being Monday."""
    openings = tuple(Opening(int(weekday), *MORNING, season) for weekday in weekdays)
    given = {"id": "p", "name": "站", "name_en": "P", "kind": "station", "level": "town"}
    return Post(**given, division="d", openings=openings, **fields)


def hours(station: Post, day: date, calendar: WorkCalendar) -> list[tuple[time, time]]:
    """Its spans on a day as local clock times."""
    return [
        (span.start.astimezone(SHANGHAI).time(), span.end.astimezone(SHANGHAI).time())
        for span in station.spans(day, calendar)
    ]


def test_a_post_opens_on_its_weekdays(calendar: WorkCalendar) -> None:
    assert hours(post("024"), WEDNESDAY, calendar) == [MORNING]
    assert hours(post("024"), TUESDAY, calendar) == []


def test_a_holiday_closes_unless_an_extra_day_is_set(calendar: WorkCalendar) -> None:
    assert hours(post("01234"), HOLIDAY, calendar) == []
    extra = ExtraDay(HOLIDAY, *AFTERNOON)
    assert hours(post("01234", extra_days=(extra,)), HOLIDAY, calendar) == [AFTERNOON]


def test_a_makeup_saturday_opens_posts_of_monday_to_friday_and_those_set_so(
    calendar: WorkCalendar,
) -> None:
    assert hours(post("01234"), MAKEUP, calendar) == [MORNING]
    assert hours(post("024"), MAKEUP, calendar) == []
    assert hours(post("024", makeup_days=True), MAKEUP, calendar) == [MORNING]
    assert hours(post("01234", makeup_days=False), MAKEUP, calendar) == []


def test_a_post_open_on_saturdays_keeps_its_own_hours_on_every_saturday(
    calendar: WorkCalendar,
) -> None:
    assert hours(post("5"), MAKEUP, calendar) == [MORNING]
    assert hours(post("5"), date(2026, 11, 28), calendar) == [MORNING]


def test_a_post_of_every_day_keeps_its_saturday_hours_on_a_makeup_saturday(
    calendar: WorkCalendar,
) -> None:
    week = tuple(Opening(day, *(MORNING if day < 5 else AFTERNOON)) for day in range(7))
    station = Post("p", "站", "P", "station", "town", "d", openings=week, makeup_days=True)
    assert hours(station, MAKEUP, calendar) == [AFTERNOON]


def test_a_closure_closes_both_its_first_and_its_last_day(calendar: WorkCalendar) -> None:
    station = post("01234", closures=(Closure(TUESDAY, WEDNESDAY, "装修"),))
    open_days = [day for day in range(23, 28) if station.spans(date(2026, 11, day), calendar)]
    assert open_days == [23, 26, 27]


def test_an_extra_day_takes_the_place_of_the_hours_it_overlaps_only(calendar: WorkCalendar) -> None:
    openings = (Opening(2, *MORNING), Opening(2, *AFTERNOON))
    extra = ExtraDay(WEDNESDAY, time(9), time(12))
    station = Post("p", "站", "P", "station", "town", "d", openings=openings, extra_days=(extra,))
    assert hours(station, WEDNESDAY, calendar) == [(time(9), time(12)), AFTERNOON]


def test_a_season_includes_its_edges_and_may_run_over_the_new_year(
    calendar: WorkCalendar,
) -> None:
    winter = Opening(0, *MORNING, ((10, 1), (5, 31)))
    days = [date(2026, 9, 30), date(2026, 10, 1), date(2026, 1, 5), date(2026, 6, 1)]
    assert [winter.in_season(day) for day in days] == [False, True, True, False]
    summer = Opening(0, *MORNING, ((6, 1), (9, 30)))
    assert [summer.in_season(day) for day in days] == [True, False, False, True]


def test_a_night_shift_ends_on_the_next_day(calendar: WorkCalendar) -> None:
    night = Post("p", "夜", "P", "seat", "city", "d", openings=(Opening(1, time(22), time(6)),))
    (span,) = night.spans(TUESDAY, calendar)
    assert span.duration == timedelta(hours=8)
    assert span.end == datetime(2026, 11, 25, 6, tzinfo=SHANGHAI)


def test_values_that_cannot_be_are_refused_by_field() -> None:
    with pytest.raises(Refused) as caught:
        Post("p", "站", "P", "desk", "town", "d", need=-1)
    assert [error.field for error in caught.value.errors] == ["post p.kind", "post p.need"]
    for make in (
        lambda: Opening(7, *MORNING),
        lambda: Closure(WEDNESDAY, TUESDAY),
        lambda: Division("1", "甲", "province", None, "A"),
    ):
        with pytest.raises(Refused):
            make()
