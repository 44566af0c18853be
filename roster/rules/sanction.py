"""A lawyer under a sanction does not serve until its window is over."""

from __future__ import annotations

from datetime import date

from zhiban.data.wording import Text
from zhiban.roster.facts import Facts
from zhiban.roster.ground import Ground, whole
from zhiban.roster.problem import Role, Shift
from zhiban.roster.rules.rule import Bools, Rule


class Sanction(Rule):
    """Bars a lawyer up to and including the last day of the sanction window."""

    code = "sanction"
    kind = "eligibility"
    title = Text("处罚期内", "sanction window not over")
    says = Text(
        "处罚影响期内（含末日）不排班。", "No duty up to the last day of a sanction window."
    )

    def bars(self, ground: Ground) -> Bools:
        start = ground.problem.start
        last = whole(
            ((lawyer.sanctioned_until or date.min) - start).days
            for lawyer in ground.problem.lawyers
        )
        return ground.places.day[None, :] <= last[:, None]

    def forbids(self, facts: Facts, lawyer: str, shift: Shift, role: Role) -> bool:
        until = facts.lawyers[lawyer].sanctioned_until
        return until is not None and facts.when[shift.id].date <= until
