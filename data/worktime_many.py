"""Working time for many moments at once: what `WorkCalendar` reckons, over whole arrays.

Moments are microseconds since 1970 in UTC, in int64. The calendar's own spans are laid end to end,
so that measuring and adding are look-ups; a test holds every answer against the calendar's.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from zhiban.data.timespan import SHANGHAI
from zhiban.data.worktime import WorkCalendar

Moments: TypeAlias = NDArray[np.int64]

# Before, Shanghai's offset was not eight hours all year round.
EARLIEST = datetime(1992, 1, 1, tzinfo=SHANGHAI)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_DAY = timedelta(days=1) // _MICROSECOND
_OFFSET = timedelta(hours=8) // _MICROSECOND
_FIRST = date(1970, 1, 1).toordinal()


def microseconds(at: datetime) -> int:
    """A moment as these arrays hold it."""
    return (at - _EPOCH) // _MICROSECOND


def local_days(at: Moments) -> Moments:
    """The ordinals of the days in Shanghai on which moments fall."""
    return (at + _OFFSET) // _DAY + _FIRST


class ManyMoments:
    """The working time of a calendar from some day on, as far as it is asked for.

    No moment may lie before `first`, nor before EARLIEST.
    """

    def __init__(self, calendar: WorkCalendar, first: date) -> None:
        self._calendar = calendar
        self._first = max(first, EARLIEST.date()).toordinal()
        self._days = 0
        self._extend(400)

    def between(self, start: Moments, end: Moments) -> Moments:
        """The working time from each start to each end."""
        return self._position(end) - self._position(start)

    def add(self, start: Moments, duration: Moments | int) -> Moments:
        """The earliest moment, not before each start, at which its duration has been worked."""
        return np.where(np.asarray(duration) > 0, self._at(self._position(start) + duration), start)

    def days_on(self, start: Moments, number: int) -> Moments:
        """The same working position on the `number`-th next working day, 1 or more."""
        today = local_days(start)
        self._cover(int(today.max(initial=self._first)), 2 * number + 60)
        index = today - self._first
        worked = start - (self._midnight + index * _DAY)
        done = self._worked_of_day(worked)
        position = np.where(self._is_workday[index], done, self._length)
        then = self._workdays[self._before[index + 1] + number - 1]
        found: Moments = self._midnight + then * _DAY + self._reached_of_day(position)
        return found

    def knows(self, start: Moments, end: Moments) -> NDArray[np.bool_]:
        """Whether every year from each start to each end is published."""
        first, last = (local_days(at).astype("datetime64[D]") for at in (start, end))
        years = np.stack(
            [(one - _FIRST).astype("datetime64[Y]").astype(int) for one in (first, last)]
        )
        pairs, which = np.unique(years, axis=1, return_inverse=True)
        found = [
            all(self._calendar.is_known(year) for year in range(a + 1970, b + 1971))
            for a, b in pairs.T
        ]
        return np.array(found, dtype=bool)[np.asarray(which).ravel()]

    def _position(self, at: Moments) -> Moments:
        """How much was worked from the first day up to each moment."""
        self._cover(int(local_days(at).max(initial=self._first)), 0)
        span = np.searchsorted(self._starts, at, side="right") - 1
        inside = np.minimum(at - self._starts[span], self._lengths[span])
        return np.where(span < 0, 0, self._done[span] + inside)

    def _at(self, position: Moments) -> Moments:
        """The earliest moment at which so much was worked, for positions above 0."""
        while self._done[-1] + self._lengths[-1] < position.max(initial=0):
            self._extend(2 * self._days)
        ends = self._done + self._lengths
        span = np.minimum(np.searchsorted(ends, position, side="left"), len(ends) - 1)
        found: Moments = self._starts[span] + (position - self._done[span])
        return found

    def _cover(self, day: int, more: int) -> None:
        missing = day + more + 2 - self._first
        if missing > self._days:
            self._extend(missing + 400)

    def _extend(self, days: int) -> None:
        """Lays out so many days' spans."""
        self._days = days
        every = [date.fromordinal(self._first + n) for n in range(days)]
        self._is_workday = np.array([self._calendar.is_workday(day) for day in every])
        self._workdays = np.flatnonzero(self._is_workday)
        self._before = np.concatenate([[0], np.cumsum(self._is_workday)])
        opens, closes = self._hours
        days_at = self._midnight + self._workdays[:, None] * _DAY
        self._starts = (days_at + opens[None, :]).ravel()
        self._lengths = np.tile(closes - opens, len(self._workdays))
        self._done = np.cumsum(self._lengths) - self._lengths

    @cached_property
    def _midnight(self) -> int:
        return (self._first - _FIRST) * _DAY - _OFFSET

    @cached_property
    def _hours(self) -> tuple[Moments, Moments]:
        pairs = [[_of_day(start), _of_day(end) or _DAY] for start, end in self._calendar.hours]
        both = np.array(pairs, dtype=np.int64)
        return both[:, 0], both[:, 1]

    @cached_property
    def _length(self) -> int:
        opens, closes = self._hours
        return int((closes - opens).sum())

    def _worked_of_day(self, clock: Moments) -> Moments:
        opens, closes = self._hours
        inside = np.clip(clock[:, None] - opens[None, :], 0, (closes - opens)[None, :])
        done: Moments = inside.sum(axis=1)
        return done

    def _reached_of_day(self, position: Moments) -> Moments:
        """The moment of a day at which so much of it is done; nothing is done at its opening."""
        opens, closes = self._hours
        upto = np.cumsum(closes - opens)
        span = np.searchsorted(upto, position, side="left")
        found: Moments = opens[span] + position - (upto - (closes - opens))[span]
        return found


def _of_day(clock: time) -> int:
    seconds = (clock.hour * 60 + clock.minute) * 60 + clock.second
    return seconds * 1_000_000 + clock.microsecond
