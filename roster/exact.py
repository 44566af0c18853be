"""The MIP over what is left of the model, by HiGHS."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import highspy
import numpy as np
from numpy.typing import NDArray

from zhiban.roster.found import Found
from zhiban.roster.model import Model
from zhiban.roster.plan import activity_of, objective_of, steps_of
from zhiban.roster.quiet import Quiet, limits
from zhiban.roster.rows import FREE
from zhiban.roster.stars import Stars

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Outcome:
    """The columns of the best roster, None without one; `proved`: no better one in the MIP."""

    chosen: Ints | None
    proved: bool


@dataclass(frozen=True)
class Search:
    """How to search: stop at that gap (objective points), those columns fixed.

    `on_better` gets every better roster on the way; `interrupted` is asked often, and
    `seconds` holds where HiGHS does not ask. Steps come out whole by themselves once columns are;
    leaving them free (not `whole_steps`) finds good rosters sooner, but proves them later.
    `steps`: fewest and most units of each that are looked at. The roster `start` is kept among
    those looked at, so that there always is one; HiGHS is not told of it, since it gave starts
    a false price once such limits had shrunk the model, and then cut off what was better.
    Of the halves found, those `binding` come along: the others would but slow it down.
    """

    interrupted: Callable[[], bool]
    on_better: Callable[[Ints], None]
    seconds: float
    gap: float = 0.999
    relative_gap: float = 0.0
    seed: int = 1
    fixed: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    start: Ints | None = None
    whole_steps: bool = True
    steps: tuple[Ints, Ints] | None = None
    binding: Ints = field(default_factory=lambda: np.zeros(0, np.int64))


def search(model: Model, stars: Stars, columns: Ints, how: Search) -> Outcome:
    """The best roster made of `columns` alone, with every star that two of them could break."""
    columns = np.union1d(columns, how.fixed)
    if how.start is not None:
        columns = np.union1d(columns, how.start)
    possible = np.zeros(len(model.columns))
    possible[columns] = 1.0
    stars.add_broken(possible)
    highs = Quiet()
    for option, value in (
        ("mip_rel_gap", how.relative_gap),
        ("mip_abs_gap", how.gap),
        ("mip_heuristic_run_feasibility_jump", False),
        ("random_seed", how.seed % 2**31),
        ("time_limit", max(0.0, how.seconds)),
    ):
        highs.setOptionValue(option, value)
    found = stars.among([*stars.star.values(), *how.binding.tolist()])
    steps = len(model.frame.steps.row)
    low, high = how.steps or (np.zeros(steps, np.int64), model.frame.steps.units)
    if how.start is not None:
        used = steps_of(model.frame, activity_of(model, how.start))
        low, high = np.minimum(low, used), np.maximum(high, used)
    highs.passModel(_integer(model, found, columns, how, (low, high)))

    def better(event: highspy.highs.HighsCallbackEvent) -> None:
        how.on_better(columns[np.array(event.data_out.mip_solution)[steps:] > 0.5])

    highs.stop_when(how.interrupted)
    highs.cbMipImprovingSolution += better
    highs.run()
    proved = highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
    values, info = np.array(highs.getSolution().col_value), highs.getInfo()
    if not len(values) or info.primal_solution_status != 2:
        return Outcome(None, proved)
    chosen = columns[values[steps:] > 0.5]
    # What HiGHS took for cheaper than it is, it measured all others by: that proves nothing.
    honest = info.objective_function_value > objective_of(model, chosen) - 0.5
    return Outcome(chosen, proved and honest)


def _integer(
    model: Model, rows: Found, columns: Ints, how: Search, units: tuple[Ints, Ints]
) -> highspy.HighsLp:
    """The MIP: steps first, then columns; rows of the frame, lawyers' days and found ones."""
    frame, steps = model.frame, model.frame.steps
    size, own = len(steps.row), len(columns)
    start, row, weight = model.entries(columns)
    days, day = np.unique(model.columns.day[columns], return_inverse=True)
    position = np.full(len(model.columns), -1, np.int64)
    position[columns] = np.arange(own)
    found, column, found_weight = rows.entries()
    inside = position[column] >= 0
    found_step, step, step_weight = rows.step_entries()
    owner = np.concatenate([np.repeat(np.arange(own), np.diff(start)), np.arange(own)])
    owner = np.concatenate([np.arange(size), step, size + owner, size + position[column[inside]]])
    behind = len(frame) + len(days)
    entry = np.concatenate(
        [steps.row, behind + found_step, row, len(frame) + day, behind + found[inside]]
    )
    ones = np.ones(own, np.int64)
    value = np.concatenate([steps.sign, step_weight, weight, ones, found_weight[inside]])
    order = np.argsort(owner, kind="stable")
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = size + own, behind + len(rows)
    lp.col_cost_ = np.concatenate([steps.price, model.cost[columns]]).astype(float)
    lp.col_lower_ = np.concatenate([units[0], np.isin(columns, how.fixed)]).astype(float)
    lp.col_upper_ = np.concatenate([units[1], np.ones(own)]).astype(float)
    upper = np.concatenate([frame.upper, np.ones(len(days), np.int64), rows.upper])
    lower = np.concatenate([frame.lower, np.full(len(days) + len(rows), -FREE)])
    lp.row_lower_, lp.row_upper_ = limits(lower, upper)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = np.searchsorted(owner[order], np.arange(size + own + 1)).astype(np.int32)
    lp.a_matrix_.index_ = entry[order].astype(np.int32)
    lp.a_matrix_.value_ = value[order].astype(float)
    free, whole = highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger
    lp.integrality_ = [whole if how.whole_steps else free] * size + [whole] * own
    return lp
