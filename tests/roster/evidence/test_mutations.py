"""Whatever is wrong with the model's side of a rule, something notices.

The checker's side stays as it is; each mutation falsifies one answer of the model on problems in
which the rule binds, and whose optimum is reckoned by hand.
"""

from __future__ import annotations

import pytest
from roster_bench.mutants import HOOKS, Mutation
from roster_bench.mutations import CASES, cases_of, complaints, mutations_of, tried
from roster_bench.oracle import cheapest
from roster_bench.planted import Case

from zhiban.roster.rules import RULES, Rule
from zhiban.roster.solve import solve

MUTATIONS = [mutation for rule in RULES for mutation in mutations_of(rule)]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule)
def test_the_optimum_by_hand_is_what_solver_and_trying_everything_find(case: Case) -> None:
    solved = solve(case.problem)
    assert list(complaints(case, solved)) == []
    assert cheapest(case.problem) == case.objective


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_every_rule_has_cases_and_every_answer_of_its_model_is_mutated(rule: type[Rule]) -> None:
    assert cases_of(rule), f"no planted case for {rule.code}"
    answered = {hook for hook in HOOKS if getattr(rule, hook) is not getattr(Rule, hook)}
    mutated = {mutation.hook for mutation in mutations_of(rule)}
    assert mutated == answered
    for hook in mutated:
        tries = [mutation.what for mutation in mutations_of(rule) if mutation.hook == hook]
        assert {"left out"} < set(tries)
        assert any("flipped" in what for what in tries)


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.name)
def test_a_mutation_of_the_model_is_caught(mutation: Mutation) -> None:
    assert tried(mutation).by
