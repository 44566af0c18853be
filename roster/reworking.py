"""A draft after some steps: its figures, its vacancies, and every rule that it then breaks; pure.

Only what the steps can have changed is reckoned anew, so that an answer comes while the hand is
still on the mouse.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence, Set
from dataclasses import dataclass

from zhiban.roster.checker import UNFILLED, forbidden, vacant, violations
from zhiban.roster.facts import Facts
from zhiban.roster.prices import by_rule, change
from zhiban.roster.problem import Role, RosterProblem
from zhiban.roster.roster import Roster
from zhiban.roster.rosterfile import RosterFile, Vacancy
from zhiban.roster.rules import Rule, Violation, active_rules
from zhiban.roster.shortage import vacancy
from zhiban.roster.steps import Blocked, Step, taken

STALE = {"locks": "locks", "leaves": "leaves", "neighbours": "neighbours"}


@dataclass(frozen=True)
class Worked:
    """A draft's problem and file with its facts, and every hard rule that it breaks."""

    problem: RosterProblem
    file: RosterFile
    facts: Facts
    violations: tuple[Violation, ...]


def opened(problem: RosterProblem, file: RosterFile) -> Worked:
    """A draft looked at as it is."""
    facts = Facts(problem, active_rules(problem), Roster.of(file.duties))
    return Worked(problem, file, facts, tuple(violations(facts)))


def reworked(at: Worked, steps: Sequence[Step], *, bounded: bool = True) -> Worked | Blocked:
    """The draft after the steps; a broken rule is told, and stands in the way of publishing only.

    `bounded` says whether the bound still holds for the changed problem: more locks only make a
    roster dearer, while another change may let a cheaper one in.
    """
    found = taken(at.problem, at.facts.roster, steps)
    if isinstance(found, Blocked):
        return found
    problem, roster = found
    facts = _facts(at.facts, problem, roster, {step.table for step in steps})
    if problem is at.problem:
        broken, prices = _broken(at, facts, steps), _prices(at, steps)
    else:
        broken, prices = tuple(violations(facts)), by_rule(facts)
    touched = {step.value["shift"] for step in steps if "shift" in step.value}
    file = _file(at.file, facts, prices, bounded, bool(broken))
    before = at.file.vacancies
    among = None if problem is not at.problem else touched | {one.shift for one in before}
    empty = _vacancies(before, facts, touched, among)
    return Worked(problem, file.model_copy(update={"vacancies": empty}), facts, broken)


def _broken(at: Worked, facts: Facts, steps: Sequence[Step]) -> tuple[Violation, ...]:
    """What is broken after duties changed hands: looked up anew for those people and shifts."""
    touched = {step.value["lawyer"] for step in steps}
    shifts = {step.value["shift"] for step in steps}
    of_shifts = [rule for rule in facts.rules if rule.answers("breaks_of_shift")]
    codes = {rule.code for rule in of_shifts}
    apart = {rule.code for rule in of_shifts if not rule.shares_shifts}
    found = [
        one
        for one in at.violations
        if (one.rule not in codes and one.lawyer not in touched)
        or (one.rule in apart and one.lawyer is None and one.shift not in shifts)
    ]
    found += _of_rules(facts, [rule for rule in facts.rules if rule.code not in codes], touched)
    found += _of_rules(facts, of_shifts, facts.roster.by_lawyer)
    for rule in of_shifts:
        for shift in facts.roster.by_shift if rule.shares_shifts else shifts:
            found += rule.breaks_of_shift(facts, shift, facts.duties_on(shift))
    return tuple(found)


def _of_rules(facts: Facts, rules: Sequence[Rule], lawyers: Collection[str]) -> Iterator[Violation]:
    """What those rules find wrong with all that these lawyers hold."""
    for rule in rules:
        bars = rule.answers("forbids")
        for lawyer in lawyers:
            duties = facts.duties_of(lawyer)
            if bars:
                for duty in duties:
                    if rule.forbids(facts, lawyer, facts.shifts[duty.shift], duty.role):
                        yield forbidden(rule, facts, duty)
            if duties:
                yield from rule.breaks_of_lawyer(facts, lawyer, duties)


def _prices(at: Worked, steps: Sequence[Step]) -> dict[str, int]:
    """The price of each rule after duties changed hands."""
    roster = at.facts.roster
    new = taken(at.problem, roster, steps)
    if isinstance(new, Blocked):
        return at.file.by_rule
    old, now = set(roster.duties), set(new[1].duties)
    more = change(at.facts, old - now, now - old)
    codes = at.file.by_rule.keys() | more.keys()
    return {code: at.file.by_rule.get(code, 0) + more.get(code, 0) for code in codes}


def _facts(facts: Facts, problem: RosterProblem, roster: Roster, tables: Set[str]) -> Facts:
    if problem is facts.problem:
        return facts.with_roster(roster)
    if tables & {"lawyers", "shifts"}:
        return Facts(problem, active_rules(problem), roster)
    stale = [STALE[table] for table in tables if table in STALE]
    return facts.with_problem(problem, *stale).with_roster(roster)


def _file(
    file: RosterFile, facts: Facts, prices: dict[str, int], bounded: bool, broken: bool
) -> RosterFile:
    objective = sum(prices.values())
    # The bound holds for rosters that keep the rules: one that breaks some may cost less.
    holds = bounded and file.bound <= objective
    bound = file.bound if holds else min(0, objective)
    left = max(0, objective - bound)
    empty = sum(prices.get(code, 0) for code in UNFILLED)
    proved = holds and bound >= objective and not broken and file.certificate is not None
    return file.model_copy(
        update={
            "status": "optimal" if proved else "feasible",
            "objective": objective,
            "bound": bound,
            "gap": left / max(1, objective),
            "gap_without_vacancies": left / max(1, objective - empty),
            "by_rule": prices,
            "duties": facts.roster.duties,
            "certificate": file.certificate if holds else None,
            "stopped": "asked",
        }
    )


def _vacancies(
    before: Sequence[Vacancy], facts: Facts, touched: Collection[str], among: Collection[str] | None
) -> tuple[Vacancy, ...]:
    """Those of untouched places as they were, the others explained anew."""
    known = {(one.shift, str(one.role)): one for one in before if one.shift not in touched}
    found = []
    for (shift, role), missing in vacant(facts, among).items():
        old = known.get((shift, role))
        if old is not None and old.missing == missing:
            # What would have filled it may be gone: it is looked for again when it is asked for.
            found.append(old.model_copy(update={"remedies": ()}) if old.remedies else old)
        else:
            as_role: Role = "standby" if role == "standby" else "primary"
            found.append(vacancy(facts, shift, as_role, missing))
    return tuple(found)
