"""On shifts marked so, every newcomer stands beside a senior."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

import numpy as np
from pydantic import Field

from zhiban.data.wording import Text
from zhiban.roster.columns import Arcs
from zhiban.roster.facts import Facts
from zhiban.roster.ground import Ground, whole
from zhiban.roster.problem import Lawyer
from zhiban.roster.roster import Duty
from zhiban.roster.rows import FREE, Rows
from zhiban.roster.rules.rule import CheckedRow, Holding, Params, Rule, Violation


class PairingParams(Params):
    """Years since the licence, at the first day of the horizon."""

    newcomer_below: int = Field(default=3, ge=0, le=60)
    senior_from: int = Field(default=10, ge=0, le=60)


class Pairing(Rule):
    """At most as many newcomers as seniors among the primaries of a shift marked for pairing."""

    code = "pairing"
    kind = "side"
    title = Text("老带新", "senior with newcomer")
    says = Text(
        "标明结对的班次，新人不多于资深律师。",
        "On shifts marked for pairing there are no more newcomers than seniors.",
    )
    Params = PairingParams

    def rows(self, ground: Ground, arcs: Arcs) -> Iterator[Rows]:
        problem, at = ground.problem, ground.places
        marked = np.array([shift.pairing for shift in problem.shifts], dtype=bool)
        place = np.nonzero(marked[at.shift] & ~at.standby)[0]
        number = np.full(len(at), -1, np.int64)
        number[place] = np.arange(len(place))
        since = whole(
            one.licensed_on.year * 10_000 + one.licensed_on.month * 100 + one.licensed_on.day
            for one in problem.lawyers
        )
        start = problem.start
        today = start.year * 10_000 + start.month * 100 + start.day
        years = (today - since) // 10_000
        weight = np.where(years < self.params.newcomer_below, 1, 0)
        weight = np.where(years >= self.params.senior_from, -1, weight)
        arc = np.nonzero((number[arcs.place] >= 0) & (weight[arcs.lawyer] != 0))[0]
        yield Rows(
            rule=self.code,
            key=lambda row: (problem.shifts[int(at.shift[place[row]])].id,),
            lower=np.full(len(place), -FREE),
            upper=np.zeros(len(place), np.int64),
            arc=arc,
            row=number[arcs.place[arc]],
            weight=weight[arcs.lawyer[arc]],
        )

    def _counts(self, facts: Facts, lawyer: Lawyer) -> int:
        years = _years(lawyer.licensed_on, facts.problem.start)
        if years >= self.params.senior_from:
            return -1
        return 1 if years < self.params.newcomer_below else 0

    def breaks_of_shift(
        self, facts: Facts, shift: str, duties: Sequence[Duty]
    ) -> Iterable[Violation]:
        if not facts.shifts[shift].pairing:
            return
        counts = [
            self._counts(facts, facts.lawyers[duty.lawyer])
            for duty in duties
            if duty.role == "primary"
        ]
        if sum(counts) > 0:
            yield self.broken(
                None,
                shift,
                f"{shift} 有 {counts.count(1)} 名新人，只有 {counts.count(-1)} 名资深律师",
                f"{shift} has {counts.count(1)} newcomers and {counts.count(-1)} seniors",
            )

    def row(self, facts: Facts, key: tuple[str, ...]) -> CheckedRow | None:
        shift = facts.shifts.get(key[0])
        if shift is None or not shift.pairing:
            return None
        weights: dict[Holding, int] = {
            (lawyer, shift.id, "primary"): self._counts(facts, facts.lawyers[lawyer])
            for lawyer in facts.eligible_on.get((shift.id, "primary"), ())
        }
        return CheckedRow({held: n for held, n in weights.items() if n}, None, 0)


def _years(since: date, today: date) -> int:
    full = today.year - since.year
    return full if (today.month, today.day) >= (since.month, since.day) else full - 1
