"""A roster changed by hand: what it costs, what it leaves empty, what it breaks; pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from zhiban.data.wording import Faults
from zhiban.roster.checker import violations
from zhiban.roster.facts import Facts
from zhiban.roster.prices import by_rule
from zhiban.roster.problem import RosterProblem
from zhiban.roster.roster import Duty, Roster
from zhiban.roster.rosterfile import RosterFile
from zhiban.roster.rules import Violation, active_rules
from zhiban.roster.rules.cover import Cover
from zhiban.roster.rules.locks import Locks
from zhiban.roster.rules.online_seat import OnlineSeat
from zhiban.roster.shortage import vacancies


@dataclass(frozen=True, slots=True)
class Edit:
    """One change: a lawyer put on a shift, or taken off it."""

    act: Literal["add", "remove"]
    duty: Duty


def edits_of(gone: Iterable[Duty], come: Iterable[Duty]) -> tuple[Edit, ...]:
    """The changes that take some duties out of a roster, then put others in."""
    return (*(Edit("remove", one) for one in gone), *(Edit("add", one) for one in come))


@dataclass(frozen=True, slots=True)
class Edited:
    """The roster after the changes, and every hard rule that it breaks."""

    file: RosterFile
    violations: tuple[Violation, ...]


def edited(problem: RosterProblem, file: RosterFile, edits: Sequence[Edit]) -> Edited:
    """Makes the changes in order; raises Refused when one of them cannot be made at all.

    A broken rule is no refusal: it is told, and stands in the way of publishing only.
    """
    facts = Facts(problem, active_rules(problem), Roster.of(changed(problem, file, edits)))
    broken = tuple(violations(facts))
    prices = by_rule(facts)
    objective = sum(prices.values())
    # The bound holds for rosters that keep the rules: one that breaks some may cost less.
    holds = file.bound <= objective
    bound = file.bound if holds else min(0, objective)
    open_still = max(0, objective - bound)
    empty = sum(prices.get(rule.code, 0) for rule in (Cover, OnlineSeat, Locks))
    new = file.model_copy(
        update={
            "status": "optimal" if holds and bound >= objective and not broken else "feasible",
            "objective": objective,
            "bound": bound,
            "gap": open_still / max(1, objective),
            "gap_without_vacancies": open_still / max(1, objective - empty),
            "by_rule": prices,
            "duties": facts.roster.duties,
            "vacancies": tuple(vacancies(facts)),
            "certificate": file.certificate if holds else None,
            "stopped": "asked",
        }
    )
    return Edited(new, broken)


def changed(problem: RosterProblem, file: RosterFile, edits: Sequence[Edit]) -> list[Duty]:
    """The duties after the changes; raises Refused when one of them cannot be made at all."""
    shifts = {shift.id for shift in problem.shifts}
    lawyers = {lawyer.id for lawyer in problem.lawyers}
    duties = dict.fromkeys(file.duties)
    faults = Faults()
    for number, edit in enumerate(edits):
        duty, field = edit.duty, f"edits[{number}]"
        known = duty.shift in shifts
        faults.unless(
            known, f"{field}.shift", f"没有班次 {duty.shift}", f"there is no shift {duty.shift}"
        )
        known_lawyer = duty.lawyer in lawyers
        faults.unless(
            known_lawyer,
            f"{field}.lawyer",
            f"没有律师 {duty.lawyer}",
            f"there is no lawyer {duty.lawyer}",
        )
        there = duty in duties
        if edit.act == "add":
            faults.unless(
                not there, field, "该律师已在这个班次上", "the lawyer is on that shift already"
            )
            duties[duty] = None
        else:
            faults.unless(there, field, "该律师不在这个班次上", "the lawyer is not on that shift")
            duties.pop(duty, None)
    faults.refuse()
    return list(duties)
