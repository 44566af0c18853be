"""Some lawyers keep days free between two days at a station."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

import numpy as np
from pydantic import Field

from zhiban.data.wording import Text
from zhiban.roster.columns import Arcs
from zhiban.roster.facts import Facts
from zhiban.roster.ground import Ground, whole
from zhiban.roster.known import Stint
from zhiban.roster.problem import Role, RosterProblem, Shift
from zhiban.roster.roster import Duty
from zhiban.roster.rows import Rows
from zhiban.roster.rules.beside import beside
from zhiban.roster.rules.rule import (
    Bools,
    CheckedRow,
    Holding,
    Ints,
    Params,
    Rule,
    Violation,
)
from zhiban.roster.rules.windows import window_rows


class GapDaysParams(Params):
    """Free days between two station days, for lawyers who have no number of their own."""

    days: int = Field(default=0, ge=0, le=30)


class GapDays(Rule):
    """Keeps primary duties at stations that many free days apart."""

    code = "gap_days"
    kind = "side"
    title = Text("间隔天数", "days between duties")
    says = Text(
        "两个站点主班日之间须隔够天数（同一天的两班不算）。",
        "Days with a primary duty at a station are kept that many free days apart.",
    )
    Params = GapDaysParams

    def reach(self, problem: RosterProblem) -> int:
        own = (lawyer.gap_days or 0 for lawyer in problem.lawyers)
        longest: int = max([self.params.days, *own])
        return longest

    def _gaps(self, ground: Ground) -> Ints:
        return whole(
            self.params.days if lawyer.gap_days is None else lawyer.gap_days
            for lawyer in ground.problem.lawyers
        )

    def bars(self, ground: Ground) -> Bools | None:
        """Places too near to what a lawyer holds across the border."""
        held, at = ground.held, ground.places
        if not len(held):
            return None
        gap, at_station = self._gaps(ground), ~at.seat & ~at.standby
        barred = np.zeros((ground.lawyers, len(at)), dtype=bool)
        for one in np.flatnonzero(~held.seat & ~held.standby & (gap[held.lawyer] > 0)).tolist():
            lawyer = held.lawyer[one]
            barred[lawyer] |= at_station & (np.abs(at.day - held.day[one]) <= gap[lawyer])
        return barred

    def rows(self, ground: Ground, arcs: Arcs) -> Iterator[Rows]:
        gap = self._gaps(ground)
        at = ground.places
        counted = np.nonzero(~at.seat[arcs.place] & ~at.standby[arcs.place])[0]
        width = np.where(gap > 0, gap + 1, 0)
        yield from window_rows(self.code, ground, arcs, counted, width, np.ones_like(gap))

    def forbids(self, facts: Facts, lawyer: str, shift: Shift, role: Role) -> bool:
        if lawyer not in facts.held:
            return False
        return self._held_against(facts, lawyer, facts.stint(shift.id, role)) is not None

    def why_not(self, facts: Facts, lawyer: str, shift: Shift) -> Text:
        held = self._held_against(facts, lawyer, facts.stint(shift.id, "primary"))
        return self.title if held is None else beside(self.title, held)

    def _held_against(self, facts: Facts, lawyer: str, own: Stint) -> Stint | None:
        for held in facts.held.get(lawyer, ()):
            both = held.at_station and own.at_station
            if both and abs(own.when.day - held.when.day) <= self._gap(facts, lawyer):
                return held
        return None

    def breaks_of_lawyer(
        self, facts: Facts, lawyer: str, duties: Sequence[Duty]
    ) -> Iterable[Violation]:
        gap = self._gap(facts, lawyer)
        days = sorted(
            {facts.when[d.shift].day for d in duties if facts.stint(d.shift, d.role).at_station}
        )
        for one, other in pairwise(days):
            if other - one <= gap:
                yield self.broken(
                    lawyer,
                    None,
                    f"{lawyer} 两次到站点值班只隔 {other - one - 1} 天，应隔 {gap} 天",
                    f"{lawyer} has {other - one - 1} free days between stations, not {gap}",
                )

    def _gap(self, facts: Facts, lawyer: str) -> int:
        own = facts.lawyers[lawyer].gap_days
        gap: int = self.params.days if own is None else own
        return gap

    def row(self, facts: Facts, key: tuple[str, ...]) -> CheckedRow | None:
        lawyer, first = key[0], int(key[1])
        if lawyer not in facts.lawyers or (gap := self._gap(facts, lawyer)) < 1:
            return None
        weights: dict[Holding, int] = {
            (lawyer, shift, role): 1
            for day, held in facts.eligible_of.get(lawyer, {}).items()
            if first <= day <= first + gap
            for shift, role in held
            if facts.stint(shift, role).at_station
        }
        return CheckedRow(weights, None, 1, once=True)
