"""The pipeline against brute force, planted rosters, stops and odd sizes."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from zhiban.roster.checker import check, violations
from zhiban.roster.example import example, planted
from zhiban.roster.facts import Facts
from zhiban.roster.prices import by_rule
from zhiban.roster.problem import ROLES, RosterProblem
from zhiban.roster.roster import Duty, Roster
from zhiban.roster.rosterfile import load_roster_file
from zhiban.roster.rules import active_rules
from zhiban.roster.solve import solve

SMALL = {"lawyers": 40, "stations": 8, "seats": 3, "cities": 1, "weeks": 1, "short": False}


def cheapest(problem: RosterProblem) -> int:
    """The least objective of all rosters, tried one by one by the plain rules."""
    facts = Facts(problem, active_rules(problem))
    places = [
        (shift, role)
        for shift in problem.shifts
        for role in ROLES
        for _ in range(shift.places(role))
    ]
    options = [
        [None, *(one for one in facts.lawyers if facts.barred_by(one, shift, role) is None)]
        for shift, role in places
    ]
    best = 1 << 60
    for choice in product(*options):
        duties = {
            Duty(shift=shift.id, lawyer=who, role=role)
            for (shift, role), who in zip(places, choice, strict=True)
            if who is not None
        }
        if len(duties) < sum(who is not None for who in choice):
            continue
        roster = facts.with_roster(Roster.of(duties))
        if not any(True for _ in violations(roster)):
            best = min(best, sum(by_rule(roster).values()))
    return best


@pytest.mark.parametrize("seed", range(12))
def test_the_optimum_is_what_trying_everything_finds(seed: int) -> None:
    whole = example(lawyers=3, stations=2, seats=2, seed=seed, short=seed % 2 == 1)
    shifts, places = [], 0
    for shift in sorted(whole.shifts, key=lambda one: (one.start.weekday() % 2, one.id[::-1])):
        if places + shift.wanted + shift.standby <= 5:
            shifts.append(shift)
            places += shift.wanted + shift.standby
    known = {shift.id for shift in shifts}
    locks = tuple(lock for lock in whole.locks if lock.shift in known)
    problem = whole.model_copy(update={"shifts": tuple(shifts), "locks": locks})
    solved = solve(problem)
    assert solved.status == "optimal"
    assert solved.objective == solved.bound == cheapest(problem)
    assert check(problem, solved).sound


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_around_a_planted_roster_everything_needed_is_covered_at_no_higher_price(
    seed: int,
) -> None:
    problem, roster = planted(**SMALL, seed=seed)
    known = Facts(problem, active_rules(problem), roster)
    assert list(violations(known)) == []
    solved = solve(problem)
    assert solved.status == "optimal"
    assert solved.objective <= sum(by_rule(known).values())
    checked = check(problem, solved)
    assert checked.violations == ()
    assert checked.objective == solved.objective
    assert checked.certificate_bound is not None
    assert checked.certificate_bound + (checked.search_rest or 0) == solved.bound
    needed = {shift.id: shift.need for shift in problem.shifts}
    held = dict.fromkeys(needed, 0)
    for duty in solved.duties:
        held[duty.shift] += duty.role == "primary"
    assert all(held[shift] >= need for shift, need in needed.items())


def test_the_same_input_gives_the_same_roster() -> None:
    problem = example(lawyers=60, stations=10, seats=4, seed=5)
    one, other = solve(problem), solve(problem)
    assert one.duties == other.duties
    assert one.certificate == other.certificate


def test_a_second_thread_changes_nothing_about_the_roster() -> None:
    # 120 lawyers: enough for dives beside the rounds of the bound.
    problem = example(lawyers=120, stations=16, seats=3, seed=4)
    alone, beside = (solve(problem, workers=workers) for workers in (1, 2))
    assert alone.duties == beside.duties
    assert (alone.status, alone.objective, alone.bound) == (
        beside.status,
        beside.objective,
        beside.bound,
    )


def test_a_roster_file_comes_back_from_json_unchanged() -> None:
    solved = solve(example(lawyers=30, stations=4, seats=2, seed=1))
    assert load_roster_file(solved.model_dump_json()) == solved


def test_progress_rows_only_improve_and_end_in_the_result() -> None:
    rows: list[Any] = []
    solved = solve(example(lawyers=80, stations=12, seats=4, seed=2), on_progress=rows.append)
    assert tuple(rows) == solved.progress
    objectives = [row.objective for row in rows if row.objective is not None]
    bounds = [row.bound for row in rows if row.bound is not None]
    assert objectives == sorted(objectives, reverse=True)
    assert bounds == sorted(bounds)
    assert (objectives[-1], bounds[-1]) == (solved.objective, solved.bound)


@pytest.mark.parametrize("calls", [0, 3])
def test_a_stop_leaves_the_best_so_far_and_claims_no_more(calls: int) -> None:
    asked = iter(range(1_000_000))
    problem = example(lawyers=150, stations=25, seats=4, seed=1)
    solved = solve(problem, stopped=lambda: next(asked) >= calls)
    assert (solved.status, solved.stopped) == ("feasible", "asked")
    assert solved.bound <= solved.objective
    assert check(problem, solved).sound


def test_no_time_at_all_still_gives_a_roster_that_breaks_nothing() -> None:
    problem = example(lawyers=40, stations=8, seats=3, seed=1)
    solved = solve(problem, seconds=0)
    assert solved.stopped == "time"
    assert check(problem, solved).sound


@pytest.mark.parametrize("people", [0, 1])
def test_few_lawyers_are_no_error(town: Any, people: int) -> None:
    problem = town.problem(["near.mon.am", "near.mon.pm"], ["A"][:people])
    solved = solve(problem)
    assert solved.status == "optimal"
    assert len(solved.duties) == 2 * people
    assert sum(one.missing for one in solved.vacancies) == 2 - 2 * people
    assert check(problem, solved).sound


def test_an_empty_week_is_a_roster_of_no_duties(town: Any) -> None:
    problem = town.problem([], ["A"])
    solved = solve(problem)
    assert (solved.status, solved.objective, solved.duties) == ("optimal", 0, ())
    assert check(problem, solved).sound


def test_four_shifts_of_any_length_make_one_day_when_the_cap_allows(town: Any) -> None:
    # 8:00 to 16:00 in four spans of two hours, at one post, a cap of four a day
    shifts = []
    for number in range(4):
        shift = town.shift("near.mon.am")
        start = shift.start.replace(hour=8 + 2 * number, minute=0)
        end = shift.start.replace(hour=10 + 2 * number, minute=0)
        change = {"id": f"s{number}", "start": start, "end": end, "points": 0.5}
        shifts.append(shift.model_copy(update=change))
    for cap in (0, 1, 2, 3, 4):
        solved = solve(town.problem(shifts, [town.lawyer("A", per_day=cap, per_week=9)]))
        assert (solved.status, len(solved.duties)) == ("optimal", cap)


def test_two_weeks_are_solved_as_one(town: Any) -> None:
    # one duty a week is allowed: with two weeks two of four are held
    shifts = ["near.mon.am", "near.wed.am", "near.7.am", "near.9.am"]
    problem = town.problem(shifts, [town.lawyer("A", per_week=1)], weeks=2)
    solved = solve(problem)
    assert solved.status == "optimal"
    assert len({int(duty.shift.split(".")[1] in "79") for duty in solved.duties}) == 2
