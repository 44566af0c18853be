"""From the register to the problem of a week: which shifts there are and who may hold them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from math import floor
from typing import Any

from zhiban.data.people import Preference
from zhiban.data.places import Post as RegisteredPost
from zhiban.data.register import Register
from zhiban.data.timespan import SHANGHAI, Span
from zhiban.data.week import Week
from zhiban.data.worktime import WorkCalendar
from zhiban.roster.holiday_history import Days
from zhiban.roster.problem import (
    Division,
    Firm,
    Lawyer,
    Leave,
    Ledger,
    Lock,
    Neighbour,
    Post,
    RosterProblem,
    Shift,
    Wish,
)
from zhiban.roster.slots import FirmSlots

HALF_DAY = (timedelta(hours=3), timedelta(hours=4))
POINT = timedelta(hours=3.5)
NOON = time(12)
WISHES_REACH = 10


@dataclass(frozen=True, slots=True)
class Unpopular:
    """Which duties count as unpopular; `far` is the minutes of travel above which a post is."""

    friday_afternoon: bool = True
    before_holiday: bool = True
    days_off: bool = True
    far: int | None = 40

    def counts(self, post: RegisteredPost, span: Span, calendar: WorkCalendar) -> bool:
        """Whether a shift of that post at that time is unpopular.

        Days off are weekends, worked in exchange or not, and holidays.
        """
        start = span.start.astimezone(SHANGHAI)
        day, afternoon = start.date(), start.time() >= NOON
        return (
            (self.far is not None and post.minutes > self.far)
            or (self.days_off and (day.weekday() >= 5 or calendar.is_holiday(day)))
            or (self.friday_afternoon and afternoon and day.weekday() == 4)
            or (self.before_holiday and afternoon and _holiday_follows(day, calendar))
        )


def problem_for(
    register: Register,
    week: Week,
    *,
    weeks: int = 1,
    ledger: Mapping[str, Ledger] | None = None,
    locks: Iterable[Lock] = (),
    rules: Mapping[str, Mapping[str, Any]] | None = None,
    unpopular: Unpopular | None = None,
    holidays: Days | None = None,
    served: Mapping[str, tuple[str, ...]] | None = None,
    slots: FirmSlots | None = None,
) -> RosterProblem:
    """The problem of so many weeks from `week` on; raises Refused where the register is unusable.

    `ledger` holds what lawyers served before (nothing for those it lacks), `rules` changed
    parameters by rule code, `holidays` which holiday a day off belongs to, and `served` which of
    them lawyers served the year before, and `slots` what is given to firms.
    """
    calendar = register.calendar
    marks, given = unpopular or Unpopular(), slots or FirmSlots()
    days = [day for number in range(weeks) for day in week.next(number).days]
    shifts = tuple(
        shift
        for post in register.posts.values()
        for day in days
        for shift in _shifts(post, day, calendar, marks, holidays or {}, given)
    )
    start, end = week.span.start, week.next(weeks).span.start
    horizon = Span(start, max([end, *(shift.end for shift in shifts)]))
    return RosterProblem(
        start=week.monday,
        weeks=weeks,
        divisions=tuple(
            Division(code=d.code, name=d.name, level=d.level, parent=d.parent)
            for d in register.divisions.values()
        ),
        neighbours=tuple(
            Neighbour(division=n.division, neighbour=n.neighbour, minutes=n.minutes, price=n.price)
            for n in register.neighbours
        ),
        firms=tuple(
            Firm(
                id=f.id,
                name=f.name,
                division=f.division,
                consents=f.consents,
                slots_per_week=given.firms.get(f.id),
            )
            for f in register.firms.values()
        ),
        posts=tuple(
            Post(id=p.id, name=p.name, kind=p.kind, division=p.division, minutes=p.minutes)
            for p in register.posts.values()
        ),
        shifts=shifts,
        lawyers=tuple(_lawyers(register, ledger or {}, served or {})),
        leaves=tuple(_leaves(register, horizon)),
        wishes=tuple(_wish(preference) for preference in register.preferences if preference.value),
        locks=tuple(locks),
        rules={code: dict(parameters) for code, parameters in (rules or {}).items()},
    )


def points_of(span: Span) -> float:
    """What a shift counts for: a half-day is 1, others hours / 3.5 in quarters, at least one."""
    if HALF_DAY[0] <= span.duration <= HALF_DAY[1]:
        return 1.0
    return max(1, floor(span.duration / POINT * 4 + 0.5)) / 4


def shift_id(post: str, start: datetime) -> str:
    """The name of the shift of a post that starts then, such as seat-3304@2026-11-24T0830."""
    return f"{post}@{start.astimezone(SHANGHAI):%Y-%m-%dT%H%M}"


def _shifts(
    post: RegisteredPost,
    day: date,
    calendar: WorkCalendar,
    unpopular: Unpopular,
    holidays: Days,
    given: FirmSlots,
) -> Iterator[Shift]:
    occasion = holidays.get(day)
    # Hours listed twice (all year and for a season, say) are one shift, the longer of them.
    spans = {span.start: span for span in sorted(post.spans(day, calendar))}
    for span in spans.values():
        yield Shift(
            id=shift_id(post.id, span.start),
            post=post.id,
            start=span.start,
            end=span.end,
            need=post.need,
            standby=post.standby,
            skills=tuple(sorted(post.skills)),
            points=points_of(span),
            unpopular=unpopular.counts(post, span, calendar),
            by_firm=post.id in given.posts,
            name_by=given.name_by(span.start, calendar) if post.id in given.posts else None,
            holiday=None if occasion is None else occasion.holiday,
        )


def _lawyers(
    register: Register, ledger: Mapping[str, Ledger], served: Mapping[str, tuple[str, ...]]
) -> Iterator[Lawyer]:
    for lawyer in register.lawyers.values():
        yield Lawyer(
            id=lawyer.id,
            name=lawyer.name,
            firm=lawyer.firm,
            division=lawyer.division,
            skills=tuple(sorted(lawyer.skills)),
            licence=lawyer.licence,
            licensed_on=lawyer.licensed_on,
            sanctioned_until=lawyer.sanctioned_until,
            weight=lawyer.weight,
            per_week=lawyer.per_week,
            holidays=served.get(lawyer.id, ()),
            ledger=ledger.get(lawyer.id, Ledger()),
        )


def _leaves(register: Register, horizon: Span) -> Iterator[Leave]:
    for leave in register.leaves:
        cut = leave.span.intersection(horizon)
        if cut:
            yield Leave(lawyer=leave.lawyer, start=cut.start, end=cut.end)


def _wish(preference: Preference) -> Wish:
    return Wish(
        lawyer=preference.lawyer,
        value=max(-WISHES_REACH, min(WISHES_REACH, preference.value)),
        post=preference.post,
        weekday=preference.weekday,
        half=preference.half,
    )


def _holiday_follows(day: date, calendar: WorkCalendar) -> bool:
    """Whether the days off that begin after `day` hold a holiday."""
    following = day + timedelta(days=1)
    while not calendar.is_workday(following):
        if calendar.is_holiday(following):
            return True
        following += timedelta(days=1)
    return False
