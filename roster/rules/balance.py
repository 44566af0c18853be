"""Convex prices on points: what fairness and the balance of unpopular duties are made of.

A lawyer starts so many points (p) above the one furthest behind (balances are cut at `reach`
points, so that one odd ledger moves nobody else far). Of the points served in this horizon, an
eighth of the first costs `slope` x (p + 1), of the second `slope` x (p + 2), and so on: in all
that grows with the square of the points. The price changes with whole points only, counted from
the lawyer's own start, and duties of different kinds may be counted apart: half a duty is then
never cheaper than half of a duty's price, which keeps the LP close to the rosters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import reduce
from math import floor, gcd
from typing import ClassVar

import numpy as np
from pydantic import Field

from zhiban.roster.columns import Arcs
from zhiban.roster.facts import Facts
from zhiban.roster.ground import Ground, whole
from zhiban.roster.problem import ROLES, Ledger, Role
from zhiban.roster.roster import Duty
from zhiban.roster.rows import Rows, Steps
from zhiban.roster.rules.most import most_duties, most_of
from zhiban.roster.rules.rule import CheckedRow, Holding, Ints, Params, Rule, Step

POINT = 8  # eighths


class BalanceParams(Params):
    """`slope` scales the price (the square of points costs 4 x slope); `reach` is in points."""

    slope: int = Field(default=1, ge=0, le=1000)
    reach: int = Field(default=6, ge=0, le=100)


def balance_rows(
    rule: str, kind: str, slope: int, ground: Ground, arcs: Arcs, eighths: Ints, start: Ints
) -> Iterator[Rows]:
    """One row a lawyer for one kind of duties: points (in a common divisor) - steps = 0.

    `eighths` by arc, 0 where it does not count; `start` in points by lawyer.
    """
    unit = gcd(reduce(gcd, np.unique(eighths).tolist(), 0), POINT)
    arc = np.nonzero(eighths)[0]
    largest = np.zeros(ground.lawyers, np.int64)
    np.maximum.at(largest, arcs.lawyer[arc], eighths[arc])
    count = -(-(most_duties(ground) * largest) // POINT)
    lawyer = np.repeat(np.arange(ground.lawyers), count)
    point = np.arange(len(lawyer)) - np.repeat(np.cumsum(count) - count, count)
    yield Rows(
        rule=rule,
        key=lambda row: (ground.problem.lawyers[row].id, kind, str(unit)),
        lower=np.zeros(ground.lawyers, np.int64),
        upper=np.zeros(ground.lawyers, np.int64),
        arc=arc,
        row=arcs.lawyer[arc],
        weight=eighths[arc] // unit,
        steps=Steps(
            row=lawyer,
            sign=-np.ones(len(lawyer), np.int64),
            price=slope * unit * (start[lawyer] + point + 1),
            units=np.full(len(lawyer), POINT // unit, np.int64),
        ),
        along="lawyer",
        owner=np.arange(ground.lawyers),
    )


def starts(ground: Ground, reach: int, balance: Callable[[Ledger], float]) -> Ints:
    """Points above the lawyer furthest behind, by lawyer."""
    cut = [min(max(balance(one.ledger), -reach), reach) for one in ground.problem.lawyers]
    points = whole(floor(value + 0.5) for value in cut)
    start: Ints = points - points.min(initial=reach)
    return start


class Balanced(Rule):
    """The plain side of both balances."""

    Params = BalanceParams
    kinds: ClassVar[Mapping[str, tuple[Role, ...]]] = {"all": ROLES}

    def ahead(self, ledger: Ledger) -> float:
        """Points beyond the target."""
        raise NotImplementedError

    def counted(self, facts: Facts, duty: Duty) -> int:
        """Eighths of a point that the duty adds."""
        raise NotImplementedError

    def price_of_lawyer(self, facts: Facts, lawyer: str, duties: Sequence[Duty]) -> int:
        start = self._start(facts, lawyer)
        return sum(
            self._price(start, sum(self.counted(facts, d) for d in duties if d.role in roles))
            for roles in self.kinds.values()
        )

    def _price(self, start: int, eighths: int) -> int:
        """Price of so many eighths for a lawyer who starts that many points up."""
        total, dear = 0, start + 1
        while eighths > 0:
            total += min(eighths, POINT) * self.params.slope * dear
            eighths, dear = eighths - POINT, dear + 1
        return total

    def _start(self, facts: Facts, lawyer: str) -> int:
        standing = facts.remember(self.code, self._standing)
        return standing[lawyer]

    def _standing(self, facts: Facts) -> dict[str, int]:
        reach = self.params.reach
        points = {
            one.id: floor(max(-reach, min(reach, self.ahead(one.ledger))) + 0.5)
            for one in facts.problem.lawyers
        }
        least = min(points.values(), default=0)
        return {lawyer: value - least for lawyer, value in points.items()}

    def row(self, facts: Facts, key: tuple[str, ...]) -> CheckedRow | None:
        lawyer, roles, unit = key[0], self.kinds.get(key[1]), int(key[2])
        if lawyer not in facts.lawyers or roles is None or unit < 1 or POINT % unit:
            return None
        weights: dict[Holding, int] = {}
        for held in facts.eligible_of.get(lawyer, {}).values():
            for shift, role in held:
                duty = Duty(shift=shift, lawyer=lawyer, role=role)
                eighths = self.counted(facts, duty) if role in roles else 0
                if eighths % unit:
                    return None
                if eighths:
                    weights[lawyer, shift, role] = eighths // unit
        most = max(weights.values(), default=0) * unit * most_of(facts, lawyer)
        start = self._start(facts, lawyer)
        steps = [
            Step(unit * self.params.slope * (start + point + 1), POINT // unit)
            for point in range(-(-most // POINT))
        ]
        return CheckedRow(weights, 0, 0, steps)
