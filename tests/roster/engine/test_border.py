"""What is published beside the horizon binds what lies inside.

The oracle knows nothing of a border: it takes a longer horizon in which the published duties are
duties like any other, and asks which rules break that did not break before.
"""

from __future__ import annotations

from datetime import timedelta
from itertools import combinations, product
from random import Random
from typing import Any

import pytest

from zhiban.data.wording import Refused
from zhiban.roster.checker import check, violations
from zhiban.roster.explain import why_not
from zhiban.roster.facts import Facts
from zhiban.roster.prices import by_rule
from zhiban.roster.problem import Held, RosterProblem, Shift, sound
from zhiban.roster.roster import Duty, Roster
from zhiban.roster.rules import active_rules
from zhiban.roster.solve import solve

Town = Any
WEEK = 7


def held(town: Town, lawyer: str, name: str, role: str = "primary") -> Held:
    """A published duty, named as shifts are; `near.-1.night` is the night before the first day."""
    shift = town.shift(name)
    return Held(lawyer=lawyer, post=shift.post, start=shift.start, end=shift.end, role=role)


def outcome(problem: RosterProblem) -> tuple[int, dict[str, int]]:
    solved = solve(problem)
    assert solved.status == "optimal"
    assert check(problem, solved).sound
    return len(solved.duties), solved.vacancies[0].blocked if solved.vacancies else {}


# (rule, the published duty, the shift inside, what the lawyer is like)
BARRED: list[tuple[str, str, str, dict[str, Any]]] = [
    # a night until 1:30, then 8:30: seven hours
    ("rest", "near.-1.night", "near.mon.am", {}),
    # until 17:00 the day before is 15.5 h: enough for the near station (11), not the far one (16)
    ("rest", "near.-1.pm", "far.mon.am", {}),
    # and out of the horizon: a night that ends at 1:30 of the first day after it
    ("rest", "near.7.am", "near.sun.night", {}),
    ("rest", "far.7.am", "near.sun.pm", {}),
    ("gap_days", "near.-1.am", "near.mon.am", {"gap_days": 1}),
    ("gap_days", "near.-2.am", "near.tue.am", {"gap_days": 3}),
    ("gap_days", "near.8.am", "near.sun.am", {"gap_days": 2}),
    ("days_running", "near.-1.am", "near.mon.am", {"days_running": 1}),
    ("days_running", "near.7.pm", "near.sun.am", {"days_running": 1}),
]
ALLOWED: list[tuple[str, str, dict[str, Any]]] = [
    ("near.-1.pm", "near.mon.am", {}),
    ("far.-1.pm", "far.mon.am", {}),  # the same far station
    ("near.-1.night", "near.mon.pm", {}),  # 1:30 to 13:30 are twelve hours
    ("near.-2.am", "near.mon.am", {"gap_days": 1}),
    ("seat.-1.am", "near.mon.am", {"gap_days": 1}),  # a seat is no station
    ("near.-2.am", "near.mon.am", {"days_running": 1}),
    ("near.-1.am", "near.mon.am", {"days_running": 2}),
    ("near.8.am", "near.sun.am", {"days_running": 1}),
]


@pytest.mark.parametrize(("rule", "published", "inside", "person"), BARRED)
def test_a_published_duty_across_the_border_bars(
    town: Town, rule: str, published: str, inside: str, person: dict[str, Any]
) -> None:
    problem = town.problem(
        [inside], [town.lawyer("A", **person)], held=(held(town, "A", published),)
    )
    assert outcome(problem) == (0, {rule: 1})
    assert town.broken(problem, f"A {inside}") == {rule}


@pytest.mark.parametrize(("published", "inside", "person"), ALLOWED)
def test_just_outside_the_limit_it_does_not(
    town: Town, published: str, inside: str, person: dict[str, Any]
) -> None:
    problem = town.problem(
        [inside], [town.lawyer("A", **person)], held=(held(town, "A", published),)
    )
    assert outcome(problem) == (1, {})
    assert town.broken(problem, f"A {inside}") == set()


def test_a_published_night_that_is_not_over_is_an_overlap(town: Town) -> None:
    early = town.shift("near.mon.am")
    early = early.model_copy(update={"start": early.start.replace(hour=1, minute=0)})
    problem = town.problem(
        [early],
        ["A"],
        held=(held(town, "A", "far.-1.night"),),
        rules={"rest": {"enabled": False}},
    )
    assert outcome(problem) == (0, {"overlap": 1})


def test_days_running_add_up_over_the_border(town: Town) -> None:
    # three published and a cap of four: Monday is the fourth day, Tuesday would be the fifth
    before = tuple(held(town, "A", f"near.{day}.am") for day in (-3, -2, -1))
    shifts = ["near.mon.am", "near.tue.am"]
    cap = town.lawyer("A", days_running=4)
    assert outcome(town.problem(shifts, [cap], held=before)) == (1, {"days_running": 1})
    assert outcome(town.problem(shifts, [cap], held=before[:2])) == (2, {})
    # too many of them already are nobody's fault here, but nothing joins them
    five = tuple(held(town, "A", f"near.{day}.am") for day in (-5, -4, -3, -2, -1))
    assert outcome(town.problem(["near.mon.am"], [cap], held=five)) == (0, {"days_running": 1})
    assert outcome(town.problem(["near.tue.am"], [cap], held=five)) == (1, {})


