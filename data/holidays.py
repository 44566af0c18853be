"""What the bureau's calendar says, whole: holidays with their names, years known, hours; pure."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, time
from typing import Any, Literal

from zhiban.data.holiday_notice import DayKind, Notice
from zhiban.data.wording import Refused, shortened
from zhiban.data.worktime import Hours, WorkCalendar

Worked = Literal["off", "work", "plain", "weekend"]
NEW_YEAR = "元旦"
_HOURS = re.compile(r"(\d{1,2}):(\d{2})\s*[-–~至]\s*(\d{1,2}):(\d{2})")


@dataclass(frozen=True)
class Holidays:
    """Days off and days worked in exchange, the years known with their source, working hours."""

    days: Mapping[date, tuple[DayKind, str]]
    years: Mapping[int, str]
    hours: Hours

    def calendar(self) -> WorkCalendar:
        """The same to reckon with; raises Refused where the hours are none."""
        off = frozenset(day for day, (kind, _) in self.days.items() if kind == "off")
        return WorkCalendar(self.hours, off, frozenset(self.days) - off, frozenset(self.years))

    def kind(self, day: date) -> Worked:
        """What kind of day it is."""
        found = self.days.get(day)
        if found is not None:
            return found[0]
        return "weekend" if day.weekday() > 4 else "plain"

    def name(self, day: date) -> str:
        """Which holiday a day off, or worked in exchange, belongs to."""
        return self.days[day][1] if day in self.days else ""

    @property
    def version(self) -> str:
        """Names what it says, for whoever changes it."""
        return hashlib.sha256(json.dumps(holidays_json(self)).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class DayChange:
    """A day that is of another kind than before."""

    day: date
    before: Worked
    after: Worked
    name: str


def with_notice(holidays: Holidays, notice: Notice, source: str) -> Holidays:
    """The calendar with a year as the notice says it, whatever it said of that year before.

    The last days of a December that the next year's notice gave to its New Year stay.
    """
    days = {day: one for day, one in holidays.days.items() if _stays(holidays, day, notice.year)}
    years = {**holidays.years, notice.year: source}
    return replace(holidays, days=dict(sorted((days | dict(notice.days)).items())), years=years)


def _stays(holidays: Holidays, day: date, year: int) -> bool:
    next_new_year = day.month == 12 and NEW_YEAR in holidays.name(day)
    return day.year != year or (next_new_year and year + 1 in holidays.years)


def changed_days(before: Holidays, after: Holidays) -> tuple[DayChange, ...]:
    """The days that are of another kind, in order."""
    return tuple(
        DayChange(day, before.kind(day), after.kind(day), after.name(day) or before.name(day))
        for day in sorted(before.days.keys() | after.days.keys())
        if before.kind(day) != after.kind(day)
    )


def text_of(content: bytes) -> str:
    """The text of a file, as UTF-8 or else in the older Chinese encoding."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030", "replace")


def hours_of(said: str) -> Hours:
    """Working hours as people write them: 8:30-11:30、13:30-17:00. Raises Refused."""
    found = []
    for one in re.split(r"[、，,;；\s]+", unicodedata.normalize("NFKC", said).strip()):
        match = _HOURS.fullmatch(one)
        numbers = [int(number) for number in match.groups()] if match else [99] * 4
        if not (numbers[0] < 24 and numbers[2] < 24 and max(numbers[1], numbers[3]) < 60):
            raise Refused.one(
                "hours",
                f"“{shortened(one, 20)}”看不懂，例：8:30-11:30、13:30-17:00",
                f"{shortened(one, 20)!r} is unclear; as 8:30-11:30, 13:30-17:00",
            )
        found.append((time(numbers[0], numbers[1]), time(numbers[2], numbers[3])))
    return tuple(found)


def holidays_json(holidays: Holidays) -> dict[str, Any]:
    """The JSON value of a calendar."""
    return {
        "days": [[str(day), kind, name] for day, (kind, name) in sorted(holidays.days.items())],
        "years": [[year, source] for year, source in sorted(holidays.years.items())],
        "hours": [[f"{start:%H:%M}", f"{end:%H:%M}"] for start, end in holidays.hours],
    }


def holidays_from(value: Mapping[str, Any]) -> Holidays:
    """The calendar of its JSON value, as `holidays_json` wrote it."""
    return Holidays(
        {date.fromisoformat(day): (kind, name) for day, kind, name in value["days"]},
        {int(year): source for year, source in value["years"]},
        tuple(
            (time.fromisoformat(one), time.fromisoformat(other)) for one, other in value["hours"]
        ),
    )
