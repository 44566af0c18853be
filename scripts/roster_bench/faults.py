"""Ways to be wrong: what a mutation does to the answer of one of the model's questions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhiban.roster.columns import Arcs
from zhiban.roster.ground import MINUTES_A_DAY, Ground, Places
from zhiban.roster.rows import FREE, Rows
from zhiban.roster.rules import Rule

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
Answer = Callable[..., Any]  # a question of the model: (rule, ground, ...) -> arrays or rows
Wrong = Callable[[Answer], Answer]

PARTS: dict[str, Callable[[Places], Bools]] = {
    "the first day": lambda places: places.day == 0,
    "the afternoons": lambda places: places.afternoon,
}


def after(change: Callable[..., Any]) -> Wrong:
    """Changes the answer; one that is none stays so."""

    def wrong(original: Answer) -> Answer:
        def hook(self: Rule, ground: Ground, *rest: Any) -> Any:
            answer = original(self, ground, *rest)
            return None if answer is None else change(answer, ground, *rest)

        return hook

    return wrong


def seen(shown: Callable[[Ground], Ground]) -> Wrong:
    """Shows the rule another ground than there is."""

    def wrong(original: Answer) -> Answer:
        return lambda self, ground, *rest: original(self, shown(ground), *rest)

    return wrong


def each(change: Callable[[Rows, Ground, Arcs], Rows]) -> Wrong:
    """Changes each family of rows."""

    def wrong(original: Answer) -> Answer:
        def hook(self: Rule, ground: Ground, arcs: Arcs) -> Iterator[Rows]:
            for rows in original(self, ground, arcs):
                yield change(rows, ground, arcs)

        return hook

    return wrong


# -- of arrays over places


def without_prices(part: Callable[[Places], Bools]) -> Wrong:
    """No price on places of the part."""
    return after(
        lambda prices, ground, lawyers, places: np.where(part(ground.places)[places], 0, prices)
    )


def without_bars(part: Callable[[Places], Bools]) -> Wrong:
    """Nobody barred from places of the part."""
    return after(lambda barred, ground: barred & ~part(ground.places)[None, :])


def without_clashes(part: Callable[[Places], Bools]) -> Wrong:
    """No clash with places of the part."""

    def change(clash: Bools, ground: Ground) -> Bools:
        touched = part(ground.places)
        left: Bools = clash & ~touched[None, :] & ~touched[:, None]
        return left

    return after(change)


def turned(clash: Bools, ground: Ground) -> Bools:
    """Clashes of days that had none, and the reverse."""
    day = ground.places.day
    found: Bools = ~clash & (day[None, :] > day[:, None])
    return found


# -- of families of rows


def other_sense(rows: Rows, ground: Ground, arcs: Arcs) -> Rows:
    """At least for at most; where both hold, steps that fill for steps that count."""
    if (rows.lower == rows.upper).all():
        return replace(rows, steps=replace(rows.steps, sign=-rows.steps.sign))
    at_most = rows.lower <= -FREE
    return replace(
        rows,
        lower=np.where(at_most, rows.upper, -FREE),
        upper=np.where(at_most, FREE, rows.lower),
    )


def moved(by: int) -> Wrong:
    """Every limit higher by so much."""
    return each(
        lambda rows, ground, arcs: replace(
            rows,
            lower=np.where(rows.lower <= -FREE, -FREE, rows.lower + by),
            upper=np.where(rows.upper >= FREE, FREE, rows.upper + by),
        )
    )


def priced(times: int, more: int) -> Wrong:
    """Other prices of the steps."""
    return each(
        lambda rows, ground, arcs: replace(
            rows, steps=replace(rows.steps, price=rows.steps.price * times + more)
        )
    )


def without_entries(part: Callable[[Places], Bools]) -> Wrong:
    """Duties of the part not counted."""

    def change(rows: Rows, ground: Ground, arcs: Arcs) -> Rows:
        kept = ~part(ground.places)[arcs.place[rows.arc]]
        return replace(rows, arc=rows.arc[kept], row=rows.row[kept], weight=rows.weight[kept])

    return each(change)


# -- of what the rule is shown


def no_firm_shifts() -> Wrong:
    """Shifts given to firms taken for all others."""

    def shown(ground: Ground) -> Ground:
        at = ground.places
        return _with_places(ground, replace(at, by_firm=np.zeros_like(at.by_firm)))

    return seen(shown)


def later(days: int) -> Wrong:
    """All places so many days later."""

    def shown(ground: Ground) -> Ground:
        at, minutes = ground.places, days * MINUTES_A_DAY
        moved = replace(at, day=at.day + days, weekday=(at.weekday + days) % 7)
        return _with_places(ground, replace(moved, start=at.start + minutes, end=at.end + minutes))

    return seen(shown)


def longer(minutes: int) -> Wrong:
    """All shifts so much longer at both ends."""

    def shown(ground: Ground) -> Ground:
        at = ground.places
        return _with_places(ground, replace(at, start=at.start - minutes, end=at.end + minutes))

    return seen(shown)


def own_limit(field: str, more: int) -> Wrong:
    """Every lawyer's own limit higher by so much."""

    def shown(ground: Ground) -> Ground:
        people = tuple(
            one.model_copy(update={field: getattr(one, field) + more})
            if getattr(one, field) is not None
            else one
            for one in ground.problem.lawyers
        )
        return _with_problem(ground, lawyers=people)

    return seen(shown)


def parameter(field: str, more: int) -> Wrong:
    """The rule's parameter higher by so much."""

    def wrong(original: Answer) -> Answer:
        def hook(self: Rule, ground: Ground, *rest: Any) -> Any:
            other = copy(self)
            change = {field: getattr(self.params, field) + more}
            other.params = self.params.model_copy(update=change)
            return original(other, ground, *rest)

        return hook

    return wrong


def nothing_held() -> Wrong:
    """No duties beside the horizon."""
    return seen(lambda ground: _with_problem(ground, held=()))


def started(days: int) -> Wrong:
    """The horizon's first day so many days later."""
    return seen(
        lambda ground: _with_problem(ground, start=ground.problem.start + timedelta(days=days))
    )


def _with_places(ground: Ground, places: Places) -> Ground:
    other = copy(ground)
    other.__dict__["places"] = places  # a cached property
    return other


def _with_problem(ground: Ground, **change: Any) -> Ground:
    other = copy(ground)
    other.problem = ground.problem.model_copy(update=change)
    other.__dict__.pop("held", None)  # a cached property
    return other
