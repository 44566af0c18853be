"""Half-open spans of time and their small algebra; the time zone everything is shown in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from zhiban.data.wording import Refused, shortened

SHANGHAI = ZoneInfo("Asia/Shanghai")
# What strangers may name: so far from the calendar's ends that no zone, week or target that is
# added to it leads beyond them.
YEARS = range(1900, 3000)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """From `start` up to, not including, `end`; both aware."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError(f"a span needs times with a zone: {self.start} to {self.end}")
        if self.end < self.start:
            raise ValueError(f"a span cannot end before it starts: {self.start} to {self.end}")

    @property
    def duration(self) -> timedelta:
        """How long it lasts."""
        return self.end - self.start

    def contains(self, at: datetime) -> bool:
        """Whether `at` lies inside; the end does not."""
        return self.start <= at < self.end

    def overlaps(self, other: Span) -> bool:
        """Whether some time belongs to both; touching is not enough, an empty span has none."""
        return max(self.start, other.start) < min(self.end, other.end)

    def intersection(self, other: Span) -> Span | None:
        """The time that belongs to both, None when there is none."""
        if not self.overlaps(other):
            return None
        return Span(max(self.start, other.start), min(self.end, other.end))


def union(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The same time as disjoint spans in order; touching ones become one, empty ones vanish."""
    merged: list[Span] = []
    for span in sorted(span for span in spans if span.start < span.end):
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return tuple(merged)


def difference(spans: Iterable[Span], holes: Iterable[Span]) -> tuple[Span, ...]:
    """The time of `spans` that lies in no hole."""
    left = list(union(spans))
    for hole in union(holes):
        rest: list[Span] = []
        for span in left:
            if not span.overlaps(hole):
                rest.append(span)
                continue
            if span.start < hole.start:
                rest.append(Span(span.start, hole.start))
            if hole.end < span.end:
                rest.append(Span(hole.end, span.end))
        left = rest
    return tuple(left)


def total(spans: Iterable[Span]) -> timedelta:
    """The time covered; what overlaps counts once."""
    return sum((span.duration for span in union(spans)), timedelta())


def parse_time(text: str, field: str) -> datetime:
    """An ISO 8601 time from a stranger; without an offset it is read as Asia/Shanghai."""
    try:
        at = datetime.fromisoformat(text.strip())
    except (ValueError, AttributeError):
        raise Refused.one(
            field,
            f"“{shortened(text)}”不是时间，请写成 2026-11-24T09:30 "
            "或带时区的 2026-11-24T09:30+08:00",
            f"{shortened(text)!r} is not a time; write 2026-11-24T09:30 or 2026-11-24T09:30+08:00",
        ) from None
    _refuse_far_year(at, field)
    return at if at.tzinfo is not None else at.replace(tzinfo=SHANGHAI)


def parse_day(text: str, field: str) -> date:
    """A day written YYYY-MM-DD; raises Refused naming `field`."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Refused.one(
            field,
            f"“{shortened(text)}”不是日期，请写成 2026-02-10",
            f"{shortened(text)!r} is not a day; write it as 2026-02-10",
        ) from None
    _refuse_far_year(day, field)
    return day


def _refuse_far_year(day: date, field: str) -> None:
    if day.year not in YEARS:
        first, last = YEARS[0], YEARS[-1]
        raise Refused.one(
            field,
            f"年份 {day.year} 不在 {first} 至 {last} 之间",
            f"the year {day.year} is not one of {first} to {last}",
        )
