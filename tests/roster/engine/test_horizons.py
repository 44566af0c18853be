"""Horizons of one to thirteen weeks: made, modelled, solved and checked alike."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from zhiban.data.wording import Refused
from zhiban.roster.checker import check, violations
from zhiban.roster.example import example, planted
from zhiban.roster.facts import Facts
from zhiban.roster.model import build
from zhiban.roster.problem import load_problem
from zhiban.roster.rules import active_rules
from zhiban.roster.solve import solve

SIZE = {"lawyers": 24, "stations": 3, "seats": 2, "cities": 1}


@pytest.mark.parametrize("weeks", range(1, 14))
def test_a_horizon_of_any_length_is_planted_and_modelled(weeks: int) -> None:
    problem, roster = planted(weeks=weeks, seed=weeks, short=False, **SIZE)
    assert load_problem(problem.model_dump_json()) == problem
    assert list(violations(Facts(problem, active_rules(problem), roster))) == []
    starts = {shift.start.date() for shift in problem.shifts}
    assert problem.start <= min(starts)
    assert problem.end - timedelta(days=7) <= max(starts) < problem.end
    model = build(problem)
    places = sum(shift.wanted + shift.standby for shift in problem.shifts)
    assert int(model.ground.places.room.sum()) == places == len(roster)
    assert model.ground.days == 7 * weeks


@pytest.mark.parametrize("weeks", [2, 6, 13])
def test_a_long_horizon_keeps_its_rules_from_end_to_end(weeks: int) -> None:
    problem = example(weeks=weeks, seed=1, lawyers=24, stations=3, seats=2)
    solved = solve(problem, seconds=60)
    assert check(problem, solved).sound
    assert solved.vacancies == ()
    # reckoned by hand: nobody above the week's cap in any week, nor above the horizon's
    shifts = {shift.id: shift for shift in problem.shifts}
    held = Counter(
        (duty.lawyer, (shifts[duty.shift].start.date() - problem.start).days // 7)
        for duty in solved.duties
    )
    per_week = {lawyer.id: lawyer.per_week for lawyer in problem.lawyers}
    assert all(count <= (per_week[who] or 0) for (who, _), count in held.items())
    assert {week for _, week in held} == set(range(weeks))
    in_all = Counter(duty.lawyer for duty in solved.duties)
    caps = {one.id: one.per_horizon for one in problem.lawyers if one.per_horizon is not None}
    assert caps
    assert all(in_all[who] <= cap for who, cap in caps.items())


def test_the_last_day_of_thirteen_weeks_is_as_good_as_the_first(town: Any) -> None:
    # 13 weeks are days 0 to 90: A's cap of one a week lets A hold one in the first, one in the last
    shifts = ["near.0.am", "near.1.am", "near.89.am", "near.90.pm"]
    problem = town.problem(shifts, [town.lawyer("A", per_week=1)], weeks=13)
    solved = solve(problem)
    assert (solved.status, len(solved.duties)) == ("optimal", 2)
    assert check(problem, solved).sound
    with pytest.raises(Refused, match="13 weeks"):
        town.problem(["near.91.am"], ["A"], weeks=13)


@pytest.mark.parametrize("weeks", [1, 13])
def test_weeks_without_shifts_and_weeks_with_one_lawyer_work(town: Any, weeks: int) -> None:
    nothing = town.problem([], ["A"], weeks=weeks)
    empty = solve(nothing)
    assert (empty.status, empty.objective, empty.duties) == ("optimal", 0, ())
    assert check(nothing, empty).sound
    alone = town.problem(["near.mon.am", "far.mon.am"], ["A"], weeks=weeks)
    solved = solve(alone)
    assert (solved.status, len(solved.duties), len(solved.vacancies)) == ("optimal", 1, 1)
    assert check(alone, solved).sound
    nobody = solve(town.problem(["near.mon.am"], [], weeks=weeks))
    assert (nobody.status, len(nobody.vacancies)) == ("optimal", 1)
