"""Nobody is on duty too many days running."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from pydantic import Field

from zhiban.data.wording import Text
from zhiban.roster.columns import Arcs
from zhiban.roster.facts import Facts
from zhiban.roster.ground import Ground, whole
from zhiban.roster.roster import Duty
from zhiban.roster.rows import Rows
from zhiban.roster.rules.rule import CheckedRow, Holding, Params, Rule, Violation
from zhiban.roster.rules.windows import window_rows


class DaysRunningParams(Params):
    """Most days running, for lawyers who have no number of their own."""

    days: int = Field(default=5, ge=1, le=30)


class DaysRunning(Rule):
    """Caps the days running on which a lawyer has any duty."""

    code = "days_running"
    kind = "side"
    title = Text("连续天数", "days running")
    says = Text("连续值班的天数不超过上限。", "No more days on duty running than the cap.")
    Params = DaysRunningParams

    def rows(self, ground: Ground, arcs: Arcs) -> Iterator[Rows]:
        most = whole(
            self.params.days if lawyer.days_running is None else lawyer.days_running
            for lawyer in ground.problem.lawyers
        )
        counted = np.arange(len(arcs))
        fits = most < ground.days
        width = np.where(fits, most + 1, 0)
        yield from window_rows(self.code, ground, arcs, counted, width, most)

    def breaks_of_lawyer(
        self, facts: Facts, lawyer: str, duties: Sequence[Duty]
    ) -> Iterable[Violation]:
        cap = self._cap(facts, lawyer)
        run, last = 0, -2
        for day in sorted({facts.when[duty.shift].day for duty in duties}):
            run, last = (run + 1 if day == last + 1 else 1), day
            if run == cap + 1:
                yield self.broken(
                    lawyer,
                    None,
                    f"{lawyer} 连续值班超过 {cap} 天",
                    f"{lawyer} is on duty more than {cap} days running",
                )

    def _cap(self, facts: Facts, lawyer: str) -> int:
        own = facts.lawyers[lawyer].days_running
        cap: int = self.params.days if own is None else own
        return cap

    def row(self, facts: Facts, key: tuple[str, ...]) -> CheckedRow | None:
        lawyer, first = key[0], int(key[1])
        if lawyer not in facts.lawyers:
            return None
        cap = self._cap(facts, lawyer)
        weights: dict[Holding, int] = {
            (lawyer, shift, role): 1
            for day, held in facts.eligible_of.get(lawyer, {}).items()
            if first <= day <= first + cap
            for shift, role in held
        }
        return CheckedRow(weights, None, cap, once=True)
