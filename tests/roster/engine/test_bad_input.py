"""Unusable problems and roster files: one line each that names the place."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from zhiban.data.wording import Refused
from zhiban.roster.example import example
from zhiban.roster.problem import load_problem
from zhiban.roster.rosterfile import load_roster_file
from zhiban.roster.rules import active_rules
from zhiban.roster.solve import solve

Break = Callable[[dict[str, Any]], object]


def twice(name: str) -> Break:
    return lambda problem: problem[name].append(problem[name][0])


def put(name: str, field: str, value: object) -> Break:
    return lambda problem: problem[name][0].update({field: value})


def lock_twice(problem: dict[str, Any]) -> None:
    shift = problem["shifts"][0]
    other = {**shift, "id": "same hour"}
    problem["shifts"].append(other)
    who = problem["lawyers"][0]["id"]
    problem["locks"] = [{"lawyer": who, "shift": one["id"]} for one in (shift, other)]


BROKEN: list[tuple[str, Break]] = [
    ("shifts[0].post", put("shifts", "post", "nowhere")),
    ("lawyers[0].firm", put("lawyers", "firm", "nobody")),
    ("lawyers[0].division", put("lawyers", "division", "atlantis")),
    ("shifts[0].end", put("shifts", "end", "2026-11-30T01:00+08:00")),
    ("shifts[0].start", put("shifts", "start", "2025-11-30T01:00+08:00")),
    ("shifts[0].need", put("shifts", "need", -1)),
    ("shifts[0].need", put("shifts", "need", "many")),
    ("shifts[0].points", put("shifts", "points", 0.3)),
    ("lawyers[0].colour", put("lawyers", "colour", "red")),
    ("leaves[0].lawyer", put("leaves", "lawyer", "nobody")),
    ("leaves[0].end", put("leaves", "end", "2020-01-01T00:00")),
    ("locks[1]", lock_twice),
    ("start", lambda problem: problem.pop("start")),
    ("weeks", lambda problem: problem.update(weeks=14)),
]


@pytest.mark.parametrize(("place", "break_it"), BROKEN)
def test_each_fault_is_named_by_its_place(place: str, break_it: Break) -> None:
    problem = json.loads(example(lawyers=20, stations=3, seats=2, seed=1).model_dump_json())
    break_it(problem)
    with pytest.raises(Refused) as refused:
        load_problem(json.dumps(problem))
    assert place in [error.field for error in refused.value.errors]
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("name", ["divisions", "firms", "posts", "shifts", "lawyers"])
def test_an_id_given_twice_is_named(name: str) -> None:
    problem = json.loads(example(lawyers=20, stations=3, seats=2, seed=1).model_dump_json())
    twice(name)(problem)
    with pytest.raises(Refused) as refused:
        load_problem(json.dumps(problem))
    assert refused.value.errors[0].field == f"{name}[{len(problem[name]) - 1}]"


@pytest.mark.parametrize("circle", [["c"], ["c", "d"], ["d", "e", "f"]])
def test_divisions_that_lie_in_each_other_are_named_as_a_circle(circle: list[str]) -> None:
    problem = json.loads(example(lawyers=20, stations=3, seats=2, seed=1).model_dump_json())
    after = [*circle[1:], circle[0]]
    for code, parent in zip(circle, after, strict=True):
        problem["divisions"].append(
            {"code": code, "name": code, "level": "county", "parent": parent}
        )
    with pytest.raises(Refused) as refused:
        load_problem(json.dumps(problem))
    (error,) = refused.value.errors
    assert error.field == f"divisions[{len(problem['divisions']) - len(circle)}].parent"
    assert error.text.en == f"the parents go in a circle: {' -> '.join([*circle, circle[0]])}"


NONSENSE = [
    *(b"", b"[]", b"null", b"\xff\xfe", b"{"),
    *(b"x" * 1_000_000, b"[" * 1_000_000, b'{"a":' * 200_000),
]


@pytest.mark.parametrize("nonsense", NONSENSE)
def test_nonsense_is_refused_in_one_short_line(nonsense: bytes) -> None:
    for load in (load_problem, load_roster_file):
        with pytest.raises(Refused) as refused:
            load(nonsense)
        assert len(str(refused.value)) < 400


def test_an_unknown_rule_or_parameter_is_refused(town: Any) -> None:
    for rules, field in (
        ({"charm": {}}, "rules.charm"),
        ({"per_week": {"cap": -1}}, "rules.per_week.cap"),
        ({"per_week": {"hat": 1}}, "rules.per_week.hat"),
    ):
        problem = town.problem(["near.mon.am"], ["A"], rules=rules)
        with pytest.raises(Refused) as refused:
            active_rules(problem)
        assert refused.value.errors[0].field == field
        with pytest.raises(Refused):
            solve(problem)


def test_a_problem_comes_back_from_json_unchanged() -> None:
    problem = example(lawyers=40, stations=6, seats=3, weeks=2, seed=3)
    assert load_problem(problem.model_dump_json()) == problem
