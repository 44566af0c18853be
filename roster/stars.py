"""Rows that arise only when broken: a duty, or those of one later day that it excludes."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from zhiban.roster.model import Model

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Star = tuple[str, int, int, int]  # rule, lawyer, place, later day


@dataclass
class Stars:
    """The rows found so far; each allows at most one of its columns."""

    model: Model
    found: dict[Star, int] = field(default_factory=dict)
    columns: list[Ints] = field(default_factory=list)

    def key(self, index: int) -> tuple[str, tuple[str, ...]]:
        """Rule and key of a row, as a certificate names it."""
        rule, lawyer, place, day = list(self.found)[index]
        who = self.model.ground.problem.lawyers[lawyer].id
        return rule, (who, *self.model.ground.place_key(place), str(day))

    def add(self, star: Star) -> int:
        """Adds the row unless it is known; its number."""
        if star not in self.found:
            self.found[star] = len(self.found)
            self.columns.append(self._columns(star))
        return self.found[star]

    def add_broken(self, value: Floats) -> int:
        """Adds a row for all that `value` (by column) breaks; how many are new."""
        if not self.model.later:
            return 0
        used = np.nonzero(value > 1e-6)[0]
        columns, arcs = self.model.columns, self.model.arcs
        length = columns.first[used + 1] - columns.first[used]
        arc = columns.arcs_of(used)
        weight = np.zeros(len(arcs))
        np.add.at(weight, arc, np.repeat(value[used], length))
        before = len(self.found)
        held = np.unique(arc)
        cuts = np.nonzero(np.diff(arcs.lawyer[held]))[0] + 1
        for group in np.split(held, cuts):
            if len(group) > 1:
                self._add_of_lawyer(group, weight)
        return len(self.found) - before

    def _add_of_lawyer(self, group: Ints, weight: Floats) -> None:
        places = self.model.arcs.place[group]
        lawyer = int(self.model.arcs.lawyer[group[0]])
        for rule, clash in self.model.later.items():
            pairs = clash[np.ix_(places, places)]
            if not pairs.any():
                continue
            for index in np.nonzero(pairs.any(axis=1))[0].tolist():
                others = np.nonzero(pairs[index])[0]
                days = self.model.ground.places.day[places[others]]
                for day in np.unique(days).tolist():
                    total = weight[group[index]] + weight[group[others[days == day]]].sum()
                    star = (rule, lawyer, int(places[index]), int(day))
                    if total > 1 + 1e-5:
                        self.add(star)

    def _columns(self, star: Star) -> Ints:
        """The columns of a row: those that hold the place, and those of the day it excludes."""
        rule, lawyer, place, day = star
        model = self.model
        clash = model.later[rule][place]
        own = int(model.ground.places.day[place])
        anchor = self._holding(lawyer, own, np.arange(len(clash)) == place)
        excluded = self._holding(lawyer, day, clash)
        return np.concatenate([anchor, excluded])

    def _holding(self, lawyer: int, day: int, places: NDArray[np.bool_]) -> Ints:
        """Columns of a lawyer-day that hold any of the places."""
        columns, arcs = self.model.columns, self.model.arcs
        group = lawyer * self.model.ground.days + day
        chosen = np.arange(columns.group[group], columns.group[group + 1])
        if not len(chosen):
            return chosen
        hit = places[arcs.place[columns.arcs_of(chosen)]]
        start = columns.first[chosen] - columns.first[chosen[0]]
        return chosen[np.logical_or.reduceat(hit, start)]

    def entries(self) -> tuple[Ints, Ints]:
        """All (row, column) pairs."""
        if not self.columns:
            empty = np.zeros(0, np.int64)
            return empty, empty
        row = np.repeat(np.arange(len(self.columns)), [len(one) for one in self.columns])
        return row, np.concatenate(self.columns)
