"""Nobody is in two places at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from zhiban.data.wording import Text
from zhiban.roster.facts import Facts
from zhiban.roster.ground import Ground, Times
from zhiban.roster.known import Stint
from zhiban.roster.problem import RosterProblem
from zhiban.roster.roster import Duty
from zhiban.roster.rules.paired import Paired
from zhiban.roster.rules.rule import Bools, Violation


class Overlap(Paired):
    """Two shifts that share time, or two roles on one shift, exclude each other."""

    code = "overlap"
    kind = "side"
    title = Text("时间冲突", "already on duty then")
    says = Text("同一时间只值一处。", "One place at a time.")

    def reach(self, problem: RosterProblem) -> int:
        return 1

    def margin(self) -> int:
        return 0

    def day_clash(self, ground: Ground) -> Bools:
        clash = np.zeros((len(ground.places), len(ground.places)), dtype=bool)
        for _, place in ground.by_day:
            at = ground.places.at(place)
            clash[np.ix_(place, place)] = _at_once(at, at)
        return clash

    def excludes(self, ground: Ground, earlier: Times, later: Times) -> Bools:
        return _at_once(earlier, later) & (later.day[None, :] > earlier.day[:, None])

    def clash(self, one: Stint, other: Stint) -> bool:
        return max(one.when.start, other.when.start) < min(one.when.end, other.when.end)

    def breaks_of_lawyer(
        self, facts: Facts, lawyer: str, duties: Sequence[Duty]
    ) -> Iterable[Violation]:
        for one, other in self.clashing(facts, duties):
            yield self.broken(
                lawyer,
                other.shift,
                f"{lawyer} 同时在 {one.shift} 和 {other.shift}",
                f"{lawyer} is on {one.shift} and {other.shift} at once",
            )


def _at_once(one: Times, other: Times) -> Bools:
    begins: Bools = one.start[:, None] < other.end[None, :]
    return begins & (other.start[None, :] < one.end[:, None])
