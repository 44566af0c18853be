"""What fairness and the balance of unpopular duties are made of.

A lawyer stands so many points above the one furthest behind (balances are cut at `reach` points,
so that one odd ledger moves nobody else far). Every duty costs its points times that standing
plus one; and of the duties of this horizon the second costs one more step, the third two, and so
on. Together that grows with the square of what is served. Steps count duties, whatever their
points: that keeps the LP close to the rosters, and the ledger makes good the difference.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from math import floor

import numpy as np
from pydantic import Field

from zhiban.roster.columns import Arcs
from zhiban.roster.facts import Facts
from zhiban.roster.ground import Ground, whole
from zhiban.roster.problem import Ledger
from zhiban.roster.roster import Duty
from zhiban.roster.rows import Rows, Steps
from zhiban.roster.rules.most import most_duties, most_of
from zhiban.roster.rules.rule import CheckedRow, Holding, Ints, Params, Rule, Step

POINT = 8  # eighths


class BalanceParams(Params):
    """`slope` is the price of an eighth of a point; `reach` is in points."""

    slope: int = Field(default=1, ge=0, le=1000)
    reach: int = Field(default=6, ge=0, le=100)


def standing_prices(slope: int, start: Ints, lawyers: Ints, eighths: Ints) -> Ints:
    """Price of so many eighths for each lawyer's standing (`start`, in eighths by lawyer)."""
    prices: Ints = slope * eighths * (start[lawyers] + POINT) // POINT
    return prices


def count_rows(rule: str, slope: int, ground: Ground, arcs: Arcs, counted: Ints) -> Iterator[Rows]:
    """One row a lawyer: duties that count (`counted` arcs) - steps of rising price = 0."""
    able = np.zeros(ground.lawyers, np.int64)
    np.add.at(able, arcs.lawyer[counted], 1)
    size = np.minimum(most_duties(ground), able)
    lawyer = np.repeat(np.arange(ground.lawyers), size)
    before = np.arange(len(lawyer)) - np.repeat(np.cumsum(size) - size, size)
    ones = np.ones(len(lawyer), np.int64)
    yield Rows(
        rule=rule,
        key=lambda row: (ground.problem.lawyers[row].id,),
        lower=np.zeros(ground.lawyers, np.int64),
        upper=np.zeros(ground.lawyers, np.int64),
        arc=counted,
        row=arcs.lawyer[counted],
        weight=np.ones(len(counted), np.int64),
        steps=Steps(lawyer, -ones, slope * POINT * before, ones),
        along="lawyer",
        owner=np.arange(ground.lawyers),
    )


def starts(ground: Ground, reach: int, balance: Callable[[Ledger], float]) -> Ints:
    """Eighths of a point above the lawyer furthest behind, by lawyer."""
    cut = [min(max(balance(one.ledger), -reach), reach) for one in ground.problem.lawyers]
    eighths = whole(floor(value * POINT + 0.5) for value in cut)
    start: Ints = eighths - eighths.min(initial=reach * POINT)
    return start


class Balanced(Rule):
    """The plain side of both balances."""

    Params = BalanceParams

    def ahead(self, ledger: Ledger) -> float:
        """Points beyond the target."""
        raise NotImplementedError

    def counted(self, facts: Facts, duty: Duty) -> int:
        """Eighths of a point that the duty adds; 0 where it does not count."""
        raise NotImplementedError

    def price_of_duty(self, facts: Facts, duty: Duty) -> int:
        start = facts.remember(self.code, self._standing)[duty.lawyer]
        price: int = self.params.slope * self.counted(facts, duty) * (start + 8) // 8
        return price

    def price_of_lawyer(self, facts: Facts, lawyer: str, duties: Sequence[Duty]) -> int:
        held = sum(self.counted(facts, duty) > 0 for duty in duties)
        return sum(self.params.slope * 8 * before for before in range(held))

    def _standing(self, facts: Facts) -> dict[str, int]:
        reach = self.params.reach
        eighths = {
            one.id: floor(max(-reach, min(reach, self.ahead(one.ledger))) * 8 + 0.5)
            for one in facts.problem.lawyers
        }
        least = min(eighths.values(), default=0)
        return {lawyer: value - least for lawyer, value in eighths.items()}

    def row(self, facts: Facts, key: tuple[str, ...]) -> CheckedRow | None:
        (lawyer,) = key
        if lawyer not in facts.lawyers:
            return None
        weights: dict[Holding, int] = {
            (lawyer, shift, role): 1
            for held in facts.eligible_of.get(lawyer, {}).values()
            for shift, role in held
            if self.counted(facts, Duty(shift=shift, lawyer=lawyer, role=role))
        }
        most = min(most_of(facts, lawyer), len(weights))
        return CheckedRow(
            weights, 0, 0, [Step(self.params.slope * 8 * before, 1) for before in range(most)]
        )
