"""The proof of a whole province, put together from its cities' proofs and the prices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from zhiban.roster.cities import Answer, Found
from zhiban.roster.found import Half
from zhiban.roster.parting import Names, Parting
from zhiban.roster.pricing import ONE, price
from zhiban.roster.run import Run

Ints = NDArray[np.int64]


class JointProof:
    """What the cities' rows, found rows and steps are called in the whole model."""

    def __init__(self, run: Run, found: Parting) -> None:
        self._run, self._shared = run, found.shared
        self._names: list[Names] = []
        self._steps: list[Ints] = []
        self._found: list[list[int]] = []

    def name(self, names: Names) -> None:
        """The next city's names."""
        rows = self._run.model.frame.steps.row
        own = np.setdiff1d(names.rows, self._shared)
        self._names.append(names)
        self._steps.append(np.flatnonzero(np.isin(rows, own)))
        self._found.append([])

    def learn(self, city: int, answer: Answer) -> None:
        """Takes in the rows that the city found, whether its answer becomes a proof or not."""
        for found in answer.proof.news:
            self._found[city].append(self._number(city, found))

    def prove(self, answers: Sequence[Answer], prices: Ints) -> None:
        """Puts the cities' duals together with the prices, and prices the whole model.

        Whoever asked us to stop does not wait for that.
        """
        run = self._run
        if run.asked:
            return
        duals = np.zeros(len(run.model.frame), np.int64)
        found = np.zeros(len(run.stars), np.int64)
        for city, answer in enumerate(answers):
            proof = answer.proof
            duals[self._names[city].rows] = proof.duals
            found[self._found[city][: len(proof.found)]] = proof.found
        duals[self._shared] = prices
        run.bounded(price(run.model, run.stars, duals / ONE, found / ONE))

    def _number(self, city: int, found: Found) -> int:
        """The whole model's number of a row that the city found."""
        names, stars = self._names[city], self._run.stars
        if len(found) == 4:
            rule, lawyer, place, day = found
            return stars.add((rule, int(names.lawyers[lawyer]), int(names.places[place]), day))
        half, row = found[0], found[1]
        named = self._half(city, half)
        if named not in stars.half:
            columns, steps = names.columns[row.columns], self._steps[city][row.steps]
            stars.add_halves([(named, replace(row, columns=columns, steps=steps))])
        return stars.half[named]

    def _half(self, city: int, half: Half) -> Half:
        names, days = self._names[city], self._run.model.ground.days
        return Half(
            tuple(names.rows[list(half.rows)].tolist()),
            tuple(int(names.lawyers[day // days]) * days + day % days for day in half.days),
            tuple(self._found[city][row] for row in half.found),
            tuple(self._steps[city][list(half.steps)].tolist()),
        )
