"""Working time along the hours of posts, held against counting minutes one by one."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from random import Random

import pytest

from zhiban.data.deadline import Target, due
from zhiban.data.places import Closure, ExtraDay, Opening, Post
from zhiban.data.posttime import LONGEST_CLOSURE, PostTime
from zhiban.data.timespan import SHANGHAI, Span
from zhiban.data.worktime import WorkCalendar

MINUTE = timedelta(minutes=1)
BEGIN = datetime(2026, 9, 21, tzinfo=SHANGHAI)
DAYS = 60


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=SHANGHAI)


def seat(*openings: Opening, **other: object) -> Post:
    return Post("s", "坐席", "Seat", "seat", "county", "330411", openings=openings, **other)


def weekdays(first: time, last: time, days: range = range(5)) -> list[Opening]:
    return [Opening(day, first, last) for day in days]


def minutes_open(posts: tuple[Post, ...], calendar: WorkCalendar) -> list[bool]:
    """Whether one of them is open, minute by minute from BEGIN, by their spans of each day."""
    found = [False] * (DAYS * 1440)
    for number in range(-1, DAYS):
        day = (BEGIN + timedelta(days=number)).date()
        for post in posts:
            for span in post.spans(day, calendar):
                for one in range((span.start - BEGIN) // MINUTE, (span.end - BEGIN) // MINUTE):
                    if 0 <= one < len(found):
                        found[one] = True
    return found


def some_post(random: Random, name: str) -> Post:
    openings = []
    for day in random.sample(range(7), random.randint(1, 7)):
        first, last = sorted(random.sample(range(24 * 4), 2))
        usual = time(first // 4, first % 4 * 15), time(last // 4, last % 4 * 15)
        # one in five runs over midnight
        openings.append(Opening(day, *(usual[::-1] if random.random() < 0.2 else usual)))
    closed = BEGIN.date() + timedelta(days=random.randrange(DAYS))
    return Post(
        name,
        "坐席",
        "Seat",
        "seat",
        "county",
        "330411",
        openings=tuple(openings),
        closures=(Closure(closed, closed + timedelta(days=random.randrange(5))),),
        extra_days=(ExtraDay(closed, time(9), time(10, 30)),) if random.random() < 0.5 else (),
    )


@pytest.mark.parametrize("seed", range(12))
def test_adding_and_measuring_agree_with_counting_minutes(
    calendar: WorkCalendar, seed: int
) -> None:
    random = Random(seed)
    posts = tuple(some_post(random, f"s{n}") for n in range(random.randint(1, 2)))
    minutes, counted = minutes_open(posts, calendar), PostTime(posts, calendar)
    for _ in range(60):
        first, last = sorted(random.sample(range(30 * 1440), 2))
        start, end = BEGIN + first * MINUTE, BEGIN + last * MINUTE
        assert counted.between(start, end) == sum(minutes[first:last]) * MINUTE
        wanted = random.randint(1, 600)
        left, place = wanted, first
        while left and place < len(minutes):
            left -= minutes[place]
            place += 1
        if not left:
            assert counted.add(start, wanted * MINUTE).at == BEGIN + place * MINUTE


def test_a_seat_open_on_saturday_counts_it_and_the_bureau_does_not(calendar: WorkCalendar) -> None:
    # Saturday 21 November, 10:00: two hours on the seat are up at 12:00; the bureau opens on Monday
    # at 8:30, and two hours are up at 10:30.
    saturday = PostTime((seat(Opening(5, time(9), time(17))),), calendar)
    asked, target = at("11-21 10:00"), Target(2, "h")
    assert due(saturday, asked, target, "working").at == at("11-21 12:00")
    assert due(calendar, asked, target, "working").at == at("11-23 10:30")


def test_seasons_lunch_and_holidays_of_a_seat_count(calendar: WorkCalendar) -> None:
    openings = (
        *weekdays(time(8, 30), time(11, 30)),
        *(Opening(day, time(14), time(17), ((6, 1), (9, 30))) for day in range(5)),
        *(Opening(day, time(13, 30), time(17), ((10, 1), (5, 31))) for day in range(5)),
    )
    counted = PostTime((seat(*openings),), calendar)
    # Wednesday 30 September, summer hours: half an hour before lunch, then 14:00-17:00; National
    # Day is off until the 7th; 1.5 hours more are up at 10:00 on the 8th.
    assert counted.add(at("09-30 11:00"), timedelta(hours=5)).at == at("10-08 10:00")
    # In winter the afternoon begins at 13:30: an hour from 11:00 on is up at 14:00.
    assert counted.add(at("11-25 11:00"), timedelta(hours=1)).at == at("11-25 14:00")


def test_working_days_of_a_seat_keep_the_position_in_its_day(calendar: WorkCalendar) -> None:
    # Open on Tuesdays and Thursdays, 9 to 12. Asked on Tuesday when an hour of it was done: due
    # when an hour of the second next open day, Tuesday a week later, is done.
    openings = (Opening(1, time(9), time(12)), Opening(3, time(9), time(12)))
    counted = PostTime((seat(*openings),), calendar)
    assert due(counted, at("11-24 10:00"), Target(2, "d"), "working").at == at("12-01 10:00")


def test_pauses_stop_a_seat_s_clock_as_any_other(calendar: WorkCalendar) -> None:
    counted = PostTime((seat(*weekdays(time(9), time(17))),), calendar)
    # Three hours from 9:00, of which 10:00 to 11:00 was paused.
    pauses = (Span(at("11-24 10:00"), at("11-24 11:00")),)
    found = due(counted, at("11-24 09:00"), Target(3, "h"), "working", pauses)
    assert found.at == at("11-24 13:00")


def test_a_seat_closed_for_good_leaves_the_rest_to_the_bureau_s_hours(
    calendar: WorkCalendar,
) -> None:
    for_good = Closure(date(2026, 11, 25), date(2099, 12, 31))
    counted = PostTime((seat(*weekdays(time(9), time(17)), closures=(for_good,)),), calendar)
    # An hour is left on Tuesday; the other counts on the bureau's hours, from when Tuesday ended.
    assert counted.add(at("11-24 16:00"), timedelta(hours=2)).at == at("11-25 09:30")
    assert counted.workday_after(date(2026, 11, 24), 1) > date(2026, 11, 24) + timedelta(
        days=LONGEST_CLOSURE
    )


def test_an_unpublished_year_makes_a_seat_s_due_moment_provisional(calendar: WorkCalendar) -> None:
    counted = PostTime((seat(*weekdays(time(9), time(17))),), calendar)
    assert counted.add(datetime(2031, 6, 2, 9, tzinfo=SHANGHAI), timedelta(hours=1)).provisional
    assert not counted.add(at("11-24 09:00"), timedelta(hours=1)).provisional
