"""The part of a model that so few changes can reach from where something is wanting.

A change set with nothing in it that could as well be left undone hangs together: each old duty
given up makes room for a new one of the same lawyer, or under a limit that both count for (a
place, a pairing, a firm's cap); each new duty fills a place given up or wanting from the start.
From a wanting place a chain of k new duties after the first therefore reaches all that k steps of
the walk below reach, and each of these steps gives up one old duty.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from zhiban.roster.columns import Columns
from zhiban.roster.model import Model, segment_sums
from zhiban.roster.rows import FREE, Rows, frame, ranges
from zhiban.roster.standing import Standing

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Reach:
    """Arcs that `steps` steps reach: `new` ones to take on, `yields` old ones to give up.

    `whole`: no further step reaches more.
    """

    steps: int
    new: Bools
    yields: Bools
    whole: bool


def reach(at: Standing, steps: int) -> Reach:
    """Walks from what is wanting: shift, new arcs on it, old arcs in their way, their shifts."""
    model = at.model
    arcs, ground = model.arcs, model.ground
    shift = ground.places.shift[arcs.place]
    limits = _Limits(model)
    open_ = np.zeros(len(ground.problem.shifts), bool)
    open_[ground.places.shift[at.missing > 0]] = True
    open_[shift[at.loose]] = True
    step = 0
    while True:
        new = at.new & open_[shift]
        lawyers = np.zeros(ground.lawyers, bool)
        lawyers[arcs.lawyer[new]] = True
        yields = at.old & ~at.firm & (at.loose | lawyers[arcs.lawyer] | limits.shared(new))
        wider = open_.copy()
        wider[shift[yields]] = True
        whole = bool((wider == open_).all())
        if whole or step == steps:
            return Reach(step, new, yields, whole)
        open_, step = wider, step + 1


class _Limits:
    """The rows that no roster may exceed, and which arcs count for them.

    Rows that count their excess at a price keep nobody from anything.
    """

    def __init__(self, model: Model) -> None:
        frame = model.frame
        priced = np.zeros(len(frame), bool)
        priced[frame.steps.row[frame.steps.sign < 0]] = True
        self._rows = (frame.upper < FREE) & ~priced
        entry = self._rows[frame.row] & (frame.weight > 0)
        once = self._rows[frame.once_row]
        self._arc = np.concatenate([frame.arc[entry], frame.once_arc[once]])
        self._row = np.concatenate([frame.row[entry], frame.once_row[once]])
        self._arcs = len(model.arcs)

    def shared(self, arcs: Bools) -> Bools:
        """All arcs that count for a limit together with one of these."""
        rows = np.zeros(len(self._rows), bool)
        rows[self._row[arcs[self._arc]]] = True
        found = np.zeros(self._arcs, bool)
        found[self._arc[rows[self._row]]] = True
        return found


@dataclass(frozen=True)
class Part:
    """The standing in a model with only the columns within reach; `fixed` ones stay.

    What a lawyer must not give up has a row of its own; all else out of reach stays by itself.
    """

    at: Standing
    fixed: Ints

    @property
    def open(self) -> int:
        """How many columns there are to choose from."""
        return len(self.at.model.columns) - len(self.fixed)


def part(at: Standing, within: Reach) -> Part:
    """Leaves out what is not within reach."""
    model = at.model
    columns, arcs = model.columns, model.arcs
    stays = at.old & ~within.yields
    size = np.diff(columns.first)
    fits = segment_sums((at.old | within.new)[columns.arc].astype(np.int64), columns.first) == size
    day = arcs.lawyer * model.ground.days + model.ground.places.day[arcs.place]
    of_day = np.bincount(day[stays], minlength=len(columns.group) - 1)
    holds = segment_sums(stays[columns.arc].astype(np.int64), columns.first)
    few = with_columns(model, np.flatnonzero(fits & (holds == of_day[columns.day])))
    few = with_rows(few, _held(np.flatnonzero(at.firm)))
    alone = np.flatnonzero((of_day > 0) & (np.diff(few.columns.group) == 1))
    return Part(replace(at, model=few), few.columns.group[alone])


def with_rows(model: Model, rows: Rows) -> Model:
    """The model with one more family of rows, behind all others."""
    if not len(rows):
        return model
    return replace(model, frame=frame([*model.frame.families, rows], len(model.arcs)))


def _held(arcs: Ints) -> Rows:
    ones = np.ones(len(arcs), np.int64)
    return Rows("held", lambda row: (str(row),), ones, ones, arcs, np.arange(len(arcs)), ones)


def at_most(limit: int, weight: Ints) -> Rows:
    """One row: the weights of chosen arcs sum to no more than the limit."""
    arc = np.flatnonzero(weight)
    return Rows(
        rule="changes",
        key=lambda row: (),
        lower=np.full(1, -FREE),
        upper=np.full(1, limit),
        arc=arc,
        row=np.zeros(len(arc), np.int64),
        weight=weight[arc],
    )


def with_columns(model: Model, chosen: Ints) -> Model:
    """The model with only these columns, in their order."""
    columns = model.columns
    start, position = ranges(columns.first, chosen)
    arc, day = columns.arc[position], columns.day[chosen]
    group = np.searchsorted(day, np.arange(len(columns.group)))
    once_first, position = ranges(model.once_first, chosen)
    alone = np.flatnonzero(np.diff(start) == 1)
    single = np.full(len(model.arcs), -1, np.int64)
    single[arc[start[alone]]] = alone
    return replace(
        model,
        columns=Columns(start, arc, day, group),
        cost=model.cost[chosen],
        single=single,
        once_first=once_first,
        once_row=model.once_row[position],
    )
