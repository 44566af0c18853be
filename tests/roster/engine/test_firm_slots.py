"""Shifts given to firms: to which, how many a week, and what the lawyers' own wishes count."""

from __future__ import annotations

from typing import Any

import pytest

from zhiban.roster.checker import check
from zhiban.roster.explain import why_not
from zhiban.roster.problem import Firm, Leave, RosterProblem, Shift, Wish
from zhiban.roster.solve import solve

Town = Any


def slot(town: Town, name: str, **more: Any) -> Shift:
    made: Shift = town.shift(name, by_firm=True, **more)
    return made


def firms(**slots: int | None) -> tuple[Firm, ...]:
    return tuple(
        Firm(id=name, name=name, division="c", slots_per_week=slots.get(name)) for name in "fg"
    )


def holders(problem: RosterProblem) -> list[str]:
    solved = solve(problem)
    assert check(problem, solved).sound
    return sorted(duty.lawyer for duty in solved.duties)


def test_a_slot_goes_to_a_firm_with_a_choice_of_two(town: Town) -> None:
    # C is alone in g, which leaves no choice; A and B are two of f
    people = ["A", "B", town.lawyer("C", firm="g")]
    problem = town.problem([slot(town, "near.mon.am")], people)
    assert holders(problem) in (["A"], ["B"])
    assert town.broken(problem, "C near.mon.am") == {"firm_takes"}
    alone = town.problem([slot(town, "near.mon.am")], people[1:])
    assert solve(alone).vacancies[0].blocked == {"firm_takes": 2}
    one = {"firm_takes": {"members": 1}}
    assert len(holders(town.problem([slot(town, "near.mon.am")], ["A"], rules=one))) == 1


def test_a_member_who_could_not_serve_is_no_choice(town: Town) -> None:
    shift = slot(town, "near.mon.am")
    away = Leave(lawyer="B", start=shift.start, end=shift.end)
    problem = town.problem([shift], ["A", "B"], leaves=(away,))
    assert solve(problem).vacancies[0].blocked == {"leave": 1, "firm_takes": 1}
    facts = town.facts(problem)
    said = why_not(facts, "A", facts.shifts["near.mon.am"], "primary").text
    assert said.en.endswith("f has only 1 who could, with a choice of 2 asked")


def test_a_firm_that_takes_none_gets_none_and_its_lawyers_serve_elsewhere(town: Town) -> None:
    shifts = [slot(town, "near.mon.am"), town.shift("near.tue.am")]
    problem = town.problem(shifts, ["A", "B"], firms=firms(f=0))
    solved = solve(problem)
    assert [duty.shift for duty in solved.duties] == ["near.tue.am"]
    assert solved.vacancies[0].blocked == {"firm_takes": 2}


@pytest.mark.parametrize(("own", "usual", "given"), [(1, 5, 1), (2, 5, 2), (None, 1, 1)])
def test_a_firm_gets_at_most_so_many_slots_a_week(
    town: Town, own: int | None, usual: int, given: int
) -> None:
    days = ("mon", "wed", "7", "9")  # two slots in each of two weeks
    shifts = [slot(town, f"near.{day}.am") for day in days]
    rules = {"firm_slots": {"per_week": usual}}
    problem = town.problem(shifts, ["A", "B"], firms=firms(f=own), weeks=2, rules=rules)
    assert len(holders(problem)) == 2 * given
    every = [f"{'AB'[number % 2]} near.{day}.am" for number, day in enumerate(days)]
    assert town.broken(problem, *every) == (set() if given == 2 else {"firm_slots"})


def test_standbys_are_slots_too(town: Town) -> None:
    shift = slot(town, "near.mon.am", standby=1)
    problem = town.problem([shift], ["A", "B"], firms=firms(f=1))
    solved = solve(problem)
    assert [(duty.role, one.blocked) for duty in solved.duties for one in solved.vacancies] == [
        ("primary", {"overlap": 1, "firm_slots": 1})
    ]


def test_what_a_lawyer_wishes_does_not_count_for_the_firms_slot(town: Town) -> None:
    # A would save 40 by the wish, B costs 40 by theirs: both count nothing
    wishes = (Wish(lawyer="A", value=10), Wish(lawyer="B", value=-10))
    problem = town.problem([slot(town, "near.mon.am")], ["A", "B"], wishes=wishes)
    assert solve(problem).by_rule["wishes"] == 0
    own = town.problem(["near.mon.am"], ["A", "B"], wishes=wishes)
    assert solve(own).by_rule["wishes"] == -40
