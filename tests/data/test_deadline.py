"""Due times against an oracle that walks minute by minute and shares nothing with the program."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

import pytest

from zhiban.data.calendar_seed import published_calendar
from zhiban.data.deadline import UNITS, Target, Unit, due, parse_unit
from zhiban.data.timespan import SHANGHAI, Span
from zhiban.data.wording import Refused

CALENDAR = published_calendar()
MINUTE = timedelta(minutes=1)
# The oracle's own facts, restated from the yearly notices: (month, day) of 2026 off and worked.
OFF_2026 = {
    *((1, day) for day in (1, 2, 3)),
    *((2, day) for day in range(15, 24)),
    *((4, day) for day in (4, 5, 6)),
    *((5, day) for day in range(1, 6)),
    *((6, day) for day in (19, 20, 21)),
    *((9, day) for day in (25, 26, 27)),
    *((10, day) for day in range(1, 8)),
}
WORKED_2026 = {(1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10)}


def at(text: str) -> datetime:
    """A moment in Shanghai."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def workday(moment: datetime) -> bool:
    """The oracle's word on the day of a moment in 2026."""
    key = (moment.month, moment.day)
    return key in WORKED_2026 or (moment.weekday() < 5 and key not in OFF_2026)


def open_minute(moment: datetime) -> bool:
    """Whether the minute that starts then is a working one."""
    clock = (moment.hour, moment.minute)
    return workday(moment) and ((8, 30) <= clock < (11, 30) or (13, 30) <= clock < (17, 0))


def walk(asked: datetime, minutes: int, unit: Unit, pauses: list[Span]) -> datetime:
    """Counts the unpaused minutes one by one until there are enough."""
    moment = asked
    while minutes:
        paused = any(pause.start <= moment < pause.end for pause in pauses)
        if not paused and (unit == "wall" or open_minute(moment)):
            minutes -= 1
        moment += MINUTE
    return moment


