"""Re-proves a bound from its duals alone, in exact integers and plain Python.

Whatever the duals are, what remains of every duty's price after paying them, taken at its
cheapest for each lawyer's day, plus the duals at their rows' limits, is below every roster's
objective. Only duties whose remaining price is negative can lower a day; every rule stays kept
when a duty is taken away, so the cheapest day is made of those alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from zhiban.roster.facts import Facts
from zhiban.roster.problem import Role
from zhiban.roster.roster import Duty
from zhiban.roster.rosterfile import Certificate
from zhiban.roster.rules.rule import CheckedRow, Holding, Rule

ONE = 1 << 20
LARGEST_DAY = 4


@dataclass
class Remainder:
    """What is left of the prices: by duty, by (lawyer, day) for rows that count once, fixed."""

    duty: dict[Holding, int]
    once: dict[tuple[str, int], list[tuple[int, frozenset[Holding]]]] = field(default_factory=dict)
    fixed: int = 0


def proved_bound(facts: Facts, certificate: Certificate) -> int:
    """A bound on every roster's objective, in units of 2^-20.

    Duals of unknown rows, or of the wrong sign for their row, count as zero.
    """
    rest = Remainder(_prices(facts))
    rules = {rule.code: rule for rule in facts.rules}
    for dual in certificate.duals:
        rule = rules.get(dual.rule)
        row = _row(rule, facts, dual.key) if rule is not None else None
        if row is not None:
            _pay(facts, rest, row, dual.value)
    return rest.fixed + sum(_least(facts, rest, who, day) for who, day in _days(facts, rest))


def _row(rule: Rule, facts: Facts, key: tuple[str, ...]) -> CheckedRow | None:
    """The rule's row of that name; None for a key that a stranger made up."""
    try:
        return rule.row(facts, key)
    except (ValueError, IndexError):  # too short or too long a key, or no number where one goes
        return None


def _prices(facts: Facts) -> dict[Holding, int]:
    """Price of every duty that somebody may hold."""
    rules = [rule for rule in facts.rules if rule.answers("price_of_duty")]
    prices: dict[Holding, int] = {}
    for (shift, role), lawyers in facts.eligible_on.items():
        for lawyer in lawyers:
            duty = Duty(shift=shift, lawyer=lawyer, role=role)
            price = sum([rule.price_of_duty(facts, duty) for rule in rules])
            prices[lawyer, shift, role] = ONE * price
    return prices


def _pay(facts: Facts, rest: Remainder, row: CheckedRow, dual: int) -> None:
    """Takes one row's dual into account."""
    limit = row.lower if dual > 0 else row.upper
    if limit is None or not dual:
        return
    rest.fixed += dual * limit
    rest.fixed += sum(min(0, s.price * ONE - dual * s.sign) * s.units for s in row.steps)
    if not row.once:
        for held, weight in row.weights.items():
            rest.duty[held] -= dual * weight
        return
    days: dict[tuple[str, int], set[Holding]] = {}
    for held in row.weights:
        days.setdefault((held[0], facts.when[held[1]].day), set()).add(held)
    for day, among in days.items():
        rest.once.setdefault(day, []).append((dual, frozenset(among)))


def _days(facts: Facts, rest: Remainder) -> Iterator[tuple[str, int]]:
    """Lawyers' days with a duty of negative remainder."""
    yield from dict.fromkeys(
        (held[0], facts.when[held[1]].day) for held, price in rest.duty.items() if price < 0
    )


def _least(facts: Facts, rest: Remainder, lawyer: str, day: int) -> int:
    """The least that a lawyer's day can cost."""
    held = facts.eligible_of[lawyer][day]
    negative = [(s, r) for s, r in held if rest.duty[lawyer, s, r] < 0]
    once = rest.once.get((lawyer, day), ())
    least = 0
    for chosen in _sets(facts, lawyer, negative):
        keys = {(lawyer, duty.shift, duty.role) for duty in chosen}
        price = sum(rest.duty[key] for key in keys)
        price -= sum(dual for dual, among in once if not among.isdisjoint(keys))
        least = min(least, price)
    return least


def _sets(
    facts: Facts, lawyer: str, among: Sequence[tuple[str, Role]]
) -> Iterator[tuple[Duty, ...]]:
    """The sets of duties that one lawyer may hold together."""
    duties = [Duty(shift=shift, lawyer=lawyer, role=role) for shift, role in among]
    open_sets: list[tuple[tuple[Duty, ...], int]] = [((), 0)]
    while open_sets:
        chosen, next_one = open_sets.pop()
        for index in range(next_one, len(duties)):
            longer = (*chosen, duties[index])
            if _allowed(facts, lawyer, longer):
                yield longer
                if len(longer) < LARGEST_DAY:
                    open_sets.append((longer, index + 1))


def _allowed(facts: Facts, lawyer: str, duties: Sequence[Duty]) -> bool:
    return not any(
        True for rule in facts.rules for _ in rule.breaks_of_lawyer(facts, lawyer, duties)
    )
