"""A lawyer serves only when the firm has consented."""

from __future__ import annotations

import numpy as np

from zhiban.data.wording import Text
from zhiban.roster.facts import Facts
from zhiban.roster.ground import Ground
from zhiban.roster.problem import Role, Shift
from zhiban.roster.rules.rule import Bools, Rule


class Consent(Rule):
    """Bars all lawyers of a firm that has not consented."""

    code = "consent"
    kind = "eligibility"
    title = Text("律所未同意", "firm has not consented")
    says = Text("只有律所同意的律师才排班。", "Only lawyers whose firm consents are rostered.")

    def bars(self, ground: Ground) -> Bools:
        consents = np.array([firm.consents for firm in ground.problem.firms], dtype=bool)
        return ~consents[ground.firm][:, None]

    def forbids(self, facts: Facts, lawyer: str, shift: Shift, role: Role) -> bool:
        return not facts.firms[facts.lawyers[lawyer].firm].consents
