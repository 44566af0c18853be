"""A week's demand against supply before it is solved: by county and day, and what to know; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from zhiban.data.places import lifted
from zhiban.data.register import Register
from zhiban.data.week import Week
from zhiban.data.wording import Text, counted
from zhiban.roster.ground import Ground
from zhiban.roster.holiday_history import notes
from zhiban.roster.problem import RosterProblem

Bools = NDArray[np.bool_]
PER_DAY, PER_WEEK = 2, 3
_NAMED = 5


@dataclass(frozen=True, slots=True)
class DayDemand:
    """One day of one county: places, its own lawyers who may serve, the duties they can take.

    `helpers` are lawyers of elsewhere who may help out at a price.
    """

    day: date
    places: int
    lawyers: int
    capacity: int
    helpers: int

    @property
    def short(self) -> int:
        """Places that its own lawyers cannot fill at all."""
        return max(0, self.places - self.capacity)


@dataclass(frozen=True, slots=True)
class CountyDemand:
    """A county's days, and the week as a whole under the caps of a week."""

    code: str
    name: str
    days: tuple[DayDemand, ...]
    places: int
    lawyers: int
    capacity: int

    @property
    def short(self) -> int:
        """Places of the week, or of its days, that its own lawyers cannot fill."""
        return max(self.places - self.capacity, sum(one.short for one in self.days), 0)


@dataclass(frozen=True, slots=True)
class Caution:
    """What to know before generating; `serious` would leave places empty or go wrong."""

    code: str
    serious: bool
    text: Text


def demand(ground: Ground) -> tuple[CountyDemand, ...]:
    """Demand and supply of one week, cities first; a lawyer may count for city and county."""
    problem = ground.problem
    if not len(ground.places):
        return ()
    home = ground.ways.price[ground.division][:, ground.places.post] == 0
    own, others = ground.may & home, ground.may & ~home
    codes, county = _counties(problem, ground)
    names = {one.code: one.name for one in problem.divisions}
    caps = ground.limits("per_day", PER_DAY), ground.limits("per_week", PER_WEEK)
    return tuple(
        _county(ground, (own, others), county == index, (code, names[code]), caps)
        for index, code in enumerate(codes)
    )


def _counties(problem: RosterProblem, ground: Ground) -> tuple[list[str], NDArray[np.int64]]:
    divisions = {one.code: one for one in problem.divisions}
    of_post = [lifted(post.division, divisions, "county", "city") for post in problem.posts]
    found = {of_post[int(post)] for post in ground.places.post}
    high = ("province", "city")
    codes = sorted(found, key=lambda code: (divisions[code].level not in high, code))
    index = {code: number for number, code in enumerate(codes)}
    return codes, np.array([index.get(of_post[int(p)], -1) for p in ground.places.post])


def _county(
    ground: Ground,
    may: tuple[Bools, Bools],
    here: Bools,
    called: tuple[str, str],
    caps: tuple[NDArray[np.int64], NDArray[np.int64]],
) -> CountyDemand:
    (own, others), (per_day, per_week) = may, caps
    days, total = [], np.zeros(ground.lawyers, np.int64)
    for number in range(ground.days):
        today = here & (ground.places.day == number)
        if not today.any():
            continue
        able = own[:, today].any(axis=1)
        # At one time a lawyer holds one place: distinct starts are what a day offers each.
        starts = len(set(ground.places.start[today].tolist()))
        taken = np.where(able, np.minimum(per_day, starts), 0)
        total += taken
        helping = others[:, today].any(axis=1) & ~able
        days.append(
            DayDemand(
                day=ground.problem.start + timedelta(days=number),
                places=int(ground.places.room[today].sum()),
                lawyers=int(able.sum()),
                capacity=int(taken.sum()),
                helpers=int(helping.sum()),
            )
        )
    return CountyDemand(
        *called,
        days=tuple(days),
        places=int(ground.places.room[here].sum()),
        lawyers=int((total > 0).sum()),
        capacity=int(np.minimum(total, per_week).sum()),
    )


