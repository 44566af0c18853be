"""A problem narrowed to some posts, or with other weights, and its roster told as a whole; pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from zhiban.roster.editing import edited
from zhiban.roster.job_options import Emphasis, JobOptions
from zhiban.roster.problem import Lock, RosterProblem, Shift
from zhiban.roster.roster import Duty
from zhiban.roster.rosterfile import RosterFile
from zhiban.roster.rules import active_rules

TIMES = 3
# Which parameter of which rule is multiplied.
WEIGHTS: Mapping[Emphasis, tuple[tuple[str, str], ...]] = {
    "usual": (),
    "fair": (("fairness", "slope"), ("unpopular", "slope")),
    "near": (("travel", "price"),),
    "wishes": (("wishes", "price"),),
    "steady": (("continuity", "saving"),),
}


def as_asked(
    problem: RosterProblem, options: JobOptions, present: Collection[Duty]
) -> RosterProblem:
    """The problem to be solved; `present` is who holds what now."""
    if options.posts is not None:
        problem = _narrowed(problem, frozenset(options.posts), present)
    return emphasised(problem, options.emphasis)


def emphasised(problem: RosterProblem, emphasis: Emphasis) -> RosterProblem:
    """The problem under rules of which some weigh more; limits of parameters are kept."""
    rules: dict[str, dict[str, Any]] = {code: dict(one) for code, one in problem.rules.items()}
    for rule in active_rules(problem):
        for code, name in WEIGHTS[emphasis]:
            if rule.code == code:
                most = _most(rule.Params, name)
                value = min(most, getattr(rule.params, name) * TIMES)
                rules.setdefault(code, {})[name] = value
    return problem.model_copy(update={"rules": rules})


def _most(params: Any, name: str) -> int:
    limits = [getattr(one, "le", None) for one in params.model_fields[name].metadata]
    return next((int(limit) for limit in limits if limit is not None), 1000)


def _narrowed(
    problem: RosterProblem, posts: Collection[str], present: Collection[Duty]
) -> RosterProblem:
    """Shifts of other posts hold exactly whom they have now, and ask for nobody else."""
    lawyers = {one.id for one in problem.lawyers}
    outside = {shift.id: shift for shift in problem.shifts if shift.post not in posts}
    kept = [one for one in present if one.shift in outside and one.lawyer in lawyers]
    held: dict[str, list[Duty]] = {}
    for duty in kept:
        held.setdefault(duty.shift, []).append(duty)
    shifts = []
    for shift in problem.shifts:
        if shift.id not in outside:
            shifts.append(shift)
        elif shift.id in held:
            shifts.append(_as_held(shift, held[shift.id]))
    left = {shift.id for shift in shifts}
    return problem.model_copy(
        update={
            "shifts": tuple(shifts),
            "locks": _locks(problem.locks, kept, left),
            "wishes": tuple(w for w in problem.wishes if w.shift is None or w.shift in left),
            "forbidden": tuple(f for f in problem.forbidden if f.shift is None or f.shift in left),
        }
    )


def _as_held(shift: Shift, held: Iterable[Duty]) -> Shift:
    roles = [duty.role for duty in held]
    return shift.model_copy(
        update={"need": roles.count("primary"), "wish": None, "standby": roles.count("standby")}
    )


def _locks(locks: Iterable[Lock], kept: Iterable[Duty], left: Collection[str]) -> tuple[Lock, ...]:
    known = {(one.shift, one.lawyer, one.role): one for one in locks if one.shift in left}
    for duty in kept:
        lock = Lock(lawyer=duty.lawyer, shift=duty.shift, role=duty.role)
        known.setdefault((duty.shift, duty.lawyer, duty.role), lock)
    return tuple(known.values())


def whole(problem: RosterProblem, file: RosterFile) -> RosterFile:
    """The roster of a narrowed problem as one of the whole: its price and vacancies there.

    Nothing is proved of the whole, so it carries no certificate, and a bound that says nothing.
    """
    # A bound above the objective tells `edited` that what was proved does not hold here.
    unproved = file.model_copy(update={"bound": _NEVER, "certificate": None, "progress": ()})
    told = edited(problem, unproved, ()).file
    return told.model_copy(update={"stopped": file.stopped})


_NEVER = 1 << 62


def with_locks(problem: RosterProblem, locks: Iterable[Lock]) -> RosterProblem:
    """The problem with locks of an earlier draft, as far as shift and lawyer are still there."""
    shifts, lawyers = {one.id for one in problem.shifts}, {one.id for one in problem.lawyers}
    found = {(one.shift, one.lawyer, one.role): one for one in problem.locks}
    for lock in locks:
        if lock.shift in shifts and lock.lawyer in lawyers:
            found.setdefault((lock.shift, lock.lawyer, lock.role), lock)
    return problem.model_copy(update={"locks": tuple(found.values())})
