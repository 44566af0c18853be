"""A shift with standbys draws its lawyers from different firms, or pays for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
from pydantic import Field

from zhiban.data.wording import Text
from zhiban.roster.columns import Arcs
from zhiban.roster.facts import Facts
from zhiban.roster.ground import Ground, whole
from zhiban.roster.problem import ROLES
from zhiban.roster.roster import Duty
from zhiban.roster.rows import FREE, Rows, Steps
from zhiban.roster.rules.rule import CheckedRow, Holding, Params, Rule, Step


class OtherFirmParams(Params):
    """Price of each lawyer beyond the first of a firm on one shift."""

    price: int = Field(default=60, ge=0, le=100_000)


class OtherFirm(Rule):
    """Prices lawyers of one firm together on a shift that has a standby."""

    code = "other_firm"
    kind = "side"
    title = Text("备班另所", "standby from another firm")
    says = Text(
        "设备班的班次尽量由不同律所的律师承担，同所加价。",
        "On a shift with standbys each further lawyer of one firm has a price.",
    )
    Params = OtherFirmParams

    def rows(self, ground: Ground, arcs: Arcs) -> Iterator[Rows]:
        problem, firms = ground.problem, len(ground.problem.firms)
        backed = np.array([shift.standby > 0 for shift in problem.shifts], dtype=bool)
        shift = ground.places.shift[arcs.place]
        arc = np.nonzero(backed[shift])[0]
        number = shift[arc] * firms + ground.firm[arcs.lawyer[arc]]
        pairs = np.unique(number * ground.lawyers + arcs.lawyer[arc]) // max(1, ground.lawyers)
        found, members = np.unique(pairs, return_counts=True)
        found = found[members > 1]
        row = np.searchsorted(found, number)
        inside = row < len(found)
        inside[inside] = found[row[inside]] == number[inside]
        size = len(found)
        room = whole(problem.shifts[i].wanted + problem.shifts[i].standby for i in found // firms)
        yield Rows(
            rule=self.code,
            key=lambda row: (
                problem.shifts[int(found[row]) // firms].id,
                problem.firms[int(found[row]) % firms].id,
            ),
            lower=np.full(size, -FREE),
            upper=np.ones(size, np.int64),
            arc=arc[inside],
            row=row[inside],
            weight=np.ones(int(inside.sum()), np.int64),
            steps=Steps(
                row=np.arange(size),
                sign=-np.ones(size, np.int64),
                price=np.full(size, self.params.price, np.int64),
                units=room - 1,
            ),
        )

    def price_of_shift(self, facts: Facts, shift: str, duties: Sequence[Duty]) -> int:
        if not facts.shifts[shift].standby:
            return 0
        firms = Counter(facts.lawyers[duty.lawyer].firm for duty in duties)
        price: int = self.params.price * sum(count - 1 for count in firms.values())
        return price

    def row(self, facts: Facts, key: tuple[str, ...]) -> CheckedRow | None:
        code, firm = key
        shift = facts.shifts.get(code)
        if shift is None or not shift.standby:
            return None
        weights: dict[Holding, int] = {
            (lawyer, shift.id, role): 1
            for role in ROLES
            for lawyer in facts.eligible_on.get((shift.id, role), ())
            if facts.lawyers[lawyer].firm == firm
        }
        room = shift.wanted + shift.standby
        return CheckedRow(weights, None, 1, [Step(self.params.price, room - 1)])
