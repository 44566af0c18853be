"""At most so many duties a day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from pydantic import Field

from zhiban.data.wording import Text, counted
from zhiban.roster.facts import Facts
from zhiban.roster.ground import Ground, whole
from zhiban.roster.roster import Duty
from zhiban.roster.rules.rule import Ints, Params, Rule, Violation


class PerDayParams(Params):
    """The cap of a lawyer who has none of their own."""

    cap: int = Field(default=2, ge=0, le=4)


class PerDay(Rule):
    """Caps a lawyer's duties on one day; the model builds no larger day columns."""

    code = "per_day"
    kind = "side"
    title = Text("每日上限", "cap per day")
    says = Text("一天的值班次数不超过上限。", "No more duties a day than the cap.")
    Params = PerDayParams

    def limits(self, ground: Ground) -> Ints:
        """The cap of each lawyer."""
        return whole(
            self.params.cap if lawyer.per_day is None else lawyer.per_day
            for lawyer in ground.problem.lawyers
        )

    def breaks_of_lawyer(
        self, facts: Facts, lawyer: str, duties: Sequence[Duty]
    ) -> Iterable[Violation]:
        cap = self.cap_of(facts, lawyer)
        for day, held in Counter(facts.when[duty.shift].date for duty in duties).items():
            if held > cap:
                yield self.broken(
                    lawyer,
                    None,
                    f"{lawyer} 在 {day} 值班 {held} 次，上限 {cap} 次",
                    f"{lawyer} has {counted(held, 'duty', 'duties')} on {day}, with a cap of {cap}",
                )

    def cap_of(self, facts: Facts, lawyer: str) -> int:
        """The lawyer's own cap, or the usual one."""
        own = facts.lawyers[lawyer].per_day
        cap: int = self.params.cap if own is None else own
        return cap
