"""Rows made of others: half their sum, every weight and the limit rounded down.

Lawyers hold whole duties and steps are whole units, none of them negative; so a roster that keeps
the rows keeps what remains after rounding, and the LP, which may hold half a duty, often does not
(Chvatal-Gomory cuts with multipliers of one half: Caprara and Fischetti, Mathematical Programming
74, 1996).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from zhiban.roster.found import NONE, Found, FoundRow, Half
from zhiban.roster.model import Model
from zhiban.roster.rows import FREE

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
WEIGHT = 1 << 31  # above any weight


@dataclass(frozen=True)
class Sums:
    """The sum before halving: weights by column and by step, and the limit."""

    columns: Ints
    weights: Ints
    steps: Ints
    step_weights: Ints
    limit: int


@dataclass(frozen=True)
class Entries:
    """The model's rows, each with its columns and steps."""

    model: Model

    @cached_property
    def _columns(self) -> tuple[Ints, Ints, Ints]:
        every = np.arange(len(self.model.columns))
        start, row, weight = self.model.entries(every)
        return _by_row(row, np.repeat(every, np.diff(start)), weight, len(self.model.frame))

    @cached_property
    def _steps(self) -> tuple[Ints, Ints, Ints]:
        steps = self.model.frame.steps
        return _by_row(steps.row, np.arange(len(steps.row)), steps.sign, len(self.model.frame))

    def prepare(self) -> None:
        """Sorts them now rather than when they are first asked for."""
        self._columns, self._steps  # noqa: B018 # properties reckoned once

    def sides(self, rows: Ints) -> Ints:
        """1 for rows that count by their upper limit, -1 for those by their lower one."""
        return np.where(self.model.frame.upper[rows] < FREE, 1, -1)

    def sums(self, half: Half, found: Found) -> Sums:
        """Adds up the parts."""
        frame = self.model.frame
        rows = np.array(half.rows, np.int64)
        sides = self.sides(rows)
        before = [found.rows[number] for number in half.found]
        limit = int(np.where(sides > 0, frame.upper[rows], -frame.lower[rows]).sum())
        limit += len(half.days) + sum(row.upper for row in before)
        limit += int(frame.steps.units[list(half.steps)].sum())
        columns = [
            *_of(self._columns, rows, sides),
            *((row.columns, row.weights) for row in before),
        ]
        columns += [_ones(self._day(day)) for day in half.days]
        steps = [*_of(self._steps, rows, sides), *((row.steps, row.step_weights) for row in before)]
        steps.append(_ones(np.array(half.steps, np.int64)))
        return Sums(*_added(columns), *_added(steps), limit)

    def _day(self, day: int) -> Ints:
        group = self.model.columns.group
        return np.arange(group[day], group[day + 1])


def _of(parts: tuple[Ints, Ints, Ints], rows: Ints, sides: Ints) -> Iterator[tuple[Ints, Ints]]:
    first, index, weight = parts
    for row, side in zip(rows.tolist(), sides.tolist(), strict=True):
        own = slice(first[row], first[row + 1])
        yield index[own], side * weight[own]


def _ones(index: Ints) -> tuple[Ints, Ints]:
    return index, np.ones(len(index), np.int64)


def halved(sums: Sums) -> FoundRow:
    """The row that remains."""
    weights, step_weights = sums.weights // 2, sums.step_weights // 2
    return FoundRow(
        columns=sums.columns[weights != 0],
        weights=weights[weights != 0],
        upper=sums.limit // 2,
        steps=sums.steps[step_weights != 0],
        step_weights=step_weights[step_weights != 0],
    )


def _by_row(row: Ints, index: Ints, weight: Ints, rows: int) -> tuple[Ints, Ints, Ints]:
    order = np.argsort(row, kind="stable")
    first = np.searchsorted(row[order], np.arange(rows + 1))
    return first, index[order], weight[order]


def _added(parts: list[tuple[Ints, Ints]]) -> tuple[Ints, Ints]:
    """Sums of weights by index; both are sorted as one number, which numpy does fastest."""
    index = np.concatenate([NONE, *(own for own, _ in parts)])
    weight = np.concatenate([NONE, *(own for _, own in parts)])
    both = np.sort((index << 32) + (weight + WEIGHT))
    index, weight = both >> 32, (both & (2 * WEIGHT - 1)) - WEIGHT
    head = np.flatnonzero(np.diff(index, prepend=-1))
    return index[head], np.add.reduceat(weight, head) if len(head) else NONE
