"""A city's model among others: what it holds of the shared rows is sold at a price, or settled."""

from __future__ import annotations

from copy import copy
from dataclasses import fields, replace

import numpy as np
from numpy.typing import NDArray

from zhiban.roster.model import Model
from zhiban.roster.parting import Part, Parting, frame_of
from zhiban.roster.rows import FREE, Steps

Ints = NDArray[np.int64]


def likeness(model: Model, found: Parting) -> tuple[Ints, Ints, Ints]:
    """Shared rows numbered by kind: of one family; of the same worth; of the same time, too."""
    places, whole = model.ground.places, model.frame
    family = np.searchsorted(whole.offset, found.shared, side="right") - 1
    worth = [places.eighths, places.unpopular, places.standby]
    marks = np.zeros((len(family), 2 + len(worth)), np.int64)
    marks[:, 0] = family
    for number, (one, at) in enumerate(zip(whole.families, whole.offset.tolist(), strict=True)):
        if one.rule == "cover":
            own = family == number
            place = found.shared[own] - at
            for column, values in enumerate([*worth, places.start], start=1):
                marks[own, column] = values[place]
    kinds = [marks[:, :width] for width in (1, marks.shape[1] - 1, marks.shape[1])]
    family, alike, same = (np.unique(one, axis=0, return_inverse=True)[1].ravel() for one in kinds)
    return family, alike, same


def own_steps(part: Part) -> Ints:
    """Numbers, among the part's steps, of those that do not belong to shared rows."""
    return np.flatnonzero(~np.isin(part.model.frame.steps.row, part.shared))


def unshared(part: Part) -> Model:
    """The city's model without its shared rows: they ask for nothing and have no steps."""
    base, own = part.model.frame, own_steps(part)
    free = np.full(len(part.shared), FREE, np.int64)
    steps = Steps(*(getattr(base.steps, one.name)[own] for one in fields(Steps)))
    return replace(part.model, frame=frame_of(part, -free, free, steps))


def selling(part: Part) -> Model:
    """The city's model in which it sells what it puts into shared rows, by one step a row."""
    base = part.model.frame
    lower = np.where(base.lower[part.shared] > -FREE, 0, -FREE)
    upper = np.where(base.upper[part.shared] < FREE, 0, FREE)
    own, steps = own_steps(part), base.steps
    none = np.zeros(len(part.shared), np.int64)
    sold = Steps(
        row=np.concatenate([steps.row[own], part.shared]),
        sign=np.concatenate([steps.sign[own], none - 1]),
        price=np.concatenate([steps.price[own], none]),
        units=np.concatenate([steps.units[own], none]),
    )
    return replace(part.model, frame=frame_of(part, lower, upper, sold))


def sharing(part: Part, others: Ints) -> Model:
    """The city's model with the others' part of the shared rows settled."""
    base, model = part.model.frame, part.model
    low, high = base.lower[part.shared], base.upper[part.shared]
    low = np.where(low > -FREE, low - others, low)
    high = np.where(high < FREE, high - others, high)
    frame = frame_of(part, low, high, _trimmed(base.steps, part, low))
    taken = np.zeros(len(base), np.int64)
    taken[part.shared] = others
    rest = model.ground.places.room.copy()
    for family, at in zip(base.families, base.offset.tolist(), strict=True):
        if family.rule == "cover":
            rest -= taken[at : at + len(rest)]
    ground = copy(model.ground)
    ground.places = replace(model.ground.places, room=np.maximum(0, rest))
    return replace(model, ground=ground, frame=frame)


def _trimmed(steps: Steps, part: Part, lower: Ints) -> Steps:
    """The steps that fill shared rows, the cheapest first, as far as they can be needed."""
    left = dict(zip(part.shared.tolist(), np.maximum(0, lower).tolist(), strict=True))
    units = steps.units.copy()
    order = np.lexsort((steps.price, steps.row))
    for index in order[np.isin(steps.row[order], part.shared)].tolist():
        row = int(steps.row[index])
        if steps.sign[index] > 0:
            units[index] = min(int(units[index]), left[row])
            left[row] -= int(units[index])
    return replace(steps, units=units)
