"""Nobody serves the same holiday two years running while someone else could."""

from __future__ import annotations

import numpy as np
from pydantic import Field

from zhiban.data.wording import Text
from zhiban.roster.facts import Facts
from zhiban.roster.ground import Ground, whole
from zhiban.roster.roster import Duty
from zhiban.roster.rules.rule import Ints, Params, Rule


class HolidaysParams(Params):
    """Price of a duty on a holiday that the lawyer served the year before."""

    price: int = Field(default=1000, ge=0, le=100_000)


class Holidays(Rule):
    """Prices the same holiday two years running, below a vacancy and above all else."""

    code = "holidays"
    kind = "cost"
    title = Text("连续两年同一节日", "same holiday two years running")
    says = Text(
        "只要有别人可值，不连续两年值同一节日。",
        "Nobody serves the same holiday two years running while someone else could.",
    )
    Params = HolidaysParams

    def arc_prices(self, ground: Ground, lawyers: Ints, places: Ints) -> Ints | None:
        shifts = ground.problem.shifts
        names = sorted({shift.holiday for shift in shifts if shift.holiday})
        if not names:
            return None
        number = {name: index for index, name in enumerate(names)}
        served = np.zeros((ground.lawyers, len(names) + 1), dtype=bool)  # the last: no holiday
        for index, lawyer in enumerate(ground.problem.lawyers):
            for name in lawyer.holidays:
                if name in number:
                    served[index, number[name]] = True
        holiday = whole(number[s.holiday] if s.holiday else len(names) for s in shifts)
        again = served[lawyers, holiday[ground.places.shift[places]]]
        return np.where(again, self.params.price, 0)

    def price_of_duty(self, facts: Facts, duty: Duty) -> int:
        holiday = facts.shifts[duty.shift].holiday
        again = holiday is not None and holiday in facts.lawyers[duty.lawyer].holidays
        return self.params.price if again else 0
