"""The way to a station costs its minutes; a standby's half of them."""

from __future__ import annotations

import numpy as np
from pydantic import Field

from zhiban.data.wording import Text
from zhiban.roster.facts import Facts
from zhiban.roster.ground import Ground
from zhiban.roster.roster import Duty
from zhiban.roster.rules.rule import Ints, Params, Rule


class TravelParams(Params):
    """Price of a minute on the way."""

    price: int = Field(default=1, ge=0, le=1000)


class Travel(Rule):
    """Prices the minutes from the lawyer's county to the post; a seat is at no distance."""

    code = "travel"
    kind = "cost"
    title = Text("路程", "travel")
    says = Text(
        "到站点的路程按分钟计价，备班减半，线上坐席不计。",
        "Minutes of travel to a station are priced, half for a standby, none for a seat.",
    )
    Params = TravelParams

    def arc_prices(self, ground: Ground, lawyers: Ints, places: Ints) -> Ints:
        minutes = ground.ways.minutes[ground.division[lawyers], ground.places.post[places]]
        price = minutes * self.params.price
        price = np.where(ground.places.standby[places], price // 2, price)
        return np.where(ground.places.seat[places], 0, price)

    def price_of_duty(self, facts: Facts, duty: Duty) -> int:
        post = facts.post(duty.shift)
        if post.kind == "seat":
            return 0
        there = facts.county(post.division)
        here = facts.county(facts.lawyers[duty.lawyer].division)
        minutes = post.minutes
        if there != here:
            minutes += facts.neighbours.get((there, here), (0, 0))[0]
        full: int = minutes * self.params.price
        return full if duty.role == "primary" else full // 2
