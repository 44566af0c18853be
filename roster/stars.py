"""Rows that arise only when broken: a duty, or those of one later day that it excludes."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from zhiban.roster.found import Found, FoundRow

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Star = tuple[str, int, int, int]  # rule, lawyer, place, later day


@dataclass
class Stars(Found):
    """Found rows each of which allows at most one of its columns, among others.

    `star` holds the number of each star's row.
    """

    star: dict[Star, int] = field(default_factory=dict)

    def copy(self) -> Stars:
        """The same rows, for a search beside whoever finds more of them."""
        return Stars(self.model, list(self.rows), dict(self.half), dict(self.star))

    def key(self, star: Star) -> tuple[str, tuple[str, ...]]:
        """Rule and key of a star, as a certificate names it."""
        rule, lawyer, place, day = star
        who = self.model.ground.problem.lawyers[lawyer].id
        return rule, (who, *self.model.ground.place_key(place), str(day))

    def add(self, star: Star) -> int:
        """Adds the star's row unless it is known; the row's number."""
        if star not in self.star:
            self.star[star] = len(self)
            self.rows.append(self._row(star))
        return self.star[star]

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
        before = len(self)
        held = np.unique(arc)
        cuts = np.nonzero(np.diff(arcs.lawyer[held]))[0] + 1
        for group in np.split(held, cuts):
            if len(group) > 1:
                self._add_of_lawyer(group, weight)
        return len(self) - before

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

    def _row(self, star: Star) -> FoundRow:
        """The columns that hold the place, and those of the day it excludes: one of them."""
        rule, lawyer, place, day = star
        model = self.model
        clash = model.later[rule][place]
        own = int(model.ground.places.day[place])
        anchor = self._holding(lawyer, own, np.arange(len(clash)) == place)
        excluded = self._holding(lawyer, day, clash)
        columns = np.concatenate([anchor, excluded])
        return FoundRow(columns, np.ones(len(columns), np.int64), 1)

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
