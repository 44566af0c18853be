"""ISO weeks, the unit in which rosters are made and published."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from zhiban.data.timespan import SHANGHAI, YEARS, Span
from zhiban.data.wording import Refused, shortened

_FORM = re.compile(r"(\d{4})-W(\d{2})")


@dataclass(frozen=True, slots=True, order=True)
class Week:
    """Monday to Sunday, named like 2026-W48."""

    year: int
    number: int

    def __post_init__(self) -> None:
        date.fromisocalendar(self.year, self.number, 1)  # raises ValueError for a week that is none

    @classmethod
    def parse(cls, text: str, field: str = "week") -> Week:
        """Reads `2026-W48`; raises Refused for anything else."""
        found = _FORM.fullmatch(text.strip())
        try:
            if found and int(found[1]) in YEARS:
                return cls(int(found[1]), int(found[2]))
        except ValueError:
            pass  # a year has 52 or 53 weeks; said below, like every other unusable text
        raise Refused.one(
            field,
            f"没有“{shortened(text)}”这一周，请写成 2026-W48"
            "（年份 1900 至 2999，ISO 周号 01 至 52 或 53）",
            f"there is no week {shortened(text)!r}; write 2026-W48 (year 1900 to 2999, ISO week 01 "
            "to 52 or 53)",
        )

    @classmethod
    def of(cls, day: date) -> Week:
        """The week in which `day` lies."""
        year, number, _ = day.isocalendar()
        return cls(year, number)

    @property
    def monday(self) -> date:
        """Its first day."""
        return date.fromisocalendar(self.year, self.number, 1)

    @property
    def days(self) -> tuple[date, ...]:
        """Its seven days."""
        return tuple(self.monday + timedelta(days=number) for number in range(7))

    @property
    def span(self) -> Span:
        """Monday 00:00 to the next Monday 00:00, Asia/Shanghai."""
        return Span(
            datetime.combine(self.monday, time(), SHANGHAI),
            datetime.combine(self.monday + timedelta(days=7), time(), SHANGHAI),
        )

    def next(self, weeks: int = 1) -> Week:
        """The week that many weeks later; a negative number goes back."""
        return Week.of(self.monday + timedelta(weeks=weeks))

    def __str__(self) -> str:
        return f"{self.year:04d}-W{self.number:02d}"
