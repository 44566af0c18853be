"""Unpopular duties are balanced apart from all others."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from zhiban.data.wording import Text
from zhiban.roster.columns import Arcs
from zhiban.roster.facts import Facts
from zhiban.roster.ground import Ground
from zhiban.roster.problem import Ledger
from zhiban.roster.roster import Duty
from zhiban.roster.rows import Rows
from zhiban.roster.rules.balance import POINT, Balanced, balance_rows, starts


class Unpopular(Balanced):
    """Prices the number of unpopular duties convexly, whatever their length or role."""

    code = "unpopular"
    kind = "cost"
    title = Text("不受欢迎班次", "unpopular duties")
    says = Text(
        "周五下午、节前、周末和较远站点等班次单独均衡（按平方计价）。",
        "Unpopular duties are balanced on a ledger of their own, by the square.",
    )

    def rows(self, ground: Ground, arcs: Arcs) -> Iterator[Rows]:
        start = starts(
            ground, self.params.reach, lambda ledger: ledger.unpopular - ledger.unpopular_target
        )
        counted = ground.places.unpopular[arcs.place]
        eighths = np.where(counted, POINT, 0)
        yield from balance_rows(self.code, "all", self.params.slope, ground, arcs, eighths, start)

    def ahead(self, ledger: Ledger) -> float:
        return ledger.unpopular - ledger.unpopular_target

    def counted(self, facts: Facts, duty: Duty) -> int:
        return 8 if facts.shifts[duty.shift].unpopular else 0
