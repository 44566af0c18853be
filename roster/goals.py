"""Where a lawyer could be put by hand: each shift with its price, or the rule in the way; pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from zhiban.roster.facts import Facts
from zhiban.roster.intents import Impossible, Intent, steps_of
from zhiban.roster.prices import change
from zhiban.roster.problem import Role, Shift
from zhiban.roster.roster import Duty
from zhiban.roster.steps import Step
from zhiban.roster.swaps import breaks

LOCKED = "locks"


@dataclass(frozen=True, slots=True)
class Goal:
    """One shift: what putting the lawyer there would cost more, or the rule that it would break."""

    shift: str
    role: Role
    cost: int
    bar: str


def goals(
    facts: Facts, lawyer: str, start: Duty | None = None, shifts: Sequence[Shift] | None = None
) -> tuple[Goal, ...]:
    """Every shift on which the lawyer is not yet.

    With a duty `start` that duty is moved there, and who gives way takes its place; without it
    the lawyer holds one more.
    """
    wanted = facts.problem.shifts if shifts is None else shifts
    return tuple(
        _goal(facts, lawyer, start, shift)
        for shift in wanted
        if (start is None or shift.id != start.shift)
        and not any(duty.lawyer == lawyer for duty in facts.duties_on(shift.id))
        and (shift.places("primary") or shift.places("standby"))
    )


def _goal(facts: Facts, lawyer: str, start: Duty | None, shift: Shift) -> Goal:
    role = _role(facts, start, shift)
    rule = facts.barred_by(lawyer, shift, role)
    if rule is not None:
        return Goal(shift.id, role, 0, rule.code)
    duty = Duty(shift=shift.id, lawyer=lawyer, role=role)
    steps = steps_of(facts, Intent("move" if start else "assign", duty, None, start))
    if isinstance(steps, Impossible):
        return Goal(shift.id, role, 0, LOCKED)
    gone, come = _of(steps, "drop"), _of(steps, "put")
    bar = next(_broken(facts, gone, come), "")
    cost = 0 if bar else sum(change(facts, gone, come).values())
    return Goal(shift.id, role, cost, bar)


def _role(facts: Facts, start: Duty | None, shift: Shift) -> Role:
    """On duty, unless only a standby is lacking and a standby is what is carried."""
    held = [duty.role for duty in facts.duties_on(shift.id)]
    standby = "standby" not in held and shift.places("standby") > 0
    if not shift.places("primary"):
        return "standby"
    carried = start is not None and start.role == "standby"
    return "standby" if carried and standby and "primary" in held else "primary"


def _of(steps: Sequence[Step], act: str) -> list[Duty]:
    return [step.duty for step in steps if step.table == "duties" and step.act == act]


def _broken(facts: Facts, gone: Sequence[Duty], come: Sequence[Duty]) -> Iterator[str]:
    """Rules that hold now and would not then."""
    for duty in come:
        rule = facts.barred_by(duty.lawyer, facts.shifts[duty.shift], duty.role)
        if rule is not None:
            yield rule.code
    for lawyer in dict.fromkeys(duty.lawyer for duty in come):
        held = facts.duties_of(lawyer)
        after = [*(duty for duty in held if duty not in gone)]
        after += [duty for duty in come if duty.lawyer == lawyer]
        before = set(breaks(facts, lawyer, held))
        for one in breaks(facts, lawyer, after):
            if one not in before:
                yield one.rule
    after_facts = facts.with_roster(facts.roster.changed(gone, come))
    for shift in dict.fromkeys(duty.shift for duty in (*gone, *come)):
        for rule in facts.rules:
            if rule.code == "cover" or not rule.answers("breaks_of_shift"):
                continue
            was = set(rule.breaks_of_shift(facts, shift, facts.duties_on(shift)))
            now = rule.breaks_of_shift(after_facts, shift, after_facts.duties_on(shift))
            if any(one not in was for one in now):
                yield rule.code
