"""Who could take a duty over as things stand, with reasons and true prices."""

from __future__ import annotations

from dataclasses import dataclass

from zhiban.data.wording import Text
from zhiban.roster.explain import first_bar
from zhiban.roster.facts import Facts
from zhiban.roster.prices import change
from zhiban.roster.problem import Role
from zhiban.roster.roster import Duty


@dataclass(frozen=True)
class StandIn:
    """Somebody who could hold a duty, and what that would cost more, by rule."""

    lawyer: str
    cost: int
    prices: dict[str, int]
    reason: Text


def stand_ins(facts: Facts, shift: str, role: Role = "primary") -> list[StandIn]:
    """Everybody who could take the place over as things stand, cheapest first, with reasons.

    Of several who hold the role the first one gives way; a vacant place just gets somebody.
    """
    asked = facts.shifts[shift]
    holders = [duty for duty in facts.duties_on(shift) if duty.role == role]
    gone = holders[:1] if len(holders) >= asked.places(role) else []
    without = facts.with_roster(facts.roster.changed(gone, ()))
    found = []
    for lawyer in without.eligible(shift, role):
        held = any(duty.lawyer == lawyer for duty in holders)
        if not held and first_bar(without, lawyer, asked, role) is None:
            prices = change(facts, gone, [Duty(shift=shift, lawyer=lawyer, role=role)])
            cost = sum(prices.values())
            found.append(StandIn(lawyer, cost, prices, priced(facts, prices)))
    return sorted(found, key=lambda one: (one.cost, one.lawyer))


def priced(facts: Facts, prices: dict[str, int]) -> Text:
    """A difference in cost in words, with the three rules that make most of it."""
    titles = {rule.code: rule.title for rule in facts.rules}
    terms = sorted(prices.items(), key=lambda item: -abs(item[1]))[:3]
    cost = sum(prices.values())
    if not terms:
        return Text("总价不变", "no change in cost")
    zh = "，".join(f"{titles[code].zh}{price:+d}" for code, price in terms)
    en = ", ".join(f"{titles[code].en} {price:+d}" for code, price in terms)
    return Text(f"总价{cost:+d}（{zh}）", f"{cost:+d} in all ({en})")
