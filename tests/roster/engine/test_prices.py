"""Each rule that has a price, with the price derived by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from zhiban.roster.checker import check
from zhiban.roster.prices import by_rule, change
from zhiban.roster.problem import Habit, Ledger, Wish
from zhiban.roster.roster import Duty
from zhiban.roster.solve import solve


def test_travel_is_priced_by_the_minute_half_for_a_standby_none_for_a_seat(town: Any) -> None:
    shifts = [town.shift("far.mon.am", standby=1), town.shift("seat.tue.am")]
    facts = town.facts(
        town.problem(shifts, ["A", "B"]), "A far.mon.am", "B far.mon.am standby", "A seat.tue.am"
    )
    assert by_rule(facts)["travel"] == 45 + 22


def test_wishes_cost_and_save_four_a_unit_and_add_up(town: Any) -> None:
    wishes = (
        Wish(lawyer="A", value=-10, weekday=0, half="am"),  # fits: 40
        Wish(lawyer="A", value=3, post="near"),  # fits: -12
        Wish(lawyer="A", value=5, half="pm"),  # does not
        Wish(lawyer="A", value=-1, shift="near.mon.am"),  # fits: 4
        Wish(lawyer="B", value=9),  # somebody else's
    )
    problem = town.problem(["near.mon.am"], ["A", "B"], wishes=wishes)
    assert by_rule(town.facts(problem, "A near.mon.am"))["wishes"] == 40 - 12 + 4
    assert by_rule(town.facts(problem, "B near.mon.am"))["wishes"] == -36
    assert solve(problem).by_rule["wishes"] == -36


def test_the_lawyer_who_held_it_before_is_cheaper_by_fifteen(town: Any) -> None:
    habits = (Habit(lawyer="B", post="near", weekday=0, half="am"),)
    problem = town.problem(["near.mon.am", "near.tue.am"], ["A", "B"], habits=habits)
    facts = town.facts(problem, "B near.mon.am", "B near.tue.am")
    assert by_rule(facts)["continuity"] == -15
    assert Duty(shift="near.mon.am", lawyer="B") in solve(problem).duties


def test_a_holiday_goes_to_somebody_who_did_not_serve_it_last_year(town: Any) -> None:
    shift = town.shift("far.mon.am", holiday="spring")
    problem = town.problem([shift], [town.lawyer("A", holidays=("spring",)), "B"])
    assert by_rule(town.facts(problem, "A far.mon.am"))["holidays"] == 1000
    assert [duty.lawyer for duty in solve(problem).duties] == ["B"]
    alone = town.problem([shift], [town.lawyer("A", holidays=("spring",))])
    assert len(solve(alone).duties) == 1  # dear, but not so dear as nobody


def test_fairness_prices_standing_and_each_further_duty(town: Any) -> None:
    # B is 2.5 points ahead of A: 8 x (2.5 + 1) = 28 for a point, A pays 8
    ahead = town.lawyer("B", ledger=Ledger(points=3.5, target=1.0))
    problem = town.problem(["near.mon.am", "near.wed.am", "near.fri.am"], ["A", ahead])
    assert by_rule(town.facts(problem, "B near.mon.am"))["fairness"] == 28
    assert by_rule(town.facts(problem, "A near.mon.am"))["fairness"] == 8
    # two duties of A: 8 + 8 and one step of 8; three: 24 and steps of 8 and 16
    assert by_rule(town.facts(problem, "A near.mon.am", "A near.wed.am"))["fairness"] == 24
    held = ("A near.mon.am", "A near.wed.am", "A near.fri.am")
    assert by_rule(town.facts(problem, *held))["fairness"] == 48


def test_a_standby_counts_half_a_point(town: Any) -> None:
    problem = town.problem([town.shift("near.mon.am", standby=1, points=2.0)], ["A", "B"])
    facts = town.facts(problem, "A near.mon.am", "B near.mon.am standby")
    assert by_rule(facts)["fairness"] == 16 + 8


def test_unpopular_duties_have_their_own_ledger(town: Any) -> None:
    shifts = [town.shift("near.mon.am", unpopular=True), town.shift("near.wed.am")]
    served = town.lawyer("B", ledger=Ledger(unpopular=2.0))
    problem = town.problem(shifts, ["A", served])
    facts = town.facts(problem, "B near.mon.am", "B near.wed.am")
    assert by_rule(facts)["unpopular"] == 8 * (2 + 1)
    assert Duty(shift="near.mon.am", lawyer="A") in solve(problem).duties


def test_firms_share_by_the_weight_of_their_members(town: Any) -> None:
    # weights 100 and 300 on four duties: one for f, three for g; all four to f are 3 too many
    # there and 3 too few at g: 2 x (9 + 9)
    shifts = ["near.mon.am", "near.tue.am", "near.wed.am", "near.thu.am"]
    big = town.lawyer("B", firm="g", weight=300)
    people = [town.lawyer("A", per_week=4), big]
    problem = town.problem(shifts, people)
    held = [f"A {shift}" for shift in shifts]
    assert by_rule(town.facts(problem, *held))["firm_share"] == 36
    # one and three: no deviation, steps of fairness 0 and 8 + 16; two and two: 2 x (1 + 1), and
    # steps of 8 and 8. The latter costs 20 in all against 24
    assert solve(problem).by_rule["firm_share"] == 4


@pytest.mark.parametrize(
    "unqualified",
    [
        {"licence": "suspended"},
        {"licensed_on": date(2026, 10, 1)},  # a year is not over in this week
        {"sanctioned_until": date(2026, 12, 31)},
    ],
)
def test_members_who_are_not_qualified_count_for_no_share(
    town: Any, unqualified: dict[str, Any]
) -> None:
    # four duties for A, B of f and C of g; with B not qualified they are two and two: A's four
    # are 2 too many and g's none 2 too few, 2 x (4 + 4). With B they would be three and one: 4.
    shifts = ["near.mon.am", "near.tue.am", "near.wed.am", "near.thu.am"]
    people = ["A", town.lawyer("B", **unqualified), town.lawyer("C", firm="g")]
    held = [f"A {shift}" for shift in shifts]
    assert by_rule(town.facts(town.problem(shifts, people), *held))["firm_share"] == 16
    both = town.problem(shifts, ["A", "B", people[2]])
    assert by_rule(town.facts(both, *held))["firm_share"] == 4
    # to be solved alike: the model reckons the shares by itself
    problem = town.problem(shifts, people)
    assert check(problem, solve(problem)).sound


def test_one_who_qualifies_within_the_week_counts(town: Any) -> None:
    shifts = ["near.mon.am", "near.tue.am"]
    people = [town.lawyer("A", sanctioned_until=date(2026, 11, 30)), town.lawyer("C", firm="g")]
    problem = town.problem(shifts, people)
    facts = town.facts(problem, "C near.mon.am", "A near.tue.am")
    assert by_rule(facts)["firm_share"] == 0
    assert check(problem, solve(problem)).sound


def test_what_a_change_costs_is_the_difference_of_the_whole(town: Any) -> None:
    shifts = [
        town.shift("seat.mon.am"),
        town.shift("seat.mon.pm"),
        town.shift("near.mon.pm", standby=1, unpopular=True),
    ]
    people = ["A", "B", town.lawyer("C", firm="g")]
    facts = town.facts(town.problem(shifts, people), "A seat.mon.pm", "B near.mon.pm")
    gone, come = facts.duties_on("seat.mon.pm"), [Duty("near.mon.pm", "C", "standby")]
    after = town.facts(facts.problem, "B near.mon.pm", "C near.mon.pm standby")
    difference = {
        code: price - by_rule(facts)[code]
        for code, price in by_rule(after).items()
        if price != by_rule(facts)[code]
    }
    assert change(facts, gone, come) == difference
