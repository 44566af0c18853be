"""Between duties of different days a lawyer rests, and longer before a far station."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from pydantic import Field

from zhiban.data.wording import Text
from zhiban.roster.facts import Facts
from zhiban.roster.ground import MINUTES_A_DAY, Ground, Times, whole
from zhiban.roster.known import Stint
from zhiban.roster.problem import RosterProblem
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

    def reach(self, problem: RosterProblem) -> int:
        return 1 + -(-self.margin() // MINUTES_A_DAY)

    def margin(self) -> int:
        hours: int = max(self.params.hours, self.params.far_hours)
        return 60 * hours

    def excludes(self, ground: Ground, earlier: Times, later: Times) -> Bools:
        minutes = whole(post.minutes for post in ground.problem.posts)
        far = ~later.seat & (minutes[later.post] >= self.params.far_minutes)
        away = far[None, :] & (earlier.post[:, None] != later.post[None, :])
        free = later.start[None, :] - earlier.end[:, None]
        short = (free < self.params.hours * 60) | (away & (free < self.margin()))
        after = later.day[None, :] > earlier.day[:, None]
        clash: Bools = short & after & ~earlier.standby[:, None] & ~later.standby[None, :]
        return clash

    def clash(self, one: Stint, other: Stint) -> bool:
        if "standby" in (one.role, other.role) or one.when.day == other.when.day:
            return False
        if one.when.day > other.when.day:
            return self.clash(other, one)
        post, hours = other.post, self.params.hours
        if (
            post.kind == "station"
            and post.minutes >= self.params.far_minutes
            and post.id != one.post.id
        ):
            hours = max(hours, self.params.far_hours)
        return other.when.start - one.when.end < timedelta(hours=hours)

    def breaks_of_lawyer(
        self, facts: Facts, lawyer: str, duties: Sequence[Duty]
    ) -> Iterable[Violation]:
        for one, other in self.clashing(facts, duties):
            yield self.broken(
                lawyer,
                other.shift,
                f"{lawyer} 在 {one.shift} 与 {other.shift} 之间休息不足",
                f"{lawyer} rests too little between {one.shift} and {other.shift}",
            )
