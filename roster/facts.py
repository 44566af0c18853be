"""The problem as plain look-ups, for the checker and the explanations; the model never reads it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar, cast

from zhiban.roster.known import Known
from zhiban.roster.problem import ROLES, Role, RosterProblem, Shift
from zhiban.roster.roster import Duty, Roster

if TYPE_CHECKING:
    from zhiban.roster.rules.rule import Rule

T = TypeVar("T")


class Facts(Known):
    """One problem under its rules and one roster for it, by id."""

    def __init__(
        self, problem: RosterProblem, rules: Sequence[Rule], roster: Roster | None = None
    ) -> None:
        super().__init__(problem)
        self.rules = tuple(rules)
        self.roster = roster or Roster()
        self._memory: dict[str, object] = {}
        self._eligible: dict[tuple[str, Role], Sequence[str]] = {}

    def with_roster(self, roster: Roster) -> Facts:
        """The same problem under another roster; all that was looked up is kept."""
        other = copy(self)
        other.roster = roster
        return other

    def with_rules(self, rules: Sequence[Rule]) -> Facts:
        """The same problem and roster under other rules."""
        other = copy(self)
        other.rules = tuple(rules)
        return other._forgetting("_forbidding", "binding")

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

    @cached_property
    def binding(self) -> Sequence[tuple[Rule, bool, bool]]:
        """Rules that bind several duties: each with whether it asks of lawyers, and of shifts."""
        asked = [
            (rule, rule.answers("breaks_of_lawyer"), rule.answers("breaks_of_shift"))
            for rule in self.rules
        ]
        return [one for one in asked if one[1] or one[2]]

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
