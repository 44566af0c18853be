"""A weekday on which a lawyer never serves, week after week."""

from __future__ import annotations

import numpy as np

from zhiban.data.wording import Text
from zhiban.roster.facts import Facts
from zhiban.roster.ground import Ground
from zhiban.roster.problem import Role, Shift
from zhiban.roster.rules.rule import Bools, Rule


class Away(Rule):
    """Bars the weekday, or the half of it that is named, by when the shift starts."""

    code = "away"
    kind = "eligibility"
    title = Text("固定不可值班时间", "regularly unavailable")
    says = Text("每周固定不可值班的日子（或半天）。", "A weekday, or half of it, never served.")

    def bars(self, ground: Ground) -> Bools:
        out = np.zeros((ground.lawyers, 7, 2), dtype=bool)
        for away in ground.problem.away:
            halves = slice(None) if away.half is None else int(away.half == "pm")
            out[ground.lawyer_index[away.lawyer], away.weekday, halves] = True
        return out[:, ground.places.weekday, ground.places.afternoon.astype(np.int64)]

    def forbids(self, facts: Facts, lawyer: str, shift: Shift, role: Role) -> bool:
        when = facts.when[shift.id]
        return any(
            weekday == when.weekday and half in (None, when.half)
            for weekday, half in facts.away.get(lawyer, ())
        )
