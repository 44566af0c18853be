"""Rows made of others by halving: no roster breaks them, and they are what their parts say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise
from random import Random
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from zhiban.roster.checker import violations
from zhiban.roster.facts import Facts
from zhiban.roster.found import FoundRow, Half
from zhiban.roster.halves import Entries, Sums, halved
from zhiban.roster.model import Model, build
from zhiban.roster.plan import Plan, activity_of, steps_of
from zhiban.roster.pricing import ONE
from zhiban.roster.problem import RosterProblem
from zhiban.roster.rows import FREE
from zhiban.roster.rules import active_rules
from zhiban.roster.separation import BROKEN
from zhiban.roster.solve import solve
from zhiban.roster.stars import Stars
from zhiban.roster.yardstick import cp_sat_alone

Cut = Any
Ints = NDArray[np.int64]
Row = tuple[Counter[int], Counter[int], int]  # weights of columns, weights of steps, limit

# Towns where halves raise the bound by some points, and are made of halves, of other found rows,
# of rows at their lower limit, of weights below zero.
CUTS = [
    (6, 18, 7),
    (2, 30, 7),
    (3, 30, 7),
    (13, 30, 7),
    (3, 24, 14),
    (5, 24, 14),
    (7, 24, 14),
    (24, 18, 7, True),
]
CLOSED = [(3, 30, 7), (7, 24, 14)]  # where the LP alone stays six and four points below
MANY = 600  # columns tried for one roster: so many fill what can be filled


def rosters(model: Model, seed: int, count: int) -> Iterator[Ints]:
    """Rosters that break no rule, from nobody on duty to as many as chance fits in."""
    random = Random(seed)
    for number in range(count):
        plan = Plan(model)
        columns = list(range(len(model.columns)))
        random.shuffle(columns)
        for column in columns[: min(len(columns), MANY) * number // max(1, count - 1)]:
            if plan.fits(column):
                plan.take(column)
        yield plan.chosen


def some_steps(model: Model, chosen: Ints, random: Random) -> Ints:
    """Steps that keep the rows, not the cheapest ones: any of a row's may take what must be."""
    steps = model.frame.steps
    used: Ints = steps_of(model.frame, activity_of(model, chosen))
    for _ in range(30):
        one = random.randrange(len(used))
        same = [
            step
            for step in range(max(0, one - 8), min(len(used), one + 9))
            if steps.row[step] == steps.row[one] and steps.sign[step] == steps.sign[one]
        ]
        other = random.choice(same)
        if used[one] > 0 and used[other] < steps.units[other]:
            used[one] -= 1
            used[other] += 1
    return used


def worst(model: Model, rows: list[FoundRow], chosen: Ints, used: Ints) -> list[int]:
    """By how much a roster breaks each row."""
    held = np.zeros(len(model.columns), np.int64)
    held[chosen] = 1
    return [
        int(row.weights @ held[row.columns] + row.step_weights @ used[row.steps]) - row.upper
        for row in rows
    ]


def best(cut: Cut) -> Ints:
    """The columns of the best roster that is found in so many seconds, mostly of the optimum."""
    model: Model = cut.model
    file = solve(cut.problem, seconds=3)
    place = {
        (model.ground.problem.shifts[int(shift)].id, bool(standby)): index
        for index, (shift, standby) in enumerate(
            zip(model.ground.places.shift, model.ground.places.standby, strict=True)
        )
    }
    lawyer = {one.id: index for index, one in enumerate(model.ground.problem.lawyers)}
    held: dict[int, set[int]] = {}
    for duty in file.duties:
        at = place[duty.shift, duty.role == "standby"]
        day = lawyer[duty.lawyer] * model.ground.days + int(model.ground.places.day[at])
        held.setdefault(day, set()).add(at)
    group = model.columns.group
    chosen = [
        column
        for day, places in held.items()
        for column in range(int(group[day]), int(group[day + 1]))
        if set(model.arcs.place[model.columns.arcs_of(np.array([column]))].tolist()) == places
    ]
    assert len(chosen) == len(held)
    return np.array(sorted(chosen), np.int64)


def any_half(model: Model, found: Stars, random: Random) -> Half:
    """Some parts picked by chance, rows of few columns or with steps rather than others."""
    frame = model.frame
    limited = np.flatnonzero((frame.upper < FREE) | (frame.lower > -FREE))
    special = np.flatnonzero((frame.upper >= FREE) | (frame.upper == 0))
    rows = {int(random.choice(limited)) for _ in range(random.randint(1, 4))}
    if len(special) and random.random() < 0.5:
        rows.add(int(random.choice(special)))
    filled = np.flatnonzero(np.diff(model.columns.group))
    days = {int(random.choice(filled)) for _ in range(random.randint(0, 3))}
    own = np.flatnonzero(np.isin(frame.steps.row, list(rows)))
    many = np.flatnonzero(frame.steps.units > 1)
    steps = {int(random.choice(own)) for _ in range(random.randint(0, 3)) if len(own)}
    steps |= {int(random.choice(many)) for _ in range(random.randint(0, 1)) if len(many)}
    before = {random.randrange(len(found)) for _ in range(random.randint(0, 3)) if len(found)}
    return Half(*(tuple(sorted(one)) for one in (rows, days, before, steps)))


