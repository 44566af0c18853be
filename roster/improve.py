"""From a first roster to the proved best: bound by pricing, dive, cuts, fixing, exact step."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from zhiban.roster.aside import Aside
from zhiban.roster.exact import Search, search
from zhiban.roster.halves import Entries
from zhiban.roster.pricing import ONE, Priced
from zhiban.roster.relaxation import Relaxation, StoppedError
from zhiban.roster.run import Run
from zhiban.roster.separation import broken_halves
from zhiban.roster.stars import Stars

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
DIRECT = 5  # open points up to which the exact step takes all columns that could matter
NEAR = 0.4  # otherwise it first takes those within that share of the open points
A_SECOND = 3000  # columns for each second left: HiGHS looks at no clock while it presolves
DIVE = 6  # reduced cost, in points, up to which the dive looks
STEPS = 40  # the same for units of steps
WIDEST = 15_000  # columns beyond which looking that far takes longer than the exact step
USED = 1e-6
SINGLE = 3  # the same for single places in the narrow dive
EVERYTHING = 1 << 62
ORDERS = 2  # of elimination in a round; one more for each round without gain
EARLY = 1.0  # the first dive begins from the LP's first answer, however low its bound
ROUGH = 0.002  # relative gap at which it ends
FINE = 0.0001  # and later ones
FAR = 0.003  # how far from the bound its roster is looked for more widely at once
IDLE = 4  # rounds of halves without gain after which no more are looked for
GAIN = ONE // 20
SMALL = 3  # open points at which the exact step is sooner done than another round of halves


def improve(run: Run, start: Ints, aside: Aside) -> None:
    """Bounds the model from the columns `start`, then finds and proves better rosters."""
    entries = Entries(run.model)
    relaxation = Relaxation(run.model, run.stars, start, run.interrupted)
    if aside.beside:  # else only where they are asked for, which short searches never do
        aside.begin(entries.prepare)
    try:
        priced = relaxation.solve(run.bounded, run.late, EARLY)
        whole = relaxation.whole
        _dive_aside(run, aside, priced, relaxation.values(), FINE if whole else ROUGH)
        if not whole:
            priced = relaxation.solve(run.bounded, run.late)
            aside.join()
        if not run.settle():
            priced = _tighten(run, aside, relaxation, entries, priced, dived=whole)
    except StoppedError:
        aside.join()
        run.settle()
        return
    finish(run, priced, relaxation.values())


def finish(run: Run, priced: Priced, value: Floats) -> None:
    """From the bound on: finds and proves better rosters; `value` is the LP's, by column."""
    priced = run.priced or priced  # the best so far: slack and reduced costs belong together
    if run.settle():
        return
    if run.slack > SMALL * ONE:
        dive(run, priced, value, wide=False)
        dive(run, priced, value, wide=True)
    prove(run, priced)


def _tighten(
    run: Run,
    aside: Aside,
    relaxation: Relaxation,
    entries: Entries,
    priced: Priced,
    *,
    dived: bool,
) -> Priced:
    """Adds halves that the LP breaks, round by round, until they raise the bound no more.

    Where the bound halts it may have met the best roster, which a dive from there may find; it
    dives beside the next round (`dived`: it does already). A round's bound counts after its dive,
    so that it is the same bound whichever of the two is quicker.
    """
    relaxation.highs.stop_when(lambda: run.met)  # a round that no longer matters ends at once
    idle, seed = 0, run.seed
    diving = True
    while idle < IDLE and not run.settle() and not run.late():
        if diving and not dived:
            _dive_aside(run, aside, priced, relaxation.values())
        dived = False
        halves = broken_halves(
            run.model, entries, run.stars, relaxation.point(), seed, ORDERS + idle
        )
        if not halves:
            break
        run.stars.add_halves(halves)
        before, priced = priced.bound, relaxation.solve(lambda better: None, run.late)
        aside.join()
        if run.settle():
            break
        run.bounded(priced)
        far = diving and run.slack > FAR * run.objective * ONE
        if far:
            dive(run, priced, relaxation.values(), wide=False)
            dive(run, priced, relaxation.values(), wide=True)
        idle = 0 if priced.bound - before > GAIN else idle + 1
        seed += 1
        diving = idle == 1 and not far
        if idle > 1 and run.slack <= SMALL * ONE:  # once dived from where the bound halts
            break
    aside.join()
    return priced


def _dive_aside(run: Run, aside: Aside, priced: Priced, value: Floats, gap: float = FINE) -> None:
    """Dives narrowly from where the LP stands, beside what comes next."""
    stars = run.stars.copy()
    aside.begin(lambda: _narrow(run, stars, priced, value, gap))


