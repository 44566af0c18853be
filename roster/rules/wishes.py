"""Lawyers' wishes for and against posts, shifts, weekdays and halves of the day."""

from __future__ import annotations

import numpy as np
from pydantic import Field

from zhiban.data.wording import Text
from zhiban.roster.facts import Facts
from zhiban.roster.ground import Ground
from zhiban.roster.problem import Wish
from zhiban.roster.roster import Duty
from zhiban.roster.rules.rule import Bools, Ints, Params, Rule


class WishesParams(Params):
    """Price of one unit of a wish against (a wish for saves as much)."""

    price: int = Field(default=4, ge=0, le=1000)


class Wishes(Rule):
    """Prices duties against a lawyer's wish, and rewards those for it."""

    code = "wishes"
    kind = "cost"
    title = Text("意愿", "wishes")
    says = Text(
        "不愿值的班次加价，愿意值的减价；由律所派人的班次不计。",
        "A duty against a wish costs, one for a wish saves, by the strength of the wish; shifts "
        "given to firms do not count, for the firm names who comes.",
    )
    Params = WishesParams

    def arc_prices(self, ground: Ground, lawyers: Ints, places: Ints) -> Ints:
        usual = np.zeros((ground.lawyers, 7, 2), np.int64)
        single = np.zeros(len(lawyers), np.int64)
        first = np.searchsorted(lawyers, np.arange(ground.lawyers + 1))
        for wish in ground.problem.wishes:
            lawyer = ground.lawyer_index[wish.lawyer]
            if wish.shift is None and wish.post is None:
                days = slice(None) if wish.weekday is None else wish.weekday
                halves = slice(None) if wish.half is None else int(wish.half == "pm")
                usual[lawyer, days, halves] -= wish.value
            else:
                own = slice(first[lawyer], first[lawyer + 1])
                single[own] -= wish.value * _fits_places(ground, wish, places[own])
        at = ground.places
        value = usual[lawyers, at.weekday[places], at.afternoon[places].astype(np.int64)]
        prices: Ints = np.where(at.by_firm[places], 0, (value + single) * self.params.price)
        return prices

    def price_of_duty(self, facts: Facts, duty: Duty) -> int:
        if facts.shifts[duty.shift].by_firm:
            return 0
        strength = sum(
            wish.value
            for wish in facts.wishes.get(duty.lawyer, ())
            if _fits(facts, wish, duty.shift)
        )
        price: int = -strength * self.params.price
        return price


def _fits_places(ground: Ground, wish: Wish, places: Ints) -> Bools:
    at = ground.places
    fits = np.ones(len(places), dtype=bool)
    if wish.shift is not None:
        fits &= at.shift[places] == ground.shift_index[wish.shift]
    if wish.post is not None:
        fits &= at.post[places] == ground.post_index[wish.post]
    if wish.weekday is not None:
        fits &= at.weekday[places] == wish.weekday
    if wish.half is not None:
        fits &= at.afternoon[places] == (wish.half == "pm")
    return fits


def _fits(facts: Facts, wish: Wish, shift: str) -> bool:
    when = facts.when[shift]
    asked_and_given = (
        (wish.shift, shift),
        (wish.post, facts.shifts[shift].post),
        (wish.weekday, when.weekday),
        (wish.half, when.half),
    )
    return all(asked is None or asked == given for asked, given in asked_and_given)
