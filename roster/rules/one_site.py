"""A lawyer serves at one site a day, or at two that are listed as near each other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from itertools import combinations

import numpy as np

from zhiban.data.wording import Text
from zhiban.roster.facts import Facts
from zhiban.roster.ground import Ground
from zhiban.roster.roster import Duty
from zhiban.roster.rules.rule import Bools, Rule, Violation


class OneSite(Rule):
    """Two sites on one day exclude each other unless near, with the minutes free between."""

    code = "one_site"
    kind = "side"
    title = Text("一天一处", "one site a day")
    says = Text(
        "一天只在一处值班；列为邻近的两处除外，但间隔须够路上时间。",
        "One site a day, or two that are listed as near, with the time to get from one to "
        "the other between.",
    )

    def day_clash(self, ground: Ground) -> Bools:
        at = ground.places
        size = len(ground.sites)
        minutes = np.full((size, size), 10_000, np.int16)
        np.fill_diagonal(minutes, -10_000)
        for pair in ground.problem.nearby:
            one, other = ground.sites[pair.site], ground.sites[pair.other]
            if one != other:
                minutes[one, other] = minutes[other, one] = pair.minutes
        clash = np.zeros((len(at), len(at)), dtype=bool)
        for _, place in ground.by_day:
            here, start, end = at.site[place], at.start[place], at.end[place]
            between = np.maximum(start[None, :] - end[:, None], start[:, None] - end[None, :])
            clash[np.ix_(place, place)] = between < minutes[here[:, None], here[None, :]]
        return clash

    def breaks_of_lawyer(
        self, facts: Facts, lawyer: str, duties: Sequence[Duty]
    ) -> Iterable[Violation]:
        for one, other in combinations(duties, 2):
            if facts.when[one.shift].day == facts.when[other.shift].day and not self._near(
                facts, one.shift, other.shift
            ):
                yield self.broken(
                    lawyer,
                    other.shift,
                    f"{lawyer} 同一天在 {one.shift} 和 {other.shift} 两处",
                    f"{lawyer} is at two sites on one day: {one.shift} and {other.shift}",
                )

    def _near(self, facts: Facts, one: str, other: str) -> bool:
        here, there = facts.post(one).place, facts.post(other).place
        if here == there:
            return True
        minutes = facts.nearby.get((here, there))
        if minutes is None:
            return False
        first, second = sorted((facts.shifts[one], facts.shifts[other]), key=lambda s: s.start)
        return second.start - first.end >= timedelta(minutes=minutes)
