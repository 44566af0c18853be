"""Arcs (a lawyer on a place) and day columns (all that one lawyer holds on one day)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zhiban.roster.ground import Ground
from zhiban.roster.rows import NONE, ranges

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
LARGEST_DAY = 4


@dataclass(frozen=True)
class Arcs:
    """Eligible (lawyer, place) pairs, by lawyer and then place, with their prices.

    `at[lawyer, place]` is the arc's number, -1 where there is none.
    """

    lawyer: Ints
    place: Ints
    price: Ints
    at: Ints

    def __len__(self) -> int:
        return len(self.lawyer)


@dataclass(frozen=True)
class Columns:
    """Day columns by lawyer-day: the arcs of column c are `arc[first[c] : first[c + 1]]`.

    `day` numbers lawyer-days (lawyer x days + day); `group[d] : group[d + 1]` are its columns.
    """

    first: Ints
    arc: Ints
    day: Ints
    group: Ints

    def __len__(self) -> int:
        return len(self.day)

    def arcs_of(self, chosen: Ints) -> Ints:
        """The arcs of the chosen columns."""
        return self.arc[ranges(self.first, chosen)[1]]


def arcs_of(ground: Ground) -> Arcs:
    """Every pair that no rule bars, priced by all rules."""
    free = ground.may
    for rule in ground.rules:
        barred = rule.bars(ground) if rule.asks_others else None
        if barred is not None:
            free = free & ~barred
    lawyer, place = (index.astype(np.int64) for index in np.nonzero(free))
    price = np.zeros(len(lawyer), np.int64)
    for rule in ground.rules:
        extra = rule.arc_prices(ground, lawyer, place)
        if extra is not None:
            price += extra
    at = np.full(free.shape, -1, np.int64)
    at[lawyer, place] = np.arange(len(lawyer))
    return Arcs(lawyer, place, price, at)


def open_pairs(ground: Ground) -> Bools:
    """True for two places that one lawyer can hold on one day; symmetric, looked at day by day."""
    clashes = [c for rule in ground.rules if (c := rule.day_clash(ground)) is not None]
    open_ = np.zeros((len(ground.places), len(ground.places)), dtype=bool)
    for _, place in ground.by_day:
        block = np.ix_(place, place)
        shut = np.eye(len(place), dtype=bool)
        for clash in clashes:
            shut |= clash[block]
        open_[block] = ~(shut | shut.T)
    return open_


def columns_of(ground: Ground, arcs: Arcs) -> Columns:
    """All sets of places that a lawyer can hold on one day, up to the cap of the day."""
    cap = ground.limits("per_day", LARGEST_DAY)
    open_ = open_pairs(ground)
    later = _later_mates(ground, open_)
    level = np.arange(len(arcs), dtype=np.int64)[cap[arcs.lawyer] > 0][:, None]
    levels = [level]
    while len(level) and level.shape[1] < int(cap.max(initial=0)):
        level = _longer(arcs, open_, later, cap, level)
        levels.append(level)
    return _sorted(ground, arcs, levels)


def _later_mates(ground: Ground, open_: Bools) -> tuple[Ints, Ints]:
    """For each place the places after it that may join it: where they start, and which."""
    found = [
        (place[one], place[other])
        for _, place in ground.by_day
        for one, other in [np.nonzero(np.triu(open_[np.ix_(place, place)], 1))]
    ]
    one = np.concatenate([NONE, *(pair[0] for pair in found)])
    other = np.concatenate([NONE, *(pair[1] for pair in found)])
    order = np.argsort(one, kind="stable")
    first = np.searchsorted(one[order], np.arange(len(ground.places) + 1))
    return first, other[order]


def _longer(arcs: Arcs, open_: Bools, later: tuple[Ints, Ints], cap: Ints, level: Ints) -> Ints:
    """Sets with one more place, each grown from the set without its last place."""
    size = level.shape[1]
    level = level[cap[arcs.lawyer[level[:, 0]]] > size]
    places = arcs.place[level]
    start, position = ranges(later[0], places[:, -1])
    base = np.repeat(np.arange(len(level)), np.diff(start))
    more = later[1][position]
    arc = arcs.at[arcs.lawyer[level[base, 0]], more]
    keep = arc >= 0
    for index in range(size - 1):
        keep &= open_[places[base, index], more]
    return np.column_stack([level[base[keep]], arc[keep]])


def _sorted(ground: Ground, arcs: Arcs, levels: list[Ints]) -> Columns:
    size = np.concatenate([np.full(len(one), one.shape[1], np.int64) for one in levels])
    head = np.concatenate([one[:, 0] for one in levels])
    flat = np.concatenate([one.ravel() for one in levels])
    first = np.concatenate([[0], np.cumsum(size)]).astype(np.int64)
    day = arcs.lawyer[head] * ground.days + ground.places.day[arcs.place[head]]
    order = np.argsort(day, kind="stable")
    start, position = ranges(first, order)
    day = day[order]
    group = np.searchsorted(day, np.arange(ground.lawyers * ground.days + 1))
    return Columns(start, flat[position], day, group)
