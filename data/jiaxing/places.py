"""The city's divisions, posts, neighbours and categories, from the tables beside this file.

Codes and names are the official ones; coordinates and travel times are approximate, and an
address names only the house where such a counter usually is.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import date, time, timedelta
from importlib.resources import files
from typing import cast

from zhiban.data.categories import Category
from zhiban.data.places import (
    Division,
    ExtraDay,
    Level,
    Neighbour,
    Opening,
    Post,
    PostKind,
    Season,
)
from zhiban.data.week import Week
from zhiban.data.worktime import WorkCalendar

SUMMER: Season = ((6, 1), (9, 30))
REST_OF_YEAR: Season = ((10, 1), (5, 31))

_Row = dict[str, str]


def divisions() -> dict[str, Division]:
    """The city, its 7 counties and districts, its 72 towns and streets, by code."""
    return {
        row["code"]: Division(
            code=row["code"],
            name=row["name"],
            level=cast(Level, row["level"]),
            parent=row["parent"] or None,
            name_en=row["name_en"],
            lat=float(row["lat"]),
            lon=float(row["lon"]),
            approximate=True,
        )
        for row in _rows("divisions.csv")
    }


def neighbours() -> tuple[Neighbour, ...]:
    """Which counties border which; each pair both ways."""
    return tuple(
        Neighbour(here, there, int(row["minutes"]), int(row["price"]))
        for row in _rows("neighbours.csv")
        for here, there in (
            (row["division"], row["neighbour"]),
            (row["neighbour"], row["division"]),
        )
    )


def categories() -> dict[str, Category]:
    """What questions are about, by code."""
    return {
        row["code"]: Category(row["code"], row["name"], row["name_en"])
        for row in _rows("categories.csv")
    }


def posts(calendar: WorkCalendar, weeks: Sequence[Week]) -> dict[str, Post]:
    """The 88 posts by id, with the open days of the months in which `weeks` lie."""
    open_days = [
        day for first in _months(weeks) for day in [_open_day(first, calendar)] if day is not None
    ]
    return {row["id"]: _post(row, open_days) for row in _rows("posts.csv")}


def _post(row: _Row, open_days: Sequence[date]) -> Post:
    extra = [
        ExtraDay(day, start, end, "每月开放日")
        for day in open_days
        for start, end in _hours(row["open_day"])
    ]
    return Post(
        id=row["id"],
        name=row["name"],
        name_en=row["name_en"],
        kind=cast(PostKind, row["kind"]),
        level=cast(Level, row["level"]),
        division=row["division"],
        address=row["address"],
        lat=float(row["lat"]) if row["lat"] else None,
        lon=float(row["lon"]) if row["lon"] else None,
        approximate=True,
        minutes=int(row["minutes"]),
        need=int(row["need"]),
        standby=int(row["standby"]),
        skills=frozenset(row["skills"].split()),
        openings=tuple(_openings(row)),
        extra_days=tuple(extra),
    )


def _openings(row: _Row) -> list[Opening]:
    """Weekdays are digits, 1 is Monday; where summer has hours of its own, both have a season."""
    seasons: list[tuple[str, Season | None]] = [(row["hours"], None)]
    if row["summer_hours"]:
        seasons = [(row["hours"], REST_OF_YEAR), (row["summer_hours"], SUMMER)]
    return [
        Opening(int(weekday) - 1, start, end, season)
        for weekday in row["weekdays"]
        for hours, season in seasons
        for start, end in _hours(hours)
    ]


def _hours(text: str) -> list[tuple[time, time]]:
    pairs = (interval.split("-") for interval in text.split())
    return [(time.fromisoformat(start), time.fromisoformat(end)) for start, end in pairs]


def _months(weeks: Sequence[Week]) -> list[date]:
    """The first day of each month in which the weeks have a day."""
    return sorted({day.replace(day=1) for week in weeks for day in week.days})


def _open_day(first: date, calendar: WorkCalendar) -> date | None:
    """The month's first Saturday that is neither a holiday nor worked."""
    days = (first + timedelta(days=number) for number in range(28))
    free = (d for d in days if d.weekday() == 5 and not calendar.is_holiday(d))
    return next((d for d in free if not calendar.is_makeup(d)), None)


def _rows(name: str) -> list[_Row]:
    text = files("zhiban.data.jiaxing").joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
