"""From a first roster to the proved best: bound by pricing, dive, fixing, exact step."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from zhiban.roster.exact import Search, search
from zhiban.roster.pricing import ONE, Priced
from zhiban.roster.relaxation import Relaxation, StoppedError
from zhiban.roster.run import Run

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
DIRECT = 5  # open points up to which the exact step takes all columns that could matter
NEAR = 0.4  # otherwise it first takes those within that share of the open points
DIVE = 6  # reduced cost, in points, up to which the dive looks


def improve(run: Run, start: Ints) -> None:
    """Bounds the model from the columns `start`, then finds and proves better rosters."""
    relaxation = Relaxation(run.model, run.stars, start, run.interrupted)
    try:
        priced = relaxation.solve(run.bounded)
    except StoppedError:
        return
    if not run.settle():
        _dive(run, priced, relaxation.values())
        _prove(run, priced)


def _dive(run: Run, priced: Priced, value: Floats) -> None:
    """Fixes what the LP is sure of and searches the rest close to the LP."""
    fixed = np.flatnonzero(value > 0.999)
    columns, arcs = run.model.columns, run.model.arcs
    room = run.model.ground.places.room.copy()
    np.subtract.at(room, arcs.place[columns.arcs_of(fixed)], 1)
    taken = np.zeros(len(columns.group) - 1, bool)
    taken[columns.day[fixed]] = True
    full = np.logical_or.reduceat(room[arcs.place[columns.arc]] <= 0, columns.first[:-1])
    near = (priced.above <= DIVE * ONE) & ~taken[columns.day] & ~full
    how = Search(
        run.interrupted,
        lambda chosen: run.offer(chosen, "dive"),
        run.left,
        relative_gap=0.0001,
        seed=run.seed,
        fixed=fixed,
    )
    found = search(run.model, run.stars, np.flatnonzero(near), how)
    if found.chosen is not None:
        run.offer(found.chosen, "dive")


def _prove(run: Run, priced: Priced) -> None:
    """Searches what could still be better, in one or more steps, until nothing is left out.

    A roster better than the best costs at most one point less, so each of its columns lies
    within the slack; a search over all columns within it, proved, proves the whole.
    """
    reach = 0
    while not run.settle() and not run.interrupted():
        reach = run.slack if run.slack <= DIRECT * ONE or reach else int(NEAR * run.slack)
        how = Search(
            run.interrupted,
            lambda chosen: run.offer(chosen, "exact"),
            run.left,
            seed=run.seed,
            start=run.best,
        )
        found = search(run.model, run.stars, np.flatnonzero(priced.above <= reach), how)
        if found.chosen is not None:
            run.offer(found.chosen, "exact")
        if not found.proved:
            return
        if run.slack <= reach:
            run.proved = True
            run.report("proof")
