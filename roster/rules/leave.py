"""A lawyer on leave is not on duty."""

from __future__ import annotations

import numpy as np

from zhiban.data.wording import Text
from zhiban.roster.facts import Facts
from zhiban.roster.ground import Ground
from zhiban.roster.problem import Role, Shift
from zhiban.roster.rules.rule import Bools, Rule


class Leave(Rule):
    """Bars every shift that overlaps a leave."""

    code = "leave"
    kind = "eligibility"
    title = Text("请假", "on leave")
    says = Text("与请假时间重叠的班次不排。", "No shift that overlaps a leave.")

    def bars(self, ground: Ground) -> Bools:
        places = ground.places
        barred = np.zeros((ground.lawyers, len(places)), dtype=bool)
        for leave in ground.problem.leaves:
            start, end = ground.minute(leave.start), ground.minute(leave.end)
            if start < end:
                hit = (places.start < end) & (start < places.end)
                barred[ground.lawyer_index[leave.lawyer]] |= hit
        return barred

    def forbids(self, facts: Facts, lawyer: str, shift: Shift, role: Role) -> bool:
        return any(
            max(leave.start, shift.start) < min(leave.end, shift.end)
            for leave in facts.leaves.get(lawyer, ())
        )
