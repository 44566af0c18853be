"""A certificate's halves, worked out anew from the checker's own rows.

A half is half the sum of some rows, every weight and the limit rounded down. Duties and steps are
whole and never negative, so every roster that keeps the rows keeps it too.
"""

from __future__ import annotations

from collections.abc import Callable, Set
from dataclasses import dataclass, field

from zhiban.roster.facts import Facts
from zhiban.roster.rosterfile import Half, Part
from zhiban.roster.rules.rule import CheckedRow, Holding

LawyerDay = tuple[str, int]
StepName = tuple[str, tuple[str, ...], int, int]  # rule, key, price, sign
Named = Callable[[str, tuple[str, ...]], CheckedRow | None]


@dataclass
class OfDay:
    """What a half adds up of its own on one lawyer's day, halves inside it apart."""

    ones: int = 0
    plain: dict[Holding, int] = field(default_factory=dict)
    once: list[tuple[int, Set[Holding]]] = field(default_factory=list)

    def weight(self, duties: Set[Holding]) -> int:
        """What a set of duties, not empty, weighs."""
        total = self.ones + sum(self.plain.get(duty, 0) for duty in duties)
        return total + sum(side for side, among in self.once if not among.isdisjoint(duties))

    def least(self, duty: Holding) -> int:
        """The least one more duty can add."""
        total = self.plain.get(duty, 0)
        return total + sum(min(0, side) for side, among in self.once if duty in among)


@dataclass
class HalfRow:
    """A half as the checker sees it: its `own` sums by lawyer's day, the `halves` inside it by
    number, all `days` that either touches; weights of steps and limit are halved already."""

    own: dict[LawyerDay, OfDay] = field(default_factory=dict)
    halves: tuple[int, ...] = ()
    days: set[LawyerDay] = field(default_factory=set)
    steps: dict[StepName, int] = field(default_factory=dict)
    limit: int = 0


@dataclass
class Halves:
    """The halves that could be made, by number; each comes behind those that it is made of.

    A day is reckoned half by half in that order: halves of halves may lie deep and be shared.
    """

    rows: dict[int, HalfRow] = field(default_factory=dict)
    of_day: dict[LawyerDay, list[int]] = field(default_factory=dict)

    def add(self, number: int, row: HalfRow) -> None:
        """Takes the next half."""
        self.rows[number] = row
        for day in row.days:
            self.of_day.setdefault(day, []).append(number)

    def weights(self, day: LawyerDay, duties: Set[Holding]) -> dict[int, int]:
        """What a set of duties of that day, not empty, weighs in each half."""
        return self._halved(day, lambda own: own.weight(duties))

    def least(self, day: LawyerDay, duty: Holding) -> dict[int, int]:
        """The least one more duty can add to each half.

        Rounding down gives a sum no less than its parts.
        """
        return self._halved(day, lambda own: own.least(duty))

    def _halved(self, day: LawyerDay, reckon: Callable[[OfDay], int]) -> dict[int, int]:
        found: dict[int, int] = {}
        for number in self.of_day.get(day, ()):
            row = self.rows[number]
            own = row.own.get(day)
            total = 0 if own is None else reckon(own)
            found[number] = (total + sum(found.get(inner, 0) for inner in row.halves)) // 2
        return found


def half_row(facts: Facts, half: Half, named: Named, before: Halves) -> HalfRow | None:
    """The half made of the rows that are `named` so and of halves `before`.

    None if any of them is not known, or is there twice.
    """
    lists = (half.parts, half.days, half.steps, half.halves)
    if any(len(set(parts)) < len(parts) for parts in lists):
        return None
    row = HalfRow(halves=half.halves)
    if not _add_parts(facts, row, half, named) or not _add_halves(row, half, before):
        return None
    if not _add_bounds(row, half, named):
        return None
    row.days.update(row.own)
    row.steps = {name: weight // 2 for name, weight in row.steps.items()}
    row.limit //= 2
    return row


def step_names(part: Part, row: CheckedRow) -> dict[StepName, int]:
    """The units of the row's steps, those of one price and sign together."""
    units: dict[StepName, int] = {}
    for step in row.steps:
        name = (part.rule, part.key, step.price, step.sign)
        units[name] = units.get(name, 0) + step.units
    return units


def _add_parts(facts: Facts, row: HalfRow, half: Half, named: Named) -> bool:
    """Adds rows and days; whether all rows are known and have that limit."""
    for part in half.parts:
        found = named(part.rule, part.key)
        limit = None if found is None else found.lower if part.lower else found.upper
        if found is None or limit is None:
            return False
        side = -1 if part.lower else 1
        row.limit += side * limit
        _add_duties(facts, row, found, side)
        for name in step_names(part, found):
            row.steps[name] = row.steps.get(name, 0) + side * name[3]
    for day in half.days:
        row.own.setdefault(day, OfDay()).ones += 1
        row.limit += 1
    return True


def _add_duties(facts: Facts, row: HalfRow, found: CheckedRow, side: int) -> None:
    once: dict[LawyerDay, set[Holding]] = {}
    for held, weight in found.weights.items():
        day = (held[0], facts.when[held[1]].day)
        if found.once:
            once.setdefault(day, set()).add(held)
            continue
        plain = row.own.setdefault(day, OfDay()).plain
        plain[held] = plain.get(held, 0) + side * weight
    for day, among in once.items():
        row.own.setdefault(day, OfDay()).once.append((side, among))


def _add_halves(row: HalfRow, half: Half, before: Halves) -> bool:
    """Adds earlier halves; whether all are known."""
    for number in half.halves:
        if number not in before.rows:
            return False
        inner = before.rows[number]
        row.limit += inner.limit
        row.days |= inner.days
        for name, weight in inner.steps.items():
            row.steps[name] = row.steps.get(name, 0) + weight
    return True


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