def cautions(register: Register, ground: Ground, weeks: Sequence[Week]) -> tuple[Caution, ...]:
    """What to know before these weeks are generated; `ground` is that of the first's problem."""
    problem = ground.problem
    first, last = weeks[0].days[0], weeks[-1].days[-1]
    found = []
    missing = [
        year
        for year in range(first.year, last.year + 1)
        if year not in register.calendar.known_years
    ]
    if missing:
        found.append(Caution("calendar", True, _calendar(missing)))
    if not problem.shifts:
        found.append(Caution("no_shifts", True, _NO_SHIFTS))
    nobody = _without_anybody(ground)
    if nobody:
        found.append(Caution("nobody", True, _nobody(nobody)))
    found += _people(register, weeks)
    found += [Caution("holidays", False, text) for text in notes(problem)]
    return tuple(found)


def _without_anybody(ground: Ground) -> list[str]:
    """Posts of which some shift may be held by no lawyer at all."""
    if not len(ground.places):
        return []
    empty = ~ground.may.any(axis=0)
    numbers = dict.fromkeys(ground.places.post[empty].tolist())
    return [ground.problem.posts[number].name for number in numbers]


def _people(register: Register, weeks: Sequence[Week]) -> list[Caution]:
    found = []
    start, end = weeks[0].span.start, weeks[-1].span.end
    away = {one.lawyer for one in register.leaves if one.span.start < end and one.span.end > start}
    told = away | {one.lawyer for one in register.preferences}
    firms: dict[str, bool] = {}
    for lawyer in register.lawyers.values():
        if register.firms[lawyer.firm].consents:
            firms[lawyer.firm] = firms.get(lawyer.firm, False) or lawyer.id in told
    silent = [register.firms[firm].name for firm, said in firms.items() if not said]
    if not away:
        found.append(Caution("no_leave", True, _NO_LEAVE))
    elif silent:
        found.append(Caution("silent_firms", False, _silent(silent)))
    barred = [one.name for one in register.lawyers.values() if one.licence != "active"]
    if barred:
        found.append(Caution("licence", False, _licence(barred)))
    ending = [
        one.name
        for one in register.lawyers.values()
        if one.sanctioned_until is not None and start.date() <= one.sanctioned_until <= end.date()
    ]
    if ending:
        found.append(Caution("sanction", False, _sanction(ending)))
    return found


def _some(names: Sequence[str]) -> tuple[str, str]:
    shown = names[:_NAMED]
    more = len(names) > _NAMED
    return "、".join(shown) + ("等" if more else ""), ", ".join(shown) + (
        " and others" if more else ""
    )


def _calendar(years: Sequence[int]) -> Text:
    said = "、".join(map(str, years))
    return Text(
        f"{said}年的节假日安排还没有导入，会按普通工作日排；请先导入放假通知",
        f"the holidays of {', '.join(map(str, years))} are not known; it is made as if there "
        "were none: take the notice in first",
    )


def _nobody(posts: Sequence[str]) -> Text:
    zh, en = _some(posts)
    return Text(
        f"{len(posts)}个岗位有班次没有一位律师可值：{zh}",
        f"at {counted(len(posts), 'post', 'posts')} some shift can be held by no lawyer: {en}",
    )


def _silent(firms: Sequence[str]) -> Text:
    zh, en = _some(firms)
    return Text(
        f"{len(firms)}家律所没有人报过请假或意愿，可能还没有收集：{zh}",
        f"nobody of {counted(len(firms), 'firm', 'firms')} has told of leave or wishes; "
        f"ask them perhaps: {en}",
    )


def _licence(people: Sequence[str]) -> Text:
    zh, en = _some(people)
    return Text(
        f"{len(people)}位律师执业证中止或注销，不参加排班：{zh}",
        f"{counted(len(people), 'lawyer', 'lawyers')}"
        f" without a licence in force, not to serve: {en}",
    )


def _sanction(people: Sequence[str]) -> Text:
    zh, en = _some(people)
    return Text(
        f"{len(people)}位律师的处分期在这段时间内届满：{zh}",
        f"{counted(len(people), 'lawyer', 'lawyers')}"
        f" with a sanction that ends in these weeks: {en}",
    )


_NO_SHIFTS = Text("这一周没有任何班次", "there are no shifts this week")
_NO_LEAVE = Text(
    "这段时间没有任何请假记录，是不是还没有收集？",
    "no leave at all is recorded for these weeks: has it been collected?",
)
