"""Shared places that alone make up a head count: place and count are priced as one.

Where only the lawyers of one place, of one unit, count for a head count of one, the place left
vacant leaves the count short, too. Priced apart, the cities' bound would lose whatever the place
costs above its own vacancy; as one, its vacancy costs both prices. A proof knows the two rows
apart again: the place takes its price up to its vacancy's, the count the rest.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from zhiban.roster.model import Model
from zhiban.roster.multipliers import SharedRows
from zhiban.roster.pricing import ONE
from zhiban.roster.rows import FREE

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class PricedAsOne:
    """The shared rows as they are priced; `place` and `count` number the pairs priced as one.

    `vacancy` is what each such place alone costs when nobody fills it, in points.
    """

    rows: SharedRows
    place: Ints
    count: Ints
    vacancy: Ints

    @classmethod
    def of(cls, model: Model, shared: Ints, rows: SharedRows) -> PricedAsOne:
        """Those of the whole model; a count asks for nothing once its place has its price."""
        place, count = _alone(model, shared, rows)
        vacancy, lower, price = rows.least_vacancy[place], rows.lower.copy(), rows.price.copy()
        lower[count] = 0
        beside = np.zeros(len(rows), np.int64)
        beside[place] = rows.least_vacancy[count]
        price += beside[rows.row]
        return cls(replace(rows, lower=lower, price=price), place, count, vacancy)

    def apart(self, prices: Ints) -> Ints:
        """The prices of place and count apart, in 2^-20; every column pays the same by them."""
        found = prices.copy()
        above = np.maximum(0, prices[self.place] - self.vacancy * ONE)
        found[self.place] -= above
        found[self.count] += above
        return found


def _alone(model: Model, shared: Ints, rows: SharedRows) -> tuple[Ints, Ints]:
    """Places and the counts that they alone make up."""
    frame = model.frame
    number = np.full(len(frame), -1, np.int64)
    number[shared] = np.arange(len(shared))
    inside = number[frame.row] >= 0
    arc, row, weight = frame.arc[inside], number[frame.row[inside]], frame.weight[inside]
    plain: Bools = np.bincount(rows.row, minlength=len(rows)) == 1
    plain[rows.row[(rows.sign < 0) | (rows.units != 1)]] = False
    plain[row[weight != 1]] = False
    place = plain & rows.places & (rows.upper == 1)
    pairs: list[tuple[int, int]] = []
    for count in np.flatnonzero(plain & (rows.upper >= FREE) & (rows.lower == 1)).tolist():
        into = np.sort(arc[row == count])
        beside = np.unique(row[np.isin(arc, into) & place[row]])
        if len(beside) == 1 and np.array_equal(np.sort(arc[row == beside[0]]), into):
            place[beside[0]] = False
            pairs.append((int(beside[0]), count))
    found = np.array(pairs, np.int64).reshape(-1, 2)
    return found[:, 0], found[:, 1]
