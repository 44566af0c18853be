"""A firm is given at most so many slots a week."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from pydantic import Field

from zhiban.data.wording import Text
from zhiban.roster.columns import Arcs
from zhiban.roster.facts import Facts
from zhiban.roster.ground import Ground, whole
from zhiban.roster.problem import ROLES
from zhiban.roster.roster import Duty
from zhiban.roster.rows import FREE, Rows
from zhiban.roster.rules.rule import CheckedRow, Holding, Params, Rule, Violation


class FirmSlotsParams(Params):
    """The cap of a firm that has none of its own."""

    per_week: int = Field(default=5, ge=0, le=1000)


class FirmSlots(Rule):
    """Caps the places on shifts given to firms, by firm and week, primary and standby alike."""

    code = "firm_slots"
    kind = "side"
    title = Text("律所派班上限", "cap on a firm's slots")
    says = Text(
        "由律所派人的班次，每所每周不超过上限。",
        "No more slots a week for a firm than its cap, on shifts given to firms.",
    )
    Params = FirmSlotsParams
    shares_shifts = True

    def rows(self, ground: Ground, arcs: Arcs) -> Iterator[Rows]:
        problem, weeks = ground.problem, ground.problem.weeks
        cap = whole(
            self.params.per_week if firm.slots_per_week is None else firm.slots_per_week
            for firm in problem.firms
        )
        arc = np.flatnonzero(ground.places.by_firm[arcs.place])
        week = ground.places.day[arcs.place[arc]] // 7
        found, row = np.unique(ground.firm[arcs.lawyer[arc]] * weeks + week, return_inverse=True)
        yield Rows(
            rule=self.code,
            key=lambda row: (
                problem.firms[int(found[row]) // weeks].id,
                str(int(found[row]) % weeks),
            ),
            lower=np.full(len(found), -FREE),
            upper=cap[found // weeks],
            arc=arc,
            row=row,
            weight=np.ones(len(arc), np.int64),
        )

    def breaks_of_shift(
        self, facts: Facts, shift: str, duties: Sequence[Duty]
    ) -> Iterable[Violation]:
        """Told at each shift of a firm and week that has too many."""
        if not facts.shifts[shift].by_firm:
            return
        week = facts.when[shift].day // 7
        firms = Counter(facts.lawyers[duty.lawyer].firm for duty in duties)
        for mate in facts.slots[week]:
            if mate.id != shift:
                for duty in facts.duties_on(mate.id):
                    firm = facts.lawyers[duty.lawyer].firm
                    if firm in firms:
                        firms[firm] += 1
        for firm, held in firms.items():
            if held > self._cap(facts, firm):
                yield self.broken(
                    None,
                    shift,
                    f"{facts.firms[firm].name} 在第 {week + 1} 周有 {held} 个律所派班，"
                    f"上限 {self._cap(facts, firm)} 个",
                    f"{facts.firms[firm].name} has {held} slots in week {week + 1}, "
                    f"with a cap of {self._cap(facts, firm)}",
                )

    def _cap(self, facts: Facts, firm: str) -> int:
        own = facts.firms[firm].slots_per_week
        cap: int = self.params.per_week if own is None else own
        return cap

    def row(self, facts: Facts, key: tuple[str, ...]) -> CheckedRow | None:
        firm, week = key
        if firm not in facts.firms:
            return None
        weights: dict[Holding, int] = {
            (lawyer, shift.id, role): 1
            for shift in facts.slots.get(int(week), ())
            for role in ROLES
            for lawyer in facts.eligible_on.get((shift.id, role), ())
            if facts.lawyers[lawyer].firm == firm
        }
        return CheckedRow(weights, None, self._cap(facts, firm))
