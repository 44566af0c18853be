"""The same model given whole to CP-SAT or to HiGHS: what the pipeline is measured against.

All day columns, all rows, and every pair of duties of different days that exclude each other are
in it from the start; nothing is priced, fixed or left out beforehand.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from time import monotonic
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhiban.roster.model import Model, build
from zhiban.roster.plan import objective_of
from zhiban.roster.problem import RosterProblem
from zhiban.roster.roster import Roster
from zhiban.roster.rows import FREE
from zhiban.roster.stars import Stars

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Measured:
    """How a solver alone did: the proof took `seconds`, or was not there by then.

    `building` of them went into making the model, before the solver had it.
    """

    roster: Roster | None
    objective: int | None
    proved: bool
    seconds: float
    building: float


@dataclass(frozen=True)
class Whole:
    """The model as one matrix: the steps, then the day columns; entries by row."""

    price: Ints
    most: Ints
    lower: Ints
    upper: Ints
    row: Ints
    column: Ints
    value: Ints


def whole_of(model: Model) -> Whole:
    """Rows of the frame, one for each lawyer's day, one for each exclusion of other days."""
    frame, steps, columns = model.frame, model.frame.steps, model.columns
    size, own = len(steps.row), len(columns)
    start, row, weight = model.entries(np.arange(own))
    owner = np.repeat(np.arange(own), np.diff(start))
    days, day = np.unique(columns.day, return_inverse=True)
    stars = Stars(model)
    stars.add_broken(np.ones(own))
    star, column, _ = stars.entries()
    single = len(days) + len(stars)
    rows = np.concatenate([steps.row, row, len(frame) + day, len(frame) + len(days) + star]).astype(
        np.int64
    )
    order = np.argsort(rows, kind="stable")
    at = np.concatenate([np.arange(size), size + owner, size + np.arange(own), size + column])
    value = np.concatenate([steps.sign, weight, np.ones(own + len(column), np.int64)])
    return Whole(
        price=np.concatenate([steps.price, model.cost]),
        most=np.concatenate([steps.units, np.ones(own, np.int64)]),
        lower=np.concatenate([frame.lower, np.full(single, -FREE)]),
        upper=np.concatenate([frame.upper, np.ones(single, np.int64)]),
        row=rows[order],
        column=at[order].astype(np.int64),
        value=value[order].astype(np.int64),
    )


def highs_alone(problem: RosterProblem, seconds: float) -> Measured:
    """HiGHS through MathOpt, from which it gets the model as arrays."""
    from ortools.math_opt.python import mathopt  # half a second to load, needed here only

    started = monotonic()
    model = build(problem)
    whole = mathopt.Model.from_model_proto(_proto(whole_of(model)))
    building = monotonic() - started
    parameters = mathopt.SolveParameters(
        time_limit=timedelta(seconds=max(0.01, seconds - building)),
        absolute_gap_tolerance=0.999,
        relative_gap_tolerance=0.0,
    )
    result = mathopt.solve(whole, mathopt.SolverType.HIGHS, params=parameters)
    proved = result.termination.reason == mathopt.TerminationReason.OPTIMAL
    if not result.has_primal_feasible_solution():
        return Measured(None, None, proved, monotonic() - started, building)
    values = np.array(list(result.variable_values().values()))
    return _measured(model, values, proved, started, building)


def _proto(whole: Whole) -> Any:
    """The matrix as MathOpt's message: ten times sooner made than object by object."""
    from ortools.math_opt import model_pb2

    proto = model_pb2.ModelProto()
    size = len(whole.price)
    proto.variables.ids.extend(range(size))
    proto.variables.lower_bounds.extend([0.0] * size)
    proto.variables.upper_bounds.extend(whole.most.astype(float).tolist())
    proto.variables.integers.extend([True] * size)
    proto.linear_constraints.ids.extend(range(len(whole.lower)))
    lower = np.where(whole.lower <= -FREE, -np.inf, whole.lower.astype(float))
    upper = np.where(whole.upper >= FREE, np.inf, whole.upper.astype(float))
    proto.linear_constraints.lower_bounds.extend(lower.tolist())
    proto.linear_constraints.upper_bounds.extend(upper.tolist())
    order = np.lexsort((whole.column, whole.row))
    matrix = proto.linear_constraint_matrix
    matrix.row_ids.extend(whole.row[order].tolist())
    matrix.column_ids.extend(whole.column[order].tolist())
    matrix.coefficients.extend(whole.value[order].astype(float).tolist())
    priced = np.flatnonzero(whole.price)
    proto.objective.linear_coefficients.ids.extend(priced.tolist())
    proto.objective.linear_coefficients.values.extend(whole.price[priced].astype(float).tolist())
    return proto


def cp_sat_alone(
    problem: RosterProblem, seconds: float, *, workers: int = 1, linearization: int = 2
) -> Measured:
    """CP-SAT, every row of one lawyer's day or of one exclusion as "at most one"."""
    from ortools.sat.python import cp_model  # a third of a second to load, needed here only

    started = monotonic()
    model = build(problem)
    whole = whole_of(model)
    cp = cp_model.CpModel()
    columns = [
        cp.new_bool_var("") if most == 1 else cp.new_int_var(0, most, "")
        for most in whole.most.tolist()
    ]
    first = np.searchsorted(whole.row, np.arange(len(whole.lower) + 1)).tolist()
    column, value = whole.column.tolist(), whole.value.tolist()
    limits = zip(whole.lower.tolist(), whole.upper.tolist(), strict=True)
    for index, (low, high) in enumerate(limits):
        own = slice(first[index], first[index + 1])
        terms = [columns[at] for at in column[own]]
        if index >= len(model.frame):
            cp.add_at_most_one(terms)
        else:
            summed = cp_model.LinearExpr.weighted_sum(terms, value[own])
            cp.add_linear_constraint(summed, low, high)
    cp.minimize(cp_model.LinearExpr.weighted_sum(columns, whole.price.tolist()))
    building = monotonic() - started
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = max(0.01, seconds - building)
    solver.parameters.num_workers = workers
    solver.parameters.linearization_level = linearization
    status = solver.solve(cp)
    proved = status == cp_model.OPTIMAL
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Measured(None, None, False, monotonic() - started, building)
    values = np.array([solver.value(one) for one in columns], float)
    return _measured(model, values, proved, started, building)


def _measured(
    model: Model, values: Floats, proved: bool, started: float, building: float
) -> Measured:
    seconds = monotonic() - started
    chosen = np.flatnonzero(values[len(model.frame.steps.row) :] > 0.5)
    roster, objective = model.roster(chosen), objective_of(model, chosen)
    return Measured(roster, objective, proved, seconds, building)
