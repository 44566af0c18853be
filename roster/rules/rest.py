"""Between duties of different days a lawyer rests, and longer before a far station."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from itertools import combinations

import numpy as np
from pydantic import Field

from zhiban.data.wording import Text
from zhiban.roster.facts import Facts
from zhiban.roster.ground import Ground, whole
from zhiban.roster.roster import Duty
from zhiban.roster.rules.paired import Paired
from zhiban.roster.rules.rule import Bools, Params, Violation


class RestParams(Params):
    """Hours free before a duty of another day; `far_hours` before another station that far."""

    hours: int = Field(default=11, ge=0, le=72)
    far_hours: int = Field(default=16, ge=0, le=72)
    far_minutes: int = Field(default=40, ge=0, le=1000)


class Rest(Paired):
    """Primaries of different days need their rest in between."""

    code = "rest"
    kind = "side"
    title = Text("休息不足", "too little rest")
    says = Text(
        "不同日的两次值班之间须有足够休息，次日去较远站点须更久。",
        "Duties of different days keep a rest between them, a longer one before a far station.",
    )
    Params = RestParams

    def later_clash(self, ground: Ground) -> Bools:
        at = ground.places
        minutes = whole(post.minutes for post in ground.problem.posts)[at.post]
        far = ~at.seat & (minutes >= self.params.far_minutes)
        away = far[None, :] & (at.post[:, None] != at.post[None, :])
        start, end = at.start.astype(np.int32), at.end.astype(np.int32)
        between = start[None, :] - end[:, None]
        hours = max(self.params.hours, self.params.far_hours)
        short = (between < self.params.hours * 60) | (away & (between < hours * 60))
        later = at.day[None, :] > at.day[:, None]
        primary = ~at.standby
        clash: Bools = short & later & primary[:, None] & primary[None, :]
        return clash

    def clash(self, facts: Facts, earlier: Duty, later: Duty) -> bool:
        if "standby" in (earlier.role, later.role):
            return False
        one, other = facts.when[earlier.shift], facts.when[later.shift]
        if one.day == other.day:
            return False
        if one.day > other.day:
            return self.clash(facts, later, earlier)
        post = facts.post(later.shift)
        hours = self.params.hours
        if (
            post.kind == "station"
            and post.minutes >= self.params.far_minutes
            and post.id != facts.post(earlier.shift).id
        ):
            hours = max(hours, self.params.far_hours)
        return other.start - one.end < timedelta(hours=hours)

    def breaks_of_lawyer(
        self, facts: Facts, lawyer: str, duties: Sequence[Duty]
    ) -> Iterable[Violation]:
        for one, other in combinations(duties, 2):
            if self.clash(facts, one, other):
                yield self.broken(
                    lawyer,
                    other.shift,
                    f"{lawyer} 在 {one.shift} 与 {other.shift} 之间休息不足",
                    f"{lawyer} rests too little between {one.shift} and {other.shift}",
                )
