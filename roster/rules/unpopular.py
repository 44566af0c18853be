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
from zhiban.roster.rules.balance import POINT, Balanced, count_rows, standing_prices, starts
from zhiban.roster.rules.rule import Ints


class Unpopular(Balanced):
    """Prices unpopular duties, each as one whatever its length or role, on their own ledger."""

    code = "unpopular"
    kind = "cost"
    title = Text("不受欢迎班次", "unpopular duties")
    says = Text(
        "周五下午、节前、周末和较远站点等班次另设账本，单独均衡。",
        "Unpopular duties are balanced in the same way, on a ledger of their own.",
    )

    def arc_prices(self, ground: Ground, lawyers: Ints, places: Ints) -> Ints:
        start = starts(
            ground, self.params.reach, lambda ledger: ledger.unpopular - ledger.unpopular_target
        )
        eighths = np.where(ground.places.unpopular[places], POINT, 0)
        return standing_prices(self.params.slope, start, lawyers, eighths)

    def rows(self, ground: Ground, arcs: Arcs) -> Iterator[Rows]:
        counted = np.flatnonzero(ground.places.unpopular[arcs.place])
        yield from count_rows(self.code, self.params.slope, ground, arcs, counted)

    def ahead(self, ledger: Ledger) -> float:
        return ledger.unpopular - ledger.unpopular_target

    def counted(self, facts: Facts, duty: Duty) -> int:
        return 8 if facts.shifts[duty.shift].unpopular else 0