def dive(run: Run, priced: Priced, value: Floats, *, wide: bool) -> None:
    """Fixes what the LP is sure of and searches the rest, narrowly or all that is close to it."""
    if run.settle() or run.interrupted():
        return
    if not wide:
        _narrow(run, run.stars, priced, value)
    else:
        fixed, free = _fixed(run, run.stars, value)
        close = priced.above <= min(DIVE * ONE, run.slack)
        _search_beside(run, run.stars, priced, fixed, np.flatnonzero(free & close), FINE, wide=True)


def _narrow(run: Run, stars: Stars, priced: Priced, value: Floats, gap: float = FINE) -> None:
    """Searches what the LP uses, and single places that cost it little.

    Equal lawyers make many equal columns: these are a part of them that mostly holds as good a
    roster as all of them.
    """
    fixed, free = _fixed(run, stars, value)
    single = np.diff(run.model.columns.first) == 1
    near = (value > USED) | (single & (priced.above <= SINGLE * ONE))
    _search_beside(run, stars, priced, fixed, np.flatnonzero(free & near), gap, wide=False)


def _search_beside(
    run: Run, stars: Stars, priced: Priced, fixed: Ints, columns: Ints, gap: float, *, wide: bool
) -> None:
    """Offers the best roster of the fixed columns and of those, if they are not too many."""
    if len(columns) > WIDEST:
        return
    how = Search(
        run.interrupted,
        lambda chosen: run.offer(chosen, "dive"),
        run.left,
        relative_gap=gap,
        seed=run.seed,
        fixed=fixed,
        whole_steps=wide,
        steps=priced.step_range(run.model.frame.steps, STEPS * ONE),
        binding=np.flatnonzero(priced.found_duals),
    )
    found = search(run.model, stars, columns, how)
    if found.chosen is None and not run.interrupted():  # what is fixed may need costlier steps
        found = search(run.model, stars, columns, replace(how, steps=None))
    if found.chosen is not None:
        run.offer(found.chosen, "dive")


def _fixed(run: Run, stars: Stars, value: Floats) -> tuple[Ints, Bools]:
    """Columns that the LP holds wholly, and which others have room beside them."""
    fixed = _sure(stars, value)
    columns, arcs = run.model.columns, run.model.arcs
    room = run.model.ground.places.room.copy()
    np.subtract.at(room, arcs.place[columns.arcs_of(fixed)], 1)
    taken = np.zeros(len(columns.group) - 1, bool)
    taken[columns.day[fixed]] = True
    full = np.logical_or.reduceat(room[arcs.place[columns.arc]] <= 0, columns.first[:-1])
    return fixed, ~taken[columns.day] & ~full


def _sure(stars: Stars, value: Floats) -> Ints:
    """Columns that the LP holds wholly, but for those that exclude each other.

    A bound that was broken off early has not met all rows yet.
    """
    sure = value > 0.999
    stars.add_broken(sure.astype(float))
    for number in stars.star.values():
        columns = stars.rows[number].columns
        held = columns[sure[columns]]
        sure[held[1:]] = False
    return np.flatnonzero(sure)


def prove(run: Run, priced: Priced) -> None:
    """Searches what could still be better, in one or more steps, until nothing is left out.

    A roster better than the best costs at most one point less, so each of its columns lies
    within the slack, and so do the units of its steps; a search over all that lies within it,
    proved, proves the whole.
    """
    reach = 0
    while not run.settle() and not run.interrupted():
        wanted = run.slack if run.slack <= DIRECT * ONE or reach else int(NEAR * run.slack)
        affordable = _affordable(priced, run.left)
        if affordable < wanted and affordable <= reach:
            return
        reach = min(wanted, affordable)
        how = Search(
            run.interrupted,
            lambda chosen: run.offer(chosen, "exact"),
            run.left,
            seed=run.seed,
            start=run.best,
            steps=priced.step_range(run.model.frame.steps, reach),
            binding=np.flatnonzero(priced.found_duals),
        )
        found = search(run.model, run.stars, np.flatnonzero(priced.above <= reach), how)
        if found.chosen is not None:
            run.offer(found.chosen, "exact")
        if not found.proved:
            return
        if run.slack <= reach:
            run.proved = True
            run.report("proof")


def _affordable(priced: Priced, seconds: float) -> int:
    """How far a search may reach in the time left."""
    most = int(A_SECOND * seconds)
    if most >= len(priced.above):
        return EVERYTHING
    return int(np.partition(priced.above, most)[most])
