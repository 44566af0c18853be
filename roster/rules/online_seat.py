"""Each working day every seat has its online lawyer: worth more than a common vacancy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from pydantic import Field

from zhiban.data.wording import Text
from zhiban.roster.columns import Arcs
from zhiban.roster.facts import Facts
from zhiban.roster.ground import Ground, whole
from zhiban.roster.roster import Duty
from zhiban.roster.rows import FREE, Rows, Steps
from zhiban.roster.rules.rule import CheckedRow, Holding, Params, Rule, Step


class OnlineSeatParams(Params):
    """Price of a day without anybody at a seat; `posts` are the seats meant (none: all)."""

    price: int = Field(default=3000, ge=0, le=1_000_000)
    posts: tuple[str, ...] = ()


class OnlineSeat(Rule):
    """Prices every seat-day on which a lawyer is needed and nobody comes."""

    code = "online_seat"
    kind = "side"
    title = Text("每日线上坐席", "a lawyer online each day")
    says = Text(
        "市级和各县（市、区）坐席每个开放日至少一名律师在线，缺人加价。",
        "Each seat has at least one lawyer on each day it opens, priced above other vacancies.",
    )
    Params = OnlineSeatParams

    def rows(self, ground: Ground, arcs: Arcs) -> Iterator[Rows]:
        places, problem = ground.places, ground.problem
        needed = whole(problem.shifts[shift].need for shift in places.shift.tolist()) > 0
        chosen = np.array([self._meant(post.id) for post in problem.posts], dtype=bool)
        counts = places.seat & ~places.standby & needed & chosen[places.post]
        number = places.post * ground.days + places.day
        seat_days, index = np.unique(number[counts], return_inverse=True)
        row_of = np.full(len(places), -1, np.int64)
        row_of[counts] = index
        arc = np.nonzero(row_of[arcs.place] >= 0)[0]
        size = len(seat_days)
        yield Rows(
            rule=self.code,
            key=lambda row: (
                problem.posts[int(seat_days[row]) // ground.days].id,
                str(int(seat_days[row]) % ground.days),
            ),
            lower=np.ones(size, np.int64),
            upper=np.full(size, FREE),
            arc=arc,
            row=row_of[arcs.place[arc]],
            weight=np.ones(len(arc), np.int64),
            steps=Steps(
                row=np.arange(size),
                sign=np.ones(size, np.int64),
                price=np.full(size, self.params.price, np.int64),
                units=np.ones(size, np.int64),
            ),
        )

    def _meant(self, post: str) -> bool:
        return not self.params.posts or post in self.params.posts

    def price_of_shift(self, facts: Facts, shift: str, duties: Sequence[Duty]) -> int:
        """Charged once a seat-day, to the first of its shifts that needs somebody."""
        mates = facts.seat_days.get((facts.shifts[shift].post, facts.when[shift].day), ())
        if not mates or mates[0] != shift or not self._meant(facts.shifts[shift].post):
            return 0
        held = [*duties, *(duty for mate in mates[1:] for duty in facts.duties_on(mate))]
        return 0 if any(duty.role == "primary" for duty in held) else self.params.price

    def row(self, facts: Facts, key: tuple[str, ...]) -> CheckedRow | None:
        post, day = key
        mates = facts.seat_days.get((post, int(day)), ())
        if not mates or not self._meant(post) or day != str(int(day)):
            return None
        weights: dict[Holding, int] = {
            (lawyer, mate, "primary"): 1
            for mate in mates
            for lawyer in facts.eligible_on.get((mate, "primary"), ())
        }
        return CheckedRow(weights, 1, None, [Step(self.params.price, 1, 1)])
