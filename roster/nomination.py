"""A firm names who of its lawyers comes to a shift that was given to it; pure."""

from __future__ import annotations

from dataclasses import dataclass, replace

from zhiban.data.wording import Refused
from zhiban.roster.editing import Edit, edited
from zhiban.roster.problem import Lock, Role, RosterProblem
from zhiban.roster.roster import Duty
from zhiban.roster.rosterfile import RosterFile
from zhiban.roster.rules import Violation


@dataclass(frozen=True, slots=True)
class Nominated:
    """The problem with the named lawyer locked, its roster, and what that breaks or costs.

    `proposal` is the duty that was there before; naming who was proposed changes no duty.
    """

    problem: RosterProblem
    file: RosterFile
    proposal: Duty
    violations: tuple[Violation, ...]
    cost: int


def nominate(
    problem: RosterProblem, file: RosterFile, shift: str, lawyer: str, role: Role = "primary"
) -> Nominated:
    """Puts the lawyer in the place that their firm was given on the shift.

    Of several such places it is one for which nobody was named yet. A broken rule is no refusal:
    it is told, and stands in the way of publishing. Raises Refused where the firm has no place.
    """
    proposal = _proposal(problem, file, shift, lawyer, role)
    named = replace(proposal, lawyer=lawyer)
    edits = [] if named == proposal else [Edit("remove", proposal), Edit("add", named)]
    other = (proposal.shift, proposal.lawyer, proposal.role)
    locks = [k for k in problem.locks if (k.shift, k.lawyer, k.role) != other]
    lock = Lock(lawyer=lawyer, shift=shift, role=role)
    now = problem.model_copy(update={"locks": (*locks, lock)})
    after = edited(now, file, edits)
    cost = after.file.objective - file.objective
    return Nominated(now, after.file, proposal, after.violations, cost)


def _proposal(
    problem: RosterProblem, file: RosterFile, shift: str, lawyer: str, role: Role
) -> Duty:
    firms = {one.id: one.firm for one in problem.lawyers}
    if lawyer not in firms:
        raise Refused.one("lawyer", f"没有律师 {lawyer}", f"no lawyer {lawyer}")
    if not any(one.id == shift and one.by_firm for one in problem.shifts):
        raise Refused.one(
            "shift", f"{shift} 不是由律所派人的班次", f"{shift} is no shift given to firms"
        )
    own = [
        duty
        for duty in file.duties
        if (duty.shift, duty.role) == (shift, role) and firms[duty.lawyer] == firms[lawyer]
    ]
    if not own:
        raise Refused.one(
            "shift",
            f"{shift} 没有派给该律师所在的律所",
            f"{shift} is not given to the firm of {lawyer}",
        )
    locked = {(lock.lawyer, lock.shift, lock.role) for lock in problem.locks}

    def rank(duty: Duty) -> tuple[bool, bool, str]:
        named = (duty.lawyer, duty.shift, duty.role) in locked
        return duty.lawyer != lawyer, named, duty.lawyer

    return min(own, key=rank)
