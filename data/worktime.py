"""Working time: which days are worked, and adding and measuring along their hours.

Inside, a moment is a count of worked microseconds since the first day of the calendar's count, so
that measuring is one subtraction and adding one look-up, however many years lie between.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import NamedTuple

from zhiban.data.timespan import SHANGHAI, Span
from zhiban.data.wording import Refused

Hours = tuple[tuple[time, time], ...]
USUAL_HOURS: Hours = ((time(8, 30), time(11, 30)), (time(13, 30), time(17)))

_MICROSECOND = timedelta(microseconds=1)
_DAY = timedelta(days=1) // _MICROSECOND
_KEPT = 64  # durations


@dataclass(frozen=True, slots=True)
class Due:
    """A moment by which something must be done.

    It is provisional when it leans on a year whose holidays are not published yet.
    """

    at: datetime
    provisional: bool


class _Stretch(NamedTuple):
    """From `since` up to `until` a duration leads `shift` further, or all to one moment."""

    since: datetime
    until: datetime
    shift: timedelta | None
    found: Due

    def found_from(self, start: datetime) -> Due:
        """Where the duration leads from a moment of the stretch."""
        if self.shift is None:
            return self.found
        at = (start.astimezone(UTC) + self.shift).astimezone(SHANGHAI)
        return Due(at, self.found.provisional)


@dataclass(frozen=True)
class WorkCalendar:
    """Working hours, holidays (`off`) and make-up workdays (`work`).

    `hours` are in order and disjoint; an end of 00:00 is midnight. In a year outside `known_years`
    every Monday to Friday counts as worked, and what leans on it is provisional.
    """

    hours: Hours = USUAL_HOURS
    off: frozenset[date] = frozenset()
    work: frozenset[date] = frozenset()
    known_years: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        ends = [0, *(end for _, end in self._intervals)]
        if not self.hours or any(
            start < before or end <= start
            for before, (start, end) in zip(ends, self._intervals, strict=False)
        ):
            raise Refused.one(
                "hours",
                "工作时间须至少有一段，按先后排列且不重叠，例如 8:30-11:30、13:30-17:00",
                "working hours need at least one interval, in order and apart, "
                "such as 8:30-11:30, 13:30-17:00",
            )
        if both := self.off & self.work:
            day = min(both)
            raise Refused.one(
                "work", f"{day} 既是放假又是上班日", f"{day} is both a holiday and a workday"
            )

    def is_holiday(self, day: date) -> bool:
        """Whether the yearly notice gives `day` off."""
        return day in self.off

    def is_makeup(self, day: date) -> bool:
        """Whether the yearly notice makes `day`, a weekend day, a workday."""
        return day in self.work

    def is_workday(self, day: date) -> bool:
        """Whether `day` is worked: Monday to Friday but for holidays, and make-up days."""
        return day in self.work or (day.weekday() < 5 and day not in self.off)

    def is_known(self, year: int) -> bool:
        """Whether the holidays of `year` are published."""
        return year in self.known_years

    def knows(self, first: date, last: date) -> bool:
        """Whether every year from `first` to `last` is published."""
        return all(year in self.known_years for year in range(first.year, last.year + 1))

    def spans(self, day: date) -> tuple[Span, ...]:
        """The working spans of `day`; none when it is not worked."""
        if not self.is_workday(day):
            return ()
        ordinal = day.toordinal()
        return tuple(
            Span(_moment(ordinal, start), _moment(ordinal, end)) for start, end in self._intervals
        )

    def between(self, start: datetime, end: datetime) -> timedelta:
        """The working time from `start` to `end`, negative when `end` is the earlier."""
        return timedelta(microseconds=self._position(end) - self._position(start))

    def add(self, start: datetime, duration: timedelta) -> Due:
        """The earliest moment, not before `start`, at which `duration` has been worked."""
        _refuse_naive(start)
        wanted = duration // _MICROSECOND
        if wanted < 0:
            raise ValueError(f"working time is added forwards only, not {duration}")
        if wanted == 0:
            return Due(start, not self.is_known(start.astimezone(SHANGHAI).year))
        kept = self._stretches.get(wanted)
        if kept is not None and kept.since <= start < kept.until:
            return kept.found_from(start)
        local = start.astimezone(SHANGHAI)
        number, worked = divmod(self._position(local) + wanted - 1, self._length)
        first = local.toordinal()
        at = self._reached(self._workday(number, first), worked + 1)
        found = Due(at, not self.knows(date.fromordinal(first), at))
        self._keep(wanted, local, found)
        return found

    def _keep(self, wanted: int, start: datetime, found: Due) -> None:
        """Keeps how far the same duration leads from moments near `start`.

        For as long as both ends stay within their hours, that is equally far; from all of the time
        between hours it leads to one moment. Questions come one after the other, so that most are
        added to as the one before was.
        """
        since, until, works = self._piece(start)
        shift = None
        if works:
            began, ends, ends_inside = self._piece(found.at)
            if not ends_inside:
                return
            since = start - min(start - since, found.at - began - timedelta.resolution)
            until = start + min(until - start, ends - found.at)
            shift = found.at.astimezone(UTC) - start.astimezone(UTC)
        if len(self._stretches) >= _KEPT:
            self._stretches.clear()
        self._stretches[wanted] = _Stretch(
            since.astimezone(UTC), until.astimezone(UTC), shift, found
        )

    def worked(self, day: date, at: datetime) -> timedelta:
        """The working time of `day` before `at`; the whole of it when `at` is later."""
        span = Span(_moment(day.toordinal(), 0), _moment(day.toordinal(), _DAY))
        return self.between(span.start, min(max(at, span.start), span.end))

    def reached(self, day: date, worked: timedelta) -> datetime:
        """The earliest moment at which `worked` of the workday `day` is done.

        Nothing is done at its opening; more than the day holds is done at its end.
        """
        first = self._intervals[0][0]
        wanted = min(worked // _MICROSECOND, self._length)
        return self._reached(day.toordinal(), wanted) if wanted else _moment(day.toordinal(), first)

    def workday_after(self, day: date, number: int) -> date:
        """The `number`-th workday after `day` (1 is the next)."""
        ordinal = day.toordinal()
        return date.fromordinal(self._workday(self._days_before(ordinal + 1) + number - 1, ordinal))

    @cached_property
    def _intervals(self) -> tuple[tuple[int, int], ...]:
        """The hours as microseconds since midnight."""
        return tuple((_of_day(start), _of_day(end) or _DAY) for start, end in self.hours)

    @cached_property
    def _stretches(self) -> dict[int, _Stretch]:
        return {}

    @cached_property
    def _length(self) -> int:
        return sum(end - start for start, end in self._intervals)

    @cached_property
    def _off_weekdays(self) -> list[int]:
        return _ordinals(day for day in self.off if day.weekday() < 5)

    @cached_property
    def _worked_weekends(self) -> list[int]:
        return _ordinals(day for day in self.work if day.weekday() >= 5)

    def _days_before(self, ordinal: int) -> int:
        """How many workdays lie before the day, counted from 0001-01-01, which was a Monday."""
        weeks, days = divmod(ordinal - 1, 7)
        usual = 5 * weeks + min(days, 5)
        return (
            usual
            - bisect_left(self._off_weekdays, ordinal)
            + bisect_left(self._worked_weekends, ordinal)
        )

    def _workday(self, number: int, first: int) -> int:
        """The ordinal of the workday before which `number` workdays lie, from `first` on."""
        day = first
        while (missing := number - self._days_before(day)) > 0:
            day += missing  # a day counts once at most, so this never jumps past the answer
        while not self.is_workday(date.fromordinal(day)):
            day += 1
        return day

    def _position(self, at: datetime) -> int:
        """How many microseconds were worked before that moment, since the first day."""
        _refuse_naive(at)
        local = at.astimezone(SHANGHAI)
        ordinal = local.toordinal()
        done = self._days_before(ordinal) * self._length
        if self.is_workday(local.date()):
            clock = _of_day(local.time())
            done += sum(min(clock, end) - start for start, end in self._intervals if start < clock)
        return done

    def _piece(self, local: datetime) -> tuple[datetime, datetime, bool]:
        """The part of its day in which a moment of Shanghai lies, and whether that is worked."""
        clock, ordinal, closed = _of_day(local.time()), local.toordinal(), 0
        for start, end in self._intervals if self.is_workday(local.date()) else ():
            if clock < end:
                works = start <= clock
                bounds = (start, end) if works else (closed, start)
                return _moment(ordinal, bounds[0]), _moment(ordinal, bounds[1]), works
            closed = end
        return _moment(ordinal, closed), _moment(ordinal, _DAY), False

    def _reached(self, ordinal: int, worked: int) -> datetime:
        """The earliest moment of the day at which `worked` > 0 microseconds of it are done."""
        for start, end in self._intervals:
            if worked <= end - start:
                return _moment(ordinal, start + worked)
            worked -= end - start
        raise ValueError(f"a workday is shorter than that by {worked} microseconds")


def _refuse_naive(at: datetime) -> None:
    if at.tzinfo is None:  # else the machine's own zone would slip in
        raise ValueError(f"working time needs moments with a zone, {at} has none")


def _of_day(clock: time) -> int:
    seconds = (clock.hour * 60 + clock.minute) * 60 + clock.second
    return seconds * 1_000_000 + clock.microsecond


def _ordinals(days: Iterable[date]) -> list[int]:
    return sorted(day.toordinal() for day in days)


def _moment(ordinal: int, microsecond: int) -> datetime:
    days, rest = divmod(microsecond, _DAY)
    midnight = datetime.combine(date.fromordinal(ordinal + days), time(), SHANGHAI)
    return midnight + timedelta(microseconds=rest)
