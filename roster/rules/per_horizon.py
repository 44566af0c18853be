"""At most so many duties over the whole horizon, for lawyers who have such a cap."""

from __future__ import annotations

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


class PerHorizonParams(Params):
    """The cap of a lawyer who has none of their own; none: no cap."""

    cap: int | None = Field(default=None, ge=0, le=1000)


class PerHorizon(Rule):
    """Caps all duties of a lawyer."""

    code = "per_horizon"
    kind = "side"
    title = Text("周期上限", "cap over the horizon")
    says = Text("整个排班周期的值班次数不超过上限。", "No more duties in all than the cap.")
    Params = PerHorizonParams

    def limits(self, ground: Ground) -> Ints:
        """The cap of each lawyer, a large number where there is none."""
        usual = FREE if self.params.cap is None else self.params.cap
        caps = (lawyer.per_horizon for lawyer in ground.problem.lawyers)
        return whole(usual if cap is None else cap for cap in caps)

    def rows(self, ground: Ground, arcs: Arcs) -> Iterator[Rows]:
        lawyers, limits = ground.problem.lawyers, self.limits(ground)
        capped = np.nonzero(limits < FREE)[0]
        number = np.full(ground.lawyers, -1, np.int64)
        number[capped] = np.arange(len(capped))
        arc = np.nonzero(number[arcs.lawyer] >= 0)[0]
        yield Rows(
            rule=self.code,
            key=lambda row: (lawyers[int(capped[row])].id,),
            lower=np.full(len(capped), -FREE),
            upper=limits[capped],
            arc=arc,
            row=number[arcs.lawyer[arc]],
            weight=np.ones(len(arc), np.int64),
        )

    def breaks_of_lawyer(
        self, facts: Facts, lawyer: str, duties: Sequence[Duty]
    ) -> Iterable[Violation]:
        cap = self.cap_of(facts, lawyer)
        if len(duties) > cap:
            yield self.broken(
                lawyer,
                None,
                f"{lawyer} 共值班 {len(duties)} 次，周期上限 {cap} 次",
                f"{lawyer} has {counted(len(duties), 'duty', 'duties')}"
                f" in all, with a cap of {cap}",
            )

    def cap_of(self, facts: Facts, lawyer: str) -> int:
        """The lawyer's own cap, a large number where there is none."""
        own = facts.lawyers[lawyer].per_horizon
        cap: int | None = self.params.cap if own is None else own
        return FREE if cap is None else cap

    def row(self, facts: Facts, key: tuple[str, ...]) -> CheckedRow | None:
        lawyer = facts.lawyers.get(key[0])
        if lawyer is None or (cap := self.cap_of(facts, lawyer.id)) == FREE:
            return None
        days = facts.eligible_of.get(lawyer.id, {}).values()
        weights: dict[Holding, int] = {
            (lawyer.id, shift, role): 1 for held in days for shift, role in held
        }
        return CheckedRow(weights, None, cap)
