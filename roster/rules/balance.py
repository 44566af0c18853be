"""Convex prices on points: what fairness and the balance of unpopular duties are made of.

A lawyer stands so many half points above the one furthest behind (balances are cut at `reach`
points, so that one odd ledger moves nobody else far). Within the n-th half point from there an
eighth of a point costs `slope` x (2n + 1): the price grows with the square of the points.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import reduce
from math import floor, gcd

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

HALF = 4  # eighths in half a point


class BalanceParams(Params):
    """`slope` scales the price (a square of points costs 16 x slope); `reach` is in points."""

    slope: int = Field(default=1, ge=0, le=1000)
    reach: int = Field(default=6, ge=0, le=100)


def balance_rows(
    rule: str, slope: int, ground: Ground, arcs: Arcs, eighths: Ints, start: Ints
) -> Iterator[Rows]:
    """One row a lawyer: points (in units of their common divisor) - steps = 0.

    `eighths` by arc, 0 where it does not count; `start` in half points by lawyer.
    """
    common = reduce(gcd, np.unique(eighths).tolist(), 0) or HALF
    unit = common if common % HALF == 0 else gcd(common, HALF)
    width = max(1, unit // HALF)
    arc = np.nonzero(eighths)[0]
    largest = np.zeros(ground.lawyers, np.int64)
    np.maximum.at(largest, arcs.lawyer[arc], eighths[arc])
    count = -(-(most_duties(ground) * largest) // (HALF * width))
    lawyer = np.repeat(np.arange(ground.lawyers), count)
    at = start[lawyer] + width * (
        np.arange(len(lawyer)) - np.repeat(np.cumsum(count) - count, count)
    )
    units = np.full(len(lawyer), max(1, HALF // unit), np.int64)
    yield Rows(
        rule=rule,
        key=lambda row: (ground.problem.lawyers[row].id, str(unit)),
        lower=np.zeros(ground.lawyers, np.int64),
        upper=np.zeros(ground.lawyers, np.int64),
        arc=arc,
        row=arcs.lawyer[arc],
        weight=eighths[arc] // unit,
        steps=Steps(
            row=lawyer,
            sign=-np.ones(len(lawyer), np.int64),
            price=HALF * slope * ((at + width) ** 2 - at**2) // units,
            units=units,
        ),
        along="lawyer",
        owner=np.arange(ground.lawyers),
    )


def starts(ground: Ground, reach: int, balance: Callable[[Ledger], float]) -> Ints:
    """Half points above the lawyer furthest behind, by lawyer."""
    cut = [min(max(balance(one.ledger), -reach), reach) for one in ground.problem.lawyers]
    halves = whole(floor(value * 2 + 0.5) for value in cut)
    start: Ints = halves - halves.min(initial=2 * reach)
    return start


class Balanced(Rule):
    """The plain side of both balances."""

    Params = BalanceParams

    def ahead(self, ledger: Ledger) -> float:
        """Points beyond the target."""
        raise NotImplementedError

    def counted(self, facts: Facts, duty: Duty) -> int:
        """Eighths of a point that the duty adds."""
        raise NotImplementedError

    def price_of_lawyer(self, facts: Facts, lawyer: str, duties: Sequence[Duty]) -> int:
        eighths = sum(self.counted(facts, duty) for duty in duties)
        return self._price(self._start(facts, lawyer), eighths)

    def _price(self, start: int, eighths: int) -> int:
        """Price of so many eighths on top of `start` half points, bracket by bracket."""
        total, at = 0, start
        while eighths > 0:
            total += min(eighths, HALF) * self.params.slope * (2 * at + 1)
            eighths, at = eighths - HALF, at + 1
        return total

    def _start(self, facts: Facts, lawyer: str) -> int:
        standing = facts.remember(self.code, self._standing)
        return standing[lawyer]

    def _standing(self, facts: Facts) -> dict[str, int]:
        reach = self.params.reach
        halves = {
            one.id: floor(2 * max(-reach, min(reach, self.ahead(one.ledger))) + 0.5)
            for one in facts.problem.lawyers
        }
        least = min(halves.values(), default=0)
        return {lawyer: value - least for lawyer, value in halves.items()}

    def row(self, facts: Facts, key: tuple[str, ...]) -> CheckedRow | None:
        lawyer, unit = key[0], int(key[1])
        if lawyer not in facts.lawyers or unit < 1 or (unit % HALF and HALF % unit):
            return None
        weights: dict[Holding, int] = {}
        for held in facts.eligible_of.get(lawyer, {}).values():
            for shift, role in held:
                eighths = self.counted(facts, Duty(shift=shift, lawyer=lawyer, role=role))
                if eighths % unit:
                    return None
                if eighths:
                    weights[lawyer, shift, role] = eighths // unit
        most = max(weights.values(), default=0) * unit * most_of(facts, lawyer)
        return CheckedRow(weights, 0, 0, self._steps(self._start(facts, lawyer), most, unit))

    def _steps(self, start: int, most: int, unit: int) -> list[Step]:
        width = max(HALF, unit)
        return [
            Step(self._price(start + done // HALF, width) * unit // width, width // unit)
            for done in range(0, most, width)
        ]
