"""What a repair may touch: by default everything, though as little of it as will do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from zhiban.data.wording import Refused
from zhiban.roster.model import Model
from zhiban.roster.problem import RosterProblem

Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Freedom:
    """Published duties that may change hands, and lawyers who may be given new ones.

    `since`: what starts earlier neither loses nor gains anybody. `spared`: lawyers who keep what
    they hold and are given nothing. `movable`: names of lawyers, shifts and days (2026-11-30)
    whose published duties may move; None: any. Vacant places are filled under all three.
    """

    since: datetime | None = None
    spared: frozenset[str] = frozenset()
    movable: frozenset[str] | None = None


ALL = Freedom()


def known(problem: RosterProblem, freedom: Freedom) -> Freedom:
    """The same when the problem knows every name in it; raises Refused."""
    lawyers = {one.id for one in problem.lawyers}
    for name in sorted(freedom.spared - lawyers):
        raise Refused.one("spared", f"没有律师 {name}", f"no lawyer {name}")
    days = {(problem.start + timedelta(days=day)).isoformat() for day in range(7 * problem.weeks)}
    names = lawyers | {one.id for one in problem.shifts} | days
    for name in sorted((freedom.movable or frozenset()) - names):
        raise Refused.one(
            "movable",
            f"{name} 不是律师、班次或本期的日期",
            f"{name} is no lawyer, shift or day of this horizon",
        )
    return freedom


def gains(model: Model, freedom: Freedom) -> Bools:
    """Arcs that somebody may be given."""
    return ~_early(model, freedom) & ~_of_lawyers(model, freedom.spared)


def stays(model: Model, freedom: Freedom) -> Bools:
    """Arcs that must not be taken from who holds them."""
    held = _early(model, freedom) | _of_lawyers(model, freedom.spared)
    if freedom.movable is None:
        return held
    problem, places = model.ground.problem, model.ground.places
    named = [
        shift.id in freedom.movable or _day(problem.start, int(day)) in freedom.movable
        for shift, day in zip(
            (problem.shifts[shift] for shift in places.shift.tolist()), places.day, strict=True
        )
    ]
    moves = np.array(named, dtype=bool)[model.arcs.place]
    return held | ~(moves | _of_lawyers(model, freedom.movable))


def _early(model: Model, freedom: Freedom) -> Bools:
    places = model.ground.places
    if freedom.since is None:
        return np.zeros(len(model.arcs), bool)
    since = model.ground.minute(freedom.since + timedelta(seconds=59))  # whole minutes, rounded up
    early: Bools = (places.start < since)[model.arcs.place]
    return early


def _of_lawyers(model: Model, names: Iterable[str]) -> Bools:
    among = frozenset(names)
    chosen = np.array([one.id in among for one in model.ground.problem.lawyers], dtype=bool)
    return chosen[model.arcs.lawyer]


def _day(start: date, day: int) -> str:
    return (start + timedelta(days=day)).isoformat()
