"""Some lawyers keep days free between two days at a station."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

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


class GapDaysParams(Params):
    """Free days between two station days, for lawyers who have no number of their own."""

    days: int = Field(default=0, ge=0, le=30)


class GapDays(Rule):
    """Keeps primary duties at stations that many free days apart."""

    code = "gap_days"
    kind = "side"
    title = Text("间隔天数", "days between duties")
    says = Text(
        "两个站点主班日之间须隔够天数（同一天的两班不算）。",
        "Days with a primary duty at a station are kept that many free days apart.",
    )
    Params = GapDaysParams

    def rows(self, ground: Ground, arcs: Arcs) -> Iterator[Rows]:
        gap = whole(
            self.params.days if lawyer.gap_days is None else lawyer.gap_days
            for lawyer in ground.problem.lawyers
        )
        at = ground.places
        counted = np.nonzero(~at.seat[arcs.place] & ~at.standby[arcs.place])[0]
        width = np.where(gap > 0, gap + 1, 0)
        yield from window_rows(self.code, ground, arcs, counted, width, np.ones_like(gap))

    def breaks_of_lawyer(
        self, facts: Facts, lawyer: str, duties: Sequence[Duty]
    ) -> Iterable[Violation]:
        gap = self._gap(facts, lawyer)
        days = sorted({facts.when[d.shift].day for d in duties if self._counts(facts, d)})
        for one, other in pairwise(days):
            if other - one <= gap:
                yield self.broken(
                    lawyer,
                    None,
                    f"{lawyer} 两次到站点值班只隔 {other - one - 1} 天，应隔 {gap} 天",
                    f"{lawyer} has {other - one - 1} free days between stations, not {gap}",
                )

    def _gap(self, facts: Facts, lawyer: str) -> int:
        own = facts.lawyers[lawyer].gap_days
        gap: int = self.params.days if own is None else own
        return gap

    def _counts(self, facts: Facts, duty: Duty) -> bool:
        return duty.role == "primary" and facts.post(duty.shift).kind == "station"

    def row(self, facts: Facts, key: tuple[str, ...]) -> CheckedRow | None:
        lawyer, first = key[0], int(key[1])
        if lawyer not in facts.lawyers or (gap := self._gap(facts, lawyer)) < 1:
            return None
        weights: dict[Holding, int] = {
            (lawyer, shift, role): 1
            for day, held in facts.eligible_of.get(lawyer, {}).items()
            if first <= day <= first + gap
            for shift, role in held
            if role == "primary" and facts.post(shift).kind == "station"
        }
        return CheckedRow(weights, None, 1, once=True)
