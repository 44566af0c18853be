"""Working time of posts: measured along the hours they are open, whatever the weekday or season.

It answers what `zhiban.data.worktime.WorkCalendar` answers, day by day, since the hours of a post
differ from one day to the next.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from zhiban.data.places import Post
from zhiban.data.timespan import SHANGHAI, Span, union
from zhiban.data.worktime import Due, WorkCalendar

_DAY = timedelta(days=1)
_NOTHING = timedelta()
LONGEST_CLOSURE = 400
"""After so many days without an opening, the bureau's own hours count on; days."""


@dataclass(frozen=True)
class PostTime:
    """The time in which at least one of these posts is open, on the bureau's calendar."""

    posts: tuple[Post, ...]
    calendar: WorkCalendar
    _spans: dict[date, tuple[Span, ...]] = field(default_factory=dict, repr=False, compare=False)

    def spans(self, day: date) -> tuple[Span, ...]:
        """When one of them is open on `day`, in order; a span may run over midnight."""
        found = self._spans.get(day)
        if found is None:
            found = union([one for post in self.posts for one in post.spans(day, self.calendar)])
            self._spans[day] = found
        return found

    def is_workday(self, day: date) -> bool:
        """Whether one of them opens on `day`."""
        return bool(self.spans(day))

    def knows(self, first: date, last: date) -> bool:
        """Whether the holidays of every year from `first` to `last` are published."""
        return self.calendar.knows(first, last)

    def between(self, start: datetime, end: datetime) -> timedelta:
        """The open time from `start` to `end`, negative when `end` is the earlier."""
        if end < start:
            return -self.between(end, start)
        day, last, total = _day(start) - _DAY, _day(end), _NOTHING  # yesterday's may run on
        at = start
        while day <= last:
            for span in self.spans(day):
                total += max(_NOTHING, min(span.end, end) - max(span.start, at))
                at = max(at, span.end)  # what runs over midnight counts once
            day += _DAY
        return total

    def add(self, start: datetime, duration: timedelta) -> Due:
        """The earliest moment, not before `start`, at which `duration` has been open."""
        day, at, left, closed = _day(start) - _DAY, start, duration, 0
        while left > _NOTHING and closed <= LONGEST_CLOSURE:
            before = left
            for span in self.spans(day):
                opened = max(span.start, at)
                here = max(_NOTHING, span.end - opened)
                if here >= left:
                    return Due(opened + left, not self.knows(_day(start), _day(opened + left)))
                left, at = left - here, max(at, span.end)
            closed = closed + 1 if left == before else 0
            day += _DAY
        return self.calendar.add(at, left)

    def worked(self, day: date, at: datetime) -> timedelta:
        """The open time of `day` before `at`; the whole of it when `at` is later."""
        spans = self.spans(day)
        return sum((max(_NOTHING, min(one.end, at) - one.start) for one in spans), _NOTHING)

    def reached(self, day: date, worked: timedelta) -> datetime:
        """The earliest moment at which `worked` of the open day `day` is done.

        Nothing is done at its opening; more than the day holds is done at its end.
        """
        spans, left = self.spans(day), worked
        if not spans:
            return self.calendar.reached(day, worked)
        if left <= _NOTHING:
            return spans[0].start
        for span in spans:
            if left <= span.end - span.start:
                return span.start + left
            left -= span.end - span.start
        return spans[-1].end

    def workday_after(self, day: date, number: int) -> date:
        """The `number`-th open day after `day` (1 is the next)."""
        closed = 0
        while number:
            day += _DAY
            closed = 0 if self.is_workday(day) else closed + 1
            number -= self.is_workday(day)
            if closed > LONGEST_CLOSURE:
                return self.calendar.workday_after(day, number)
        return day


def _day(at: datetime) -> date:
    return at.astimezone(SHANGHAI).date()
