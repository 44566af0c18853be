"""The places of the register: divisions and posts, and when a post is open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Literal, get_args

from zhiban.data.timespan import SHANGHAI, Span
from zhiban.data.wording import Faults, Refused, Text
from zhiban.data.worktime import WorkCalendar

Level = Literal["city", "county", "town", "village"]
PostKind = Literal["seat", "station"]
Season = tuple[tuple[int, int], tuple[int, int]]
MONDAY_TO_FRIDAY = frozenset(range(5))


@dataclass(frozen=True, slots=True)
class Division:
    """A city, county or district, town or street, or village; `parent` is the one above it."""

    code: str
    name: str
    level: Level
    parent: str | None
    name_en: str
    lat: float | None = None
    lon: float | None = None
    approximate: bool = True

    def __post_init__(self) -> None:
        faults = Faults(f"division {self.code}.")
        faults.unless(bool(self.code), "code", "代码不能为空", "a code is needed")
        faults.unless(
            self.level in get_args(Level),
            "level",
            f"层级只能是 {'、'.join(get_args(Level))}，现为“{self.level}”",
            f"the level is one of {', '.join(get_args(Level))}, not {self.level!r}",
        )
        faults.refuse()

    @property
    def text(self) -> Text:
        """Its name in both languages."""
        return Text(self.name, self.name_en)


def lifted(code: str, divisions: Mapping[str, Any], *levels: str) -> str:
    """Its own code or the first one above it that is of these levels; else the topmost one's.

    `divisions` are anything with a `level` and a `parent`.
    """
    at = divisions[code]
    while at.level not in levels and at.parent is not None:
        code, at = at.parent, divisions[at.parent]
    return code


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Lawyers of `neighbour` may help out in `division`, `minutes` away, for `price` points."""

    division: str
    neighbour: str
    minutes: int
    price: int


@dataclass(frozen=True, slots=True)
class Opening:
    """Weekly hours (0 is Monday); an end not after the start lies on the next day.

    `season` is a first and a last (month, day), both included, and may run over the new year.
    """

    weekday: int
    start: time
    end: time
    season: Season | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.weekday <= 6:
            raise Refused.one(
                "opening.weekday",
                f"星期须为0（周一）至6（周日），现为{self.weekday}",
                f"the weekday is 0 (Monday) to 6 (Sunday), not {self.weekday}",
            )

    def in_season(self, day: date) -> bool:
        """Whether it holds on `day`, by the season alone."""
        if self.season is None:
            return True
        first, last = self.season
        at = (day.month, day.day)
        return first <= at <= last if first <= last else at >= first or at <= last


@dataclass(frozen=True, slots=True)
class Closure:
    """Days, `first` to `last` included, on which a post stays closed."""

    first: date
    last: date
    reason: str = ""

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise Refused.one(
                "closure.last",
                f"结束日{self.last}早于开始日{self.first}",
                f"the last day {self.last} is before the first, {self.first}",
            )


@dataclass(frozen=True, slots=True)
class ExtraDay:
    """Hours on one day, kept whatever the weekday or the holidays say."""

    day: date
    start: time
    end: time
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Post:
    """Where duty is done: a seat (online) or a station (a counter people walk up to).

    `minutes` is the way from the centre of its county; `need` primaries and `standby` stand-bys
    hold each of its shifts, who have all of `skills`. `makeup_days` None: open on make-up
    workdays exactly when its openings are Monday to Friday.
    """

    id: str
    name: str
    name_en: str
    kind: PostKind
    level: Level
    division: str
    address: str = ""
    lat: float | None = None
    lon: float | None = None
    approximate: bool = True
    minutes: int = 0
    need: int = 1
    standby: int = 0
    skills: frozenset[str] = frozenset()
    makeup_days: bool | None = None
    openings: tuple[Opening, ...] = ()
    closures: tuple[Closure, ...] = ()
    extra_days: tuple[ExtraDay, ...] = ()

    def __post_init__(self) -> None:
        faults = Faults(f"post {self.id}.")
        faults.unless(bool(self.id), "id", "编号不能为空", "an id is needed")
        faults.unless(
            self.kind in get_args(PostKind),
            "kind",
            f"岗位类别只能是 {'、'.join(get_args(PostKind))}，现为“{self.kind}”",
            f"the kind is one of {', '.join(get_args(PostKind))}, not {self.kind!r}",
        )
        for field in ("minutes", "need", "standby"):
            value = getattr(self, field)
            faults.unless(value >= 0, field, f"不能小于0，现为{value}", f"at least 0, not {value}")
        faults.refuse()

    @property
    def text(self) -> Text:
        """Its name in both languages."""
        return Text(self.name, self.name_en)

    def opens_on_makeup_days(self) -> bool:
        """Whether it opens on weekend days that are worked in exchange."""
        if self.makeup_days is not None:
            return self.makeup_days
        return {opening.weekday for opening in self.openings} == MONDAY_TO_FRIDAY

    def spans(self, day: date, calendar: WorkCalendar) -> tuple[Span, ...]:
        """When it is open on `day`, in order; a span may run over midnight.

        An extra day opens it always and takes the place of usual hours that it overlaps; closures
        and holidays close it; on a make-up day, where the weekday has no hours, those of its first
        weekday hold.
        """
        extra = [
            _span(day, extra.start, extra.end) for extra in self.extra_days if extra.day == day
        ]
        usual = [
            _span(day, opening.start, opening.end) for opening in self._openings(day, calendar)
        ]
        kept = [span for span in usual if not any(span.overlaps(other) for other in extra)]
        return tuple(sorted(extra + kept))

    def _openings(self, day: date, calendar: WorkCalendar) -> list[Opening]:
        if calendar.is_holiday(day) or any(c.first <= day <= c.last for c in self.closures):
            return []
        usual = [opening for opening in self.openings if opening.in_season(day)]
        weekdays = {opening.weekday for opening in usual}
        weekday = day.weekday()
        if weekday not in weekdays and calendar.is_makeup(day) and self.opens_on_makeup_days():
            weekday = min(weekdays, default=weekday)
        return [opening for opening in usual if opening.weekday == weekday]


def _span(day: date, start: time, end: time) -> Span:
    last = day if end > start else day + timedelta(days=1)
    return Span(datetime.combine(day, start, SHANGHAI), datetime.combine(last, end, SHANGHAI))
