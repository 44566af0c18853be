"""Duties that somebody fixed by hand stay; breaking one has a price above any vacancy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from pydantic import Field

from zhiban.data.wording import Text
from zhiban.roster.columns import Arcs
from zhiban.roster.facts import Facts
from zhiban.roster.ground import Ground, whole
from zhiban.roster.roster import Duty
from zhiban.roster.rows import Rows, Steps
from zhiban.roster.rules.rule import CheckedRow, Holding, Params, Rule, Step


class LocksParams(Params):
    """Price of a lock that cannot be kept, because another rule bars its lawyer."""

    price: int = Field(default=20_000, ge=0, le=1_000_000)


class Locks(Rule):
    """Prices every lock that the roster does not keep."""

    code = "locks"
    kind = "side"
    title = Text("锁定", "locks")
    says = Text(
        "手工锁定的值班须保留；与资格冲突而无法保留的计高价。",
        "Locked duties stay; one that eligibility rules out is left at a high price.",
    )
    Params = LocksParams

    def rows(self, ground: Ground, arcs: Arcs) -> Iterator[Rows]:
        locks = ground.problem.locks
        place = [ground.place_index.get((lock.shift, lock.role), -1) for lock in locks]
        arc = whole(
            arcs.at[ground.lawyer_index[lock.lawyer], at] if at >= 0 else -1
            for lock, at in zip(locks, place, strict=True)
        )
        row = np.nonzero(arc >= 0)[0]
        ones = np.ones(len(locks), np.int64)
        yield Rows(
            rule=self.code,
            key=lambda row: (locks[row].lawyer, locks[row].shift, locks[row].role),
            lower=ones,
            upper=ones,
            arc=arc[row],
            row=row,
            weight=np.ones(len(row), np.int64),
            steps=Steps(np.arange(len(locks)), ones, ones * self.params.price, ones),
        )

    def price_of_shift(self, facts: Facts, shift: str, duties: Sequence[Duty]) -> int:
        held = {(duty.lawyer, duty.role) for duty in duties}
        lost = [k for k in facts.locks.get(shift, ()) if (k.lawyer, k.role) not in held]
        price: int = len(lost) * self.params.price
        return price

    def row(self, facts: Facts, key: tuple[str, ...]) -> CheckedRow | None:
        found = [k for k in facts.problem.locks if (k.lawyer, k.shift, k.role) == key]
        if not found:
            return None
        lock = found[0]
        can = lock.lawyer in facts.eligible_on.get((lock.shift, lock.role), ())
        weights: dict[Holding, int] = {(lock.lawyer, lock.shift, lock.role): 1} if can else {}
        return CheckedRow(weights, 1, 1, [Step(self.params.price, 1, 1)])
