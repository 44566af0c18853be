"""The time that a report is about: a week, a month, or days of one's own choice; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from zhiban.data.timespan import SHANGHAI
from zhiban.data.week import Week
from zhiban.web import words
from zhiban.web.i18n import Lang, translate

PeriodKind = Literal["week", "month", "own"]
LONGEST = 366
_FIRST, _LAST = date(2000, 1, 1), date(2100, 1, 1)


@dataclass(frozen=True, slots=True)
class Period:
    """The days from `first` to `last`, both included, on the bureau's calendar."""

    kind: PeriodKind
    first: date
    last: date

    @property
    def since(self) -> datetime:
        """The first moment."""
        return datetime.combine(self.first, time(), SHANGHAI)

    @property
    def until(self) -> datetime:
        """The moment after the last."""
        return datetime.combine(self.last + timedelta(days=1), time(), SHANGHAI)

    @property
    def days(self) -> int:
        """How many days."""
        return (self.last - self.first).days + 1

    @property
    def query(self) -> dict[str, str]:
        """The period as values of an address."""
        if self.kind == "own":
            return {"period": "own", "from": str(self.first), "to": str(self.last)}
        return {"period": self.kind, "day": str(self.first)}

    def moved(self, step: int) -> Period:
        """The one as long before (-1) or after (1)."""
        if self.kind == "month":
            edge = self.first - timedelta(days=1) if step < 0 else self.last + timedelta(days=1)
            return month_of(edge)
        by = timedelta(days=self.days * step)
        return Period(self.kind, self.first + by, self.last + by)

    def called(self, lang: Lang) -> str:
        """The period in words."""
        if self.kind == "month":
            return translate(
                lang,
                "%(year)s年%(month)s月",
                year=self.first.year,
                month=self.first.month if lang == "zh" else f"{self.first.month:02d}",
            )
        opening = words.date_of(self.first, lang, year=True)
        return f"{opening}–{words.date_of(self.last, lang)}"


def month_of(day: date) -> Period:
    """The month in which a day lies."""
    first = day.replace(day=1)
    following = (first + timedelta(days=31)).replace(day=1)
    return Period("month", first, following - timedelta(days=1))


def week_of_day(day: date) -> Period:
    """The week in which a day lies."""
    days = Week.of(day).days
    return Period("week", days[0], days[-1])


def period_of(query: Mapping[str, str], now: datetime) -> Period:
    """What an address asks for; this month where it says nothing that can be read."""
    today = words.local(now).date()
    kind = query.get("period")
    if kind == "own":
        first, last = _day(query.get("from")), _day(query.get("to"))
        if first and last and first <= last <= first + timedelta(days=LONGEST - 1):
            return Period("own", first, last)
    day = _day(query.get("day")) or today
    return week_of_day(day) if kind == "week" else month_of(day)


def wrong_period(query: Mapping[str, str], lang: Lang) -> str:
    """What is wrong with days of one's own choice; empty where nothing is."""
    if query.get("period") != "own":
        return ""
    first, last = _day(query.get("from")), _day(query.get("to"))
    if first is None or last is None:
        return translate(lang, "请填写开始和结束的日期")
    if last < first:
        return translate(lang, "结束的日期要在开始的日期之后")
    if (last - first).days >= LONGEST:
        return translate(lang, "一次最多看366天")
    return ""


def _day(text: str | None) -> date | None:
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return None
    return day if _FIRST <= day < _LAST else None
