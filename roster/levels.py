"""The two questions of a repair as prices of its model: how few changes, and then how cheap."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from zhiban.roster.model import Model, segment_sums
from zhiban.roster.plan import activity_of, objective_of
from zhiban.roster.reach import at_most, with_rows
from zhiban.roster.standing import Standing, filling, vacancy_price

Ints = NDArray[np.int64]


def changes_first(at: Standing) -> Model:
    """The model in which each change costs one, and a vacancy more than all changes together."""
    model = at.model
    vacant = filling(model)
    prices = model.frame.steps.price
    unit = max(1, int(np.gcd.reduce(prices[vacant], initial=0)))
    above = int(at.old.sum() + model.ground.places.room.sum()) + 1
    arc_price = np.where(at.old, -1, 1)
    return _priced(model, arc_price, np.where(vacant, prices // unit * above, 0))


def _priced(model: Model, arc_price: Ints, step_price: Ints) -> Model:
    """The model under other prices."""
    columns, steps = model.columns, model.frame.steps
    return replace(
        model,
        arcs=replace(model.arcs, price=arc_price),
        cost=segment_sums(arc_price[columns.arc], columns.first),
        frame=replace(model.frame, steps=replace(steps, price=step_price)),
    )


def cheapest_of(at: Standing, chosen: Ints) -> Model:
    """The model with at most as many changes, and vacancies dearer than all else together."""
    weight = np.where(at.old, -1, 1)
    used = np.zeros(len(at.model.arcs), bool)
    used[at.model.columns.arc] = True
    limit = int(weight[at.model.columns.arcs_of(chosen)].sum())
    model = with_rows(at.model, at_most(limit, weight * used))
    steps, vacant = model.frame.steps, filling(model)
    vacancy = vacancy_price(model, activity_of(model, chosen))
    dearest = objective_of(model, chosen) - vacancy
    days = np.flatnonzero(np.diff(model.columns.group))
    least = np.minimum.reduceat(model.cost, model.columns.group[days]) if len(days) else model.cost
    cheapest = int(np.minimum(0, least).sum())
    cheapest += int((np.minimum(0, steps.price) * steps.units)[~vacant].sum())
    unit = max(1, int(np.gcd.reduce(steps.price[vacant], initial=0)))
    times = max(1, (dearest - cheapest) // unit + 1)
    price = np.where(vacant, steps.price * times, steps.price)
    return _priced(model, model.arcs.price, price)
