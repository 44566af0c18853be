"""The same model given whole to CP-SAT or to HiGHS: what the pipeline is measured against."""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhiban.roster.exact import Search, search
from zhiban.roster.model import Model, build
from zhiban.roster.plan import objective_of
from zhiban.roster.problem import RosterProblem
from zhiban.roster.roster import Roster
from zhiban.roster.rows import FREE
from zhiban.roster.stars import Stars

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Measured:
    """How a solver alone did: the proof took `seconds`, or was not there by then."""

    roster: Roster | None
    objective: int | None
    proved: bool
    seconds: float


def highs_alone(problem: RosterProblem, seconds: float) -> Measured:
    """HiGHS on all day columns."""
    started = monotonic()
    model = build(problem)
    found = search(
        model,
        Stars(model),
        np.arange(len(model.columns)),
        Search(lambda: monotonic() - started > seconds, lambda chosen: None, seconds),
    )
    return _measured(model, found.chosen, found.proved, started)


def cp_sat_alone(
    problem: RosterProblem, seconds: float, *, workers: int = 1, linearization: int = 2
) -> Measured:
    """CP-SAT on all day columns, every row a linear constraint."""
    from ortools.sat.python import cp_model  # a third of a second to load, needed here only

    started = monotonic()
    model = build(problem)
    frame, steps, columns = model.frame, model.frame.steps, model.columns
    cp = cp_model.CpModel()
    held = [cp.new_bool_var("") for _ in range(len(columns))]
    used = [cp.new_int_var(0, units, "") for units in steps.units.tolist()]
    for first, last in zip(columns.group.tolist(), columns.group[1:].tolist(), strict=False):
        if last - first > 1:
            cp.add_at_most_one(held[first:last])
    terms: list[list[Any]] = [[] for _ in range(len(frame))]
    start, row, weight = model.entries(np.arange(len(columns)))
    owner = np.repeat(np.arange(len(columns)), np.diff(start)).tolist()
    for column, index, value in zip(owner, row.tolist(), weight.tolist(), strict=True):
        terms[index].append(held[column] * value)
    for step, (index, sign) in enumerate(zip(steps.row.tolist(), steps.sign.tolist(), strict=True)):
        terms[index].append(used[step] * sign)
    for index, summed in enumerate(terms):
        low, high = int(frame.lower[index]), int(frame.upper[index])
        cp.add_linear_constraint(sum(summed), -FREE if low <= -FREE else low, min(high, FREE))
    for columns_of_star in _all_stars(model):
        cp.add_at_most_one([held[column] for column in columns_of_star.tolist()])
    prices = model.cost.tolist() + steps.price.tolist()
    cp.minimize(cp_model.LinearExpr.weighted_sum(held + used, prices))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = max(0.01, seconds - (monotonic() - started))
    solver.parameters.num_workers = workers
    solver.parameters.linearization_level = linearization
    status = solver.solve(cp)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Measured(None, None, False, monotonic() - started)
    chosen = np.flatnonzero([solver.boolean_value(variable) for variable in held])
    return _measured(model, chosen, status == cp_model.OPTIMAL, started)


def _all_stars(model: Model) -> list[Ints]:
    stars = Stars(model)
    stars.add_broken(np.ones(len(model.columns)))
    return stars.columns


def _measured(model: Model, chosen: Ints | None, proved: bool, started: float) -> Measured:
    seconds = monotonic() - started
    if chosen is None:
        return Measured(None, None, proved, seconds)
    return Measured(model.roster(chosen), objective_of(model, chosen), proved, seconds)
