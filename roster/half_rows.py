"""A certificate's halves, worked out anew from the checker's own rows.

A half is half the sum of some rows, every weight and the limit rounded down. Duties and steps are
whole and never negative, so every roster that keeps the rows keeps it too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, field

from zhiban.roster.facts import Facts
from zhiban.roster.rosterfile import Half, Part
from zhiban.roster.rules.rule import CheckedRow, Holding

LawyerDay = tuple[str, int]
StepName = tuple[str, tuple[str, ...], int, int]  # rule, key, price, sign
Named = Callable[[str, tuple[str, ...]], CheckedRow | None]


@dataclass
class OfDay:
    """The part of a half on one lawyer's day: what each set of duties weighs before halving."""

    ones: int = 0
    plain: dict[Holding, int] = field(default_factory=dict)
    once: list[tuple[int, Set[Holding]]] = field(default_factory=list)
    inner: list[OfDay] = field(default_factory=list)

    def weight(self, duties: Set[Holding]) -> int:
        """The weight of a set of duties, not empty, after halving."""
        total = self.ones + sum(self.plain.get(duty, 0) for duty in duties)
        total += sum(side for side, among in self.once if not among.isdisjoint(duties))
        return (total + sum(half.weight(duties) for half in self.inner)) // 2

    def least(self, duty: Holding) -> int:
        """The least one more duty can add; rounding down costs a sum no more than its parts."""
        total = self.plain.get(duty, 0)
        total += sum(min(0, side) for side, among in self.once if duty in among)
        return (total + sum(half.least(duty) for half in self.inner)) // 2


@dataclass
class HalfRow:
    """A half as the checker sees it: by lawyer's day, weights of steps, limit."""

    days: dict[LawyerDay, OfDay] = field(default_factory=dict)
    steps: dict[StepName, int] = field(default_factory=dict)
    limit: int = 0


def half_row(
    facts: Facts, half: Half, named: Named, before: Mapping[int, HalfRow]
) -> HalfRow | None:
    """The half made of the rows that are `named` so and of halves `before`; None if any is not."""
    row = HalfRow()
    for part in half.parts:
        found = named(part.rule, part.key)
        limit = None if found is None else found.lower if part.lower else found.upper
        if found is None or limit is None:
            return None
        side = -1 if part.lower else 1
        row.limit += side * limit
        _add_duties(facts, row, found, side)
        for name in step_names(part, found):
            row.steps[name] = row.steps.get(name, 0) + side * name[3]
    for lawyer, day in half.days:
        row.days.setdefault((lawyer, day), OfDay()).ones += 1
        row.limit += 1
    for number in half.halves:
        if number not in before:
            return None
        _add_half(row, before[number])
    return _halved(row) if _add_bounds(row, half, named) else None


def step_names(part: Part, row: CheckedRow) -> dict[StepName, int]:
    """The units of the row's steps, those of one price and sign together."""
    units: dict[StepName, int] = {}
    for step in row.steps:
        name = (part.rule, part.key, step.price, step.sign)
        units[name] = units.get(name, 0) + step.units
    return units


def _add_duties(facts: Facts, row: HalfRow, found: CheckedRow, side: int) -> None:
    once: dict[LawyerDay, set[Holding]] = {}
    for held, weight in found.weights.items():
        day = (held[0], facts.when[held[1]].day)
        if found.once:
            once.setdefault(day, set()).add(held)
            continue
        plain = row.days.setdefault(day, OfDay()).plain
        plain[held] = plain.get(held, 0) + side * weight
    for day, among in once.items():
        row.days.setdefault(day, OfDay()).once.append((side, among))


def _add_half(row: HalfRow, half: HalfRow) -> None:
    row.limit += half.limit
    for day, inner in half.days.items():
        row.days.setdefault(day, OfDay()).inner.append(inner)
    for name, weight in half.steps.items():
        row.steps[name] = row.steps.get(name, 0) + weight


def _add_bounds(row: HalfRow, half: Half, named: Named) -> bool:
    """Adds that a step takes its units at most; whether all such steps are known."""
    for step in half.steps:
        part = Part(rule=step.rule, key=step.key)
        found = named(step.rule, step.key)
        name = (step.rule, step.key, step.price, step.sign)
        units = {} if found is None else step_names(part, found)
        if name not in units:
            return False
        row.steps[name] = row.steps.get(name, 0) + 1
        row.limit += units[name]
    return True


def _halved(row: HalfRow) -> HalfRow:
    """The days halve themselves when asked."""
    steps = {name: weight // 2 for name, weight in row.steps.items()}
    return HalfRow(row.days, steps, row.limit // 2)
