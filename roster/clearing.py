"""Who fills which of the places that several cities can: whole shares, and the terms they make.

The cities choose in turn at the best prices known, the cheapest city first; what nobody wants is
offered again at higher prices.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import zip_longest

import numpy as np
from numpy.typing import NDArray

from zhiban.roster.cities import ANY_PRICE, Answer, Terms
from zhiban.roster.crew import Crew
from zhiban.roster.model import Model
from zhiban.roster.multipliers import SharedRows
from zhiban.roster.parting import Parting
from zhiban.roster.pricing import ONE
from zhiban.roster.rows import FREE

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
Learn = Callable[[int, Answer], None]
AT_ONCE = 2  # cities that choose at once, held by different processes
BUMPS = (0.25, 1.0, 2.0, 4.0, 8.0, 16.0, 64.0, float(ANY_PRICE))  # for what nobody chose


class Clearing:
    """The shared places and who could fill them; `links` are the shared rows of each city."""

    def __init__(self, model: Model, found: Parting, rows: SharedRows) -> None:
        self._rows = rows
        self.touched: Bools = found.touched[found.shared].T
        self.links = [np.flatnonzero(touched) for touched in self.touched]
        self._gives = _gives(model, found.shared, rows)
        self._order = list(range(found.cities))

    def even(self) -> Ints:
        """Even shares of what is to be filled: each unit to the next city that can."""
        rows = self._rows
        shares = np.zeros(self.touched.shape, np.int64)
        for row, total in enumerate(np.where(rows.places, rows.upper, 0).tolist()):
            able = np.flatnonzero(self.touched[:, row])
            np.add.at(shares[:, row], able[(row + np.arange(total)) % len(able)], 1)
        return shares

    def cheapest_first(self, dear: NDArray[np.float64]) -> None:
        """Settles the order in which cities choose, by what shared places cost each."""
        self._order = _apart(np.argsort(dear, kind="stable").tolist())

    def cleared(
        self, crew: Crew, prices: Ints, learn: Learn, interrupted: Callable[[], bool]
    ) -> Ints | None:
        """Whole shares (city, row) at those prices; None when told to stop before that."""
        rows = self._rows
        left = np.where(rows.places, rows.upper, 0)
        shares = np.zeros(self.touched.shape, np.int64)
        for bump in BUMPS:
            raised = prices + int(bump * ONE) * rows.places
            for first in range(0, len(self._order), AT_ONCE):
                turn = [city for city in self._order[first:][:AT_ONCE] if self._wants(city, left)]
                for city in turn:
                    link = self.links[city]
                    own, places = shares[city, link], rows.places[link]
                    offered = np.where(own > 0, ANY_PRICE * ONE, raised[link])
                    most = np.where(places, own + left[link], rows.most[link])
                    crew.tell(city, "sell", offered, most)
                answers = crew.collect(interrupted)
                for city in turn:
                    answer = answers[city]
                    if answer is None:
                        return None
                    learn(city, answer)
                    self._take(city, answer, shares, left)
        return shares

    def _wants(self, city: int, left: Ints) -> bool:
        return bool(left[self.links[city]].any())

    def _take(self, city: int, answer: Answer, shares: Ints, left: Ints) -> None:
        """Gives the city what it chose, as far as it is left."""
        link = self.links[city]
        taken = np.rint(answer.used).astype(np.int64) - shares[city, link]
        taken = np.clip(taken, 0, left[link])
        shares[city, link] += taken
        left[link] -= taken

    def terms(self, shares: Ints, used: Ints, prices: Ints) -> list[Terms]:
        """What each city has to do with its shared rows.

        It fills its shares of places at any price, and no more; it is paid the present `prices`
        elsewhere, where the others put in what they last `used`. Where only a least is asked for,
        each city owes what its shares of places give, lest every one leaves it to another.
        """
        rows = self._rows
        asked = (rows.upper >= FREE) & (rows.lower > 0)
        rest = np.where(rows.places, rows.upper - shares, used.sum(axis=0) - used)
        rest = np.where(asked, np.maximum(0, rows.lower - shares @ self._gives), rest)
        paid = np.where(rows.places, ANY_PRICE * ONE, prices)
        most = np.where(rows.places, shares, rows.most)
        return [
            Terms(rest[city, link], paid[link], most[city, link])
            for city, link in enumerate(self.links)
        ]


def _gives(model: Model, shared: Ints, rows: SharedRows) -> Ints:
    """What a unit of each shared place (row) puts into each other shared row (column)."""
    frame = model.frame
    number = np.full(len(frame), -1, np.int64)
    number[shared] = np.arange(len(shared))
    inside = number[frame.row] >= 0
    arc, row, weight = frame.arc[inside], number[frame.row[inside]], frame.weight[inside]
    place = np.full(len(model.arcs), -1, np.int64)
    place[arc[rows.places[row]]] = row[rows.places[row]]
    other = ~rows.places[row] & (place[arc] >= 0)
    gives = np.zeros((len(shared), len(shared)), np.int64)
    gives[place[arc[other]], row[other]] = weight[other]
    return gives


def _apart(order: Sequence[int]) -> list[int]:
    """The same order, but cities that are held by one process do not follow each other."""
    lanes = [[city for city in order if city % AT_ONCE == lane] for lane in range(AT_ONCE)]
    return [city for turn in zip_longest(*lanes) for city in turn if city is not None]
