"""The least objective of all rosters of a small problem, tried one by one by the plain rules."""

from __future__ import annotations

from collections.abc import Iterator

from zhiban.roster.checker import violations
from zhiban.roster.facts import Facts
from zhiban.roster.prices import by_rule
from zhiban.roster.problem import ROLES, Role, RosterProblem, Shift
from zhiban.roster.roster import Duty, Roster
from zhiban.roster.rules import active_rules

Place = tuple[Shift, Role]


def cheapest(problem: RosterProblem) -> int:
    """The optimum; places beyond six or so take their time."""
    facts = Facts(problem, active_rules(problem))
    places = [
        (shift, role)
        for shift in problem.shifts
        for role in ROLES
        for _ in range(shift.places(role))
    ]
    rosters = (facts.with_roster(Roster.of(duties)) for duties in _choices(facts, places, ()))
    return min(sum(by_rule(roster).values()) for roster in rosters if not any(violations(roster)))


def _choices(
    facts: Facts, places: list[Place], held: tuple[Duty, ...]
) -> Iterator[tuple[Duty, ...]]:
    """Everything that the places can be given to, nobody included; each set of duties once."""
    if not places:
        yield held
        return
    (shift, role), *rest = places
    yield from _choices(facts, rest, held)
    for who in facts.lawyers:
        duty = Duty(shift=shift.id, lawyer=who, role=role)
        if duty not in held and facts.barred_by(who, shift, role) is None:
            yield from _choices(facts, rest, (*held, duty))