def days_on(asked: datetime, days: int) -> datetime:
    """The same position on the days-th next working day, counted minute by minute."""
    if days == 0:
        return asked
    midnight = asked.replace(hour=0, minute=0)
    position = sum(open_minute(midnight + n * MINUTE) for n in range((asked - midnight) // MINUTE))
    if not workday(asked):
        position = 390  # the whole of a working day: 3 h and 3.5 h
    day = midnight
    while days:
        day += timedelta(days=1)
        days -= workday(day)
    return walk(day, position, "working", []) if position else day.replace(hour=8, minute=30)


def oracle(asked: datetime, target: Target, unit: Unit, pauses: list[Span]) -> datetime:
    """The due time by the words of the definition."""
    if target.scale != "d":
        minutes = target.number * {"m": 1, "h": 60}[target.scale]
        return walk(asked, minutes, unit, pauses)
    settled, moment = days_on(asked, target.number), asked
    left = 0
    while moment < settled:  # paused working minutes up to the due time are added behind it
        paused = any(pause.start <= moment < pause.end for pause in pauses)
        left += paused and open_minute(moment)
        moment += MINUTE
    return walk(settled, left, "working", pauses) if left else settled


def a_case(random: Random) -> tuple[datetime, Target, Unit, list[Span]]:
    """A question of 2026 with up to four pauses, some empty, some overlapping."""
    asked = at("2026-01-01T00:00") + random.randrange(330 * 24 * 60) * MINUTE
    unit = random.choice(UNITS)
    scale = random.choice(("m", "h", "d") if unit == "working" else ("m", "h"))
    target = Target(random.randrange({"m": 600, "h": 40, "d": 6}[scale]), scale)
    pauses = []
    for _ in range(random.choice((0, 1, 2, 4))):
        start = asked + random.randrange(-2000, 8000) * MINUTE
        pauses.append(Span(start, start + random.choice((0, 30, 600, 1500, 4000)) * MINUTE))
    return asked, target, unit, pauses


@pytest.mark.parametrize("seed", range(300))
def test_due_times_are_those_of_the_minute_by_minute_oracle(seed: int) -> None:
    asked, target, unit, pauses = a_case(Random(seed))
    assert due(CALENDAR, asked, target, unit, pauses).at == oracle(asked, target, unit, pauses)


@pytest.mark.parametrize(
    ("asked", "target", "expected"),
    [
        ("2026-02-14T10:00", "4h", "2026-02-14T16:00"),  # 1.5 h before lunch, 2.5 h after it
        ("2026-02-13T16:00", "4h", "2026-02-14T11:30"),  # 1 h on Friday, 3 h on the Saturday
        ("2026-09-30T16:30", "5h", "2026-10-08T15:00"),  # 0.5 h; off to the 7th; 3 h and 1.5 h
        ("2026-11-24T08:30", "3h", "2026-11-24T11:30"),  # the earliest, not 13:30
        ("2026-11-24T10:00", "1d", "2026-11-25T10:00"),
        ("2026-02-14T10:00", "1d", "2026-02-24T10:00"),  # nine days off in between
        ("2026-11-24T07:00", "1d", "2026-11-25T08:30"),  # before opening: the next opening
        ("2026-11-24T12:10", "1d", "2026-11-25T11:30"),  # at lunch: 3 h were worked
        ("2026-11-24T19:00", "1d", "2026-11-25T17:00"),  # after closing: the next closing
        ("2026-11-21T10:00", "1d", "2026-11-23T17:00"),  # a Saturday off stands at Friday's end
        ("2026-11-24T10:00", "7d", "2026-12-03T10:00"),
        ("2026-11-24T10:00", "0m", "2026-11-24T10:00"),
    ],
)
def test_working_targets_fall_where_the_bureau_expects(
    asked: str, target: str, expected: str
) -> None:
    assert due(CALENDAR, at(asked), Target.parse(target), "working").at == at(expected)


def test_a_wall_clock_target_may_fall_into_a_holiday() -> None:
    found = due(CALENDAR, at("2026-02-14T16:00"), Target.parse("24h"), "wall")
    assert (found.at, found.provisional) == (at("2026-02-15T16:00"), False)


def test_a_pause_over_a_night_costs_only_its_working_minutes() -> None:
    pause = Span(at("2026-11-24T16:00"), at("2026-11-25T09:00"))
    # 15:00 to 16:00 is one hour; after the pause two more from 9:00.
    found = due(CALENDAR, at("2026-11-24T15:00"), Target.parse("3h"), "working", [pause])
    assert found.at == at("2026-11-25T11:00")


def test_overlapping_pauses_count_once_and_empty_ones_nothing() -> None:
    nine, ten, eleven = (at(f"2026-11-24T{hour}:00") for hour in ("09", "10", "11"))
    pauses = [Span(nine, ten), Span(nine, ten), Span(eleven, eleven)]
    found = due(CALENDAR, nine, Target.parse("60m"), "working", pauses)
    assert found.at == eleven


def test_what_lies_beyond_the_published_years_is_provisional() -> None:
    assert due(CALENDAR, at("2026-12-31T16:00"), Target.parse("1d"), "working").provisional
    assert not due(CALENDAR, at("2026-12-30T16:00"), Target.parse("1d"), "working").provisional


@pytest.mark.parametrize("text", ["", "4", "h", "-4h", "4 h", "1.5h", "4w", "9999999d", "４h"])
def test_what_is_no_target_is_refused_with_the_forms_to_write(text: str) -> None:
    with pytest.raises(Refused, match="10m"):
        Target.parse(text)


def test_days_go_with_working_time_only_and_units_are_two() -> None:
    with pytest.raises(Refused, match="24h"):
        due(CALENDAR, at("2026-11-24T10:00"), Target.parse("1d"), "wall")
    assert parse_unit("wall") == "wall"
    with pytest.raises(Refused, match="working"):
        parse_unit("days")


def test_a_due_time_beyond_the_last_year_is_refused_in_words() -> None:
    for unit in UNITS:
        with pytest.raises(Refused, match="9999"):
            due(CALENDAR, at("9999-12-31T10:00"), Target.parse("1000h"), unit)