def test_the_words_name_the_duty_behind_it(town: Town) -> None:
    problem = town.problem(["near.mon.am"], ["A"], held=(held(town, "A", "far.-1.night"),))
    facts = town.facts(problem)
    answer = why_not(facts, "A", facts.shifts["near.mon.am"], "primary")
    assert answer.rule == "rest"
    assert "Sun 29 Nov 22:00 to Mon 30 Nov 1:30" in answer.text.en
    assert "11月29日周日22:00至11月30日周一1:30" in answer.text.zh


def test_a_run_of_days_names_the_published_duty_only_where_it_makes_the_run(town: Town) -> None:
    cap = town.lawyer("A", days_running=1)
    before = (held(town, "A", "near.-1.am"),)
    problem = town.problem(["near.mon.am", "near.wed.am", "near.thu.am"], [cap], held=before)
    facts = town.facts(problem, "A near.wed.am")
    monday, thursday = (facts.shifts[f"near.{day}.am"] for day in ("mon", "thu"))
    said = why_not(facts, "A", monday, "primary").text.en
    assert said == "A cannot hold it: days running (on duty at near Sun 29 Nov 8:30–12:00)"
    assert why_not(facts, "A", thursday, "primary").text.en == "A cannot hold it: days running"


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"lawyer": "nobody"}, "held[0].lawyer"),
        ({"post": "nowhere"}, "held[0].post"),
        ({"shift": "near.mon.pm"}, "held[0].start"),
    ],
)
def test_published_duties_are_of_known_people_and_posts_and_lie_outside(
    town: Town, change: dict[str, str], place: str
) -> None:
    one = held(town, "A", change.pop("shift", "near.-1.am")).model_copy(update=change)
    problem = town.problem(["near.mon.am"], ["A"]).model_copy(update={"held": (one,)})
    with pytest.raises(Refused) as refused:
        sound(problem)
    assert refused.value.errors[0].field == place


def widened(problem: RosterProblem) -> tuple[RosterProblem, list[Duty]]:
    """The same week with one more before and after, in which what is held is held shifts."""
    shifts = [
        Shift(id=f"held{number}", post=one.post, start=one.start, end=one.end, standby=9, need=9)
        for number, one in enumerate(problem.held)
    ]
    duties = [
        Duty(shift=f"held{number}", lawyer=one.lawyer, role=one.role)
        for number, one in enumerate(problem.held)
    ]
    start = problem.start - timedelta(days=WEEK)
    return problem.model_copy(
        update={
            "start": start,
            "weeks": problem.weeks + 2,
            "shifts": (*problem.shifts, *shifts),
            "held": (),
        }
    ), duties


def broken(problem: RosterProblem, duties: list[Duty]) -> set[tuple[str, str]]:
    facts = Facts(problem, active_rules(problem), Roster.of(duties))
    return {(one.rule, one.lawyer or "") for one in violations(facts)}


def made_up(town: Town, random: Random) -> RosterProblem:
    posts, halves = ("near", "far", "seat"), ("am", "pm", "night")
    names = [f"{p}.{d}.{h}" for p, d, h in product(posts, range(WEEK), halves)]
    beside = [f"{p}.{d}.{h}" for p, d, h in product(posts, (-3, -2, -1, 7, 8), halves)]
    people = [
        town.lawyer(
            who,
            per_week=28,
            gap_days=random.choice([None, 1, 2]),
            days_running=random.choice([None, 1, 2, 3]),
        )
        for who in "AB"
    ]
    published = tuple(
        held(town, who, name, random.choice(["primary", "primary", "standby"]))
        for who in "AB"
        for name in random.sample(beside, random.randrange(4))
    )
    near_border = [name for name in names if name.split(".")[1] in "0156"]
    return RosterProblem.model_validate(
        town.problem(random.sample(near_border, 4), people, held=published)
    )


@pytest.mark.parametrize("seed", range(40))
def test_the_border_binds_as_if_there_were_none(town: Town, seed: int) -> None:
    problem = made_up(town, Random(seed))
    long, fixed = widened(problem)
    before = broken(long, fixed)
    every = [Duty(shift.id, who) for shift in problem.shifts for who in "AB"]
    best: int | None = None
    for size in range(len(every) + 1):
        for duties in map(list, combinations(every, size)):
            now = broken(problem, duties)
            if not before:  # nothing wrong without us: what breaks is what we broke
                assert now == broken(long, fixed + duties)
            if not now:
                price = sum(
                    by_rule(Facts(problem, active_rules(problem), Roster.of(duties))).values()
                )
                best = price if best is None else min(best, price)
    solved = solve(problem)
    assert solved.objective == best
    assert check(problem, solved).sound
