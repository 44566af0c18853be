"""Each eligibility rule: the smallest case that it bars, beside the same case let through.

One lawyer, one Monday morning at the near station. Served: 10 minutes of travel and 8 for the
first point, 18 in all (the firm's share is that one duty). Vacant: 2000, and 2 for the firm
that is one duty below its share of one: 2002.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from zhiban.data.timespan import SHANGHAI
from zhiban.roster.problem import Away, Firm, Forbidden, Leave, Neighbour
from zhiban.roster.solve import solve

SERVED, VACANT = 18, 2002


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI)


FIRMS = tuple(Firm(id=name, name=name, division="c", consents=name == "g") for name in "fg")

# (rule, what the lawyer is like, what else the problem holds)
BARRED: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("licence", {"licence": "suspended"}, {}),
    # a full year is over on the licence's day a year later: Monday is one day too early
    ("experience", {"licensed_on": date(2025, 12, 1)}, {}),
    # the last day of the window is in it
    ("sanction", {"sanctioned_until": date(2026, 11, 30)}, {}),
    ("division", {"division": "d"}, {}),
    ("leave", {}, {"leaves": (Leave(lawyer="A", start=at(30, 11, 59), end=at(30, 23)),)}),
    ("away", {}, {"away": (Away(lawyer="A", weekday=0, half="am"),)}),
    ("away", {}, {"away": (Away(lawyer="A", weekday=0),)}),
    ("forbidden", {}, {"forbidden": (Forbidden(lawyer="A", post="near"),)}),
    ("forbidden", {}, {"forbidden": (Forbidden(lawyer="A", shift="near.mon.am"),)}),
]
ALLOWED: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("experience", {"licensed_on": date(2025, 11, 30)}, {}),
    ("sanction", {"sanctioned_until": date(2026, 11, 29)}, {}),
    # touching is no overlap, and a leave of no length bars nothing
    ("leave", {}, {"leaves": (Leave(lawyer="A", start=at(30, 12), end=at(30, 23)),)}),
    ("leave", {}, {"leaves": (Leave(lawyer="A", start=at(30, 9), end=at(30, 9)),)}),
    ("away", {}, {"away": (Away(lawyer="A", weekday=0, half="pm"),)}),
    ("forbidden", {}, {"forbidden": (Forbidden(lawyer="A", post="far"),)}),
]


@pytest.mark.parametrize(("rule", "person", "more"), BARRED)
def test_a_barred_lawyer_leaves_the_place_vacant_and_is_counted_at_that_rule(
    town: Any, rule: str, person: dict[str, Any], more: dict[str, Any]
) -> None:
    problem = town.problem(["near.mon.am"], [town.lawyer("A", **person)], **more)
    solved = solve(problem)
    # who is not qualified has no share of the firm's either
    expected = 2000 if rule in ("licence", "experience", "sanction") else VACANT
    assert (solved.status, solved.objective) == ("optimal", expected)
    assert [vacancy.blocked for vacancy in solved.vacancies] == [{rule: 1}]
    assert town.broken(problem, "A near.mon.am") == {rule}


@pytest.mark.parametrize(("rule", "person", "more"), ALLOWED)
def test_just_inside_the_limit_the_lawyer_serves(
    town: Any, rule: str, person: dict[str, Any], more: dict[str, Any]
) -> None:
    problem = town.problem(["near.mon.am"], [town.lawyer("A", **person)], **more)
    solved = solve(problem)
    assert (solved.status, solved.objective) == ("optimal", SERVED), rule
    assert town.broken(problem, "A near.mon.am") == set()


@pytest.mark.parametrize(
    ("start", "end", "barred"),
    [
        (at(30, 9), at(30, 16), {(0, "am"), (0, "pm")}),  # one long span over noon
        (at(30, 12), at(30, 16), {(0, "pm")}),
        (at(30, 8), at(30, 12), {(0, "am")}),
        (at(30, 20), at(30, 20) + timedelta(hours=11), {(0, "pm"), (1, "am")}),  # a night
        (at(30, 20), at(30, 20) + timedelta(hours=4), {(0, "pm")}),  # until midnight
        (
            at(30, 9),
            at(30, 9) + timedelta(hours=30),
            {(0, "am"), (0, "pm"), (1, "am"), (1, "pm")},
        ),
    ],
)
def test_a_shift_is_kept_from_whoever_is_away_in_any_half_that_it_touches(
    town: Any, start: datetime, end: datetime, barred: set[tuple[int, str]]
) -> None:
    shift = town.shift("near.mon.am", start=start, end=end)
    for weekday in range(7):
        for half in ("am", "pm"):
            away = (Away(lawyer="A", weekday=weekday, half=half),)
            problem = town.problem([shift], ["A"], away=away)
            expected = {"away"} if (weekday, half) in barred else set()
            assert town.broken(problem, "A near.mon.am") == expected
            assert len(solve(problem).vacancies) == len(expected)


def test_a_firm_that_has_not_consented_sends_nobody(town: Any) -> None:
    problem = town.problem(["near.mon.am"], ["A"], firms=FIRMS)
    assert solve(problem).vacancies[0].blocked == {"consent": 1}
    assert town.broken(problem, "A near.mon.am") == {"consent"}


def test_a_skill_that_is_asked_for_is_needed(town: Any) -> None:
    shift = town.shift("near.mon.am", skills=("labour", "online"))
    half = town.lawyer("A", skills=("online",))
    full = town.lawyer("B", skills=("labour", "online", "family"))
    problem = town.problem([shift], [half, full])
    assert [duty.lawyer for duty in solve(problem).duties] == ["B"]
    assert town.broken(problem, "A near.mon.am") == {"skill"}


def test_a_neighbour_helps_out_at_a_price(town: Any) -> None:
    # 10 minutes at the post and 25 to the county; 8 for the first point; the price of 30
    near = Neighbour(division="c", neighbour="d", minutes=25, price=30)
    problem = town.problem(["near.mon.am"], [town.lawyer("A", division="d")], neighbours=(near,))
    assert solve(problem).objective == 10 + 25 + 8 + 30
    back = town.problem(
        ["near.mon.am"],
        [town.lawyer("A", division="d")],
        neighbours=(Neighbour(division="d", neighbour="c"),),
    )
    assert solve(back).vacancies[0].blocked == {"division": 1}


def test_a_lawyer_whom_several_rules_bar_is_counted_at_the_first(town: Any) -> None:
    person = town.lawyer("A", licence="revoked", division="d")
    problem = town.problem(["near.mon.am"], [person, town.lawyer("B", division="d")])
    assert solve(problem).vacancies[0].blocked == {"licence": 1, "division": 1}
