"""Fewest vacancies, then fewest changed duties, then cost: each proved before the next is asked.

Most repairs need one new duty for each one lost. They are found and proved in the small part of
the model that few changes can reach; only where that part is not enough does the whole model's
bound have to prove how few will do.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from time import monotonic

import numpy as np
from numpy.typing import NDArray

from zhiban.roster.aside import Aside
from zhiban.roster.exact import Search, search
from zhiban.roster.improve import improve
from zhiban.roster.levels import changes_first, cheapest_of
from zhiban.roster.model import Model, segment_sums
from zhiban.roster.plan import activity_of
from zhiban.roster.pricing import ONE
from zhiban.roster.reach import Part, part, reach, with_columns
from zhiban.roster.roster import Roster
from zhiban.roster.run import Run
from zhiban.roster.standing import Standing, kept_columns, vacancy_price

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
SMALL = 3000  # columns up to which a part is searched without the LP's bound before
MOST = 50_000  # columns of a part above which the whole is bounded at once
NOTHING: Ints = np.zeros(0, np.int64)


@dataclass(frozen=True)
class Mended:
    """A roster; `fewest`: proved to change least; `cheapest`: proved so among those."""

    roster: Roster
    fewest: bool
    cheapest: bool


@dataclass(frozen=True)
class Clock:
    """When the repair began, how long it may take in seconds, and the solver's seed."""

    started: float
    seconds: float
    seed: int

    @property
    def left(self) -> float:
        """Seconds until time is up."""
        return self.seconds - (monotonic() - self.started)

    def over(self) -> bool:
        """Whether time is up."""
        return self.left <= 0


def mended(at: Standing, clock: Clock) -> Mended:
    """The least-changed roster of the model that `at` stands in."""
    everything = len(at.model.ground.problem.shifts)
    held = at.old & ~at.loose
    for steps in (0, 1, everything):
        within = reach(at, steps)
        few = part(at, within)
        if few.open > MOST and not within.whole and steps < everything:
            continue
        found = _best(changes_first(few.at), few, kept_columns(few.at.model, held), clock)
        if found.proved and (within.whole or _settled(few.at, found.chosen, steps)):
            left, fewest = _left(few, found)
            cheap = _cheapest(left, fewest, clock)
            return Mended(left.at.model.roster(cheap.chosen), True, cheap.proved)
        if few.open <= SMALL:  # in case there is no time to find a better one
            found = replace(found, chosen=_cheapest(few, found.chosen, clock).chosen)
        held = _held(few.at, found.chosen)
        if within.whole or not found.proved:
            break
    return Mended(at.model.roster(kept_columns(at.model, held)), False, False)


def _held(at: Standing, chosen: Ints) -> Bools:
    """The arcs of columns."""
    held = np.zeros(len(at.model.arcs), bool)
    held[at.model.columns.arcs_of(chosen)] = True
    return held


@dataclass(frozen=True)
class Best:
    """The best columns found; `proved`: none of the part are better.

    `above`, by column: nothing as good as these has one where it is above zero; None: unknown.
    """

    chosen: Ints
    proved: bool
    above: Ints | None = None


def _best(model: Model, few: Part, known: Ints, clock: Clock) -> Best:
    """The best roster of a part under the model's prices, from one that is known.

    HiGHS spends seconds on presolving many columns that differ little; there the LP first says
    which of them could matter.
    """
    run = Run(model, clock.seconds, None, None, clock.started, clock.seed)
    run.offer(known, "kept")
    if few.open > SMALL:
        improve(run, np.union1d(_near(few.at), known), Aside(1))
        if run.priced is None:
            return Best(run.best, run.proved)
        slack = run.objective * ONE - run.priced.bound
        return Best(run.best, run.proved, run.priced.above - slack)
    how = Search(clock.over, lambda chosen: None, clock.left, seed=clock.seed, fixed=few.fixed)
    found = search(model, run.stars, np.arange(len(model.columns)), how)
    if found.chosen is not None:
        run.offer(found.chosen, "exact")
    return Best(run.best, found.proved)


def _left(few: Part, found: Best) -> tuple[Part, Ints]:
    """The part without the columns that no roster as good as this has; and its columns there."""
    if found.above is None:
        return few, found.chosen
    columns = np.flatnonzero(found.above <= 0)
    left = replace(few.at, model=with_columns(few.at.model, columns))
    return Part(left, NOTHING), np.searchsorted(columns, found.chosen)


def _cheapest(few: Part, fewest: Ints, clock: Clock) -> Best:
    """The cheapest roster of the part with as few vacancies and changes as one that is known."""
    return _best(cheapest_of(few.at, fewest), few, fewest, clock)


def _settled(at: Standing, chosen: Ints, steps: int) -> bool:
    """Whether no roster beyond so many steps has fewer vacancies or changes.

    A roster with the least vacancies fills every wanting place; one that needs k steps gives up
    k duties beside and makes k new ones for them.
    """
    model = at.model
    if vacancy_price(model, activity_of(model, chosen)) > at.least:
        return False
    return _changes(at, chosen) - int(at.missing[_priced_places(model)].sum()) <= 2 * steps + 1


def _priced_places(model: Model) -> NDArray[np.bool_]:
    """Places of which every vacancy has a price."""
    priced = np.zeros(len(model.ground.places), bool)
    for family in model.frame.families:
        if family.rule == "cover":
            priced[:] = True
            priced[family.steps.row[family.steps.price <= 0]] = False
    return priced


def _changes(at: Standing, chosen: Ints) -> int:
    """Old duties given up and new ones taken on."""
    held = at.model.columns.arcs_of(chosen)
    kept = int(at.old[held].sum())
    return len(held) - kept + int(at.old.sum()) - kept


def _near(at: Standing) -> Ints:
    """Columns of old duties, and of one new duty on a place that wants somebody."""
    columns, arcs = at.model.columns, at.model.arcs
    size = np.diff(columns.first)
    new = size - segment_sums(at.old[columns.arc].astype(np.int64), columns.first)
    helps = (at.missing[arcs.place] > 0) & ~at.old
    wanted = segment_sums(helps[columns.arc].astype(np.int64), columns.first)
    return np.flatnonzero((new == 0) | ((new == 1) & (wanted == 1)))
