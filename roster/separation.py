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
from zhiban.roster.halves import Entries, halved
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
class Held:
    """The same rows over all variables that the LP holds: `weights[r, v]`, and their `limit`.

    `variable` numbers columns, then steps; `value` is what the LP holds of each, `bound` the most
    it may be, and `alone` the part that limits it alone: the lawyer's day, or the step's units.
    """

    weights: Ints
    limit: Ints
    variable: Ints
    value: Floats
    bound: Ints
    alone: Ints

    def completed(self, part: Ints, rows: Ints) -> tuple[Ints, float]:
        """The parts at `rows` with all even that the LP holds wholly, and by how much it breaks
        the half of their sum; what is there twice goes.
        """
        sums, limit = self.weights[rows].sum(axis=0), int(self.limit[rows].sum())
        uneven = np.flatnonzero((self.value > self.bound - TINY) & (sums % 2 == 1))
        sign = np.where(np.isin(self.alone[uneven], part[rows]), -1, 1)
        sums[uneven] += sign
        limit += int((sign * self.bound[uneven]).sum())
        completed = np.setxor1d(part[rows], self.alone[uneven])
        return completed, float(sums // 2 @ self.value) - limit // 2


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
    system, held = _system(model, known, point, numbers)
    found: dict[Half, tuple[float, FoundRow]] = {}
    random = np.random.default_rng(seed)
    promising: list[tuple[float, Ints]] = []
    for number in range(orders):
        blur = random.random(len(system.open)) * min(number, 2) * BLUR
        order = np.argsort(-system.open * (1 - blur))
        promising += _even(system, order)
    for _, rows in sorted(promising, key=lambda one: one[0]):
        if len(found) == MOST:
            break
        parts, excess = held.completed(system.part, rows)
        half = numbers.half(parts)
        if excess > BROKEN and half not in known.half and half not in found:
            row = halved(entries.sums(half, known))
            found[half] = (_activity(row, point) - row.upper, row)
    best = sorted(found.items(), key=lambda item: -item[1][0])
    return [(half, row) for half, (_, row) in best]


def _activity(row: FoundRow, point: Point) -> float:
    columns = row.weights @ point.column[row.columns]
    return float(columns + row.step_weights @ point.step[row.steps])


def _system(model: Model, found: Found, point: Point, numbers: Numbers) -> tuple[System, Held]:
    frame, steps = model.frame, model.frame.steps
    upper = frame.upper < FREE
    unmet = np.ones(len(found) - len(point.found))  # the LP has no activity for these yet
    limit = np.concatenate(
        [
            np.where(upper, frame.upper, -np.maximum(frame.lower, 0)),
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
    row, variable, weight = _entries(model, found, point, numbers)
    names, variable = np.unique(variable, return_inverse=True)
    value = np.concatenate([point.column, point.step])[names]
    bound = np.concatenate([np.ones(len(point.column), np.int64), steps.units])[names]
    whole = value > bound - TINY
    odd = weight % 2 == 1
    parity = limit % 2
    np.add.at(parity, row[odd & whole[variable]], bound[variable[odd & whole[variable]]])
    keep = odd & ~whole[variable] & (slack[row] < LOOSE)
    alone = np.flatnonzero((slack < LOOSE) & (parity % 2 == 1))
    part = np.unique(np.concatenate([row[keep], alone]))
    position = np.full(len(limit), -1, np.int64)
    position[part] = np.arange(len(part))
    open_, where = np.unique(variable[keep], return_inverse=True)
    matrix = np.zeros((len(part), len(open_)), bool)
    matrix[position[row[keep]], where] = True
    away = np.minimum(value, bound - value)[open_]
    weights = np.zeros((len(part), len(names)), np.int64)
    among = position[row] >= 0
    weights[position[row[among]], variable[among]] = weight[among]
    column = names < len(point.column)
    own = np.where(column, numbers.days, numbers.steps - len(point.column)) + names
    own[column] = numbers.days + model.columns.day[names[column]]
    slack = np.maximum(0, slack[part])
    return (
        System(matrix, parity[part] % 2 == 1, slack, part, away),
        Held(weights, limit[part], names, value, bound, own),
    )


def _entries(model: Model, found: Found, point: Point, numbers: Numbers) -> tuple[Ints, Ints, Ints]:
    """Entries of all that the LP holds: part, variable, weight; rows by the side that counts."""
    steps, size = model.frame.steps, len(model.columns)
    columns = np.flatnonzero(point.column > TINY)
    start, row, weight = model.entries(columns)
    known, column, known_weight = found.entries()
    counted, step, step_weight = found.step_entries()
    held = np.flatnonzero(point.step > TINY)
    owner = np.repeat(columns, np.diff(start))
    inside, stepped = point.column[column] > TINY, point.step[step] > TINY
    sides = np.where(model.frame.upper < FREE, 1, -1)
    parts = [
        (row, owner, weight * sides[row]),
        (numbers.days + model.columns.day[columns], columns, np.ones(len(columns), np.int64)),
        (numbers.found + known[inside], column[inside], known_weight[inside]),
        (numbers.found + counted[stepped], size + step[stepped], step_weight[stepped]),
        (steps.row[held], size + held, steps.sign[held] * sides[steps.row[held]]),
        (numbers.steps + held, size + held, np.ones(len(held), np.int64)),
    ]
    parts_, variables, weights = (np.concatenate(list(one)) for one in zip(*parts, strict=True))
    return parts_, variables, weights


def _even(system: System, order: Ints) -> Iterator[tuple[float, Ints]]:
    """Sums of rows in which next to nothing is odd but the limit: what they lose, and which."""
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
            yield float(loss[index]), np.flatnonzero(held[index])
