"""What several cities can fill gets a price each; cutting planes find the prices that bound best.

Every answer of a city is a plane above its cost as a function of the prices (its multipliers).
The master takes the prices, within a box of trust around the best so far, at which these planes
and the shared rows' own steps promise most.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import highspy
import numpy as np
from numpy.typing import NDArray

from zhiban.roster.pricing import ONE
from zhiban.roster.quiet import INFINITY, Quiet
from zhiban.roster.rows import FREE, Frame

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
LARGEST = float(1 << 20)  # points: no multiplier lies beyond


@dataclass(frozen=True)
class SharedRows:
    """The shared rows alone: limits, and steps by row, sign, price and units."""

    lower: Ints
    upper: Ints
    row: Ints
    sign: Ints
    price: Ints
    units: Ints

    @classmethod
    def of(cls, frame: Frame, shared: Ints) -> SharedRows:
        """Those of the whole model."""
        steps = frame.steps
        own = np.isin(steps.row, shared)
        row = np.searchsorted(shared, steps.row[own])
        limits = frame.lower[shared], frame.upper[shared]
        return cls(*limits, row, steps.sign[own], steps.price[own], steps.units[own])

    def __len__(self) -> int:
        return len(self.lower)

    @property
    def places(self) -> Bools:
        """Rows of so many units each of which is put in by somebody or stays vacant."""
        counts = np.zeros(len(self), bool)
        counts[self.row[self.sign < 0]] = True
        single: Bools = (self.lower == self.upper) & ~counts
        return single

    @property
    def most(self) -> Ints:
        """As much of each row as one city could be paid for."""
        most = np.where(self.upper < FREE, self.upper, self.lower)
        counts = self.sign < 0
        np.add.at(most, self.row[counts], self.units[counts])
        return np.maximum(0, most)

    @property
    def least_vacancy(self) -> Ints:
        """The least price of a unit that nobody puts in, by row."""
        least = np.full(len(self), FREE, np.int64)
        fills = self.sign > 0
        np.minimum.at(least, self.row[fills], self.price[fills])
        return least

    @property
    def largest_vacancy(self) -> Ints:
        """The largest price of a unit that nobody puts in, by row; 0 without any."""
        largest = np.zeros(len(self), np.int64)
        fills = self.sign > 0
        np.maximum.at(largest, self.row[fills], self.price[fills])
        return largest

    def value(self, multipliers: Ints) -> int:
        """What the rows themselves add to the bound; all in units of 2^-20."""
        limit = np.where(multipliers > 0, self.lower, self.upper)
        limit = np.where(multipliers == 0, 0, limit)
        steps = self.price * ONE - multipliers[self.row] * self.sign
        return int((multipliers * limit).sum() + (np.minimum(0, steps) * self.units).sum())

    def allowed(self, multipliers: Floats) -> Floats:
        """The nearest multipliers of the sign that each row allows."""
        low = np.where(self.upper >= FREE, 0.0, -LARGEST)
        high = np.where(self.lower <= -FREE, 0.0, LARGEST)
        return np.clip(multipliers, low, high)


@dataclass(frozen=True)
class Promise:
    """Multipliers, the bound they promise at most, and each city's share (row) of the rows."""

    multipliers: Floats
    bound: float
    share: Floats


@dataclass
class Master:
    """The planes known so far: (city, height at no prices, what the city puts into each row)."""

    rows: SharedRows
    cities: int
    planes: list[tuple[int, float, Floats]] = field(default_factory=list)

    def learn(self, city: int, multipliers: Floats, bound: float, used: Floats) -> None:
        """A city's answer: its least cost at those multipliers, and what it then puts in."""
        self.planes.append((city, bound + float(used @ multipliers), used))

    def best(self, around: Floats, box: Floats, kind: Ints) -> Promise:
        """The best multipliers within the box; those of the same kind are moved alike."""
        highs = Quiet()
        highs.passModel(self._model(around, box, kind))
        highs.run()
        solution = highs.getSolution()
        size = len(self.rows)
        values = np.array(solution.col_value)[self.cities : self.cities + size]
        share = np.zeros((self.cities, size))
        total = np.zeros(self.cities)
        weights = -np.array(solution.row_dual)[: len(self.planes)]
        for (city, _, used), weight in zip(self.planes, weights.tolist(), strict=True):
            share[city] += weight * used
            total[city] += weight
        share /= np.maximum(total, 1e-9)[:, None]
        return Promise(values, -float(highs.getInfo().objective_function_value), share)

    def _model(self, around: Floats, box: Floats, kind: Ints) -> highspy.HighsLp:
        """Columns: a height for each city, the multipliers, a loss for each step, moves."""
        rows, size, steps = self.rows, len(self.rows), len(self.rows.row)
        limit = np.where(rows.lower > -FREE, rows.lower, rows.upper)
        free = np.full(self.cities, INFINITY)
        low, high = rows.allowed(around - box), rows.allowed(around + box)
        at_step, at_move = self.cities + size, self.cities + size + steps
        entries: list[tuple[Ints, Floats]] = []
        upper: list[float] = []
        for city, height, used in self.planes:
            index = np.concatenate([[city], self.cities + np.arange(size)])
            entries.append((index, np.concatenate([[1.0], used])))
            upper.append(height)
        for step in range(steps):
            index = np.array([at_step + step, self.cities + rows.row[step]])
            entries.append((index, np.array([1.0, float(rows.sign[step])])))
            upper.append(float(rows.price[step]))
        lower = [-INFINITY] * len(upper)
        for row in np.flatnonzero(box > 0).tolist():
            index = np.array([self.cities + row, at_move + kind[row]])
            entries.append((index, np.array([1.0, -1.0])))
            lower.append(float(around[row]))
            upper.append(float(around[row]))
        lp = highspy.HighsLp()
        moves = np.zeros(int(kind.max(initial=0)) + 1)
        lp.num_col_, lp.num_row_ = at_move + len(moves), len(entries)
        gain = [np.ones(self.cities), limit, rows.units, moves]
        lp.col_cost_ = -np.concatenate(gain).astype(float)
        lp.col_lower_ = np.concatenate([-free, low, np.full(steps, -INFINITY), moves - INFINITY])
        lp.col_upper_ = np.concatenate([free, high, np.zeros(steps), moves + INFINITY])
        lp.row_lower_, lp.row_upper_ = np.array(lower), np.array(upper)
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        start = np.cumsum([0] + [len(index) for index, _ in entries])
        lp.a_matrix_.start_ = start.astype(np.int32)
        none = np.zeros(0)
        lp.a_matrix_.index_ = np.concatenate([none, *(i for i, _ in entries)]).astype(np.int32)
        lp.a_matrix_.value_ = np.concatenate([none, *(value for _, value in entries)])
        return lp
