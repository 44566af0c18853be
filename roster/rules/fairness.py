"""Points are shared fairly over time: whoever served more than the own share pays more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

import numpy as np

from zhiban.data.wording import Text
from zhiban.roster.columns import Arcs
from zhiban.roster.facts import Facts
from zhiban.roster.ground import Ground
from zhiban.roster.problem import Ledger, Role
from zhiban.roster.roster import Duty
from zhiban.roster.rows import Rows
from zhiban.roster.rules.balance import Balanced, balance_rows, starts
from zhiban.roster.rules.rule import Ints


class Fairness(Balanced):
    """Prices points convexly, on top of the ledger's points against its target."""

    code = "fairness"
    kind = "cost"
    title = Text("公平", "fairness")
    says = Text(
        "累计值班分值超出应值分值越多，再值的价格越高（按平方）；本期主班、备班分别累加。",
        "The more points a lawyer has beyond the target, the dearer the next: by the square. "
        "Primary and standby duties of this horizon each add up by themselves.",
    )
    kinds: ClassVar[Mapping[str, tuple[Role, ...]]] = {
        "primary": ("primary",),
        "standby": ("standby",),
    }

    def rows(self, ground: Ground, arcs: Arcs) -> Iterator[Rows]:
        start = starts(ground, self.params.reach, lambda ledger: ledger.points - ledger.target)
        eighths: Ints = ground.places.eighths[arcs.place]
        standby = ground.places.standby[arcs.place]
        for kind, counted in (("primary", ~standby), ("standby", standby)):
            own = np.where(counted, eighths, 0)
            yield from balance_rows(self.code, kind, self.params.slope, ground, arcs, own, start)

    def ahead(self, ledger: Ledger) -> float:
        return ledger.points - ledger.target

    def counted(self, facts: Facts, duty: Duty) -> int:
        return facts.eighths(duty.shift, duty.role)
