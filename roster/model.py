"""The whole model of one problem: arcs, day columns, rows, and pairs that exclude each other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zhiban.roster.columns import Arcs, Columns, arcs_of, columns_of
from zhiban.roster.ground import Ground
from zhiban.roster.problem import ROLES, RosterProblem
from zhiban.roster.roster import Duty, Roster
from zhiban.roster.rows import NONE, Frame, frame, ranges
from zhiban.roster.rules import active_rules

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Model:
    """`once_row[once_first[c] : once_first[c + 1]]` are the rows that column c meets once.

    `cost` is a column's price; `single[a]` the column of arc a alone (-1: none); `later` holds,
    for each rule that has some, the pairs of places of different days that exclude each other.
    """

    ground: Ground
    arcs: Arcs
    columns: Columns
    frame: Frame
    cost: Ints
    single: Ints
    once_first: Ints
    once_row: Ints
    later: dict[str, Bools]

    def roster(self, chosen: Ints) -> Roster:
        """The duties of the chosen columns."""
        problem, places = self.ground.problem, self.ground.places
        arc = self.columns.arcs_of(chosen)
        held = zip(self.arcs.lawyer[arc].tolist(), self.arcs.place[arc].tolist(), strict=True)
        return Roster.of(
            Duty(
                shift=problem.shifts[int(places.shift[place])].id,
                lawyer=problem.lawyers[lawyer].id,
                role=ROLES[int(places.standby[place])],
            )
            for lawyer, place in held
        )

    def entries(self, chosen: Ints) -> tuple[Ints, Ints, Ints]:
        """Rows and weights of the chosen columns, in column order: start, row, weight."""
        size = len(self.frame)
        start, position = ranges(self.columns.first, chosen)
        arc = self.columns.arc[position]
        owner = np.repeat(np.arange(len(chosen)), np.diff(start))
        start, position = ranges(self.frame.first, arc)
        key = np.repeat(owner, np.diff(start)) * size + self.frame.row[position]
        weight = self.frame.weight[position]
        start, position = ranges(self.once_first, chosen)
        once = np.repeat(np.arange(len(chosen)), np.diff(start)) * size + self.once_row[position]
        key = np.concatenate([key, once])
        weight = np.concatenate([weight, np.ones(len(once), np.int64)])
        order = np.argsort(key, kind="stable")
        key = key[order]
        head = np.nonzero(np.diff(key, prepend=-1))[0]
        weight = np.add.reduceat(weight[order], head) if len(head) else weight
        key = key[head]
        return np.searchsorted(key // size, np.arange(len(chosen) + 1)), key % size, weight


def build(problem: RosterProblem) -> Model:
    """Asks every active rule what it does to the solve, and puts it all under one numbering."""
    ground = Ground(problem, active_rules(problem))
    arcs = arcs_of(ground)
    columns = columns_of(ground, arcs)
    families = [rows for rule in ground.rules for rows in rule.rows(ground, arcs)]
    whole = frame([rows for rows in families if len(rows)], len(arcs))
    once_first, once_row = _once(columns, whole, len(arcs))
    later = {}
    for rule in ground.rules:
        clash = rule.later_clash(ground)
        if clash is not None and clash.any():
            later[rule.code] = clash
    alone = np.nonzero(np.diff(columns.first) == 1)[0]
    single = np.full(len(arcs), -1, np.int64)
    single[columns.arc[columns.first[alone]]] = alone
    cost = segment_sums(arcs.price[columns.arc], columns.first)
    return Model(ground, arcs, columns, whole, cost, single, once_first, once_row, later)


def _once(columns: Columns, whole: Frame, arcs: int) -> tuple[Ints, Ints]:
    """Each column's rows of the families that count a lawyer's day once."""
    order = np.argsort(whole.once_arc, kind="stable")
    row = whole.once_row[order]
    first = np.searchsorted(whole.once_arc[order], np.arange(arcs + 1))
    owner = np.repeat(np.arange(len(columns)), np.diff(columns.first))
    start, position = ranges(first, columns.arc)
    size = max(1, len(whole))
    key = np.sort(np.repeat(owner, np.diff(start)) * size + row[position], kind="stable")
    key = key[np.flatnonzero(np.diff(key, prepend=-1))]
    return np.searchsorted(key // size, np.arange(len(columns) + 1)), key % size


def segment_sums(values: Ints, first: Ints) -> Ints:
    """Sums of `values[first[i] : first[i + 1]]`, empty ones 0, in exact integers."""
    total = np.concatenate([NONE, [0], np.cumsum(values)]).astype(np.int64)
    sums: Ints = total[first[1:]] - total[first[:-1]]
    return sums
