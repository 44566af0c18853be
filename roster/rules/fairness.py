"""Points are shared fairly over time: whoever served more than the own share pays more."""

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
from zhiban.roster.rules.balance import Balanced, count_rows, standing_prices, starts
from zhiban.roster.rules.rule import Ints


class Fairness(Balanced):
    """Prices duties by the ledger's points against its target, and each further one more."""

    code = "fairness"
    kind = "cost"
    title = Text("公平", "fairness")
    says = Text(
        "累计分值比应值分值高得越多，再值越贵；本期内每多值一次再加价。",
        "The further a lawyer's points are above the target, the dearer a duty, and each further "
        "duty of the horizon is dearer still.",
    )

    def arc_prices(self, ground: Ground, lawyers: Ints, places: Ints) -> Ints:
        start = starts(ground, self.params.reach, lambda ledger: ledger.points - ledger.target)
        eighths = ground.places.eighths[places]
        return standing_prices(self.params.slope, start, lawyers, eighths)

    def rows(self, ground: Ground, arcs: Arcs) -> Iterator[Rows]:
        counted = np.flatnonzero(ground.places.eighths[arcs.place])
        yield from count_rows(self.code, self.params.slope, ground, arcs, counted)

    def ahead(self, ledger: Ledger) -> float:
        return ledger.points - ledger.target

    def counted(self, facts: Facts, duty: Duty) -> int:
        return facts.eighths(duty.shift, duty.role)
