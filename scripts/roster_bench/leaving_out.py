"""Every rule left out of the model in turn: what the checker, which keeps it, then says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from zhiban.roster.checker import check
from zhiban.roster.problem import RosterProblem
from zhiban.roster.rosterfile import RosterFile
from zhiban.roster.rules import RULES, Rule
from zhiban.roster.solve import solve

# Counts whom the other rules of eligibility let in, so it breaks where one of them is left out.
FOLLOWS = "firm_takes"

HEAD = "| rule left out | broken | costs | against | dearer by | binds |\n|---|---|---|---|---|---|"


@dataclass(frozen=True)
class LeftOut:
    """What came of a roster made without one rule, under all rules.

    `broken` counts violations of the rule, `others` those of any other (there should be none,
    save of the rule that follows from the rules of eligibility).
    """

    rule: type[Rule]
    broken: int
    others: int
    objective: int
    best: int

    @property
    def binds(self) -> bool:
        """Whether the rule was missed."""
        return self.broken > 0 or self.objective != self.best

    def row(self) -> str:
        """One line of the table."""
        return (
            f"| {self.rule.code} | {self.broken} | {self.objective} | {self.best} "
            f"| {self.objective - self.best} | {'yes' if self.binds else '**no**'} |"
        )


def left_out(problem: RosterProblem, best: RosterFile, *, seconds: float) -> Iterator[LeftOut]:
    """Rule by rule, beside the best roster of the whole problem."""
    for rule in RULES:
        own = {**problem.rules.get(rule.code, {}), "enabled": False}
        without = problem.model_copy(update={"rules": {**problem.rules, rule.code: own}})
        file = solve(without, seconds=seconds).model_copy(update={"certificate": None})
        checked = check(problem, file)
        broken = Counter(one.rule for one in checked.violations if one.rule != "claim")
        own_broken = broken.pop(rule.code, 0)
        if rule.kind == "eligibility":
            broken.pop(FOLLOWS, None)
        yield LeftOut(rule, own_broken, broken.total(), checked.objective, best.objective)
