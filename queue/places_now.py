"""Whether a place is open, who is there, when it opens next: hours and published roster; pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from zhiban.data.bodies import Body
from zhiban.data.places import Post
from zhiban.data.timespan import SHANGHAI, Span
from zhiban.data.week import Week
from zhiban.data.worktime import WorkCalendar
from zhiban.roster.published import OnDuty, Published, duties_between, on_shift

LOOK_AHEAD = 21  # days: over the longest holiday


@dataclass(frozen=True, slots=True)
class PlaceNow:
    """A place at a moment: until when it is open, who is on duty there, when it opens next.

    `unstaffed`: its hours run, but by the published roster nobody is on duty.
    """

    until: datetime | None
    next: datetime | None
    on_duty: tuple[OnDuty, ...] = ()
    unstaffed: bool = False

    @property
    def open(self) -> bool:
        """Whether somebody who comes now is received."""
        return self.until is not None


@dataclass(frozen=True, slots=True)
class Day:
    """The hours of one day, each with those who are on duty by the published roster."""

    day: date
    hours: tuple[tuple[Span, tuple[OnDuty, ...]], ...]


@dataclass(frozen=True)
class Staffing:
    """Who is on duty where over the coming weeks, and which weeks are published at all."""

    by_post: Mapping[str, tuple[OnDuty, ...]]
    on_now: Mapping[str, tuple[OnDuty, ...]]
    weeks: frozenset[Week]

    def during(self, post: str, span: Span) -> tuple[OnDuty, ...]:
        """The primaries of a post within some hours of it."""
        return tuple(one for one in self.by_post.get(post, ()) if one.span.overlaps(span))

    def planned(self, span: Span) -> bool:
        """Whether the roster of these hours' week is published."""
        return Week.of(span.start.astimezone(SHANGHAI).date()) in self.weeks


def staffing(published: Published, now: datetime) -> Staffing:
    """What the published roster says of now and of the coming weeks."""
    this_week = Week.of(now.astimezone(SHANGHAI).date())
    coming = now + timedelta(days=LOOK_AHEAD)
    duties = duties_between(published, this_week.span.start, coming)
    weeks = (this_week.next(number) for number in range(5))
    return Staffing(
        _by_post(duties),
        _by_post(on_shift(published, now)),
        frozenset(week for week in weeks if published.newest(week) is not None),
    )


def _by_post(duties: Iterable[OnDuty]) -> dict[str, tuple[OnDuty, ...]]:
    found: dict[str, list[OnDuty]] = {}
    for duty in duties:
        if duty.role == "primary":
            found.setdefault(duty.post, []).append(duty)
    return {post: tuple(sorted(here, key=lambda d: d.span)) for post, here in found.items()}


def post_now(post: Post, calendar: WorkCalendar, staff: Staffing, now: datetime) -> PlaceNow:
    """A post now: open in its hours where somebody is on duty, or no roster says who is."""
    present = staff.on_now.get(post.id, ())
    until, unstaffed = None, False
    for span in _spans(post, calendar, now):
        planned = staff.planned(span)
        if span.contains(now):
            if present or not planned:
                until = span.end if until is None else max(until, span.end)
            unstaffed = until is None
        elif not planned or staff.during(post.id, span):
            return PlaceNow(until, span.start, present, unstaffed)
    return PlaceNow(until, None, present, unstaffed)


def body_now(body: Body, calendar: WorkCalendar, now: datetime) -> PlaceNow:
    """A body now, by its hours."""
    until = None
    for span in _spans(body, calendar, now):
        if not span.contains(now):
            return PlaceNow(until, span.start)
        until = span.end if until is None else max(until, span.end)
    return PlaceNow(until, None)


def days_of(
    place: Post | Body, calendar: WorkCalendar, staff: Staffing, week: Week
) -> tuple[Day, ...]:
    """The hours of each day of a week, with who is on duty."""
    return tuple(
        Day(day, tuple((span, staff.during(place.id, span)) for span in place.spans(day, calendar)))
        for day in week.days
    )


def _spans(place: Post | Body, calendar: WorkCalendar, now: datetime) -> Iterator[Span]:
    """The hours that are not over yet, of yesterday's last ones to three weeks ahead, in order.

    Made as they are asked for: most places open again within a day.
    """
    today = now.astimezone(SHANGHAI).date()
    for number in range(-1, LOOK_AHEAD):
        for span in place.spans(today + timedelta(days=number), calendar):
            if span.end > now:
                yield span
