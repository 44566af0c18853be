"""Rules that exclude pairs of duties of one lawyer on different days.

Pairs within the horizon are rows, added when broken; what a lawyer holds across its border bars
the places that it excludes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np

from zhiban.data.wording import Text
from zhiban.roster.facts import Facts
from zhiban.roster.ground import MINUTES_A_DAY, Ground, Times
from zhiban.roster.known import Stint
from zhiban.roster.problem import ROLES, Role, Shift
from zhiban.roster.roster import Duty
from zhiban.roster.rules.beside import beside
from zhiban.roster.rules.rule import Bools, CheckedRow, Holding, Rule


class Paired(Rule):
    """The row (lawyer, shift, role, day): that duty, or any on that later day it excludes."""

    # -- to the model

    def excludes(self, ground: Ground, earlier: Times, later: Times) -> Bools:
        """True for (earlier, later) of different days that one lawyer cannot both hold."""
        raise NotImplementedError

    def margin(self) -> int:
        """Minutes after the end of a duty within which another may be excluded."""
        raise NotImplementedError

    def later_clash(self, ground: Ground) -> Bools | None:
        """Day by day: of a province's places most pairs lie too far apart to matter."""
        at, days = ground.places, ground.by_day
        clash: Bools | None = None
        for number, (_, earlier) in enumerate(days):
            until = at.end[earlier].max() + self.margin()
            for day, later in days[number + 1 :]:
                if day * MINUTES_A_DAY >= until:
                    break
                found = self.excludes(ground, at.at(earlier), at.at(later))
                if found.any():
                    clash = np.zeros((len(at), len(at)), bool) if clash is None else clash
                    clash[np.ix_(earlier, later)] = found
        return clash

    def bars(self, ground: Ground) -> Bools | None:
        held, places = ground.held, ground.places
        if not len(held):
            return None
        barred = np.zeros((ground.lawyers, len(places)), dtype=bool)
        span = self.margin()
        for before in (True, False):
            side = np.flatnonzero((held.day < 0) == before)
            if not len(side):
                continue
            near = (
                places.start < held.end[side].max() + span
                if before
                else places.end > held.start[side].min() - span
            )
            place = np.flatnonzero(near)
            beside, inside = held.at(side), places.at(place)
            clash = (
                self.excludes(ground, beside, inside)
                if before
                else self.excludes(ground, inside, beside).T
            )
            one, other = np.nonzero(clash)
            barred[held.lawyer[side[one]], place[other]] = True
        return barred

    # -- to people

    def clash(self, one: Stint, other: Stint) -> bool:
        """Whether one lawyer cannot hold both."""
        raise NotImplementedError

    def clashing(self, facts: Facts, duties: Sequence[Duty]) -> Iterator[tuple[Duty, Duty]]:
        """Pairs of duties that one lawyer cannot both hold."""
        if len(duties) < 2:
            return
        held = [(duty, facts.stint(duty.shift, duty.role)) for duty in duties]
        for (one, own), (other, their) in combinations(held, 2):
            if self.clash(own, their):
                yield one, other

    def forbids(self, facts: Facts, lawyer: str, shift: Shift, role: Role) -> bool:
        if lawyer not in facts.held:
            return False
        return any(True for _ in self._held_against(facts, lawyer, shift, role))

    def why_not(self, facts: Facts, lawyer: str, shift: Shift) -> Text:
        for role in ROLES:
            for held in self._held_against(facts, lawyer, shift, role):
                return beside(self.title, held)
        return self.title

    def _held_against(self, facts: Facts, lawyer: str, shift: Shift, role: Role) -> Iterator[Stint]:
        own = facts.stint(shift.id, role)
        yield from (one for one in facts.held.get(lawyer, ()) if self.clash(one, own))

    def row(self, facts: Facts, key: tuple[str, ...]) -> CheckedRow | None:
        lawyer, shift, role_name, day = key
        role: Role = "primary" if role_name == "primary" else "standby"
        held = facts.eligible_of.get(lawyer, {})
        if shift not in facts.shifts or facts.when[shift].day >= int(day):
            return None
        anchor = facts.stint(shift, role)
        weights: dict[Holding, int] = {(lawyer, shift, role): 1}
        for other, other_role in held.get(int(day), ()):
            if self.clash(anchor, facts.stint(other, other_role)):
                weights[lawyer, other, other_role] = 1
        return CheckedRow(weights, None, 1, once=True)
