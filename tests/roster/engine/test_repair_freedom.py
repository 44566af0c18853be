"""What a repair may touch: the rest neither loses nor gains anybody."""

from __future__ import annotations

from typing import Any

import pytest

from zhiban.data.wording import Refused
from zhiban.roster.freedom import Freedom
from zhiban.roster.incidents import Added
from zhiban.roster.repair import repair
from zhiban.roster.roster import Duty
from zhiban.roster.solve import solve


def test_a_day_may_be_named_as_what_may_move(town: Any) -> None:
    # Only C may hold the new Monday shift (labour), and C is on the other one at that time, which
    # A could take over: with Monday free to move C moves, with nothing free the new one is vacant.
    people = [town.lawyer("A"), town.lawyer("C", skills=("labour",))]
    problem = town.problem(["near.mon.am"], people)
    solved = solve(problem).model_copy(update={"duties": (Duty("near.mon.am", "C"),)})
    more = [Added(town.shift("far.mon.am", skills=("labour",)))]
    free = Freedom(movable=frozenset({"2026-11-30"}))
    mended = repair(problem, solved, incidents=more, freedom=free)
    assert set(mended.come) == {Duty("far.mon.am", "C"), Duty("near.mon.am", "A")}
    mended = repair(problem, solved, incidents=more, freedom=Freedom(movable=frozenset()))
    assert (mended.come, mended.gone) == ((), ())
    assert [one.shift for one in mended.file.vacancies] == ["far.mon.am"]


@pytest.mark.parametrize(
    ("freedom", "named"),
    [
        (Freedom(spared=frozenset({"Z"})), "no lawyer Z"),
        (Freedom(movable=frozenset({"2026-12-24"})), "2026-12-24 is no lawyer, shift or day"),
    ],
)
def test_names_that_the_problem_does_not_know_are_refused(
    town: Any, freedom: Freedom, named: str
) -> None:
    problem = town.problem(["near.mon.am"], ["A"])
    with pytest.raises(Refused) as refused:
        repair(problem, solve(problem), freedom=freedom)
    assert named in refused.value.text.en


def test_what_starts_before_the_given_moment_gets_nobody_either(town: Any) -> None:
    # B is free on both days, and steps in for A on Wednesday alone: Monday is left as it is
    problem = town.problem(["near.mon.am", "near.wed.am"], ["A", "B"])
    held = (Duty("near.mon.am", "A"), Duty("near.wed.am", "A"))
    solved = solve(problem).model_copy(update={"duties": held})
    monday, wednesday = problem.shifts
    away = [("A", monday.start, wednesday.end)]
    mended = repair(problem, solved, away, freedom=Freedom(since=wednesday.start))
    assert mended.proved
    assert mended.come == (Duty("near.wed.am", "B"),)
    assert [one.shift for one in mended.file.vacancies] == ["near.mon.am"]


def test_what_has_begun_is_not_given_up_for_something_dearer(town: Any) -> None:
    # C may serve once and holds a wished place (400) on Monday; Wednesday (2000) only C can hold
    monday = town.shift("near.mon.am", need=0, wish=1)
    people = [town.lawyer("A", per_week=0), town.lawyer("C", skills=("labour",), per_week=1)]
    problem = town.problem([monday], people)
    solved = solve(problem).model_copy(update={"duties": (Duty("near.mon.am", "C"),)})
    wednesday = town.shift("near.wed.am", skills=("labour",))
    for since, come in ((None, 1), (wednesday.start, 0)):
        more = [Added(wednesday)]
        mended = repair(problem, solved, incidents=more, freedom=Freedom(since=since))
        assert mended.proved
        assert len(mended.come) == come
