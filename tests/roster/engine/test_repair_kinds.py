"""Every kind of incident against an oracle that tries all rosters of a small problem."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from zhiban.roster.checker import check, violations
from zhiban.roster.facts import Facts
from zhiban.roster.freedom import Freedom
from zhiban.roster.incidents import Absent, Added, Closed, Incident, Swapped, upset
from zhiban.roster.prices import by_rule
from zhiban.roster.problem import ROLES, Leave, Role, RosterProblem, Wish
from zhiban.roster.repair import Repaired, repair
from zhiban.roster.roster import Duty, Roster
from zhiban.roster.rosterfile import RosterFile
from zhiban.roster.rules import active_rules
from zhiban.roster.solve import solve

SHIFTS = ("near.mon.am", "near.mon.pm", "far.mon.am", "seat.tue.am", "far.tue.pm")
Figures = tuple[int, int, int]


def small(town: Any, seed: int) -> RosterProblem:
    """Four lawyers and five shifts with skills, caps, gaps, pairing and wishes, made up.

    Who served the holiday of a Tuesday last year costs more there than a wished place that stays
    vacant: there the cheapest roster is not the one with the fewest vacancies.
    """
    rng = random.Random(seed)
    shifts = [town.shift(one, skills=rng.choice([(), (), ("labour",)])) for one in SHIFTS]
    shifts[0] = town.shift(SHIFTS[0], need=1, wish=2, pairing=True)
    shifts[4] = town.shift(SHIFTS[4], need=0, wish=1, holiday="qingming")
    people = [
        town.lawyer(
            name,
            firm=rng.choice("fg"),
            skills=rng.choice([(), ("labour",)]),
            per_week=rng.choice([1, 2, 2, 3]),
            holidays=rng.choice([(), ("qingming",)]),
            gap_days=rng.choice([0, 0, 1]),
            licensed_on=rng.choice(["2005-01-01", "2020-01-01", "2025-01-01"]),
        )
        for name in "ABCD"
    ]
    wishes = [
        Wish(lawyer=rng.choice("ABCD"), shift=rng.choice(SHIFTS), value=rng.randint(-9, 9))
        for _ in range(4)
    ]
    away = shifts[rng.randrange(5)]
    leave = Leave(lawyer=rng.choice("ABCD"), start=away.start, end=away.end)
    problem: RosterProblem = town.problem(shifts, people, wishes=wishes, leaves=[leave])
    return problem


def absent(town: Any, problem: RosterProblem, file: RosterFile, rng: Any) -> Sequence[Incident]:
    """Whoever holds one of the duties, that day."""
    lost = rng.choice(file.duties)
    start = next(one.start for one in problem.shifts if one.id == lost.shift)
    day = start.replace(hour=0, minute=0)
    return [Absent(lost.lawyer, day, day + timedelta(days=1))]


def week_off(town: Any, problem: RosterProblem, file: RosterFile, rng: Any) -> Sequence[Incident]:
    """A leave of the whole week."""
    start = problem.shifts[0].start
    return [Absent(rng.choice(file.duties).lawyer, start, start + timedelta(days=7))]


def closed(town: Any, problem: RosterProblem, file: RosterFile, rng: Any) -> Sequence[Incident]:
    """A shift that somebody holds does not take place: its lawyer is free for others."""
    return [Closed(rng.choice(file.duties).shift)]


def added(town: Any, problem: RosterProblem, file: RosterFile, rng: Any) -> Sequence[Incident]:
    """One more shift, which needs a skill or not."""
    return [Added(town.shift("near.tue.am", skills=rng.choice([(), ("labour",)])))]


def swapped(town: Any, problem: RosterProblem, file: RosterFile, rng: Any) -> Sequence[Incident]:
    """The first two duties whose lawyers may hold each other's at all; none: no incident."""
    facts = Facts(problem, active_rules(problem), file.roster)
    pairs = [(a, b) for a, b in product(file.duties, repeat=2) if a.lawyer < b.lawyer]
    rng.shuffle(pairs)
    for one, other in pairs:
        able = one.shift != other.shift and not any(
            facts.barred_by(who.lawyer, facts.shifts[there.shift], there.role)
            for who, there in ((one, other), (other, one))
        )
        if able:
            return [Swapped(one, other)]
    return []


def several(town: Any, problem: RosterProblem, file: RosterFile, rng: Any) -> Sequence[Incident]:
    """A shift more, and somebody who is away."""
    kinds = [added, absent]
    return [one for kind in kinds for one in kind(town, problem, file, rng)]


def rosters(facts: Facts) -> Iterator[Roster]:
    """All rosters of a problem that break no rule.

    No rule about one lawyer is mended by one duty more, so what breaks one is not made longer.
    """
    places = [
        (shift.id, role)
        for shift in facts.problem.shifts
        for role in ROLES
        for _ in range(shift.places(role))
    ]

    def longer(held: list[Duty], rest: list[tuple[str, Role]]) -> Iterator[Roster]:
        if not rest:
            roster = Roster.of(held)
            if not any(True for _ in violations(facts.with_roster(roster))):
                yield roster
            return
        (shift, role), others = rest[0], rest[1:]
        yield from longer(held, others)
        for lawyer in facts.eligible(shift, role):
            own = [*(duty for duty in held if duty.lawyer == lawyer), Duty(shift, lawyer, role)]
            broken = (
                one for rule in facts.rules for one in rule.breaks_of_lawyer(facts, lawyer, own)
            )
            twin = held and (held[-1].shift, held[-1].role) == (shift, role)
            if twin and held[-1].lawyer >= lawyer:
                continue  # the same two the other way round
            if own[-1] not in held and next(iter(broken), None) is None:
                yield from longer([*held, own[-1]], others)

    yield from longer([], places)


