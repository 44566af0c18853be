"""Writes down the duals that prove a bound, so that anyone may reckon it anew."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from zhiban.roster.found import Half
from zhiban.roster.model import Model
from zhiban.roster.pricing import Priced
from zhiban.roster.rosterfile import Certificate, Dual, Part, StepPart
from zhiban.roster.rosterfile import Half as NamedHalf
from zhiban.roster.rows import FREE
from zhiban.roster.stars import Stars


def certificate(model: Model, stars: Stars, priced: Priced) -> Certificate:
    """Rows and halves by name, each with its dual; of the halves those that the proof needs."""
    keys = {number: stars.key(star) for star, number in stars.star.items()}
    halves = _needed(stars, priced)
    number_of = {number: index for index, (number, _) in enumerate(halves)}
    return Certificate(
        bound=priced.bound,
        duals=tuple(_duals(model, keys, priced)),
        halves=tuple(
            _named(model, keys, number_of, half, int(priced.found_duals[number]))
            for number, half in halves
        ),
    )


Keys = dict[int, tuple[str, tuple[str, ...]]]


def _duals(model: Model, stars: Keys, priced: Priced) -> Iterator[Dual]:
    for row in np.flatnonzero(priced.duals).tolist():
        rule, key = model.frame.key(row)
        yield Dual(rule=rule, key=key, value=int(priced.duals[row]))
    for row in np.flatnonzero(priced.found_duals).tolist():
        if row in stars:
            rule, key = stars[row]
            yield Dual(rule=rule, key=key, value=int(priced.found_duals[row]))


def _needed(stars: Stars, priced: Priced) -> list[tuple[int, Half]]:
    """Halves with a dual, and those that they are made of, in the order of their making."""
    needed: set[int] = set()
    for half, number in reversed(stars.half.items()):
        if number < len(priced.found_duals) and (priced.found_duals[number] or number in needed):
            needed.update((number, *half.found))
    return [(number, half) for half, number in stars.half.items() if number in needed]


def _named(
    model: Model, stars: Keys, number_of: dict[int, int], half: Half, value: int
) -> NamedHalf:
    frame, days = model.frame, model.ground.days
    lawyers = model.ground.problem.lawyers
    parts = [
        Part(rule=rule, key=key, lower=bool(frame.upper[row] >= FREE))
        for row in half.rows
        for rule, key in [frame.key(row)]
    ]
    parts += [Part(rule=stars[row][0], key=stars[row][1]) for row in half.found if row in stars]
    return NamedHalf(
        parts=tuple(parts),
        days=tuple((lawyers[day // days].id, day % days) for day in half.days),
        steps=tuple(_step(model, step) for step in half.steps),
        halves=tuple(number_of[row] for row in half.found if row in number_of),
        value=value,
    )


def _step(model: Model, step: int) -> StepPart:
    steps = model.frame.steps
    rule, key = model.frame.key(int(steps.row[step]))
    return StepPart(rule=rule, key=key, price=int(steps.price[step]), sign=int(steps.sign[step]))
