"""Who could take a duty over as things stand, with reasons and true prices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

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


def stand_ins(
    facts: Facts, shift: str, role: Role = "primary", gone: Sequence[Duty] | None = None
) -> list[StandIn]:
    """Everybody who could take the place over as things stand, cheapest first, with reasons.

    `gone` are the duties given up for it. Where that is not said, the first of several who hold
    the role gives way; a vacant place just gets somebody.
    """
    holders = [duty for duty in facts.duties_on(shift) if duty.role == role]
    if gone is None:
        gone = holders[:1] if len(holders) >= facts.shifts[shift].places(role) else ()
    without = facts.with_roster(facts.roster.changed(gone, ()))
    names = [one for one in facts.eligible(shift, role) if all(one != d.lawyer for d in holders)]
    duties = [Duty(shift=shift, lawyer=one, role=role) for one in names]
    found = [one for duty in duties if (one := _taking(facts, without, duty, gone))]
    return sorted(found, key=lambda one: (one.cost, one.lawyer))


def given_up(facts: Facts, duty: Duty, to: str) -> list[Duty]:
    """What goes when somebody takes a duty over: the duty, and their own standby on that shift."""
    standby = Duty(shift=duty.shift, lawyer=to, role="standby")
    both = standby != duty and standby in facts.duties_on(duty.shift)
    return [duty, standby] if both else [duty]


def standbys(facts: Facts, duty: Duty) -> list[StandIn]:
    """The standbys of a duty's shift who can take it over, cheapest first; none for a standby's."""
    if duty.role == "standby":
        return []
    names = [one.lawyer for one in facts.duties_on(duty.shift) if one.role == "standby"]
    taking = [(replace(duty, lawyer=one), given_up(facts, duty, one)) for one in names]
    found = [one for come, gone in taking if (one := stand_in(facts, come, gone))]
    return sorted(found, key=lambda one: (one.cost, one.lawyer))


def stand_in(facts: Facts, duty: Duty, gone: Sequence[Duty]) -> StandIn | None:
    """The lawyer of a duty that comes for those `gone`; None where a rule bars them."""
    return _taking(facts, facts.with_roster(facts.roster.changed(gone, ())), duty, gone)


def _taking(facts: Facts, without: Facts, duty: Duty, gone: Sequence[Duty]) -> StandIn | None:
    if first_bar(without, duty.lawyer, facts.shifts[duty.shift], duty.role) is not None:
        return None
    prices = change(facts, gone, [duty])
    return StandIn(duty.lawyer, sum(prices.values()), prices, priced(facts, prices))


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