def add_any_halves(model: Model, found: Stars, random: Random, count: int) -> None:
    """Halves of chance parts, later ones of earlier ones too."""
    entries = Entries(model)
    for _ in range(count):
        half = any_half(model, found, random)
        if half not in found.half:
            found.add_halves([(half, halved(entries.sums(half, found)))])


class Plainly:
    """The model's rows reckoned one by one from what the rules gave, without any array trick."""

    def __init__(self, model: Model, found: Stars) -> None:
        self.model, self.found = model, found
        self.of_arc: list[list[tuple[int, int]]] = [[] for _ in range(len(model.arcs))]
        self.once: list[set[int]] = [set() for _ in range(len(model.arcs))]
        for family, at in zip(model.frame.families, model.frame.offset.tolist(), strict=True):
            for arc, row, weight in zip(
                family.arc.tolist(), family.row.tolist(), family.weight.tolist(), strict=True
            ):
                self.of_arc[arc].append((at + row, weight))
                if family.once:
                    self.once[arc].add(at + row)
        self.halves = {number: half for half, number in found.half.items()}
        self.known: dict[int, Row] = {}
        self.of_row = self._columns()

    def _columns(self) -> list[Counter[int]]:
        """Of each row the weights of its columns."""
        of_row = [Counter[int]() for _ in range(len(self.model.frame))]
        first, arcs = self.model.columns.first.tolist(), self.model.columns.arc.tolist()
        for column in range(len(self.model.columns)):
            for arc in arcs[first[column] : first[column + 1]]:
                for row, weight in self.of_arc[arc]:
                    if row in self.once[arc]:
                        of_row[row][column] = 1
                    else:
                        of_row[row][column] += weight
        return of_row

    def row(self, wanted: int) -> Row:
        """A row of the model at its upper limit, or at its lower one for want of another."""
        frame = self.model.frame
        side = 1 if frame.upper[wanted] < FREE else -1
        steps = Counter[int]()
        for step in np.flatnonzero(frame.steps.row == wanted).tolist():
            steps[step] = side * int(frame.steps.sign[step])
        limit = int(frame.upper[wanted]) if side > 0 else -int(frame.lower[wanted])
        columns = {column: side * weight for column, weight in self.of_row[wanted].items()}
        return Counter(columns), steps, limit

    def found_row(self, number: int) -> Row:
        """A found row: a half by its parts, another one as it stands."""
        if number in self.halves:
            if number not in self.known:
                self.known[number] = self.half(self.halves[number])
            return self.known[number]
        row = self.found.rows[number]
        columns = zip(row.columns.tolist(), row.weights.tolist(), strict=True)
        return Counter(dict(columns)), Counter(), row.upper

    def half(self, half: Half) -> Row:
        """The definition: add up, divide by two, round down."""
        columns, steps, limit = Counter[int](), Counter[int](), 0
        parts = [self.row(row) for row in half.rows]
        parts += [self.found_row(number) for number in half.found]
        for day in half.days:
            same = np.flatnonzero(self.model.columns.day == day).tolist()
            parts.append((Counter(same), Counter(), 1))
        for step in half.steps:
            parts.append((Counter(), Counter([step]), int(self.model.frame.steps.units[step])))
        for own_columns, own_steps, own_limit in parts:
            for column, weight in own_columns.items():
                columns[column] += weight
            for step, weight in own_steps.items():
                steps[step] += weight
            limit += own_limit
        return _rounded(columns), _rounded(steps), _down(limit)


def _down(number: int) -> int:
    """Half of it; of an odd number, half of the even one below."""
    return (number - number % 2) // 2


def _rounded(weights: Counter[int]) -> Counter[int]:
    return Counter({key: _down(weight) for key, weight in weights.items() if _down(weight)})


def as_counters(row: FoundRow) -> Row:
    columns = Counter(dict(zip(row.columns.tolist(), row.weights.tolist(), strict=True)))
    steps = Counter(dict(zip(row.steps.tolist(), row.step_weights.tolist(), strict=True)))
    return columns, steps, row.upper


@pytest.mark.parametrize("which", CUTS)
def test_no_roster_breaks_a_half_that_was_found(cut: Callable[..., Cut], which: Any) -> None:
    made = cut(*which)
    model, random = made.model, Random(7)
    assert len(made.stars.half) > 5
    for chosen in (*rosters(model, 3, 6), best(made)):
        for _ in range(3):
            used = some_steps(model, chosen, random)
            assert max(worst(model, made.stars.rows, chosen, used)) <= 0


def test_the_rosters_of_chance_break_no_rule(cut: Callable[..., Cut]) -> None:
    made = cut(*CUTS[2])
    held = 0
    for chosen in rosters(made.model, 3, 6):
        roster = made.model.roster(chosen)
        facts = Facts(made.problem, active_rules(made.problem), roster)
        assert list(violations(facts)) == []
        held = max(held, len(roster.duties))
    assert held > 20  # else they would prove nothing


