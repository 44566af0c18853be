"""Solves a few lawyers' duties again while everybody else's stay as they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

import numpy as np

from zhiban.roster.exact import Search, search
from zhiban.roster.facts import Facts
from zhiban.roster.model import build
from zhiban.roster.problem import Forbidden, RosterProblem, Shift
from zhiban.roster.roster import Duty, Roster
from zhiban.roster.rows import FREE
from zhiban.roster.stars import Stars

SECONDS = 5.0


def resolved(facts: Facts, lawyers: Collection[str], shift: str) -> Roster:
    """The roster with the named lawyers' duties, and what is vacant on the shift, solved anew."""
    kept = [duty for duty in facts.roster if duty.lawyer not in lawyers]
    freed = {duty.shift for duty in facts.roster if duty.lawyer in lawyers} | {shift}
    problem = _part(facts.problem, lawyers, freed, Facts(facts.problem, (), Roster.of(kept)))
    problem = _slots(facts, problem, kept)
    model = build(problem)
    how = Search(lambda: False, lambda chosen: None, SECONDS)
    found = search(model, Stars(model), np.arange(len(model.columns)), how)
    if found.chosen is None:
        return facts.roster
    return Roster.of([*kept, *model.roster(found.chosen)])


def _part(
    problem: RosterProblem, lawyers: Collection[str], shifts: Collection[str], kept: Facts
) -> RosterProblem:
    """Only those lawyers, and of those shifts only the places nobody else holds."""
    return problem.model_copy(
        update={
            "lawyers": tuple(one for one in problem.lawyers if one.id in lawyers),
            "shifts": tuple(
                _open(one, kept.duties_on(one.id)) for one in problem.shifts if one.id in shifts
            ),
            "leaves": tuple(one for one in problem.leaves if one.lawyer in lawyers),
            "away": tuple(one for one in problem.away if one.lawyer in lawyers),
            "wishes": tuple(
                one
                for one in problem.wishes
                if one.lawyer in lawyers and (one.shift is None or one.shift in shifts)
            ),
            "habits": tuple(one for one in problem.habits if one.lawyer in lawyers),
            "locks": tuple(
                one for one in problem.locks if one.lawyer in lawyers and one.shift in shifts
            ),
            "held": tuple(one for one in problem.held if one.lawyer in lawyers),
            "forbidden": tuple(
                one
                for one in problem.forbidden
                if one.lawyer in lawyers and (one.shift is None or one.shift in shifts)
            ),
        }
    )


def _slots(facts: Facts, part: RosterProblem, kept: Collection[Duty]) -> RosterProblem:
    """What firms may still be given: few lawyers do not show how many a firm could name."""
    slots = [shift for shift in part.shifts if shift.by_firm]
    if not slots:
        return part
    weeks: dict[str, Counter[int]] = {}
    for duty in kept:
        if facts.shifts[duty.shift].by_firm:
            firm = facts.lawyers[duty.lawyer].firm
            weeks.setdefault(firm, Counter())[facts.when[duty.shift].day // 7] += 1
    usual = {rule.code: rule for rule in facts.rules}.get("firm_slots")
    cap = FREE if usual is None else usual.params.per_week
    firms = [
        firm.model_copy(
            update={
                "slots_per_week": max(
                    0,
                    (cap if firm.slots_per_week is None else firm.slots_per_week)
                    - max(weeks.get(firm.id, Counter()).values(), default=0),
                )
            }
        )
        for firm in part.firms
    ]
    barred = [
        Forbidden(lawyer=lawyer.id, shift=shift.id)
        for shift in slots
        for lawyer in part.lawyers
        if facts.barred_by(lawyer.id, facts.shifts[shift.id], "primary") is not None
    ]
    takes = {**part.rules.get("firm_takes", {}), "members": 1}
    return part.model_copy(
        update={
            "firms": tuple(firms),
            "forbidden": (*part.forbidden, *barred),
            "rules": {**part.rules, "firm_takes": takes},
        }
    )


def _open(shift: Shift, held: Collection[Duty]) -> Shift:
    primaries = sum(duty.role == "primary" for duty in held)
    standbys = len(held) - primaries
    wanted = max(0, shift.wanted - primaries)
    return shift.model_copy(
        update={
            "need": min(wanted, max(0, shift.need - primaries)),
            "wish": None if shift.wish is None else wanted,
            "standby": max(0, shift.standby - standbys),
            "pairing": shift.pairing and not held,
        }
    )
