"""The problem as arrays: lawyers in rows, places in columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from zhiban.data.timespan import SHANGHAI
from zhiban.roster.problem import ROLES, Post, Role, RosterProblem, Shift

if TYPE_CHECKING:
    from zhiban.roster.rules.rule import Rule

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
MINUTES_A_DAY = 24 * 60


@dataclass(frozen=True, kw_only=True)
class Times:
    """When and where duties are, as parallel arrays.

    `day` counts from the first, `start` and `end` are minutes from its midnight.
    """

    standby: Bools
    day: Ints
    start: Ints
    end: Ints
    post: Ints
    seat: Bools

    def __len__(self) -> int:
        return len(self.day)

    def at(self, index: Ints) -> Times:
        """Those of that index."""
        return Times(
            standby=self.standby[index],
            day=self.day[index],
            start=self.start[index],
            end=self.end[index],
            post=self.post[index],
            seat=self.seat[index],
        )


@dataclass(frozen=True, kw_only=True)
class Places(Times):
    """Every (shift, role) with room for somebody; `eighths` are points in eighths."""

    shift: Ints
    room: Ints
    weekday: Ints
    afternoon: Bools
    site: Ints
    eighths: Ints
    unpopular: Bools
    by_firm: Bools


@dataclass(frozen=True, kw_only=True)
class HeldTimes(Times):
    """What lawyers of the problem hold on days before the first and after the last."""

    lawyer: Ints


@dataclass(frozen=True)
class Ways:
    """From divisions (rows, in the problem's order) to posts: open, minutes on the way, price."""

    open: Bools
    minutes: Ints
    price: Ints


class Ground:
    """One problem under its active rules, with the index of everything that has an id."""

    def __init__(self, problem: RosterProblem, rules: Sequence[Rule]) -> None:
        self.problem = problem
        self.rules = tuple(rules)
        self.lawyer_index = {one.id: i for i, one in enumerate(problem.lawyers)}
        self.firm_index = {one.id: i for i, one in enumerate(problem.firms)}
        self.post_index = {one.id: i for i, one in enumerate(problem.posts)}
        self.shift_index = {one.id: i for i, one in enumerate(problem.shifts)}
        self.days = 7 * problem.weeks

    @property
    def lawyers(self) -> int:
        """How many lawyers there are."""
        return len(self.problem.lawyers)

    def limits(self, code: str, otherwise: int) -> Ints:
        """Each lawyer's cap under the rule of that code; `otherwise` where it is not active."""
        for rule in self.rules:
            limits = rule.limits(self) if rule.code == code else None
            if limits is not None:
                return limits
        return np.full(self.lawyers, otherwise, np.int64)

    @cached_property
    def places(self) -> Places:
        """The places, by shift and role."""
        listed = [
            (index, shift, role)
            for index, shift in enumerate(self.problem.shifts)
            for role in ROLES
            if shift.places(role)
        ]
        return _places(self, listed)

    @cached_property
    def may(self) -> Bools:
        """Whom (row) no rule bars from which place; rules that ask for this here are left out."""
        free = np.ones((self.lawyers, len(self.places)), dtype=bool)
        for rule in self.rules:
            barred = None if rule.asks_others else rule.bars(self)
            if barred is not None:
                np.greater(free, barred, out=free)  # free and not barred, without a copy
        return free

    @cached_property
    def held(self) -> HeldTimes:
        """The duties across the border, of lawyers and posts that the problem has."""
        return _held(self)

    @cached_property
    def by_day(self) -> Sequence[tuple[int, Ints]]:
        """Days with any places, in order, and the places of each."""
        day = self.places.day
        order = np.argsort(day, kind="stable")
        days, first = np.unique(day[order], return_index=True)
        ends = [*first[1:].tolist(), len(day)]
        spans = zip(days.tolist(), first.tolist(), ends, strict=False)
        return [(number, order[start:end]) for number, start, end in spans]

    def place_key(self, place: int) -> tuple[str, str]:
        """Shift id and role of a place."""
        shift = self.problem.shifts[int(self.places.shift[place])]
        return shift.id, ROLES[int(self.places.standby[place])]

    @cached_property
    def place_index(self) -> Mapping[tuple[str, str], int]:
        """The place of (shift id, role)."""
        return {self.place_key(place): place for place in range(len(self.places))}

    @cached_property
    def firm(self) -> Ints:
        """Firm of each lawyer."""
        return whole(self.firm_index[one.firm] for one in self.problem.lawyers)

    @cached_property
    def division(self) -> Ints:
        """Division of each lawyer."""
        index = {one.code: i for i, one in enumerate(self.problem.divisions)}
        return whole(index[one.division] for one in self.problem.lawyers)

    @cached_property
    def sites(self) -> Mapping[str, int]:
        """Number of each site."""
        return {site: i for i, site in enumerate(sorted({p.place for p in self.problem.posts}))}

    def minute(self, moment: datetime) -> int:
        """Minutes from the first day's midnight."""
        local = moment.astimezone(SHANGHAI)
        days = (local.date() - self.problem.start).days
        return days * MINUTES_A_DAY + local.hour * 60 + local.minute

    @cached_property
    def ways(self) -> Ways:
        """Who of which division may go where, how far and at what price."""
        return _ways(self.problem)


def _ways(problem: RosterProblem) -> Ways:
    above = {one.code: one.parent for one in problem.divisions}
    level = {one.code: one.level for one in problem.divisions}
    lines: dict[str, list[str]] = {}
    for code in above:
        line, at = [code], above[code]
        while at is not None and at in above and at not in line:
            line.append(at)
            at = above[at]
        lines[code] = line
    base = {
        code: next((up for up in line if level[up] not in ("town", "village")), code)
        for code, line in lines.items()
    }
    steps = {(one.division, one.neighbour): one for one in problem.neighbours}
    shape = (len(above), len(problem.posts))
    ways = Ways(np.zeros(shape, bool), np.zeros(shape, np.int64), np.zeros(shape, np.int64))
    for row, code in enumerate(above):
        for column, post in enumerate(problem.posts):
            step = steps.get((base[post.division], base[code]))
            home = base[post.division] == base[code]
            below = level[post.division] in ("city", "province") and post.division in lines[code]
            ways.open[row, column] = home or below or step is not None
            ways.minutes[row, column] = post.minutes + (step.minutes if step and not home else 0)
            ways.price[row, column] = step.price if step and not home and not below else 0
    return ways


def _places(ground: Ground, listed: list[tuple[int, Shift, Role]]) -> Places:
    posts: list[Post] = [ground.problem.posts[ground.post_index[s.post]] for _, s, _ in listed]
    start = whole(ground.minute(shift.start) for _, shift, _ in listed)
    standby = np.array([role == "standby" for *_, role in listed], dtype=bool)
    eighths = whole(round(shift.points * 8) for _, shift, _ in listed)
    day = start // MINUTES_A_DAY
    return Places(
        shift=whole(index for index, *_ in listed),
        standby=standby,
        room=whole(shift.places(role) for _, shift, role in listed),
        day=day,
        weekday=(day + ground.problem.start.weekday()) % 7,
        afternoon=start % MINUTES_A_DAY >= MINUTES_A_DAY // 2,
        start=start,
        end=whole(ground.minute(shift.end) for _, shift, _ in listed),
        post=whole(ground.post_index[post.id] for post in posts),
        site=whole(ground.sites[post.place] for post in posts),
        seat=np.array([post.kind == "seat" for post in posts], dtype=bool),
        eighths=np.where(standby, eighths // 2, eighths),
        unpopular=np.array([shift.unpopular for _, shift, _ in listed], dtype=bool),
        by_firm=np.array([shift.by_firm for _, shift, _ in listed], dtype=bool),
    )


def _held(ground: Ground) -> HeldTimes:
    held = [
        one
        for one in ground.problem.held
        if one.lawyer in ground.lawyer_index and one.post in ground.post_index
    ]
    posts = [ground.problem.posts[ground.post_index[one.post]] for one in held]
    start = whole(ground.minute(one.start) for one in held)
    return HeldTimes(
        lawyer=whole(ground.lawyer_index[one.lawyer] for one in held),
        standby=np.array([one.role == "standby" for one in held], dtype=bool),
        day=start // MINUTES_A_DAY,
        start=start,
        end=whole(ground.minute(one.end) for one in held),
        post=whole(ground.post_index[one.post] for one in held),
        seat=np.array([post.kind == "seat" for post in posts], dtype=bool),
    )


def whole(values: Iterable[int]) -> Ints:
    """An array of whole numbers from anything that yields them."""
    return np.fromiter(values, dtype=np.int64)
