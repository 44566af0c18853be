"""What a problem says of people, places and times, as plain look-ups by id."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from zhiban.data.timespan import SHANGHAI
from zhiban.roster.problem import (
    ROLES,
    Division,
    Firm,
    Half,
    Held,
    Lawyer,
    Leave,
    Lock,
    Post,
    Role,
    RosterProblem,
    Shift,
    Wish,
)


@dataclass(frozen=True)
class When:
    """Where a shift lies in local time: its day, counted from the first, weekday and half."""

    day: int
    date: date
    weekday: int
    half: Half
    start: datetime
    end: datetime


@dataclass(frozen=True)
class Stint:
    """A duty as rules between two of them see it, of this horizon or published beside it."""

    when: When
    post: Post
    role: Role

    @property
    def at_station(self) -> bool:
        """Whether somebody goes to a station for it."""
        return self.role == "primary" and self.post.kind == "station"


class Known:
    """One problem, whatever its rules and its roster."""

    def __init__(self, problem: RosterProblem) -> None:
        self.problem = problem
        self.lawyers: Mapping[str, Lawyer] = {one.id: one for one in problem.lawyers}
        self.shifts: Mapping[str, Shift] = {one.id: one for one in problem.shifts}
        self.posts: Mapping[str, Post] = {one.id: one for one in problem.posts}
        self.firms: Mapping[str, Firm] = {one.id: one for one in problem.firms}
        self.divisions: Mapping[str, Division] = {one.code: one for one in problem.divisions}

    def post(self, shift: str) -> Post:
        """The post of a shift."""
        return self.posts[self.shifts[shift].post]

    @cached_property
    def when(self) -> Mapping[str, When]:
        """Local time of every shift."""
        return {shift.id: self._when(shift) for shift in self.problem.shifts}

    def _when(self, shift: Shift | Held) -> When:
        start = shift.start.astimezone(SHANGHAI)
        day = start.date()
        return When(
            (day - self.problem.start).days,
            day,
            day.weekday(),
            "am" if start.hour < 12 else "pm",
            start,
            shift.end.astimezone(SHANGHAI),
        )

    @cached_property
    def _stints(self) -> Mapping[tuple[str, Role], Stint]:
        return {
            (shift.id, role): Stint(self.when[shift.id], self.posts[shift.post], role)
            for shift in self.problem.shifts
            for role in ROLES
        }

    def stint(self, shift: str, role: Role) -> Stint:
        """A duty on that shift, whoever holds it."""
        return self._stints[shift, role]

    @cached_property
    def held(self) -> Mapping[str, Sequence[Stint]]:
        """What is published beside the horizon, by lawyer."""
        found: dict[str, list[Stint]] = {}
        for held in self.problem.held:
            if held.post in self.posts:
                stint = Stint(self._when(held), self.posts[held.post], held.role)
                found.setdefault(held.lawyer, []).append(stint)
        return found

    @cached_property
    def leaves(self) -> Mapping[str, Sequence[Leave]]:
        """Leave by lawyer."""
        found: dict[str, list[Leave]] = {}
        for leave in self.problem.leaves:
            found.setdefault(leave.lawyer, []).append(leave)
        return found

    @cached_property
    def away(self) -> Mapping[str, Sequence[tuple[int, Half | None]]]:
        """Weekdays (and halves) never served, by lawyer."""
        found: dict[str, list[tuple[int, Half | None]]] = {}
        for away in self.problem.away:
            found.setdefault(away.lawyer, []).append((away.weekday, away.half))
        return found

    @cached_property
    def forbidden(self) -> frozenset[tuple[str, str]]:
        """Lawyer with post or shift."""
        return frozenset((f.lawyer, f.post or f.shift or "") for f in self.problem.forbidden)

    @cached_property
    def wishes(self) -> Mapping[str, Sequence[Wish]]:
        """Wishes by lawyer."""
        found: dict[str, list[Wish]] = {}
        for wish in self.problem.wishes:
            found.setdefault(wish.lawyer, []).append(wish)
        return found

    @cached_property
    def habits(self) -> Mapping[str, frozenset[tuple[str, int, Half]]]:
        """Post, weekday and half held before, by lawyer."""
        found: dict[str, set[tuple[str, int, Half]]] = {}
        for habit in self.problem.habits:
            found.setdefault(habit.lawyer, set()).add((habit.post, habit.weekday, habit.half))
        return {lawyer: frozenset(slots) for lawyer, slots in found.items()}

    @cached_property
    def locks(self) -> Mapping[str, Sequence[Lock]]:
        """Locks by shift."""
        found: dict[str, list[Lock]] = {}
        for lock in self.problem.locks:
            found.setdefault(lock.shift, []).append(lock)
        return found

    @cached_property
    def _counties(self) -> Mapping[str, str]:
        return {code: self._climb(code) for code in self.divisions}

    def county(self, division: str) -> str:
        """The county a division lies in; itself for a city or province."""
        return self._counties[division]

    def _climb(self, code: str) -> str:
        for above in self.line(code):
            if self.divisions[above].level in ("county", "city", "province"):
                return above
        return code

    def line(self, division: str) -> list[str]:
        """A division and all above it, upwards."""
        line: list[str] = []
        code: str | None = division
        while code is not None and code in self.divisions and code not in line:
            line.append(code)
            code = self.divisions[code].parent
        return line

    def serves_all_below(self, post: Post, division: str) -> bool:
        """Whether the post belongs to a city or province that holds the division."""
        level = self.divisions[post.division].level
        return level in ("city", "province") and post.division in self.line(division)

    @cached_property
    def neighbours(self) -> Mapping[tuple[str, str], tuple[int, int]]:
        """(post's county, lawyer's county) -> minutes and price."""
        return {(n.division, n.neighbour): (n.minutes, n.price) for n in self.problem.neighbours}

    @cached_property
    def nearby(self) -> Mapping[tuple[str, str], int]:
        """Minutes between two sites that may share a day, both ways."""
        found: dict[tuple[str, str], int] = {}
        for pair in self.problem.nearby:
            found[pair.site, pair.other] = pair.minutes
            found[pair.other, pair.site] = pair.minutes
        return found
