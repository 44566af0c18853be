"""The same lawyer at the same station and weekday is worth something to those who come."""

from __future__ import annotations

import numpy as np
from pydantic import Field

from zhiban.data.wording import Text
from zhiban.roster.facts import Facts
from zhiban.roster.ground import Ground
from zhiban.roster.roster import Duty
from zhiban.roster.rules.rule import Ints, Params, Rule


class ContinuityParams(Params):
    """What a duty saves when its lawyer held it the time before."""

    saving: int = Field(default=15, ge=0, le=1000)


class Continuity(Rule):
    """Rewards primaries who held this post at this weekday and half before."""

    code = "continuity"
    kind = "cost"
    title = Text("连续性", "continuity")
    says = Text(
        "同一律师继续值同一岗位同一时段，减价。",
        "The lawyer who held a post at this weekday and half before is cheaper there.",
    )
    Params = ContinuityParams

    def arc_prices(self, ground: Ground, lawyers: Ints, places: Ints) -> Ints:
        at = ground.places
        first = np.searchsorted(lawyers, np.arange(ground.lawyers + 1))
        prices = np.zeros(len(lawyers), np.int64)
        for habit in ground.problem.habits:
            lawyer = ground.lawyer_index[habit.lawyer]
            own = slice(first[lawyer], first[lawyer + 1])
            held = places[own]
            same = (
                (at.post[held] == ground.post_index[habit.post])
                & (at.weekday[held] == habit.weekday)
                & (at.afternoon[held] == (habit.half == "pm"))
                & ~at.standby[held]
            )
            prices[own][same] = -self.params.saving
        return prices

    def price_of_duty(self, facts: Facts, duty: Duty) -> int:
        when = facts.when[duty.shift]
        slot = (facts.shifts[duty.shift].post, when.weekday, when.half)
        known = duty.role == "primary" and slot in facts.habits.get(duty.lawyer, ())
        return -self.params.saving if known else 0
