"""Pairs of a lawyer and a post (or one shift of it) that must not meet."""

from __future__ import annotations

import numpy as np

from zhiban.data.wording import Text
from zhiban.roster.facts import Facts
from zhiban.roster.ground import Ground
from zhiban.roster.problem import Role, Shift
from zhiban.roster.rules.rule import Bools, Rule


class Forbidden(Rule):
    """Bars the pairs that the problem lists."""

    code = "forbidden"
    kind = "eligibility"
    title = Text("禁止搭配", "forbidden pair")
    says = Text(
        "列明不得在某岗位或班次值班的律师。", "Lawyers listed as barred from a post or shift."
    )

    def bars(self, ground: Ground) -> Bools:
        places = ground.places
        barred = np.zeros((ground.lawyers, len(places)), dtype=bool)
        for pair in ground.problem.forbidden:
            if pair.post is not None:
                hit = places.post == ground.post_index[pair.post]
            else:
                hit = places.shift == ground.shift_index[str(pair.shift)]
            barred[ground.lawyer_index[pair.lawyer]] |= hit
        return barred

    def forbids(self, facts: Facts, lawyer: str, shift: Shift, role: Role) -> bool:
        pairs = facts.forbidden
        return (lawyer, shift.post) in pairs or (lawyer, shift.id) in pairs
