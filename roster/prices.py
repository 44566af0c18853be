"""What duties cost, rule by rule: of a whole roster, and what a change of it would make."""

from __future__ import annotations

from collections.abc import Iterable

from zhiban.roster.facts import Facts
from zhiban.roster.roster import Duty
from zhiban.roster.rules.rule import Rule

PRICES = ("price_of_duty", "price_of_lawyer", "price_of_shift", "price_of_firm")


def by_rule(facts: Facts) -> dict[str, int]:
    """The price of the roster, rule by rule."""
    touched = (facts.lawyers, facts.shifts, facts.firms)
    return _prices(facts, facts.roster, *touched)


def change(facts: Facts, gone: Iterable[Duty], come: Iterable[Duty]) -> dict[str, int]:
    """What the roster would cost more (or less) by rule with some duties gone and others come."""
    gone, come = set(gone), set(come)
    lawyers = {duty.lawyer for duty in gone | come}
    firms = {facts.lawyers[lawyer].firm for lawyer in lawyers}
    shifts = {duty.shift for duty in gone | come}
    for shift in list(shifts):
        day = (facts.shifts[shift].post, facts.when[shift].day)
        shifts.update(facts.seat_days.get(day, ()))
    after = facts.with_roster(facts.roster.changed(gone, come))
    old = _prices(facts, gone, lawyers, shifts, firms)
    new = _prices(after, come, lawyers, shifts, firms)
    return {code: new[code] - old[code] for code in new if new[code] != old[code]}


def _prices(
    facts: Facts,
    duties: Iterable[Duty],
    lawyers: Iterable[str],
    shifts: Iterable[str],
    firms: Iterable[str],
) -> dict[str, int]:
    duties, lawyers, shifts = list(duties), list(lawyers), list(shifts)
    members = facts.remember("members of firms", _members)
    by_firm = {
        firm: [duty for lawyer in members[firm] for duty in facts.duties_of(lawyer)]
        for firm in firms
    }
    return {
        rule.code: _price(rule, facts, duties, lawyers, shifts, by_firm)
        for rule in facts.rules
        if any(rule.answers(name) for name in PRICES)
    }


def _members(facts: Facts) -> dict[str, list[str]]:
    """Lawyers by firm."""
    members: dict[str, list[str]] = {firm: [] for firm in facts.firms}
    for lawyer in facts.problem.lawyers:
        members[lawyer.firm].append(lawyer.id)
    return members


def _price(
    rule: Rule,
    facts: Facts,
    duties: list[Duty],
    lawyers: list[str],
    shifts: list[str],
    by_firm: dict[str, list[Duty]],
) -> int:
    total = 0
    if rule.answers("price_of_duty"):
        total += sum(rule.price_of_duty(facts, duty) for duty in duties)
    if rule.answers("price_of_lawyer"):
        total += sum(rule.price_of_lawyer(facts, one, facts.duties_of(one)) for one in lawyers)
    if rule.answers("price_of_shift"):
        total += sum(rule.price_of_shift(facts, one, facts.duties_on(one)) for one in shifts)
    if rule.answers("price_of_firm"):
        total += sum(rule.price_of_firm(facts, firm, held) for firm, held in by_firm.items())
    return total
