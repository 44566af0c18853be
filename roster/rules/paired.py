"""Rules that exclude pairs of duties of one lawyer on different days, row by row as needed."""

from __future__ import annotations

from zhiban.roster.facts import Facts
from zhiban.roster.problem import Role
from zhiban.roster.roster import Duty
from zhiban.roster.rules.rule import CheckedRow, Holding, Rule


class Paired(Rule):
    """The row (lawyer, shift, role, day): that duty, or any on that later day it excludes."""

    def clash(self, facts: Facts, earlier: Duty, later: Duty) -> bool:
        """Whether one lawyer cannot hold both; `earlier` starts on an earlier day."""
        raise NotImplementedError

    def row(self, facts: Facts, key: tuple[str, ...]) -> CheckedRow | None:
        lawyer, shift, role_name, day = key
        role: Role = "primary" if role_name == "primary" else "standby"
        held = facts.eligible_of.get(lawyer, {})
        anchor = Duty(shift=shift, lawyer=lawyer, role=role)
        if shift not in facts.shifts or facts.when[shift].day >= int(day):
            return None
        weights: dict[Holding, int] = {(lawyer, shift, role): 1}
        for other, other_role in held.get(int(day), ()):
            if self.clash(facts, anchor, Duty(shift=other, lawyer=lawyer, role=other_role)):
                weights[lawyer, other, other_role] = 1
        return CheckedRow(weights, None, 1, once=True)