@pytest.mark.parametrize("which", CUTS)
def test_the_lp_broke_every_half_before_it_was_added(cut: Callable[..., Cut], which: Any) -> None:
    for point, halves in cut(*which).rounds:
        for _, row in halves:
            activity = sum(
                weight * point.column[column]
                for column, weight in zip(row.columns.tolist(), row.weights.tolist(), strict=True)
            ) + sum(
                weight * point.step[step]
                for step, weight in zip(row.steps.tolist(), row.step_weights.tolist(), strict=True)
            )
            assert activity > row.upper + BROKEN - 1e-9


@pytest.mark.parametrize("which", CUTS)
def test_a_half_never_lowers_the_lp(cut: Callable[..., Cut], which: Any) -> None:
    values = cut(*which).values
    assert all(after >= before - 1e-6 for before, after in pairwise(values))


@pytest.mark.parametrize("which", CLOSED)
def test_halves_bring_the_bound_up_to_the_optimum(cut: Callable[..., Cut], which: Any) -> None:
    made = cut(*which)
    measured = cp_sat_alone(made.problem, 60)
    assert measured.proved
    assert measured.objective is not None
    assert made.values[0] < measured.objective - 1  # the LP alone proves nothing here
    assert -(-made.priced.bound // ONE) == measured.objective


@pytest.mark.parametrize("seed", range(24))
def test_no_bound_lies_above_the_optimum(cut: Callable[..., Cut], seed: int) -> None:
    made = cut(seed, 12 + 6 * (seed % 2), 7, seed % 3 == 0)
    measured = cp_sat_alone(made.problem, 60)
    assert measured.proved
    assert measured.objective is not None
    assert made.priced.bound <= measured.objective * ONE


@pytest.mark.parametrize("which", CUTS)
def test_a_half_found_is_what_its_parts_say(cut: Callable[..., Cut], which: Any) -> None:
    made = cut(*which)
    plainly = Plainly(made.model, made.stars)
    halves = list(made.stars.half.items())
    for half, number in Random(2).sample(halves, min(6, len(halves))):
        assert as_counters(made.stars.rows[number]) == plainly.half(half)


@pytest.fixture
def small(town: Any) -> RosterProblem:
    """Few people, and every kind of row: pairs, places for two, standby, a firm's slots."""
    lawyers = [
        town.lawyer("A", licensed_on="2010-01-01"),
        town.lawyer("B", licensed_on="2025-06-01", gap_days=1),
        town.lawyer("C", firm="g", licensed_on="2025-06-01", days_running=2),
        town.lawyer("D", firm="g", licensed_on="2005-06-01", skills=("online",)),
    ]
    shifts = [
        town.shift("near.mon.am", need=2, standby=2, pairing=True),
        town.shift("near.mon.pm", need=1, wish=3, unpopular=True),
        town.shift("far.tue.am", need=2, pairing=True),
        town.shift("seat.tue.pm", standby=1),
        town.shift("far.wed.am", need=2),
        town.shift("near.wed.pm", by_firm=True),
        town.shift("near.thu.am", need=3),
    ]
    rules = {"firm_share": {"price": 0}, "fairness": {"slope": 0}}
    problem: RosterProblem = town.problem(shifts, lawyers, rules=rules)
    return problem


@pytest.mark.parametrize("seed", range(6))
def test_a_half_of_whatever_parts_is_what_they_say(small: RosterProblem, seed: int) -> None:
    model = build(small)
    found = Stars(model)
    found.add_broken(np.ones(len(model.columns)))
    add_any_halves(model, found, Random(seed), 40)
    plainly = Plainly(model, found)
    negative = several = lower = 0
    for half, number in found.half.items():
        row = found.rows[number]
        assert as_counters(row) == plainly.half(half)
        negative += int((row.weights < 0).any())
        several += int((model.frame.steps.units[list(half.steps)] > 1).any())
        lower += int((model.frame.upper[list(half.rows)] >= FREE).any())
    assert min(negative, several, lower) > 0


@pytest.mark.parametrize("seed", range(6))
def test_no_roster_breaks_a_half_of_whatever_parts(small: RosterProblem, seed: int) -> None:
    model = build(small)
    found = Stars(model)
    found.add_broken(np.ones(len(model.columns)))
    random = Random(seed)
    add_any_halves(model, found, random, 150)
    tight = 0
    for chosen in rosters(model, seed, 30):
        for _ in range(3):
            used = some_steps(model, chosen, random)
            over = worst(model, found.rows, chosen, used)
            assert max(over) <= 0
            tight += over.count(0)
    assert tight  # some are as tight as they can be


def test_halving_rounds_down_below_zero_too() -> None:
    numbers = np.array([3, 2, 1, 0, -1, -2, -3])
    row = halved(Sums(np.arange(7), numbers, np.arange(7), numbers, -5))
    assert as_counters(row) == (
        Counter({0: 1, 1: 1, 4: -1, 5: -1, 6: -2}),
        Counter({0: 1, 1: 1, 4: -1, 5: -1, 6: -2}),
        -3,
    )
