"""Every place on a shift is to be held; one that stays vacant has a price, never a refusal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from pydantic import Field

from zhiban.data.wording import Text, counted
from zhiban.roster.columns import Arcs
from zhiban.roster.facts import Facts
from zhiban.roster.ground import Ground, whole
from zhiban.roster.problem import ROLES, Role, Shift
from zhiban.roster.roster import Duty
from zhiban.roster.rows import Rows, Steps
from zhiban.roster.rules.rule import CheckedRow, Params, Rule, Step, Violation


class CoverParams(Params):
    """Prices of one vacancy, at an importance of 100 %."""

    needed: int = Field(default=2000, ge=0, le=1_000_000)
    wished: int = Field(default=400, ge=0, le=1_000_000)
    standby: int = Field(default=700, ge=0, le=1_000_000)


class Cover(Rule):
    """Prices vacancies: needed places, wished ones beyond the need, standby places."""

    code = "cover"
    kind = "side"
    title = Text("人数", "head-count")
    says = Text(
        "每个名额有人值；空缺按需要、希望和备班分别计价。",
        "Every place is to be held; vacancies are priced, needed, wished and standby apart.",
    )
    Params = CoverParams

    def rows(self, ground: Ground, arcs: Arcs) -> Iterator[Rows]:
        places = ground.places
        steps = [
            (place, price, units)
            for place in range(len(places))
            for price, units in self._levels(ground, place)
        ]
        yield Rows(
            rule=self.code,
            key=ground.place_key,
            lower=places.room,
            upper=places.room,
            arc=np.arange(len(arcs)),
            row=arcs.place,
            weight=np.ones(len(arcs), np.int64),
            steps=Steps(
                row=whole(place for place, *_ in steps),
                sign=np.ones(len(steps), np.int64),
                price=whole(price for _, price, _ in steps),
                units=whole(units for *_, units in steps),
            ),
        )

    def _levels(self, ground: Ground, place: int) -> list[tuple[int, int]]:
        shift = ground.problem.shifts[int(ground.places.shift[place])]
        importance = ground.problem.posts[int(ground.places.post[place])].importance
        if ground.places.standby[place]:
            levels = [(self.params.standby, shift.standby)]
        else:
            extra = shift.wanted - shift.need
            levels = [(self.params.wished, extra), (self.params.needed, shift.need)]
        return [(price * importance // 100, units) for price, units in levels if units]

    def breaks_of_shift(
        self, facts: Facts, shift: str, duties: Sequence[Duty]
    ) -> Iterable[Violation]:
        asked = facts.shifts[shift]
        for role, room in (("primary", asked.wanted), ("standby", asked.standby)):
            held = sum(duty.role == role for duty in duties)
            if held > room:
                yield self.broken(
                    None,
                    shift,
                    f"{shift} 的 {role} 有 {held} 人，只有 {room} 个名额",
                    f"{shift} has {held} as {role}, with {counted(room, 'place', 'places')}",
                )

    def price_of_shift(self, facts: Facts, shift: str, duties: Sequence[Duty]) -> int:
        asked = facts.shifts[shift]
        primaries = sum(duty.role == "primary" for duty in duties)
        standbys = sum(duty.role == "standby" for duty in duties)
        needed = max(0, asked.need - primaries)
        wished = max(0, asked.wanted - max(primaries, asked.need))
        price: int = (
            needed * self._price(facts, asked, self.params.needed)
            + wished * self._price(facts, asked, self.params.wished)
            + max(0, asked.standby - standbys) * self._price(facts, asked, self.params.standby)
        )
        return price

    def _price(self, facts: Facts, shift: Shift, full: int) -> int:
        return full * facts.posts[shift.post].importance // 100

    def row(self, facts: Facts, key: tuple[str, ...]) -> CheckedRow | None:
        shift, role_name = key
        asked = facts.shifts.get(shift)
        if asked is None or role_name not in ROLES:
            return None
        role: Role = "standby" if role_name == "standby" else "primary"
        if role == "standby":
            room = asked.standby
            steps = [Step(self._price(facts, asked, self.params.standby), room, 1)]
        else:
            room = asked.wanted
            wished = Step(self._price(facts, asked, self.params.wished), room - asked.need, 1)
            steps = [wished, Step(self._price(facts, asked, self.params.needed), asked.need, 1)]
        holders = facts.eligible_on.get((shift, role), ())
        return CheckedRow({(lawyer, shift, role): 1 for lawyer in holders}, room, room, steps)
