"""Fills what a plan leaves vacant: by who is free, or by freeing one day that others take over."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray

from zhiban.roster.plan import Plan

Ints = NDArray[np.int64]
BUSY = 64  # what each duty that a lawyer holds already counts against her
TRIED = 60  # lawyers that might be moved for one place
LOST = 6  # places that no move could fill, after which no more are tried: there are too few people


def put(plan: Plan, arc: int) -> bool:
    """Adds the arc to its lawyer's day where that breaks nothing."""
    column = with_arc(plan, arc)
    if column < 0 or not plan.fits(column):
        return False
    plan.take(column)
    return True


def with_arc(plan: Plan, arc: int) -> int:
    """The column of what the lawyer holds that day and the arc; -1 where there is none."""
    model = plan.model
    columns, arcs = model.columns, model.arcs
    day = int(arcs.lawyer[arc]) * model.ground.days
    day += int(model.ground.places.day[arcs.place[arc]])
    if day not in plan.held:
        return int(model.single[arc])
    now = columns.arcs_of(np.array([plan.held[day]])).tolist()
    wanted = sorted([*now, arc])
    for column in range(int(columns.group[day]), int(columns.group[day + 1])):
        if columns.arc[columns.first[column] : columns.first[column + 1]].tolist() == wanted:
            return column
    return -1


def fill(plan: Plan) -> None:
    """Gives every vacant place to the cheapest lawyer who is free, or can be made so."""
    model = plan.model
    arcs = model.arcs
    order = np.argsort(arcs.place, kind="stable")
    first = np.searchsorted(arcs.place[order], np.arange(len(model.ground.places) + 1))
    held = np.bincount(arcs.place[_held(plan)], minlength=len(model.ground.places))
    count = np.bincount(arcs.lawyer[_held(plan)], minlength=model.ground.lawyers)

    def ranked(place: int) -> list[int]:
        own = order[first[place] : first[place + 1]]
        rank = arcs.price[own] + BUSY * count[arcs.lawyer[own]]
        cheapest: list[int] = own[np.argsort(rank, kind="stable")].tolist()
        return cheapest

    lost = 0
    for place in np.flatnonzero(held < model.ground.places.room).tolist():
        for _ in range(int(model.ground.places.room[place] - held[place])):
            own = ranked(place)
            arc = _first_put(plan, own)
            if arc is None and lost < LOST:
                arc = next((one for one in own[:TRIED] if _moved(plan, one, ranked)), None)
            if arc is None:
                lost += 1
                break
            count[arcs.lawyer[arc]] += 1


def _held(plan: Plan) -> Ints:
    return plan.model.columns.arcs_of(plan.chosen)


def _first_put(plan: Plan, arcs: Iterable[int]) -> int | None:
    return next((arc for arc in arcs if put(plan, arc)), None)


def _moved(plan: Plan, arc: int, ranked: Callable[[int], list[int]]) -> bool:
    """Puts the arc's lawyer there in place of one day that stands in the way, hers or another's.

    Others take over that day's places.
    """
    model = plan.model
    for day in _in_the_way(plan, arc):
        before = dict(plan.held)
        gone = day // model.ground.days
        places = model.arcs.place[model.columns.arcs_of(np.array([plan.held[day]]))].tolist()
        plan.drop(day)
        if put(plan, arc) and all(
            _first_put(plan, (one for one in ranked(place) if model.arcs.lawyer[one] != gone))
            is not None
            for place in places
        ):
            return True
        _restore(plan, before)
    return False


def _in_the_way(plan: Plan, arc: int) -> list[int]:
    """Days that alone may keep the arc out: the lawyer's own, then those in the rows it fills."""
    model = plan.model
    lawyer = int(model.arcs.lawyer[arc])
    own = [day for day in plan.held if day // model.ground.days == lawyer]
    column = with_arc(plan, arc)
    return own if column < 0 else list(dict.fromkeys([*own, *plan.beside(column)]))


def _restore(plan: Plan, before: dict[int, int]) -> None:
    changed = [day for day in plan.held if before.get(day) != plan.held[day]]
    for day in changed:
        plan.drop(day)
    for day, column in before.items():
        if day not in plan.held:
            plan.take(column)
