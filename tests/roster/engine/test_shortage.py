"""Vacancies explained: counts that add up, sentences with the right numbers, true remedies."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from zhiban.roster import filling
from zhiban.roster.checker import check
from zhiban.roster.example import example
from zhiban.roster.explain import why, why_not
from zhiban.roster.facts import Facts
from zhiban.roster.model import build
from zhiban.roster.network import first_plan, flow
from zhiban.roster.problem import Leave, Neighbour
from zhiban.roster.proposals import Opening, leave
from zhiban.roster.rules import active_rules
from zhiban.roster.solve import solve

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@pytest.mark.parametrize("seed", [1, 2])
def test_in_a_short_problem_every_vacancy_is_explained(seed: int) -> None:
    problem = example(lawyers=120, stations=20, seats=4, seed=seed, short=True)
    solved = solve(problem)
    assert solved.vacancies
    assert check(problem, solved).sound
    for vacancy in solved.vacancies:
        assert sum(vacancy.blocked.values()) == len(problem.lawyers)
        assert "缺" in vacancy.sentence
        assert all(remedy.verified for remedy in vacancy.remedies)
        assert any(remedy.kind == "close" for remedy in vacancy.remedies)


def test_where_far_too_few_may_serve_moving_people_is_given_up(
    town: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    # 28 places for two lawyers who may serve once a week: 26 that no move can fill
    names = [
        f"{at}.{day}.{half}" for at in ("near", "far") for day in DAYS for half in ("am", "pm")
    ]
    problem = town.problem(names, [town.lawyer(one, per_week=1) for one in "AB"])
    tried: list[int] = []
    moved = filling._moved

    def counted(plan: Any, arc: int, ranked: Any) -> bool:
        tried.append(int(plan.model.arcs.place[arc]))
        return moved(plan, arc, ranked)

    monkeypatch.setattr(filling, "_moved", counted)
    model = build(problem)
    plan = first_plan(model, flow(model))
    held = np.bincount(
        model.arcs.place[model.columns.arcs_of(plan.chosen)], minlength=len(model.ground.places)
    )
    vacant = np.flatnonzero(held < model.ground.places.room)
    assert len(vacant) == 26
    assert 0 < len(set(tried)) <= filling.LOST


DAY = timedelta(hours=12)


def test_the_sentence_counts_the_places_that_share_too_few_lawyers(town: Any) -> None:
    # three places at one hour, two lawyers: at most two duties, one missing; one holds Tuesday
    shifts = [town.shift("near.mon.am", need=2), "far.mon.am", "far.tue.am"]
    solved = solve(town.problem(shifts, ["A", "B"]))
    assert [one.sentence for one in solved.vacancies] == [
        "甲县周一需要3人，可值班的只有2位律师，除别处已排的1班外最多2班，缺1班"
    ]
    [vacancy] = solved.vacancies
    assert vacancy.sentence_en == (
        "甲县 on Mon: 3 places, but only 2 lawyers who may serve, "
        "for 2 duties at most beside the 1 held elsewhere; 1 stays empty"
    )


def test_a_place_for_nobody_says_so(town: Any) -> None:
    shift = town.shift("near.mon.am", skills=("labour",))
    solved = solve(town.problem([shift], ["A"]))
    assert "没有一位律师符合条件" in solved.vacancies[0].sentence


def test_remedies_are_tried_and_priced(town: Any) -> None:
    # A is on leave on Monday, B in the next county, C at the cap of one, held on Tuesday by a skill
    monday = town.shift("near.mon.am")
    tuesday = town.shift("near.tue.am", skills=("labour",))
    away = (Leave(lawyer="A", start=monday.start, end=monday.start + timedelta(hours=1)),)
    people = [
        town.lawyer("A"),
        town.lawyer("B", division="d"),
        town.lawyer("C", per_week=1, skills=("labour",)),
    ]
    back = (Neighbour(division="d", neighbour="c", minutes=20),)
    problem = town.problem([monday, tuesday], people, leaves=away, neighbours=back)
    vacancy = solve(problem).vacancies[0]
    assert vacancy.blocked == {"leave": 1, "division": 1, "per_week": 1}
    costs = {remedy.kind: remedy.cost for remedy in vacancy.remedies}
    # firm f has two duties in its share; one is vacant at 2000 and 2 for the firm's share.
    # A: 10 of travel and 8. B: 20 minutes more and 60 for the county. C: 10, and 8 + 8
    assert costs["leave"] == 10 + 8 - 2002
    assert costs["borrow"] == 10 + 20 + 8 + 60 - 2002
    assert costs["cap"] == 10 + 8 + 8 - 2002
    assert costs["close"] == -2002
    assert [remedy.cost for remedy in vacancy.remedies] == sorted(costs.values())


def test_moving_a_leave_away_from_a_shift_leaves_the_rest_of_it(town: Any) -> None:
    # A is away all of Monday; asked about the morning alone, A still has the afternoon off
    monday = town.shift("near.mon.am")
    day = (Leave(lawyer="A", start=monday.start - timedelta(hours=1), end=monday.start + DAY),)
    problem = town.problem([monday], ["A"], leaves=day)
    facts = Facts(problem, active_rules(problem))
    (asked,) = leave(facts, Opening(facts, monday, "primary", ()))
    left = [(one.start, one.end) for one in asked.facts.problem.leaves]
    assert left == [(day[0].start, monday.start), (monday.end, day[0].end)]


def test_why_and_why_not_name_the_rule_or_the_price(town: Any) -> None:
    people = ["A", "B", town.lawyer("C", licence="suspended")]
    problem = town.problem(["near.mon.am"], people)
    solved = solve(problem)
    facts = Facts(problem, active_rules(problem), solved.roster)
    holder = solved.duties[0]
    # the duty is worth its vacancy: 2000 and 2, less 10 of travel and 8 of fairness
    assert sum(why(facts, holder).prices.values()) == 18 - 2002
    other = {"A": "B", "B": "A"}[holder.lawyer]
    shift = problem.shifts[0]
    assert why_not(facts, other, shift, "primary").prices == {}  # equally good
    assert why_not(facts, "C", shift, "primary").rule == "licence"
