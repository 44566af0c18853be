"""A lawyer serves only with a licence in force."""

from __future__ import annotations

import numpy as np

from zhiban.data.wording import Text
from zhiban.roster.facts import Facts
from zhiban.roster.ground import Ground
from zhiban.roster.problem import Role, Shift
from zhiban.roster.rules.rule import Bools, Rule


class Licence(Rule):
    """Bars lawyers whose licence is suspended or revoked."""

    code = "licence"
    kind = "eligibility"
    title = Text("执业证未生效", "licence not in force")
    says = Text("执业证须在有效状态。", "The licence must be in force.")

    def bars(self, ground: Ground) -> Bools:
        active = [lawyer.licence == "active" for lawyer in ground.problem.lawyers]
        return ~np.array(active, dtype=bool)[:, None]

    def forbids(self, facts: Facts, lawyer: str, shift: Shift, role: Role) -> bool:
        return facts.lawyers[lawyer].licence != "active"
