"""Tries every mutation of the rules on the planted problems: what catches it.

`scripts/bench mutations` prints the table; the suite tries the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from unittest.mock import patch

from roster_bench import cases_firms, cases_price, cases_together, cases_who
from roster_bench.mutants import Mutation, mutations
from roster_bench.planted import Case

from zhiban.roster import model
from zhiban.roster.checker import check
from zhiban.roster.problem import RosterProblem
from zhiban.roster.rosterfile import RosterFile
from zhiban.roster.rules import RULES, Rule, active_rules
from zhiban.roster.solve import solve

CASES: tuple[Case, ...] = tuple(
    case
    for module in (cases_who, cases_firms, cases_together, cases_price)
    for case in module.cases()
)


@dataclass(frozen=True)
class Caught:
    """What noticed a mutation, in the order of the planted cases; nothing: it got through."""

    mutation: Mutation
    by: tuple[str, ...]


def cases_of(rule: type[Rule]) -> tuple[Case, ...]:
    """The planted cases in which the rule binds."""
    return tuple(case for case in CASES if case.rule == rule.code)


def mutations_of(rule: type[Rule]) -> Iterator[Mutation]:
    """Every mutation of what the rule says in its cases."""
    return mutations(rule, [case.problem for case in cases_of(rule)])


def tried(mutation: Mutation) -> Caught:
    """Solves the rule's cases under the mutation and asks everybody who could notice."""
    by: dict[str, None] = {}
    for case in cases_of(mutation.rule):
        with mutated(mutation):
            file = solve(case.problem)
        by.update(dict.fromkeys(complaints(case, file)))
    return Caught(mutation, tuple(by))


def complaints(case: Case, file: RosterFile) -> Iterator[str]:
    """Everything that is wrong with what the solver gave for a case."""
    checked = check(case.problem, file)
    for one in checked.violations:
        if one.rule != "claim":
            yield "the checker: a broken rule"
        elif "objective is" in one.text.en:
            yield "the checker: another objective"
        elif "certificate" in one.text.en or "bound" in one.text.en:
            yield "the checker: another bound"
    if file.status != "optimal":
        yield "no proof"
    if file.objective != case.objective:
        yield "the optimum by hand"


@contextmanager
def mutated(mutation: Mutation) -> Iterator[None]:
    """The model is built with the mutant in the rule's stead; the checker keeps the rule."""

    def rules(problem: RosterProblem) -> tuple[Rule, ...]:
        mutant = mutation.mutant()
        return tuple(
            mutant(rule.params) if type(rule) is mutation.rule else rule
            for rule in active_rules(problem)
        )

    with patch.object(model, "active_rules", rules):
        yield


def all_tried() -> Iterator[Caught]:
    """Every mutation of every rule."""
    for rule in RULES:
        for mutation in mutations_of(rule):
            yield tried(mutation)
