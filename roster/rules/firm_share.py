"""Firms hold duties in proportion to their qualified members."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from pydantic import Field

from zhiban.data.wording import Text
from zhiban.roster.columns import Arcs
from zhiban.roster.facts import Facts
from zhiban.roster.ground import Ground, whole
from zhiban.roster.problem import ROLES, Role, Shift
from zhiban.roster.roster import Duty
from zhiban.roster.rows import Rows, Steps
from zhiban.roster.rules.most import most_duties, most_of
from zhiban.roster.rules.rule import CheckedRow, Holding, Ints, Params, Rule, Step

QUALIFYING = frozenset({"consent", "licence", "experience", "sanction"})


class FirmShareParams(Params):
    """Price of the square of duties away from the firm's share."""

    price: int = Field(default=2, ge=0, le=1000)


class FirmShare(Rule):
    """Prices the square of a firm's duties above or below its share of all places.

    Qualified are members whom licence, experience, sanction and consent let hold any place of
    the horizon, by their weights; shares are rounded to whole duties.
    """

    code = "firm_share"
    kind = "cost"
    title = Text("律所分担", "firm share")
    says = Text(
        "各律所按合格律师（权重）比例承担班次，偏离按平方计价。",
        "Firms share duties by the weights of their qualified members; the square of what is "
        "above or below is priced.",
    )
    Params = FirmShareParams

    def rows(self, ground: Ground, arcs: Arcs) -> Iterator[Rows]:
        problem = ground.problem
        share = self._shares(ground)
        most = np.zeros(len(share), np.int64)
        np.add.at(most, ground.firm, most_duties(ground))
        over = np.maximum(0, most - share)
        row = np.concatenate([_repeat(over)[0], _repeat(share)[0]])
        away = np.concatenate([_repeat(over)[1], _repeat(share)[1]])
        sign = np.concatenate([-np.ones(over.sum(), np.int64), np.ones(share.sum(), np.int64)])
        yield Rows(
            rule=self.code,
            key=lambda row: (problem.firms[row].id,),
            lower=share,
            upper=share,
            arc=np.arange(len(arcs)),
            row=ground.firm[arcs.lawyer],
            weight=np.ones(len(arcs), np.int64),
            steps=Steps(row, sign, self.params.price * (2 * away + 1), np.ones_like(row)),
            along="firm",
            owner=np.arange(len(share)),
        )

    def _shares(self, ground: Ground) -> Ints:
        problem = ground.problem
        never = np.zeros((ground.lawyers, len(ground.places)), dtype=bool)
        for rule in ground.rules:
            barred = rule.bars(ground) if rule.code in QUALIFYING else None
            if barred is not None:
                never |= barred
        weight = whole(one.weight for one in problem.lawyers) * ~never.all(axis=1)
        by_firm = np.zeros(len(problem.firms), np.int64)
        np.add.at(by_firm, ground.firm, weight)
        total, places = int(weight.sum()), int(ground.places.room.sum())
        return (2 * by_firm * places + total) // max(1, 2 * total)

    def price_of_firm(self, facts: Facts, firm: str, duties: Sequence[Duty]) -> int:
        away = len(duties) - facts.remember(self.code, self._targets)[firm]
        price: int = self.params.price * away * away
        return price

    def _targets(self, facts: Facts) -> dict[str, int]:
        places = sum(shift.wanted + shift.standby for shift in facts.problem.shifts)
        weights = dict.fromkeys(facts.firms, 0)
        # Those rules look at the person and the date: one place a day tells for all of that day.
        of_day = {
            facts.when[shift.id].date: (shift, role)
            for shift in facts.problem.shifts
            for role in ROLES
            if shift.places(role)
        }
        tried = tuple(of_day.values())
        for lawyer in facts.problem.lawyers:
            if self._qualified(facts, lawyer.id, tried):
                weights[lawyer.firm] += lawyer.weight
        total = sum(weights.values())
        if not total:
            return dict.fromkeys(facts.firms, 0)
        return {firm: (2 * own * places + total) // (2 * total) for firm, own in weights.items()}

    def _qualified(self, facts: Facts, lawyer: str, tried: Sequence[tuple[Shift, Role]]) -> bool:
        asked = [rule for rule in facts.rules if rule.code in QUALIFYING]
        return any(
            not any(rule.forbids(facts, lawyer, shift, role) for rule in asked)
            for shift, role in tried
        )

    def row(self, facts: Facts, key: tuple[str, ...]) -> CheckedRow | None:
        (firm,) = key
        if firm not in facts.firms:
            return None
        share = facts.remember(self.code, self._targets)[firm]
        weights: dict[Holding, int] = {
            (lawyer.id, shift, role): 1
            for lawyer in facts.problem.lawyers
            if lawyer.firm == firm
            for held in facts.eligible_of.get(lawyer.id, {}).values()
            for shift, role in held
        }
        most = sum(most_of(facts, one.id) for one in facts.problem.lawyers if one.firm == firm)
        above = [Step(self.params.price * (2 * away + 1), 1) for away in range(most - share)]
        below = [Step(self.params.price * (2 * away + 1), 1, 1) for away in range(share)]
        return CheckedRow(weights, share, share, above + below)


def _repeat(counts: Ints) -> tuple[Ints, Ints]:
    """Row numbers, each as often as its count, beside 0, 1, 2... within each row."""
    row = np.repeat(np.arange(len(counts)), counts)
    return row, np.arange(len(row)) - np.repeat(np.cumsum(counts) - counts, counts)
