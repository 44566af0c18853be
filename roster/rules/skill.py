"""A shift may ask for skills, and a lawyer serves only with all of them."""

from __future__ import annotations

import numpy as np

from zhiban.data.wording import Text
from zhiban.roster.facts import Facts
from zhiban.roster.ground import Ground
from zhiban.roster.problem import Role, Shift
from zhiban.roster.rules.rule import Bools, Rule


class Skill(Rule):
    """Bars lawyers who lack a skill that the shift asks for."""

    code = "skill"
    kind = "eligibility"
    title = Text("缺少所需技能", "lacks a skill")
    says = Text("须具备班次要求的全部技能。", "All skills that the shift asks for are needed.")

    def bars(self, ground: Ground) -> Bools | None:
        shifts, lawyers = ground.problem.shifts, ground.problem.lawyers
        asked = sorted({skill for shift in shifts for skill in shift.skills})
        barred = np.zeros((ground.lawyers, len(ground.places)), dtype=bool)
        for skill in asked:
            asks = np.array([skill in shift.skills for shift in shifts], dtype=bool)
            lacks = np.array([skill not in lawyer.skills for lawyer in lawyers], dtype=bool)
            barred |= lacks[:, None] & asks[ground.places.shift][None, :]
        return barred

    def forbids(self, facts: Facts, lawyer: str, shift: Shift, role: Role) -> bool:
        has = facts.lawyers[lawyer].skills
        return any(skill not in has for skill in shift.skills)
