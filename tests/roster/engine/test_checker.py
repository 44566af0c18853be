"""The checker against rosters and proofs that have been tampered with."""

from __future__ import annotations

from functools import cache
from random import Random
from typing import Any

import pytest

from zhiban.roster.certificate import ONE, proved_bound
from zhiban.roster.checker import check
from zhiban.roster.example import example
from zhiban.roster.facts import Facts
from zhiban.roster.problem import RosterProblem
from zhiban.roster.roster import Duty
from zhiban.roster.rosterfile import Dual, RosterFile
from zhiban.roster.rules import RULES, Rule, active_rules
from zhiban.roster.solve import solve


@pytest.fixture(scope="module")
def problem() -> RosterProblem:
    return example(lawyers=120, stations=20, seats=4, seed=1)


@pytest.fixture(scope="module")
def solved(problem: RosterProblem) -> RosterFile:
    return solve(problem)


def codes(problem: RosterProblem, file: RosterFile, **change: Any) -> set[str]:
    return {one.rule for one in check(problem, file.model_copy(update=change)).violations}


def test_what_the_solver_gives_is_sound(problem: RosterProblem, solved: RosterFile) -> None:
    checked = check(problem, solved)
    assert checked.sound
    assert checked.by_rule == solved.by_rule
    assert checked.certificate_bound is not None
    assert checked.certificate_bound <= solved.objective


@pytest.mark.parametrize(
    "change",
    [
        lambda file: {"objective": file.objective - 1},
        lambda file: {"duties": file.duties[1:]},
        lambda file: {"bound": file.objective - 1},
        lambda file: {"certificate": None},
        lambda file: {"duties": (*file.duties, file.duties[0])},
        lambda file: {"duties": (*file.duties, Duty("nowhere", file.duties[0].lawyer))},
        lambda file: {"duties": (*file.duties, Duty(file.duties[0].shift, "nobody"))},
    ],
)
def test_a_file_that_says_what_is_not_so_is_caught(
    problem: RosterProblem, solved: RosterFile, change: Any
) -> None:
    assert codes(problem, solved, **change(solved)) & {"claim", "file"}


def test_whatever_the_duals_say_no_bound_above_the_optimum_is_proved(
    problem: RosterProblem, solved: RosterFile
) -> None:
    facts = Facts(problem, active_rules(problem))
    random = Random(1)
    assert solved.certificate is not None
    for spread in (0, ONE // 3, 5 * ONE, 300 * ONE):
        duals = tuple(
            dual.model_copy(update={"value": dual.value + random.randint(-spread, spread)})
            for dual in solved.certificate.duals
        )
        wild = (*duals, Dual(rule="nothing", key=("x",), value=ONE * 10**6))
        forged = solved.certificate.model_copy(update={"bound": 0, "duals": wild})
        proved = proved_bound(facts, forged)
        assert proved <= solved.objective * ONE
        if not spread:
            assert proved >= solved.certificate.bound


@pytest.mark.parametrize("seed", range(12))
def test_the_checker_proves_the_very_bound_that_the_solver_claims(seed: int) -> None:
    problem = example(lawyers=12, stations=3, seats=2, seed=seed, short=seed % 2 == 1)
    file = solve(problem)
    facts = Facts(problem, active_rules(problem))
    assert file.certificate is not None
    assert proved_bound(facts, file.certificate) == file.certificate.bound


# On the example every rule binds but this one, which needs a day on which nobody may come online.
ELSEWHERE = {"online_seat"}
# A slot is a place: whoever is at two sites at once also breaks the day's one site.
HIDDEN = {"overlap"}


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.code not in ELSEWHERE | HIDDEN])
def test_a_rule_left_out_of_the_model_is_caught(rule: type[Rule]) -> None:
    # One of the optima without a rule may keep it by chance: not in all of these problems.
    assert any(_caught(rule, seed) for seed in range(1, 9))


def _caught(rule: type[Rule], seed: int) -> bool:
    problem, solved = _solved(seed)
    without = problem.model_copy(update={"rules": {rule.code: {"enabled": False}}})
    checked = check(problem, solve(without).model_copy(update={"certificate": None}))
    broken = {one.rule for one in checked.violations} - {"claim"}
    # Whom a rule no longer bars counts as a firm's choice, too.
    assert broken <= {rule.code, "firm_takes"}
    return bool(broken) or checked.objective > solved.objective


@cache
def _solved(seed: int) -> tuple[RosterProblem, RosterFile]:
    problem = example(lawyers=120, stations=20, seats=4, seed=seed)
    return problem, solve(problem)
