"""A roster in the making, as day columns: what it costs, what still fits, what the steps hold."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from zhiban.roster.model import Model
from zhiban.roster.rows import FREE, Frame

Ints = NDArray[np.int64]


def activity_of(model: Model, chosen: Ints) -> Ints:
    """The sum of every row."""
    _, row, weight = model.entries(chosen)
    total = np.zeros(len(model.frame), np.int64)
    np.add.at(total, row, weight)
    return total


def steps_of(frame: Frame, activity: Ints) -> Ints:
    """The cheapest steps that bring every row within its limits."""
    steps = frame.steps
    amount = np.where(
        steps.sign > 0,
        np.maximum(0, frame.lower - activity)[steps.row],
        np.maximum(0, activity - frame.upper)[steps.row],
    )
    order = np.lexsort((steps.price, steps.sign, steps.row))
    units = steps.units[order]
    before = np.cumsum(units) - units
    group = steps.row[order] * 2 + (steps.sign[order] > 0)
    head = np.flatnonzero(np.diff(group, prepend=-1))
    size = np.diff(np.append(head, len(group)))
    before -= np.repeat(before[head], size)
    used = np.zeros(len(units), np.int64)
    used[order] = np.clip(amount[order] - before, 0, units)
    return used


def objective_of(model: Model, chosen: Ints) -> int:
    """Price of a roster that breaks no rule."""
    used = steps_of(model.frame, activity_of(model, chosen))
    return int(model.cost[chosen].sum() + (used * model.frame.steps.price).sum())


def room(frame: Frame) -> tuple[Ints, Ints]:
    """Least and most that each row may sum to, all steps used."""
    steps = frame.steps
    low, high = frame.lower.copy(), frame.upper.copy()
    fills = steps.sign > 0
    np.subtract.at(low, steps.row[fills], steps.units[fills])
    np.add.at(high, steps.row[~fills], steps.units[~fills])
    return np.where(frame.lower <= -FREE, -FREE, low), np.where(frame.upper >= FREE, FREE, high)


class Plan:
    """Columns chosen so far, at most one for each lawyer's day, no rule broken from above."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.activity = np.zeros(len(model.frame), np.int64)
        self.most = room(model.frame)[1]
        self.held: dict[int, int] = {}
        self._places: dict[int, set[int]] = {}
        self._entries: dict[int, dict[int, int]] = {}

    @property
    def chosen(self) -> Ints:
        """The columns."""
        return np.array(sorted(self.held.values()), np.int64)

    def fits(self, column: int) -> bool:
        """Whether the column may take the place of what its lawyer holds that day."""
        day = int(self.model.columns.day[column])
        change = dict(self._rows(column))
        for row, weight in self._rows(self.held.get(day, -1)).items():
            change[row] = change.get(row, 0) - weight
        if any(
            weight > 0 and self.activity[row] + weight > self.most[row]
            for row, weight in change.items()
        ):
            return False
        return not self._clashes(column)

    def take(self, column: int) -> None:
        """Puts the column in place of what its lawyer holds that day."""
        day = int(self.model.columns.day[column])
        self.drop(day)
        for row, weight in self._rows(column).items():
            self.activity[row] += weight
        self.held[day] = column
        self._places.setdefault(day // self.model.ground.days, set()).update(self._held_by(column))

    def drop(self, day: int) -> None:
        """Frees a lawyer's day."""
        column = self.held.pop(day, None)
        if column is None:
            return
        for row, weight in self._rows(column).items():
            self.activity[row] -= weight
        self._places[day // self.model.ground.days].difference_update(self._held_by(column))

    def broken_days(self) -> list[int]:
        """Lawyers' days in rows that sum to more than they may."""
        over = self.activity > self.most
        return [day for day, column in self.held.items() if self._in(over, column)]

    def beside(self, column: int) -> list[int]:
        """Days held in the row that has no room for the column; none where several have none."""
        full = np.zeros(len(self.activity), bool)
        now = self._rows(self.held.get(int(self.model.columns.day[column]), -1))
        for row, weight in self._rows(column).items():
            more = weight - now.get(row, 0)
            full[row] = more > 0 and self.activity[row] + more > self.most[row]
        if full.sum() != 1:
            return []
        return [day for day, held in self.held.items() if self._in(full, held)]

    def _in(self, over: NDArray[np.bool_], column: int) -> bool:
        return any(weight > 0 and over[row] for row, weight in self._rows(column).items())

    def _rows(self, column: int) -> dict[int, int]:
        if column < 0:
            return {}
        known = self._entries.get(column)
        if known is None:
            known = self._entries[column] = _entries_of(self.model, column)
        return known

    def _held_by(self, column: int) -> list[int]:
        places: list[int] = self.model.arcs.place[_arcs_of(self.model, column)].tolist()
        return places

    def _clashes(self, column: int) -> bool:
        day = int(self.model.columns.day[column])
        own = self._held_by(column)
        others = self._places.get(day // self.model.ground.days, set())
        others = others.difference(self._held_by(self.held[day]) if day in self.held else ())
        return any(
            clash[one, other] or clash[other, one]
            for clash in self.model.later.values()
            for one in own
            for other in others
        )


def _arcs_of(model: Model, column: int) -> Ints:
    first = model.columns.first
    return model.columns.arc[first[column] : first[column + 1]]


def _entries_of(model: Model, column: int) -> dict[int, int]:
    """A column's weight by row, one by one: for so few, arrays would cost more than they save."""
    frame, entries = model.frame, dict[int, int]()
    for arc in _arcs_of(model, column).tolist():
        own = slice(frame.first[arc], frame.first[arc + 1])
        for row, weight in zip(frame.row[own].tolist(), frame.weight[own].tolist(), strict=True):
            entries[row] = entries.get(row, 0) + weight
    once = slice(model.once_first[column], model.once_first[column + 1])
    for row in model.once_row[once].tolist():
        entries[row] = entries.get(row, 0) + 1
    return entries
