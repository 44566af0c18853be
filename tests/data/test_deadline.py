"""Due times against an oracle that counts minutes and shares nothing with the program."""

from __future__ import annotations

import importlib
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from zhiban.data.calendar_seed import published_calendar
from zhiban.data.deadline import UNITS, Target, due, parse_unit
from zhiban.data.timespan import SHANGHAI, Span
from zhiban.data.wording import Refused
from zhiban.data.worktime import Due

CALENDAR = published_calendar()
SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"


def at(text: str) -> datetime:
    """A moment in Shanghai."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """`scripts/bench clock`, with its oracle that counts minutes and shares no code."""
    monkeypatch.syspath_prepend(str(SCRIPTS))
    return importlib.import_module("bench_clock")


def test_ten_thousand_due_times_are_those_of_the_oracle_that_counts_minutes(
    bench: ModuleType,
) -> None:
    # `scripts/bench clock` compares a million, with another seed if wanted.
    assert list(islice(bench.differences(10_000), 5)) == []


@pytest.mark.parametrize("slip", [timedelta(minutes=1), -timedelta(minutes=1)])
def test_the_oracle_finds_a_due_time_that_is_a_minute_off(
    bench: ModuleType, monkeypatch: pytest.MonkeyPatch, slip: timedelta
) -> None:
    def late(*asked: Any) -> Due:
        return replace(due(*asked), at=due(*asked).at + slip)

    monkeypatch.setattr(bench, "due", late)
    assert len(list(bench.differences(20))) == 20


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
