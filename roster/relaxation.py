"""The LP over day columns, solved by pricing: its duals are the proof, its values the way in."""

from __future__ import annotations

from collections.abc import Callable

import highspy
import numpy as np
from numpy.typing import NDArray

from zhiban.roster.model import Model
from zhiban.roster.pricing import ONE, Priced, price
from zhiban.roster.quiet import INFINITY, Quiet, limits
from zhiban.roster.stars import Stars

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
NEGATIVE = -ONE // 1000
CHEAP = 2 * ONE  # columns as cheap as this come along with the negative ones
MANY = 4000


class StoppedError(Exception):
    """The LP was told to stop before it had an answer."""


class Relaxation:
    """HiGHS kept warm: columns come by pricing, rows of `stars` when broken.

    Rows are the frame's, then one for each lawyer's day, then stars; columns are the steps, then
    day columns in the order of `chosen`.
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
        self._stars = 0
        self.highs = Quiet()
        self.highs.setOptionValue("solver", "simplex")
        self.highs.stop_when(interrupted)
        self.highs.passModel(_steps_only(model, len(days)))
        self._add_columns(chosen)

    def solve(self, on_round: Callable[[Priced], None], enough: Callable[[], bool]) -> Priced:
        """Rounds of solving and pricing until no column and no star is missing; the best bound.

        `enough`, asked after each round, ends them early: the bound is then lower, and holds.
        """
        best: Priced | None = None
        while True:
            self._run()
            priced = self._priced()
            if best is None or priced.bound > best.bound:
                best = priced
                on_round(priced)
            if enough():
                return best
            missing = np.flatnonzero((priced.reduced < NEGATIVE) & ~self.inside)
            if not len(missing) and not self.stars.add_broken(self.values()):
                return best
            self._add_stars()
            if 0 < len(missing) < MANY:
                missing = np.flatnonzero((priced.reduced <= CHEAP) & ~self.inside)
            self._add_columns(missing)

    def values(self) -> Floats:
        """The LP's value of every column of the model."""
        value = np.zeros(len(self.model.columns))
        steps = len(self.model.frame.steps.row)
        value[self.chosen] = np.array(self.highs.getSolution().col_value)[steps:]
        return value

    def _run(self) -> None:
        self.highs.run()
        status = highspy.HighsModelStatus
        if self.highs.getModelStatus() not in (status.kOptimal, status.kModelEmpty):
            raise StoppedError

    def _priced(self) -> Priced:
        dual = np.array(self.highs.getSolution().row_dual)
        if not len(dual):  # HiGHS gives none for a model without columns
            dual = np.zeros(self._rows + self._stars)
        own = len(self.model.frame)
        return price(self.model, self.stars, dual[:own], dual[self._rows :])

    def _add_columns(self, new: Ints) -> None:
        if not len(new):
            return
        start, row, weight = self.model.entries(new)
        owner = np.repeat(np.arange(len(new)), np.diff(start))
        more_owner, more_row = self._extra(new)
        owner = np.concatenate([owner, more_owner])
        row = np.concatenate([row, more_row])
        weight = np.concatenate([weight, np.ones(len(more_row), np.int64)])
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

    def _extra(self, new: Ints) -> tuple[Ints, Ints]:
        """The rows of lawyers' days and of stars that new columns meet: owner, row."""
        position = np.full(len(self.model.columns), -1, np.int64)
        position[new] = np.arange(len(new))
        star, column = self.stars.entries()
        known = (position[column] >= 0) & (star < self._stars)
        return (
            np.concatenate([np.arange(len(new)), position[column[known]]]),
            np.concatenate([self._day_row[self.model.columns.day[new]], self._rows + star[known]]),
        )

    def _add_stars(self) -> None:
        steps = len(self.model.frame.steps.row)
        position = np.full(len(self.model.columns), -1, np.int64)
        position[self.chosen] = steps + np.arange(len(self.chosen))
        for columns in self.stars.columns[self._stars :]:
            index = position[columns]
            index = index[index >= 0].astype(np.int32)
            self.highs.addRow(-INFINITY, 1.0, len(index), index, np.ones(len(index)))
        self._stars = len(self.stars.columns)


def _steps_only(model: Model, days: int) -> highspy.HighsLp:
    """The model's rows and the rows of lawyers' days, with the steps as the only columns."""
    frame, steps = model.frame, model.frame.steps
    size = len(steps.row)
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = size, len(frame) + days
    lp.col_cost_ = steps.price.astype(float)
    lp.col_lower_, lp.col_upper_ = np.zeros(size), steps.units.astype(float)
    lp.row_lower_, lp.row_upper_ = limits(frame.lower, frame.upper, days)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = np.arange(size + 1, dtype=np.int32)
    lp.a_matrix_.index_ = steps.row.astype(np.int32)
    lp.a_matrix_.value_ = steps.sign.astype(float)
    return lp
