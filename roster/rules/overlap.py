"""Nobody is in two places at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations

from zhiban.data.wording import Text
from zhiban.roster.facts import Facts
from zhiban.roster.ground import Ground
from zhiban.roster.roster import Duty
from zhiban.roster.rules.paired import Paired
from zhiban.roster.rules.rule import Bools, Violation


class Overlap(Paired):
    """Two shifts that share time, or two roles on one shift, exclude each other."""

    code = "overlap"
    kind = "side"
    title = Text("时间冲突", "already on duty then")
    says = Text("同一时间只值一处。", "One place at a time.")

    def day_clash(self, ground: Ground) -> Bools:
        at = ground.places
        return (at.start[:, None] < at.end[None, :]) & (at.start[None, :] < at.end[:, None])

    def later_clash(self, ground: Ground) -> Bools | None:
        at = ground.places
        if not (at.end > (at.day + 1) * 24 * 60).any():
            return None
        return (at.end[:, None] > at.start[None, :]) & (at.day[None, :] > at.day[:, None])

    def clash(self, facts: Facts, earlier: Duty, later: Duty) -> bool:
        one, other = facts.shifts[earlier.shift], facts.shifts[later.shift]
        return max(one.start, other.start) < min(one.end, other.end)

    def breaks_of_lawyer(
        self, facts: Facts, lawyer: str, duties: Sequence[Duty]
    ) -> Iterable[Violation]:
        for one, other in combinations(duties, 2):
            if self.clash(facts, one, other):
                yield self.broken(
                    lawyer,
                    other.shift,
                    f"{lawyer} 同时在 {one.shift} 和 {other.shift}",
                    f"{lawyer} is on {one.shift} and {other.shift} at once",
                )
