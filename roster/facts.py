"""The problem as plain look-ups, for the checker and the explanations; the model never reads it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar, cast

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
from zhiban.roster.roster import Duty, Roster

if TYPE_CHECKING:
    from zhiban.roster.rules.rule import Rule

T = TypeVar("T")


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


class Facts:
    """One problem under its rules and one roster for it, by id."""

    def __init__(
        self, problem: RosterProblem, rules: Sequence[Rule], roster: Roster | None = None
    ) -> None:
        self.problem = problem
        self.rules = tuple(rules)
        self.roster = roster or Roster()
        self._memory: dict[str, object] = {}
        self._eligible: dict[tuple[str, Role], Sequence[str]] = {}
        self.lawyers: Mapping[str, Lawyer] = {one.id: one for one in problem.lawyers}
        self.shifts: Mapping[str, Shift] = {one.id: one for one in problem.shifts}
        self.posts: Mapping[str, Post] = {one.id: one for one in problem.posts}
        self.firms: Mapping[str, Firm] = {one.id: one for one in problem.firms}
        self.divisions: Mapping[str, Division] = {one.code: one for one in problem.divisions}

    def with_roster(self, roster: Roster) -> Facts:
        """The same problem under another roster; all that was looked up is kept."""
        other = copy(self)
        other.roster = roster
        return other

    def with_rules(self, rules: Sequence[Rule]) -> Facts:
        """The same problem and roster under other rules."""
        other = copy(self)
        other.rules = tuple(rules)
        return other._forgetting("_forbidding")

    def with_problem(self, problem: RosterProblem, *stale: str) -> Facts:
        """The roster under a changed problem; look-ups of what changed (`stale`) are made anew."""
        other = copy(self)
        other.problem = problem
        other.lawyers = {one.id: one for one in problem.lawyers}
        other.shifts = {one.id: one for one in problem.shifts}
        return other._forgetting(*stale)

    def _forgetting(self, *stale: str) -> Facts:
        self._memory, self._eligible = {}, {}
        for name in (*stale, "eligible_on", "eligible_of"):
            self.__dict__.pop(name, None)
        return self

    def remember(self, name: str, reckon: Callable[[Facts], T]) -> T:
        """What `reckon` makes of the problem (not of the roster), reckoned once a name."""
        if name not in self._memory:
            self._memory[name] = reckon(self)
        return cast("T", self._memory[name])

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

    def duties_of(self, lawyer: str) -> tuple[Duty, ...]:
        """What the lawyer holds."""
        return self.roster.by_lawyer.get(lawyer, ())

    def duties_on(self, shift: str) -> tuple[Duty, ...]:
        """Who holds the shift."""
        return self.roster.by_shift.get(shift, ())

    @cached_property
    def seat_days(self) -> Mapping[tuple[str, int], Sequence[str]]:
        """Shifts that need somebody, by seat and day."""
        found: dict[tuple[str, int], list[str]] = {}
        for shift in self.problem.shifts:
            if shift.need and self.posts[shift.post].kind == "seat":
                found.setdefault((shift.post, self.when[shift.id].day), []).append(shift.id)
        return found

    def barred_by(self, lawyer: str, shift: Shift, role: Role) -> Rule | None:
        """The first rule that keeps the lawyer from the shift altogether."""
        for rule in self._forbidding:
            if rule.forbids(self, lawyer, shift, role):
                return rule
        return None

    @cached_property
    def _forbidding(self) -> Sequence[Rule]:
        return [rule for rule in self.rules if rule.answers("forbids")]

    def may(self, lawyer: str, shift: Shift, role: Role) -> bool:
        """Whether no rule bars the lawyer; rules that ask for this here are left out."""
        return not any(
            rule.forbids(self, lawyer, shift, role)
            for rule in self._forbidding
            if not rule.asks_others
        )

    @cached_property
    def members(self) -> Mapping[str, Sequence[str]]:
        """The lawyers of each firm that has any."""
        found: dict[str, list[str]] = {}
        for lawyer in self.problem.lawyers:
            found.setdefault(lawyer.firm, []).append(lawyer.id)
        return found

    @cached_property
    def slots(self) -> Mapping[int, Sequence[Shift]]:
        """Shifts given to firms, by week of the horizon."""
        found: dict[int, list[Shift]] = {}
        for shift in self.problem.shifts:
            if shift.by_firm:
                found.setdefault(self.when[shift.id].day // 7, []).append(shift)
        return found

    def eligible(self, shift: str, role: Role) -> Sequence[str]:
        """Lawyers whom no rule bars from the place."""
        found = self._eligible.get((shift, role))
        if found is None:
            place = self.shifts[shift]
            near = self.remember(f"near {place.post}", lambda facts: facts.near(place.post))
            found = [one for one in near if not self.barred_by(one, place, role)]
            self._eligible[shift, role] = found
        return found

    def near(self, post: str) -> Sequence[str]:
        """Lawyers of divisions that no rule keeps from the post altogether."""
        far = {
            division
            for division in {one.division for one in self.lawyers.values()}
            if any(rule.forbids_division(self, division, self.posts[post]) for rule in self.rules)
        }
        return [one.id for one in self.lawyers.values() if one.division not in far]

    @cached_property
    def eligible_on(self) -> Mapping[tuple[str, Role], Sequence[str]]:
        """The same for every (shift, role)."""
        return {
            (shift.id, role): self.eligible(shift.id, role)
            for shift in self.problem.shifts
            for role in ROLES
            if shift.places(role)
        }

    @cached_property
    def eligible_of(self) -> Mapping[str, Mapping[int, Sequence[tuple[str, Role]]]]:
        """(shift, role) that no rule bars, by lawyer and day."""
        found: dict[str, dict[int, list[tuple[str, Role]]]] = {}
        for shift in self.problem.shifts:
            for role in ROLES:
                for lawyer in self.eligible_on.get((shift.id, role), ()):
                    days = found.setdefault(lawyer, {})
                    days.setdefault(self.when[shift.id].day, []).append((shift.id, role))
        return found

    def eighths(self, shift: str, role: Role) -> int:
        """Points of a duty in eighths: a standby that is not called counts half."""
        points = round(self.shifts[shift].points * 8)
        return points if role == "primary" else points // 2
