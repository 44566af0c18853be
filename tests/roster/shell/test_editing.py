"""Changing a roster by hand: what it costs, leaves empty and breaks is told at once."""

from __future__ import annotations

from typing import Any

import pytest

from zhiban.data.wording import Refused
from zhiban.roster.checker import check
from zhiban.roster.editing import Edit, edited
from zhiban.roster.example import example
from zhiban.roster.problem import RosterProblem
from zhiban.roster.roster import Duty
from zhiban.roster.rosterfile import RosterFile
from zhiban.roster.solve import solve


@pytest.fixture(scope="module")
def problem() -> RosterProblem:
    """A small problem that can be covered."""
    return example(lawyers=20, stations=3, seats=1, seed=2)


@pytest.fixture(scope="module")
def solved(problem: RosterProblem) -> RosterFile:
    """Its best roster."""
    return solve(problem, seconds=20, workers=1)


def test_a_duty_taken_off_leaves_its_place_empty_at_a_price(
    problem: RosterProblem, solved: RosterFile
) -> None:
    duty = solved.duties[0]
    found = edited(problem, solved, [Edit("remove", duty)])
    before = {(one.shift, one.role): one.missing for one in solved.vacancies}
    after = {(one.shift, one.role): one.missing for one in found.file.vacancies}
    assert after == before | {(duty.shift, duty.role): 1}
    assert found.file.objective > solved.objective
    # Nothing is claimed that the independent checker would not find itself.
    assert check(problem, found.file).objective == found.file.objective
    assert [one.rule for one in check(problem, found.file).violations] == []


def test_putting_it_back_gives_the_same_roster_again(
    problem: RosterProblem, solved: RosterFile
) -> None:
    duty = solved.duties[0]
    found = edited(problem, solved, [Edit("remove", duty), Edit("add", duty)])
    assert found.violations == ()
    assert (found.file.duties, found.file.objective, found.file.bound) == (
        solved.duties,
        solved.objective,
        solved.bound,
    )


def test_a_broken_rule_is_told_and_the_proof_is_not_claimed(
    problem: RosterProblem, solved: RosterFile
) -> None:
    # Who holds a shift is put on another one that overlaps it.
    shifts = {shift.id: shift for shift in problem.shifts}
    duty = solved.duties[0]
    at = shifts[duty.shift]
    other = next(
        shift
        for shift in problem.shifts
        if shift.post != at.post and shift.start < at.end and at.start < shift.end
    )
    found = edited(problem, solved, [Edit("add", Duty(shift=other.id, lawyer=duty.lawyer))])
    assert "overlap" in {one.rule for one in found.violations}
    assert found.file.status == "feasible"


@pytest.mark.parametrize(
    ("act", "shift", "lawyer", "field"),
    [
        ("add", "nowhere", None, "edits[0].shift"),
        ("add", None, "nobody", "edits[0].lawyer"),
        ("remove", None, "nobody", "edits[0].lawyer"),
        ("add", None, None, "edits[0]"),
    ],
)
def test_a_change_that_cannot_be_made_is_refused_by_name(
    problem: RosterProblem,
    solved: RosterFile,
    act: Any,  # from outside: it may be none of the acts there are
    shift: str | None,
    lawyer: str | None,
    field: str,
) -> None:
    duty = solved.duties[0]
    wrong = Duty(shift=shift or duty.shift, lawyer=lawyer or duty.lawyer, role=duty.role)
    with pytest.raises(Refused) as refused:
        edited(problem, solved, [Edit(act, wrong)])
    assert refused.value.errors[0].field == field
