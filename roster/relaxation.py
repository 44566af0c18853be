"""The LP over day columns, solved by pricing: its duals are the proof, its values the way in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray

from zhiban.roster.found import NONE
from zhiban.roster.model import Model
from zhiban.roster.pricing import ONE, Priced, price
from zhiban.roster.quiet import INFINITY, Quiet, limits
from zhiban.roster.rows import FREE
from zhiban.roster.stars import Stars

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
NEGATIVE = -ONE // 1000
NEAR = ONE  # columns as cheap as this may be the LP's next choice
CHEAP = 2 * ONE  # columns as cheap as this come along with the negative ones
MANY = 10_000
FEW = 1500  # columns after which the basis, still feasible, is the shorter way to the optimum
DUAL, PRIMAL = 1, 4  # HiGHS's names for the two
OPEN = ONE // 4  # between the LP and the bound: what columns still missing could lower the LP by


class StoppedError(Exception):
    """The LP was told to stop before it had an answer."""


@dataclass(frozen=True)
class Point:
    """An answer of the LP: values of columns and steps, activities of rows, days and found rows."""

    column: Floats
    step: Floats
    row: Floats
    day: Floats
    found: Floats


class Relaxation:
    """HiGHS kept warm: columns come by pricing, rows of `stars` when broken.

    Rows are the frame's, then one for each lawyer's day, then found ones; columns are the steps,
    then day columns in the order of `chosen`.
    """

    def __init__(self, model: Model, stars: Stars, chosen: Ints, interrupted: Callable[[], bool]):
        self.model = model
        self.stars = stars
        self.chosen = np.zeros(0, np.int64)
        self.inside = np.zeros(len(model.columns), bool)
        days = np.flatnonzero(np.diff(model.columns.group))
        self._day_row = np.full(len(model.columns.group) - 1, -1, np.int64)
        self._day_row[days] = len(model.frame) + np.arange(len(days))
        self._rows = len(model.frame) + len(days)
        self._found = 0
        self._missing = NONE
        self._units: Ints | None = None
        self._repriced: bool | None = None  # whether the last basis still fits; None: no new prices
        self.highs = Quiet()
        self.highs.setOptionValue("solver", "simplex")
        self.highs.stop_when(interrupted)
        self.highs.passModel(_steps_only(model, len(days)))
        self._add_columns(chosen)

    def solve(
        self, on_round: Callable[[Priced], None], enough: Callable[[], bool], rough: float = 0.0
    ) -> Priced:
        """Rounds of solving and pricing until next to nothing is missing; the best bound.

        `enough`, asked after each round, ends them early, as does a bound within the share
        `rough` of the LP: the bound is then lower, and holds.
        """
        best: Priced | None = None
        while True:
            self._solve_again()
            priced = self._priced()
            if best is None or priced.bound > best.bound:
                best = priced
                on_round(priced)
            self._missing = NONE
            if enough():
                return best
            missing = np.flatnonzero((priced.reduced < NEGATIVE) & ~self.inside)
            value = self._objective()
            close = value - priced.bound <= max(OPEN, rough * abs(value))
            done = (close or not len(missing)) and not self._add_broken(priced)
            if 0 < len(missing) < MANY:
                missing = np.flatnonzero((priced.reduced <= CHEAP) & ~self.inside)
            self._missing = missing  # HiGHS keeps its answer until the next round adds them
            if done:
                return best

    @property
    def whole(self) -> bool:
        """Whether the last answer is that of all columns and rows, so that no other follows."""
        return not len(self._missing) and self._found == len(self.stars)

    def reprice(self, first: int, cost: Floats, units: Ints) -> None:
        """Other prices and limits for the steps from number `first` on.

        While the limits stay the last basis remains feasible, and is the shorter way in.
        """
        self._repriced = self._units is not None and np.array_equal(self._units, units)
        self._units = units.copy()
        size = len(units)
        index = np.arange(first, first + size, dtype=np.int32)
        self.highs.changeColsCost(size, index, cost)
        self.highs.changeColsBounds(size, index, np.zeros(size), units.astype(float))

    def _solve_again(self) -> None:
        """With the missing columns and rows: a few columns first, from a basis still feasible."""
        new, repriced = len(self._missing), self._repriced
        self._repriced = None
        if new <= FEW and (new > 0 if repriced is None else repriced):
            self._add_columns(self._missing)
            self.highs.setOptionValue("simplex_strategy", PRIMAL)
            self._run()
            if self._found == len(self.stars):
                return
        else:
            self._add_columns(self._missing)
        self._add_found()
        self.highs.setOptionValue("simplex_strategy", DUAL)
        self._run()

    def _objective(self) -> float:
        return float(self.highs.getInfo().objective_function_value) * ONE

    def _add_broken(self, priced: Priced) -> int:
        """Adds stars that the LP breaks, and of the same lawyers those that it could break next."""
        value = self.values()
        before = len(self.stars.star)
        if not self.stars.add_broken(value):
            return 0
        lawyers = {lawyer for _, lawyer, _, _ in list(self.stars.star)[before:]}
        lawyer = self.model.columns.day // self.model.ground.days
        near = self.inside & (priced.reduced <= NEAR) & np.isin(lawyer, list(lawyers))
        self.stars.add_broken(near.astype(float))
        return len(self.stars.star) - before

    def values(self) -> Floats:
        """The LP's value of every column of the model."""
        value = np.zeros(len(self.model.columns))
        steps = len(self.model.frame.steps.row)
        value[self.chosen] = np.array(self.highs.getSolution().col_value)[steps:]
        return value

    def point(self) -> Point:
        """Where the LP stands, for whoever looks for rows that cut it off."""
        solution = self.highs.getSolution()
        steps = len(self.model.frame.steps.row)
        activity = np.array(solution.row_value)
        days = self._day_row >= 0
        day_value = np.zeros(len(self._day_row))
        day_value[days] = activity[self._day_row[days]]
        return Point(
            column=self.values(),
            step=np.array(solution.col_value)[:steps],
            row=activity[: len(self.model.frame)],
            day=day_value,
            found=activity[self._rows :],
        )

    def _run(self) -> None:
        self.highs.run()
        status = highspy.HighsModelStatus
        if self.highs.getModelStatus() not in (status.kOptimal, status.kModelEmpty):
            raise StoppedError

    def _priced(self) -> Priced:
        dual = np.array(self.highs.getSolution().row_dual)
        if not len(dual):  # HiGHS gives none for a model without columns
            dual = np.zeros(self._rows + self._found)
        own = len(self.model.frame)
        return price(self.model, self.stars, dual[:own], dual[self._rows :])

    def _add_columns(self, new: Ints) -> None:
        if not len(new):
            return
        start, row, weight = self.model.entries(new)
        owner = np.repeat(np.arange(len(new)), np.diff(start))
        more_owner, more_row, more_weight = self._extra(new)
        owner = np.concatenate([owner, more_owner])
        row = np.concatenate([row, more_row])
        weight = np.concatenate([weight, more_weight])
        order = np.argsort(owner, kind="stable")
        start = np.searchsorted(owner[order], np.arange(len(new)))
        self.highs.addCols(
            len(new),
            self.model.cost[new].astype(float),
            np.zeros(len(new)),
            np.ones(len(new)),
            len(row),
            start.astype(np.int32),
            row[order].astype(np.int32),
            weight[order].astype(float),
        )
        self.chosen = np.concatenate([self.chosen, new])
        self.inside[new] = True

    def _extra(self, new: Ints) -> tuple[Ints, Ints, Ints]:
        """The rows of lawyers' days and found ones that new columns meet: owner, row, weight."""
        position = np.full(len(self.model.columns), -1, np.int64)
        position[new] = np.arange(len(new))
        found, column, weight = self.stars.entries()
        known = (position[column] >= 0) & (found < self._found)
        return (
            np.concatenate([np.arange(len(new)), position[column[known]]]),
            np.concatenate([self._day_row[self.model.columns.day[new]], self._rows + found[known]]),
            np.concatenate([np.ones(len(new), np.int64), weight[known]]),
        )

    def _add_found(self) -> None:
        """Tells HiGHS of the rows found since."""
        steps = len(self.model.frame.steps.row)
        position = np.full(len(self.model.columns), -1, np.int64)
        position[self.chosen] = steps + np.arange(len(self.chosen))
        for row in self.stars.rows[self._found :]:
            index = np.concatenate([row.steps, position[row.columns]])
            weight = np.concatenate([row.step_weights, row.weights]).astype(float)
            inside = index >= 0
            index, weight = index[inside].astype(np.int32), weight[inside]
            self.highs.addRow(-INFINITY, float(row.upper), len(index), index, weight)
        self._found = len(self.stars)


def _steps_only(model: Model, days: int) -> highspy.HighsLp:
    """The model's rows and the rows of lawyers' days, with the steps as the only columns."""
    frame, steps = model.frame, model.frame.steps
    size = len(steps.row)
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = size, len(frame) + days
    lp.col_cost_ = steps.price.astype(float)
    lp.col_lower_, lp.col_upper_ = np.zeros(size), steps.units.astype(float)
    lp.row_lower_, lp.row_upper_ = limits(
        np.concatenate([frame.lower, np.full(days, -FREE)]),
        np.concatenate([frame.upper, np.ones(days, np.int64)]),
    )
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = np.arange(size + 1, dtype=np.int32)
    lp.a_matrix_.index_ = steps.row.astype(np.int32)
    lp.a_matrix_.value_ = steps.sign.astype(float)
    return lp
