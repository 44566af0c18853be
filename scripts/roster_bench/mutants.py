"""Mutations of the model's side of a rule: which faults are tried on which of its answers.

A mutant is a subclass of the rule in which one question of the model is answered wrongly; the
plain side, from which the checker judges, stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from roster_bench import faults
from roster_bench.faults import PARTS, Wrong

from zhiban.roster.columns import LARGEST_DAY, arcs_of
from zhiban.roster.ground import Ground
from zhiban.roster.problem import RosterProblem
from zhiban.roster.rules import Rule, active_rules

HOOKS = ("bars", "arc_prices", "day_clash", "later_clash", "limits", "rows")
BY_DAY = ("experience", "sanction", "away")
BY_MINUTE = ("leave", "overlap", "one_site", "rest")
PARAMETERS = {"firm_takes": "members", "experience": "years", "rest": "far_hours"}
OF_FIRMS = ("wishes", "firm_takes", "firm_slots")
OWN_DAYS = ("gap_days", "days_running")


@dataclass(frozen=True)
class Mutation:
    """One way to be wrong about one rule."""

    rule: type[Rule]
    hook: str
    what: str
    wrong: Wrong

    @property
    def name(self) -> str:
        """Rule, question and fault."""
        return f"{self.rule.code}, {self.hook}: {self.what}"

    def mutant(self) -> type[Rule]:
        """The rule with that question answered wrongly."""
        body = {self.hook: self.wrong(getattr(self.rule, self.hook))}
        return type(f"{self.rule.__name__}Mutant", (self.rule,), body)


def mutations(rule: type[Rule], problems: Sequence[RosterProblem]) -> Iterator[Mutation]:
    """Every mutation of the questions that the rule answers in one of the problems."""
    answers = [_answers(rule, problem) for problem in problems]
    for hook in HOOKS:
        given = [answer[hook] for answer in answers if answer[hook] is not None]
        if given:
            for what, wrong in _of_hook(rule, hook, given):
                yield Mutation(rule, hook, what, wrong)


def _answers(rule: type[Rule], problem: RosterProblem) -> dict[str, Any]:
    """What the rule says of a problem, question by question."""
    ground = Ground(problem, active_rules(problem))
    arcs = arcs_of(ground)
    own = next(one for one in ground.rules if type(one) is rule)
    return {
        "bars": own.bars(ground),
        "arc_prices": own.arc_prices(ground, arcs.lawyer, arcs.place),
        "day_clash": own.day_clash(ground),
        "later_clash": own.later_clash(ground),
        "limits": own.limits(ground),
        "rows": [rows for rows in own.rows(ground, arcs) if len(rows)] or None,
    }


def _of_hook(rule: type[Rule], hook: str, given: list[Any]) -> Iterator[tuple[str, Wrong]]:
    if hook == "rows":
        yield from _of_rows(rule, [rows for families in given for rows in families])
    elif hook == "limits":
        yield from _of_limits()
    elif hook == "arc_prices":
        yield from _of_prices()
    else:
        yield from _of_bools(hook)
    if hook == "limits":
        return
    if rule.code in BY_DAY:
        yield "a day late", faults.later(1)
        yield "a day early", faults.later(-1)
    if rule.code in BY_MINUTE:
        yield "shifts a minute longer", faults.longer(1)
        yield "shifts a minute shorter", faults.longer(-1)
    if rule.code in OF_FIRMS:
        yield "shifts of firms taken for others", faults.no_firm_shifts()
    if rule.code in PARAMETERS:
        yield "its parameter one more", faults.parameter(PARAMETERS[rule.code], 1)
        yield "its parameter one less", faults.parameter(PARAMETERS[rule.code], -1)
    if rule.code in OWN_DAYS:
        yield "a day more", faults.own_limit(rule.code, 1)
        yield "a day less", faults.own_limit(rule.code, -1)


def _of_bools(hook: str) -> Iterator[tuple[str, Wrong]]:
    yield "left out", faults.after(lambda answer, ground: None)
    if hook == "later_clash":
        yield "its sense flipped", faults.after(faults.turned)
    else:
        yield "its sense flipped", faults.after(lambda answer, ground: ~answer)
    missing = faults.without_bars if hook == "bars" else faults.without_clashes
    for which, part in PARTS.items():
        yield f"{which} missing", missing(part)


def _of_prices() -> Iterator[tuple[str, Wrong]]:
    yield "left out", faults.after(lambda prices, *rest: None)
    yield "its sign flipped", faults.after(lambda prices, *rest: -prices)
    yield "a point more", faults.after(lambda prices, *rest: prices + (prices != 0))
    for which, part in PARTS.items():
        yield f"{which} missing", faults.without_prices(part)


def _of_limits() -> Iterator[tuple[str, Wrong]]:
    yield "left out", faults.after(lambda caps, ground: np.full_like(caps, LARGEST_DAY))
    yield "its sense flipped", faults.after(lambda caps, ground: np.maximum(0, 4 - caps))
    yield "one more", faults.after(lambda caps, ground: caps + 1)
    yield "one less", faults.after(lambda caps, ground: np.maximum(0, caps - 1))
    yield (
        "the first lawyer missing",
        faults.after(lambda caps, ground: np.where(np.arange(len(caps)) == 0, LARGEST_DAY, caps)),
    )


def _of_rows(rule: type[Rule], given: list[Any]) -> Iterator[tuple[str, Wrong]]:
    yield "left out", lambda original: lambda self, ground, arcs: iter(())
    yield "its sense flipped", faults.each(faults.other_sense)
    yield "one more", faults.moved(1)
    yield "one less", faults.moved(-1)
    for which, part in PARTS.items():
        yield f"{which} missing", faults.without_entries(part)
    if any(len(rows.steps.row) for rows in given):
        yield "its steps for nothing", faults.priced(0, 0)
        yield "its steps a point dearer", faults.priced(1, 1)
    if any(rows.once for rows in given):
        yield (
            "a day counted by its duties",
            faults.each(lambda rows, ground, arcs: replace(rows, once=False)),
        )
    if rule.code == "days_running":
        yield "what is held beside forgotten", faults.nothing_held()
    if rule.code == "pairing":
        yield "years a day more", faults.started(1)
        yield "years a day less", faults.started(-1)
