"""What happens to a roster after it was made: absences, closed and added shifts, swaps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from zhiban.data.wording import Refused
from zhiban.roster.facts import Facts
from zhiban.roster.problem import Leave, Lock, RosterProblem, Shift, sound
from zhiban.roster.roster import Duty, Roster
from zhiban.roster.rules import active_rules


@dataclass(frozen=True)
class Absent:
    """A lawyer who cannot come, `end` exclusive: ill, or on a new leave."""

    lawyer: str
    start: datetime
    end: datetime


@dataclass(frozen=True)
class Closed:
    """A shift that does not take place."""

    shift: str


@dataclass(frozen=True)
class Added:
    """A shift that was not planned."""

    shift: Shift


@dataclass(frozen=True)
class Swapped:
    """Two duties whose lawyers take each other's place; both are then locked."""

    one: Duty
    other: Duty


Incident = Absent | Closed | Added | Swapped


@dataclass(frozen=True)
class Upset:
    """The problem as it is now, and the roster that stood, with agreed swaps made in it."""

    problem: RosterProblem
    roster: Roster


def upset(problem: RosterProblem, roster: Roster, incidents: Sequence[Incident]) -> Upset:
    """Takes the incidents into the problem, one after the other; raises Refused.

    A closed shift keeps its id and has no places. A lock on what an absence or a closure makes
    impossible goes with it.
    """
    now = Upset(problem, roster)
    for incident in incidents:
        if isinstance(incident, Absent):
            now = replace(now, problem=_without_lawyer(now.problem, incident))
        elif isinstance(incident, Closed):
            now = replace(now, problem=_without_shift(now.problem, incident.shift))
        elif isinstance(incident, Added):
            shifts = (*now.problem.shifts, incident.shift)
            now = replace(now, problem=sound(now.problem.model_copy(update={"shifts": shifts})))
        else:
            now = _with_swap(now, incident)
    return now


def _without_lawyer(problem: RosterProblem, absent: Absent) -> RosterProblem:
    if not any(one.id == absent.lawyer for one in problem.lawyers):
        raise Refused.one("absent", f"没有律师 {absent.lawyer}", f"no lawyer {absent.lawyer}")
    lost = {one.id for one in problem.shifts if one.start < absent.end and absent.start < one.end}
    leave = Leave(lawyer=absent.lawyer, start=absent.start, end=absent.end)
    locks = [one for one in problem.locks if one.lawyer != absent.lawyer or one.shift not in lost]
    return problem.model_copy(update={"leaves": (*problem.leaves, leave), "locks": tuple(locks)})


def _without_shift(problem: RosterProblem, shift: str) -> RosterProblem:
    if not any(one.id == shift for one in problem.shifts):
        raise Refused.one("closed", f"没有班次 {shift}", f"no shift {shift}")
    nobody = {"need": 0, "wish": None, "standby": 0}
    return problem.model_copy(
        update={
            "shifts": tuple(
                one.model_copy(update=nobody) if one.id == shift else one for one in problem.shifts
            ),
            "locks": tuple(one for one in problem.locks if one.shift != shift),
        }
    )


def _with_swap(now: Upset, swap: Swapped) -> Upset:
    """Both lawyers on each other's duty, locked there; raises Refused where a rule bars one."""
    gone = (swap.one, swap.other)
    for duty in gone:
        if duty not in now.roster.by_lawyer.get(duty.lawyer, ()):
            raise Refused.one(
                "swap",
                f"{duty.lawyer} 不值 {duty.shift}",
                f"{duty.lawyer} does not hold {duty.shift}",
            )
    come = exchanged(swap.one, swap.other)
    facts = Facts(now.problem, active_rules(now.problem))
    for duty in come:
        rule = facts.barred_by(duty.lawyer, facts.shifts[duty.shift], duty.role)
        if rule is not None:
            why = rule.why_not(facts, duty.lawyer, facts.shifts[duty.shift])
            raise Refused.one(
                "swap",
                f"{duty.lawyer} 不能值 {duty.shift}：{why.zh}",
                f"{duty.lawyer} cannot hold {duty.shift}: {why.en}",
            )
    old = {(one.lawyer, one.shift, one.role) for one in gone}
    locks = [one for one in now.problem.locks if (one.lawyer, one.shift, one.role) not in old]
    locks += [Lock(lawyer=one.lawyer, shift=one.shift, role=one.role) for one in come]
    problem = sound(now.problem.model_copy(update={"locks": tuple(locks)}))
    return Upset(problem, now.roster.changed(gone, come))


def exchanged(one: Duty, other: Duty) -> tuple[Duty, Duty]:
    """What both hold once they have exchanged these duties."""
    return replace(one, lawyer=other.lawyer), replace(other, lawyer=one.lawyer)
