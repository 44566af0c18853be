"""At most so many duties a week."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from pydantic import Field

from zhiban.data.wording import Text, counted
from zhiban.roster.columns import Arcs
from zhiban.roster.facts import Facts
from zhiban.roster.ground import Ground, whole
from zhiban.roster.roster import Duty
from zhiban.roster.rows import FREE, Rows
from zhiban.roster.rules.rule import CheckedRow, Holding, Ints, Params, Rule, Violation


class PerWeekParams(Params):
    """The cap of a lawyer who has none of their own."""

    cap: int = Field(default=3, ge=0, le=28)


class PerWeek(Rule):
    """Caps a lawyer's duties in each week of the horizon."""

    code = "per_week"
    kind = "side"
    title = Text("每周上限", "cap per week")
    says = Text("一周的值班次数不超过上限。", "No more duties a week than the cap.")
    Params = PerWeekParams

    def limits(self, ground: Ground) -> Ints:
        """The cap of each lawyer."""
        return whole(
            self.params.cap if lawyer.per_week is None else lawyer.per_week
            for lawyer in ground.problem.lawyers
        )

    def rows(self, ground: Ground, arcs: Arcs) -> Iterator[Rows]:
        weeks = ground.problem.weeks
        size = ground.lawyers * weeks
        yield Rows(
            rule=self.code,
            key=lambda row: (ground.problem.lawyers[row // weeks].id, str(row % weeks)),
            lower=np.full(size, -FREE),
            upper=np.repeat(self.limits(ground), weeks),
            arc=np.arange(len(arcs)),
            row=arcs.lawyer * weeks + ground.places.day[arcs.place] // 7,
            weight=np.ones(len(arcs), np.int64),
        )

    def breaks_of_lawyer(
        self, facts: Facts, lawyer: str, duties: Sequence[Duty]
    ) -> Iterable[Violation]:
        cap = self.cap_of(facts, lawyer)
        for week, held in Counter(facts.when[duty.shift].day // 7 for duty in duties).items():
            if held > cap:
                yield self.broken(
                    lawyer,
                    None,
                    f"{lawyer} 在第 {week + 1} 周值班 {held} 次，上限 {cap} 次",
                    f"{lawyer} has {counted(held, 'duty', 'duties')}"
                    f" in week {week + 1}, with a cap of {cap}",
                )

    def cap_of(self, facts: Facts, lawyer: str) -> int:
        """The lawyer's own cap, or the usual one."""
        own = facts.lawyers[lawyer].per_week
        cap: int = self.params.cap if own is None else own
        return cap

    def row(self, facts: Facts, key: tuple[str, ...]) -> CheckedRow | None:
        lawyer, week = key
        if lawyer not in facts.lawyers:
            return None
        weights: dict[Holding, int] = {
            (lawyer, shift, role): 1
            for day, held in facts.eligible_of.get(lawyer, {}).items()
            if day // 7 == int(week)
            for shift, role in held
        }
        return CheckedRow(weights, None, self.cap_of(facts, lawyer))
