"""A shift given to firms goes to one that takes such slots and has a choice of lawyers for it."""

from __future__ import annotations

import numpy as np
from pydantic import Field

from zhiban.data.wording import Text
from zhiban.roster.facts import Facts
from zhiban.roster.ground import Ground
from zhiban.roster.problem import Role, Shift
from zhiban.roster.rules.rule import Bools, Params, Rule


class FirmTakesParams(Params):
    """Members who could hold the shift under every other rule: at least so many."""

    members: int = Field(default=2, ge=1, le=100)


class FirmTakes(Rule):
    """Bars lawyers whose firm takes no slots, or could not name enough others for this one."""

    code = "firm_takes"
    kind = "eligibility"
    title = Text("律所不接该班", "the firm takes no such slot")
    says = Text(
        "由律所派人的班次只给接受此类班次、且有足够合格人选的律所。",
        "A shift given to firms goes to a firm that takes such slots and has enough members who "
        "could hold it.",
    )
    Params = FirmTakesParams
    asks_others = True

    def bars(self, ground: Ground) -> Bools | None:
        place = np.flatnonzero(ground.places.by_firm)
        if not len(place):
            return None
        firms = ground.problem.firms
        order = np.argsort(ground.firm, kind="stable")
        present, first = np.unique(ground.firm[order], return_index=True)
        able = np.zeros((len(firms), len(place)), np.int64)
        if len(first):
            able[present] = np.add.reduceat(ground.may[np.ix_(order, place)], first, dtype=np.int64)
        takes = np.array([firm.slots_per_week != 0 for firm in firms], dtype=bool)
        suits = (able >= self.params.members) & takes[:, None]
        barred = np.zeros((ground.lawyers, len(ground.places)), dtype=bool)
        barred[:, place] = ~suits[ground.firm]
        return barred

    def forbids(self, facts: Facts, lawyer: str, shift: Shift, role: Role) -> bool:
        if not shift.by_firm:
            return False
        firm = facts.firms[facts.lawyers[lawyer].firm]
        if firm.slots_per_week == 0:
            return True
        least: int = self.params.members
        return _able(facts, firm.id, shift, role) < least

    def why_not(self, facts: Facts, lawyer: str, shift: Shift) -> Text:
        firm = facts.firms[facts.lawyers[lawyer].firm]
        if firm.slots_per_week == 0:
            return Text(f"{firm.name}不接律所派班", f"{firm.name} takes no slots for firms")
        able = _able(facts, firm.id, shift, "primary")
        return Text(
            f"{firm.name}只有 {able} 人可值，应有 {self.params.members} 人可选",
            f"{firm.name} has only {able} who could, with a choice of {self.params.members} asked",
        )


def _able(facts: Facts, firm: str, shift: Shift, role: Role) -> int:
    """How many of the firm could hold the place."""

    def reckon(of: Facts) -> int:
        return sum(of.may(lawyer, shift, role) for lawyer in of.members.get(firm, ()))

    return facts.remember(f"firm_takes {shift.id} {role} {firm}", reckon)
