"""Finds halves that the LP breaks: sums of tight rows in which all that is fractional is even.

Elimination modulo two, as Koster, Zymolka and Kutschka describe it (Algorithmica 55, 2009): the
rows with little slack, as vectors over the fractional columns and steps, are added up until few
of these are odd any more; where the limit then is odd, rounding down takes half a unit from the
limit and next to nothing from the LP's answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zhiban.roster.found import Found, FoundRow, Half
from zhiban.roster.halves import Entries, Sums, halved
from zhiban.roster.model import Model
from zhiban.roster.relaxation import Point
from zhiban.roster.rows import FREE

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
TINY = 1e-6
LOOSE = 0.5  # rows with more slack are left out: they lose what rounding could give
BROKEN = 0.02  # least excess of a row worth adding
MOST = 60  # rows added at once
BLUR = 0.4  # how much the order of elimination leaves to chance, from the second one on
LONGEST = 40  # parts of a half


@dataclass(frozen=True)
class System:
    """Rows modulo two: `odd[r, v]` over the fractional variables, whether the limit is odd, slack.

    `part` names each row by its place in `Numbers`; `open` is how far each variable is from whole.
    """

    odd: Bools
    limit: Bools
    slack: Floats
    part: Ints
    open: Floats


@dataclass(frozen=True)
class Numbers:
    """One numbering of all that a half may hold: rows, lawyers' days, found rows, steps."""

    days: int
    found: int
    steps: int

    def half(self, parts: Ints) -> Half:
        """The half of those parts."""
        kind = np.searchsorted([self.days, self.found, self.steps], parts, side="right")
        rows, days, found, steps = (parts[kind == one].tolist() for one in range(4))
        return Half(
            tuple(rows),
            tuple(day - self.days for day in days),
            tuple(row - self.found for row in found),
            tuple(step - self.steps for step in steps),
        )


def broken_halves(
    model: Model, entries: Entries, known: Found, point: Point, seed: int, orders: int
) -> list[tuple[Half, FoundRow]]:
    """Halves that the point breaks, the most broken first, each with its row."""
    size, days = len(model.frame), len(model.columns.group) - 1
    numbers = Numbers(size, size + days, size + days + len(known))
    system = _system(model, known, point, numbers)
    found: dict[Half, tuple[float, FoundRow]] = {}
    random = np.random.default_rng(seed)
    promising: list[tuple[float, Ints]] = []
    for number in range(orders):
        blur = random.random(len(system.open)) * min(number, 2) * BLUR
        order = np.argsort(-system.open * (1 - blur))
        promising += _even(system, order)
    for _, parts in sorted(promising, key=lambda one: one[0]):
        if len(found) == MOST:
            break
        half, sums = _completed(model, entries, known, point, numbers.half(parts))
        row = halved(sums)
        excess = _activity(row, point) - row.upper
        if excess > BROKEN and half not in known.half:
            found[half] = (excess, row)
    best = sorted(found.items(), key=lambda item: -item[1][0])
    return [(half, row) for half, (_, row) in best]


def _activity(row: FoundRow, point: Point) -> float:
    columns = row.weights @ point.column[row.columns]
    return float(columns + row.step_weights @ point.step[row.steps])


def _system(model: Model, found: Found, point: Point, numbers: Numbers) -> System:
    frame, steps = model.frame, model.frame.steps
    upper = frame.upper < FREE
    unmet = np.ones(len(found) - len(point.found))  # the LP has no activity for these yet
    limit = np.concatenate(
        [
            np.where(upper, frame.upper, np.maximum(frame.lower, 0)),
            np.ones(len(point.day), np.int64),
            found.upper,
            steps.units,
        ]
    )
    slack = np.concatenate(
        [
            np.where(upper, frame.upper - point.row, point.row - frame.lower),
            1 - point.day,
            found.upper[: len(point.found)] - point.found,
            unmet,
            np.where(point.step > TINY, steps.units - point.step, 1.0),
        ]
    )
    row, variable, value, bound = _odd_entries(model, found, point, numbers)
    whole = value > bound - TINY
    np.add.at(limit, row[whole], bound[whole])
    keep = ~whole & (slack[row] < LOOSE)
    row, variable, value, bound = row[keep], variable[keep], value[keep], bound[keep]
    alone = np.flatnonzero((slack < LOOSE) & (limit % 2 == 1))
    part = np.unique(np.concatenate([row, alone]))
    names, where = np.unique(variable, return_index=True)
    odd = np.zeros((len(part), len(names)), bool)
    odd[np.searchsorted(part, row), np.searchsorted(names, variable)] = True
    away = np.minimum(value, bound - value)[where]
    return System(odd, limit[part] % 2 == 1, np.maximum(0, slack[part]), part, away)


