"""Nobody is on duty too many days running."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from pydantic import Field

from zhiban.data.wording import Text, counted
from zhiban.roster.columns import Arcs
from zhiban.roster.facts import Facts
from zhiban.roster.ground import Ground, whole
from zhiban.roster.problem import RosterProblem, Shift
from zhiban.roster.roster import Duty
from zhiban.roster.rows import Rows
from zhiban.roster.rules.beside import beside
from zhiban.roster.rules.rule import CheckedRow, Holding, Params, Rule, Violation
from zhiban.roster.rules.windows import window_rows


class DaysRunningParams(Params):
    """Most days running, for lawyers who have no number of their own."""

    days: int = Field(default=5, ge=1, le=30)


class DaysRunning(Rule):
    """Caps the days running on which a lawyer has any duty."""

    code = "days_running"
    kind = "side"
    title = Text("连续天数", "days running")
    says = Text("连续值班的天数不超过上限。", "No more days on duty running than the cap.")
    Params = DaysRunningParams

    def reach(self, problem: RosterProblem) -> int:
        own = (lawyer.days_running or 0 for lawyer in problem.lawyers)
        longest: int = max([self.params.days, *own])
        return longest

    def rows(self, ground: Ground, arcs: Arcs) -> Iterator[Rows]:
        most = whole(
            self.params.days if lawyer.days_running is None else lawyer.days_running
            for lawyer in ground.problem.lawyers
        )
        bordered = np.zeros(ground.lawyers, dtype=bool)
        bordered[ground.held.lawyer] = True
        width = np.where((most < ground.days) | bordered, most + 1, 0)
        every, held = np.arange(len(arcs)), ground.held
        yield from window_rows(self.code, ground, arcs, every, width, most, (held.lawyer, held.day))

    def breaks_of_lawyer(
        self, facts: Facts, lawyer: str, duties: Sequence[Duty]
    ) -> Iterable[Violation]:
        cap = self._cap(facts, lawyer)
        own = {facts.when[duty.shift].day for duty in duties}
        for run in _runs(own | self._held_days(facts, lawyer)):
            if len(run) > cap and not own.isdisjoint(run):
                yield self.broken(
                    lawyer,
                    None,
                    f"{lawyer} 连续值班 {len(run)} 天，上限 {cap} 天",
                    f"{lawyer} is on duty {counted(len(run), 'day', 'days')}"
                    f" running, with a cap of {cap}",
                )

    def why_not(self, facts: Facts, lawyer: str, shift: Shift) -> Text:
        """Names the published duty nearest by, where it is what makes the run too long."""
        day, cap = facts.when[shift.id].day, self._cap(facts, lawyer)
        own = {day, *(facts.when[duty.shift].day for duty in facts.duties_of(lawyer))}
        held = facts.held.get(lawyer, ())
        if not held or any(day in run and len(run) > cap for run in _runs(own)):
            return self.title
        return beside(self.title, min(held, key=lambda one: abs(one.when.day - day)))

    def _held_days(self, facts: Facts, lawyer: str) -> set[int]:
        return {stint.when.day for stint in facts.held.get(lawyer, ())}

    def _cap(self, facts: Facts, lawyer: str) -> int:
        own = facts.lawyers[lawyer].days_running
        cap: int = self.params.days if own is None else own
        return cap

    def row(self, facts: Facts, key: tuple[str, ...]) -> CheckedRow | None:
        lawyer, first = key[0], int(key[1])
        if lawyer not in facts.lawyers:
            return None
        cap = self._cap(facts, lawyer)
        inside = [day for day in self._held_days(facts, lawyer) if first <= day <= first + cap]
        weights: dict[Holding, int] = {
            (lawyer, shift, role): 1
            for day, held in facts.eligible_of.get(lawyer, {}).items()
            if first <= day <= first + cap
            for shift, role in held
        }
        return CheckedRow(weights, None, max(0, cap - len(inside)), once=True)


def _runs(days: set[int]) -> Iterator[range]:
    """The runs of days without a gap."""
    for first in days:
        if first - 1 not in days:
            last = first
            while last + 1 in days:
                last += 1
            yield range(first, last + 1)