def figures(facts: Facts, roster: Roster, before: Roster) -> Figures:
    """Price of vacancies, duties changed, price of the whole."""
    prices = by_rule(facts.with_roster(roster))
    return *wanting(facts, roster, before), sum(prices.values())


def wanting(facts: Facts, roster: Roster, before: Roster) -> tuple[int, int]:
    """Price of vacancies, duties changed."""
    now = facts.with_roster(roster)
    filled = [rule for rule in facts.rules if rule.code in ("cover", "online_seat", "locks")]
    vacant = sum(
        rule.price_of_shift(now, shift, now.duties_on(shift))
        for rule in filled
        for shift in now.shifts
    )
    return vacant, len(set(roster) ^ set(before))


def by_hand(
    problem: RosterProblem,
    file: RosterFile,
    incidents: Sequence[Incident],
    allowed: Callable[[Roster], bool] = lambda roster: True,
) -> tuple[Figures, Facts, Roster]:
    """The least figures of all rosters, the changed problem, and what they are measured from."""
    now = upset(problem, file.roster, incidents)
    facts = Facts(now.problem, active_rules(now.problem))
    found = [(wanting(facts, one, now.roster), one) for one in rosters(facts) if allowed(one)]
    fewest = min(few for few, _ in found)
    least = min(figures(facts, one, now.roster) for few, one in found if few == fewest)
    return least, facts, now.roster


def assert_as_by_hand(mended: Repaired, least: Figures, facts: Facts, before: Roster) -> None:
    assert mended.proved
    assert mended.cheapest
    assert check(mended.problem, mended.file).sound
    assert figures(facts, mended.file.roster, before) == least


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("kind", [absent, week_off, closed, added, swapped, several])
def test_no_roster_has_fewer_vacancies_then_changes_then_a_lower_price(
    town: Any, kind: Any, seed: int
) -> None:
    problem = small(town, seed)
    solved = solve(problem)
    incidents = kind(town, problem, solved, random.Random(seed))
    mended = repair(problem, solved, incidents=incidents)
    assert_as_by_hand(mended, *by_hand(problem, solved, incidents))
    before, after = set(solved.duties), set(mended.file.duties)
    assert set(mended.gone) == before - after
    assert set(mended.come) == after - before


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("kind", [absent, closed, swapped])
def test_the_way_by_the_bound_gives_the_same(
    town: Any, kind: Any, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # parts with more columns than that go by the LP's bound: here, all of them
    monkeypatch.setattr("zhiban.roster.fewest.SMALL", -1)
    problem = small(town, seed)
    solved = solve(problem)
    incidents = kind(town, problem, solved, random.Random(seed))
    mended = repair(problem, solved, incidents=incidents)
    assert_as_by_hand(mended, *by_hand(problem, solved, incidents))


def early(problem: RosterProblem, file: RosterFile) -> tuple[Freedom, Callable[[Duty], bool]]:
    """Nothing before Tuesday changes."""
    since = next(one.start for one in problem.shifts if one.id == "seat.tue.am")
    return Freedom(since=since), lambda duty: ".mon." in duty.shift


def alone(problem: RosterProblem, file: RosterFile) -> tuple[Freedom, Callable[[Duty], bool]]:
    """Two lawyers are left alone."""
    return Freedom(spared=frozenset("AB")), lambda duty: duty.lawyer in "AB"


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("bounds", [early, alone])
def test_what_is_to_stay_neither_loses_nor_gains(town: Any, bounds: Any, seed: int) -> None:
    problem = small(town, seed)
    solved = solve(problem)
    freedom, fixed = bounds(problem, solved)
    tuesday = next(one for one in problem.shifts if one.id == "far.tue.pm")
    incidents = [Absent("C", tuesday.start, tuesday.end), Added(town.shift("near.tue.am"))]
    mended = repair(problem, solved, incidents=incidents, freedom=freedom)
    stays = {duty for duty in solved.duties if fixed(duty)}
    assert {duty for duty in mended.file.duties if fixed(duty)} == stays
    least = by_hand(
        problem, solved, incidents, lambda one: {duty for duty in one if fixed(duty)} == stays
    )
    assert_as_by_hand(mended, *least)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("named", [frozenset(), frozenset({"B"}), frozenset({"seat.tue.am"})])
def test_only_named_duties_are_taken_from_who_holds_them(
    town: Any, named: frozenset[str], seed: int
) -> None:
    problem = small(town, seed)
    solved = solve(problem)
    incidents = [Added(town.shift("near.tue.am", skills=("labour",)))]
    kept = {d for d in solved.duties if d.lawyer not in named and d.shift not in named}
    mended = repair(problem, solved, incidents=incidents, freedom=Freedom(movable=named))
    assert kept <= set(mended.file.duties)
    least = by_hand(problem, solved, incidents, lambda one: kept <= set(one))
    assert_as_by_hand(mended, *least)