def _odd_entries(
    model: Model, found: Found, point: Point, numbers: Numbers
) -> tuple[Ints, Ints, Floats, Ints]:
    """Odd entries of all that the LP holds: part, variable, its value, the most it may be."""
    steps, size = model.frame.steps, len(model.columns)
    columns = np.flatnonzero(point.column > TINY)
    start, row, weight = model.entries(columns)
    known, column, known_weight = found.entries()
    counted, step, step_weight = found.step_entries()
    held = np.flatnonzero(point.step > TINY)
    owner = np.repeat(columns, np.diff(start))
    inside, stepped = point.column[column] > TINY, point.step[step] > TINY
    parts = np.concatenate(
        [
            row,
            numbers.days + model.columns.day[columns],
            numbers.found + known[inside],
            numbers.found + counted[stepped],
            steps.row[held],
            numbers.steps + held,
        ]
    )
    variables = np.concatenate(
        [owner, columns, column[inside], size + step[stepped], size + held, size + held]
    )
    ones = np.ones(max(len(columns), 2 * len(held)), np.int64)
    weights = np.concatenate(
        [
            weight,
            ones[: len(columns)],
            known_weight[inside],
            step_weight[stepped],
            ones[: 2 * len(held)],
        ]
    )
    odd = weights % 2 == 1
    parts, variables = parts[odd], variables[odd]
    value = np.concatenate([point.column, point.step])[variables]
    bound = np.concatenate([np.ones(size, np.int64), steps.units])[variables]
    return parts, variables, value, bound


def _even(system: System, order: Ints) -> Iterator[tuple[float, Ints]]:
    """Sums of rows in which next to nothing is odd but the limit: what they lose, and parts."""
    odd, limit, slack = system.odd.copy(), system.limit.copy(), system.slack.copy()
    held = np.eye(len(odd), dtype=bool)
    alive = np.ones(len(odd), bool)
    for variable in order.tolist():
        having = np.flatnonzero(odd[:, variable] & alive)
        if not len(having):
            continue
        pivot = having[np.argmin(slack[having] + 1e-4 * odd[having].sum(axis=1))]
        alive[pivot] = False
        others = having[having != pivot]
        odd[others] ^= odd[pivot]
        held[others] ^= held[pivot]
        limit[others] ^= limit[pivot]
        slack[others] += slack[pivot]
        alive[others[slack[others] >= 1]] = False
    loss = slack + odd @ system.open
    for index in np.flatnonzero(alive & limit & (loss < 1 - 2 * BROKEN)).tolist():
        if held[index].sum() <= LONGEST:
            yield float(loss[index]), system.part[held[index]]


def _completed(
    model: Model, entries: Entries, found: Found, point: Point, half: Half
) -> tuple[Half, Sums]:
    """The half with all even that the LP holds wholly, and its sums.

    To a column its lawyer's day is added, to a step its limit; what is there twice goes.
    """
    sums = entries.sums(half, found)
    held = (point.column[sums.columns] > 1 - TINY) & (sums.weights % 2 == 1)
    units = model.frame.steps.units[sums.steps]
    full = (point.step[sums.steps] > units - TINY) & (sums.step_weights % 2 == 1)
    if not held.any() and not full.any():
        return half, sums
    days = set(model.columns.day[sums.columns[held]].tolist())
    completed = Half(
        half.rows,
        tuple(sorted(days.symmetric_difference(half.days))),
        half.found,
        tuple(sorted(set(sums.steps[full].tolist()).symmetric_difference(half.steps))),
    )
    return completed, entries.sums(completed, found)
