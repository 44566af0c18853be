"""Each rule that binds several duties: what it allows, what it forbids, what it costs."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from zhiban.roster.problem import Lock, Nearby, Post
from zhiban.roster.solve import solve

NEW, OLD = date(2025, 1, 1), date(2000, 1, 1)

# (rule, shifts, lawyer A's own limits, duties that break it, duties that do not)
CASES: list[tuple[str, list[str], dict[str, Any], list[str], list[str]]] = [
    ("one_site", ["near.mon.am", "far.mon.pm"], {}, ["near.mon.am", "far.mon.pm"], ["far.mon.pm"]),
    (
        "per_day",
        ["near.mon.am", "near.mon.pm"],
        {"per_day": 1},
        ["near.mon.am", "near.mon.pm"],
        ["near.mon.am"],
    ),
    (
        "per_week",
        ["near.mon.am", "near.wed.am"],
        {"per_week": 1},
        ["near.mon.am", "near.wed.am"],
        ["near.wed.am"],
    ),
    (
        "per_horizon",
        ["near.mon.am", "near.wed.am"],
        {"per_horizon": 1},
        ["near.mon.am", "near.wed.am"],
        ["near.mon.am"],
    ),
    # one day free in between: Monday and Tuesday break it, Monday and Wednesday would not
    (
        "gap_days",
        ["near.mon.am", "near.tue.am"],
        {"gap_days": 1},
        ["near.mon.am", "near.tue.am"],
        ["near.mon.am"],
    ),
    (
        "days_running",
        ["near.mon.am", "near.tue.am"],
        {"days_running": 1},
        ["near.mon.am", "near.tue.am"],
        ["near.tue.am"],
    ),
    # 17:00 to 8:30 is 15.5 h: enough for the near station (11), not for the far one (16)
    (
        "rest",
        ["near.mon.pm", "far.tue.am"],
        {},
        ["near.mon.pm", "far.tue.am"],
        ["near.mon.pm"],
    ),
    # a night until 1:30, then 8:30: seven hours
    (
        "rest",
        ["near.mon.night", "near.tue.am"],
        {},
        ["near.mon.night", "near.tue.am"],
        ["near.tue.am"],
    ),
]


@pytest.mark.parametrize(("rule", "shifts", "person", "bad", "good"), CASES)
def test_one_lawyer_cannot_hold_both_and_the_solver_knows(
    town: Any, rule: str, shifts: list[str], person: dict[str, Any], bad: list[str], good: list[str]
) -> None:
    problem = town.problem(shifts, [town.lawyer("A", **person)])
    assert town.broken(problem, *(f"A {shift}" for shift in bad)) == {rule}
    assert town.broken(problem, *(f"A {shift}" for shift in good)) == set()
    solved = solve(problem)
    assert solved.status == "optimal"
    assert (len(solved.duties), len(solved.vacancies)) == (1, 1)
    assert solved.vacancies[0].blocked == {rule: 1}


def test_nobody_is_in_two_places_at_once_even_under_one_roof(town: Any) -> None:
    hall = tuple(
        Post(id=name, name=name, kind="station", division="c", site="hall")
        for name in ("near", "far")
    )
    problem = town.problem(["near.mon.am", "far.mon.am"], ["A"], posts=hall)
    assert town.broken(problem, "A near.mon.am", "A far.mon.am") == {"overlap"}
    assert solve(problem).vacancies[0].blocked == {"overlap": 1}
    after = town.problem(["near.mon.am", "far.mon.pm"], ["A"], posts=hall)
    assert len(solve(after).duties) == 2


def test_a_night_runs_into_the_next_day(town: Any) -> None:
    # 22:00 to 1:30, and a shift of the next day that starts at 1:00
    early = town.shift("near.tue.am")
    early = early.model_copy(update={"start": early.start.replace(hour=1, minute=0)})
    free = {"rest": {"enabled": False}}
    problem = town.problem([town.shift("near.mon.night"), early], ["A"], rules=free)
    assert town.broken(problem, "A near.mon.night", "A near.tue.am") == {"overlap"}
    assert len(solve(problem).duties) == 1


@pytest.mark.parametrize(
    ("shifts", "person"),
    [
        (["near.mon.am", "near.mon.pm"], {"per_day": 2}),
        (["near.mon.am", "near.wed.am"], {"per_week": 2, "gap_days": 1, "days_running": 1}),
        (["near.sun.am", "near.7.pm"], {"per_week": 1, "days_running": 2}),  # two weeks
        (["near.mon.pm", "near.tue.am"], {"days_running": 2, "per_horizon": 2}),
        (["near.mon.am", "near.tue.am"], {"gap_days": 0}),
        (["seat.mon.am", "seat.tue.am"], {"gap_days": 1}),  # a seat is no station
    ],
)
def test_just_inside_the_limits_one_lawyer_holds_both(
    town: Any, shifts: list[str], person: dict[str, Any]
) -> None:
    solved = solve(town.problem(shifts, [town.lawyer("A", **person)], weeks=2))
    assert len(solved.duties) == 2


def test_a_cap_over_the_horizon_holds_for_who_has_none_of_their_own(town: Any) -> None:
    shifts = ["near.mon.am", "near.tue.am", "near.wed.am"]
    people = [town.lawyer("A", per_horizon=2), "B"]
    problem = town.problem(shifts, people[1:], rules={"per_horizon": {"cap": 1}})
    assert len(solve(problem).duties) == 1
    assert town.broken(problem, "B near.mon.am", "B near.wed.am") == {"per_horizon"}
    both = town.problem(shifts, people, rules={"per_horizon": {"cap": 0}})
    assert [duty.lawyer for duty in solve(both).duties] == ["A", "A"]


def test_two_sites_near_each_other_share_a_day_when_there_is_time_to_get_there(town: Any) -> None:
    # 12:00 to 13:30 is 90 minutes
    shifts = ["near.mon.am", "far.mon.pm"]
    for minutes, held in ((90, 2), (91, 1)):
        nearby = (Nearby(site="far", other="near", minutes=minutes),)
        problem = town.problem(shifts, ["A"], nearby=nearby)
        assert len(solve(problem).duties) == held
        assert ("one_site" in town.broken(problem, "A near.mon.am", "A far.mon.pm")) == (held == 1)


def test_two_roles_on_one_shift_are_two_lawyers(town: Any) -> None:
    shift = town.shift("near.mon.am", standby=1)
    assert town.broken(town.problem([shift], ["A"]), "A near.mon.am", "A near.mon.am standby") == {
        "overlap"
    }
    roles = {(duty.lawyer, duty.role) for duty in solve(town.problem([shift], ["A", "B"])).duties}
    assert {role for _, role in roles} == {"primary", "standby"}
    assert len({who for who, _ in roles}) == 2


def test_more_holders_than_places_break_the_head_count(town: Any) -> None:
    problem = town.problem(["near.mon.am"], ["A", "B"])
    assert town.broken(problem, "A near.mon.am", "B near.mon.am") == {"cover"}


def test_vacancies_cost_by_what_they_are(town: Any) -> None:
    # nobody at all: two needed, one wished beyond, one standby, at an importance of 100 %
    shift = town.shift("near.mon.am", need=2, wish=3, standby=1)
    solved = solve(town.problem([shift], []))
    assert solved.by_rule["cover"] == 2 * 2000 + 400 + 700
    assert {(one.role, one.missing) for one in solved.vacancies} == {("primary", 3), ("standby", 1)}


def test_a_newcomer_needs_a_senior_beside(town: Any) -> None:
    shift = town.shift("near.mon.am", need=2, pairing=True)
    young = [town.lawyer("A", licensed_on=NEW), town.lawyer("B", licensed_on=NEW)]
    problem = town.problem([shift], young)
    assert town.broken(problem, "A near.mon.am", "B near.mon.am") == {"pairing"}
    assert solve(problem).duties == ()
    mixed = town.problem([shift], [*young, town.lawyer("C", licensed_on=OLD)])
    assert town.broken(mixed, "A near.mon.am", "C near.mon.am") == set()
    assert {duty.lawyer for duty in solve(mixed).duties} in ({"A", "C"}, {"B", "C"})


def test_a_standby_comes_from_another_firm_when_that_is_worth_it(town: Any) -> None:
    shift = town.shift("near.mon.am", standby=1)
    same = town.problem([shift], ["A", "B"])
    assert solve(same).by_rule["other_firm"] == 60
    # the lawyer of the other firm is dearer by less than 60, and is taken
    other = town.problem([shift], ["A", "B", town.lawyer("C", firm="g")])
    assert solve(other).by_rule["other_firm"] == 0


def test_each_day_without_an_online_lawyer_costs_3000_more(town: Any) -> None:
    # A may hold one duty only: with 2000 alone the station would do as well, 3000 decides
    shifts = [town.shift("seat.mon.am"), town.shift("seat.mon.pm"), town.shift("near.mon.am")]
    problem = town.problem(shifts, [town.lawyer("A", per_week=1)])
    solved = solve(problem)
    assert solved.duties[0].shift.startswith("seat")
    assert solved.by_rule["online_seat"] == 0  # one of the two halves is enough
    assert solve(town.problem(shifts[:2], [])).by_rule["online_seat"] == 3000
    only = {"online_seat": {"posts": ["elsewhere"]}}
    assert solve(town.problem(shifts[:2], [], rules=only)).by_rule["online_seat"] == 0


def test_a_lock_is_kept_against_everything_but_a_bar(town: Any) -> None:
    # B is dearer by 40 (a wish against), and still holds what is locked
    shifts = ["far.mon.am"]
    lock = (Lock(lawyer="B", shift="far.mon.am"),)
    problem = town.problem(shifts, ["A", "B"], locks=lock)
    assert [duty.lawyer for duty in solve(problem).duties] == ["B"]
    barred = town.problem(shifts, ["A", town.lawyer("B", licence="revoked")], locks=lock)
    solved = solve(barred)
    assert [duty.lawyer for duty in solved.duties] == ["A"]
    assert solved.by_rule["locks"] == 20_000
