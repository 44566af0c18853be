"""Roster files that claim what is not so, and problem files that lead beyond the calendar."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from zhiban.data.wording import Refused
from zhiban.roster.checker import check
from zhiban.roster.problem import RosterProblem, load_problem
from zhiban.roster.refusal import reason
from zhiban.roster.rosterfile import RosterFile
from zhiban.roster.solve import solve

Town = Any
Change = Callable[[dict[str, Any]], object]
ONE = 1 << 20


@pytest.fixture
def problem(town: Town) -> RosterProblem:
    made: RosterProblem = town.problem(["near.mon.am", "far.mon.pm", "seat.tue.am"], ["A", "B"])
    return made


@pytest.fixture
def honest(problem: RosterProblem) -> dict[str, Any]:
    plain: dict[str, Any] = solve(problem, seconds=10).model_dump(mode="json")
    return plain


def claims(problem: RosterProblem, file: dict[str, Any]) -> list[str]:
    found = check(problem, RosterFile.model_validate(file))
    return [one.text.en for one in found.violations if one.rule == "claim"]


def test_an_honest_file_is_found_sound(problem: RosterProblem, honest: dict[str, Any]) -> None:
    assert claims(problem, honest) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda file: file.update(bound=file["bound"] + 5), "is above the objective"),
        (lambda file: file.update(gap=0.5), "the gap is 0.000000, not 0.5"),
        (lambda file: file.update(gap=float("nan")), "the gap is 0.000000, not nan"),
        (lambda file: file["by_rule"].update(cover=-1), "rule cover costs"),
        (lambda file: file["by_rule"].update(invented=7), "rule invented costs 0, not 7"),
        (lambda file: file["certificate"].update(duals=[]), "its duals prove 0"),
        (
            lambda file: file["certificate"].update(bound=file["certificate"]["bound"] + 9 * ONE),
            "the certificate claims",
        ),
        (lambda file: file.update(gap_without_vacancies=0.25), "the gap without vacancies is 0.00"),
        (lambda file: file.update(seconds=-1.0), "it cannot take -1.0 seconds"),
        (lambda file: file.update(seconds=float("inf")), "it cannot take inf seconds"),
        (lambda file: file.update(first_seconds=-0.1), "the first roster came after -0.1"),
        (lambda file: file.update(first_seconds=99.0), "the first roster came after 99.0 seconds"),
        (lambda file: file["progress"][-1].update(seconds=1e4), "contradicts what comes before"),
        (lambda file: file["progress"].reverse(), "contradicts what comes before"),
        (lambda file: file["progress"][-1].update(objective=None), "contradicts what comes before"),
        (lambda file: file["progress"][-1].update(bound=10**6), "contradicts what comes before"),
    ],
)
def test_a_figure_that_was_altered_is_found(
    problem: RosterProblem, honest: dict[str, Any], change: Change, said: str
) -> None:
    change(honest)
    assert any(said in claim for claim in claims(problem, honest))


@pytest.mark.parametrize(
    ("rule", "key"),
    [
        ("cover", []),
        ("cover", ["near.mon.am", "primary", "more"]),
        ("fairness", []),
        ("days_running", ["A", "soon"]),
        ("gap_days", ["A"]),
        ("online_seat", ["seat", "tuesday"]),
        ("per_week", []),
        ("other_firm", []),
        ("nonsense", ["A"]),
    ],
)
def test_a_dual_with_a_made_up_key_counts_as_none(
    problem: RosterProblem, honest: dict[str, Any], rule: str, key: list[str]
) -> None:
    before = check(problem, RosterFile.model_validate(honest)).certificate_bound
    honest["certificate"]["duals"].append({"rule": rule, "key": key, "value": ONE})
    after = check(problem, RosterFile.model_validate(honest)).certificate_bound
    assert after == before


@pytest.mark.parametrize(
    ("where", "moment"),
    [
        (("shifts", 0, "start"), "0001-01-01T00:30:00+08:00"),
        (("shifts", 0, "end"), "9999-12-31T23:59:00-08:00"),
        (("start",), "9999-12-27"),
    ],
)
def test_a_time_beyond_the_calendar_is_refused_by_its_place(
    problem: RosterProblem, where: tuple[Any, ...], moment: str
) -> None:
    plain = problem.model_dump(mode="json")
    inner: Any = plain
    for part in where[:-1]:
        inner = inner[part]
    inner[where[-1]] = moment
    with pytest.raises(Refused) as refused:
        load_problem(json.dumps(plain))
    place = "start" if len(where) == 1 else f"shifts[0].{where[-1]}"
    assert refused.value.text.en.startswith(f"{place}: its year must lie between 1900 and 9000")


def test_a_list_that_is_empty_where_it_may_not_be_is_told_how_many_it_needs() -> None:
    found = reason("too_short", "List should have at least 1 item", {"min_length": 1})
    assert (found.zh, found.en) == ("至少 1 项", "needs at least 1 entries")
