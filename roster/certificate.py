"""Re-proves a bound from its duals alone, in exact integers and plain Python.

Whatever the duals are, what remains of every duty's price after paying them, taken at its
cheapest for each lawyer's day, plus the duals at their rows' limits, is below every roster's
objective. Only duties that can lower a day need be looked at; every rule stays kept when a duty
is taken away, so the cheapest day is made of those alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from zhiban.roster.facts import Facts
from zhiban.roster.half_rows import (
    Halves,
    LawyerDay,
    Named,
    StepName,
    half_row,
    step_names,
)
from zhiban.roster.problem import Role
from zhiban.roster.roster import Duty
from zhiban.roster.rosterfile import Certificate, Part
from zhiban.roster.rules.rule import CheckedRow, Holding, Rule

ONE = 1 << 20
LARGEST_DAY = 4


@dataclass
class Remainder:
    """What is left of the prices: by duty, by step, by (lawyer, day) for rows that count once;
    `halves` with their duals; `fixed` is paid whatever the roster."""

    duty: dict[Holding, int]
    step: dict[StepName, int] = field(default_factory=dict)
    units: dict[StepName, int] = field(default_factory=dict)
    once: dict[LawyerDay, list[tuple[int, frozenset[Holding]]]] = field(default_factory=dict)
    halves: Halves = field(default_factory=Halves)
    dual: dict[int, int] = field(default_factory=dict)
    fixed: int = 0


def proved_bound(facts: Facts, certificate: Certificate) -> int:
    """A bound on every roster's objective, in units of 2^-20.

    Duals of unknown rows, or of the wrong sign for their row, count as zero.
    """
    rest = Remainder(_prices(facts))
    rules = {rule.code: rule for rule in facts.rules}

    @cache
    def named(rule: str, key: tuple[str, ...]) -> CheckedRow | None:
        return _row(rules[rule], facts, key) if rule in rules else None

    for dual in certificate.duals:
        row = named(dual.rule, dual.key)
        if row is not None:
            _pay(facts, rest, Part(rule=dual.rule, key=dual.key), row, dual.value)
    for number, half in enumerate(certificate.halves):
        made = half_row(facts, half, named, rest.halves)
        if made is not None:
            rest.halves.add(number, made)
            _pay_half(rest, number, half.value, named)
    least_steps = sum(min(0, price) * rest.units[name] for name, price in rest.step.items())
    least_days = sum(_least(facts, rest, who, day) for who, day in _days(facts, rest))
    return rest.fixed + least_steps + least_days


def _row(rule: Rule, facts: Facts, key: tuple[str, ...]) -> CheckedRow | None:
    """The rule's row of that name; None for a key that a stranger made up.

    A row with steps must have one name alone, or its steps would be paid for once a name.
    """
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


def _pay(facts: Facts, rest: Remainder, part: Part, row: CheckedRow, dual: int) -> None:
    """Takes one row's dual into account."""
    limit = row.lower if dual > 0 else row.upper
    if limit is None or not dual:
        return
    rest.fixed += dual * limit
    for name, units in step_names(part, row).items():
        _pay_step(rest, name, units, dual * name[3])
    if not row.once:
        for held, weight in row.weights.items():
            rest.duty[held] -= dual * weight
        return
    days: dict[LawyerDay, set[Holding]] = {}
    for held in row.weights:
        days.setdefault((held[0], facts.when[held[1]].day), set()).add(held)
    for day, among in days.items():
        rest.once.setdefault(day, []).append((dual, frozenset(among)))


def _pay_half(rest: Remainder, number: int, dual: int, named: Named) -> None:
    if dual >= 0:
        return
    half = rest.halves.rows[number]
    rest.fixed += dual * half.limit
    rest.dual[number] = dual
    for name, weight in half.steps.items():
        row = named(name[0], name[1])
        if row is not None and weight:
            units = step_names(Part(rule=name[0], key=name[1]), row)
            _pay_step(rest, name, units[name], dual * weight)


def _pay_step(rest: Remainder, name: StepName, units: int, paid: int) -> None:
    rest.step[name] = rest.step.get(name, name[2] * ONE) - paid
    rest.units[name] = units


def _days(facts: Facts, rest: Remainder) -> Iterator[LawyerDay]:
    """Lawyers' days with a duty that could lower them."""
    for lawyer, days in facts.eligible_of.items():
        for day, held in days.items():
            if any(_marginal(rest, (lawyer, day), duty) < 0 for duty in held):
                yield lawyer, day


def _marginal(rest: Remainder, day: LawyerDay, duty: tuple[str, Role]) -> int:
    """The least that a duty can add to what its day costs."""
    held = (day[0], *duty)
    return rest.duty[held] - _paid(rest, rest.halves.least(day, held))


def _paid(rest: Remainder, weights: Mapping[int, int]) -> int:
    """What halves of those weights pay."""
    return sum(rest.dual.get(number, 0) * weight for number, weight in weights.items())


def _least(facts: Facts, rest: Remainder, lawyer: str, day: int) -> int:
    """The least that a lawyer's day can cost."""
    once = rest.once.get((lawyer, day), ())
    held = facts.eligible_of[lawyer][day]
    lowering = [duty for duty in held if _marginal(rest, (lawyer, day), duty) < 0]
    least = 0
    for chosen in _sets(facts, lawyer, lowering):
        keys = {(lawyer, duty.shift, duty.role) for duty in chosen}
        price = sum(rest.duty[key] for key in keys)
        price -= sum(dual for dual, among in once if not among.isdisjoint(keys))
        price -= _paid(rest, rest.halves.weights((lawyer, day), keys))
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
