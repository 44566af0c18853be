"""From duals to a bound that holds, in exact integers.

Duals are rounded to multiples of 2^-20 and those of the wrong sign set to zero; whatever they
are then, bound = duals x limits + the least each step and each lawyer's day can cost under them
is below every roster's objective. A column whose reduced cost exceeds what is still open between
bound and roster cannot be in a better roster, nor can as many units of a step as would exceed it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zhiban.roster.found import Found
from zhiban.roster.model import Model, segment_sums
from zhiban.roster.rows import FREE, Steps

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
ONE = 1 << 20  # a dual of 1


@dataclass(frozen=True)
class Priced:
    """All in units of 2^-20: duals by row (found ones behind), reduced cost by column, the bound.

    `above` is a column's reduced cost over the best choice of its lawyer's day, never negative;
    `steps` are the reduced costs of the steps.
    """

    duals: Ints
    found_duals: Ints
    reduced: Ints
    above: Ints
    steps: Ints
    bound: int

    def step_range(self, steps: Steps, reach: int) -> tuple[Ints, Ints]:
        """Fewest and most units of each step in a roster at most `reach` above the bound.

        The bound has a step of positive reduced cost unused and one of negative cost used whole;
        each unit that departs from this costs a roster so much more.
        """
        apart = np.minimum(steps.units, max(0, reach) // np.maximum(1, np.abs(self.steps)))
        low = np.where(self.steps < 0, steps.units - apart, 0)
        return low, np.where(self.steps > 0, apart, steps.units)


def price(model: Model, found: Found, duals: Floats, found_duals: Floats) -> Priced:
    """Prices every column of the model, whether the LP holds it or not."""
    frame, columns = model.frame, model.columns
    y = np.rint(duals * ONE).astype(np.int64)
    y = np.where((y > 0) & (frame.lower <= -FREE), 0, y)
    y = np.where((y < 0) & (frame.upper >= FREE), 0, y)
    found_y = np.minimum(0, np.rint(found_duals * ONE)).astype(np.int64)
    found_y = np.concatenate([found_y, np.zeros(len(found) - len(found_y), np.int64)])
    by_arc = model.arcs.price * ONE - segment_sums(y[frame.row] * frame.weight, frame.first)
    reduced = segment_sums(by_arc[columns.arc], columns.first)
    reduced -= segment_sums(y[model.once_row], model.once_first)
    row, column, weight = found.entries()
    np.subtract.at(reduced, column, found_y[row] * weight)
    steps = frame.steps.price * ONE - y[frame.steps.row] * frame.steps.sign
    row, step, weight = found.step_entries()
    np.subtract.at(steps, step, found_y[row] * weight)
    filled = np.flatnonzero(np.diff(columns.group))
    best = np.zeros(len(columns.group) - 1, np.int64)
    if len(filled):
        best[filled] = np.minimum(0, np.minimum.reduceat(reduced, columns.group[filled]))
    limit = np.where(y > 0, frame.lower, np.where(y < 0, frame.upper, 0))
    bound = (
        int((y * limit).sum())
        + int((found_y * found.upper).sum())
        + int((np.minimum(0, steps) * frame.steps.units).sum())
        + int(best.sum())
    )
    return Priced(y, found_y, reduced, reduced - best[columns.day], steps, bound)
