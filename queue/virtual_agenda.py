"""What will call when, in a run of virtual time: its list of future events; pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from heapq import heappop, heappush
from math import ceil
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from zhiban.data.worktime_many import Moments, microseconds
from zhiban.queue.due_ahead import LATEST, MOMENT, Ahead, moment
from zhiban.queue.knowledge import Knowledge
from zhiban.queue.question import QuestionState
from zhiban.queue.scenes import share_of
from zhiban.queue.virtual_case import Case


class Call(NamedTuple):
    """When a clock calls, or else a question may go `further` than before."""

    at: datetime
    number: int
    further: bool


class Agenda:
    """The calls still to come, in their order: those known from the start, and later ones.

    Nothing is said of the questions that have been answered by then.
    """

    def __init__(self, cases: Sequence[Case], ahead: Ahead, known: Knowledge, until: datetime):
        self._cases = cases
        self._known = known
        self._later: list[Call] = []
        last = microseconds(until)
        at, number, further = _from_the_start(cases, ahead, known)
        some = at <= last
        order = np.lexsort((further[some], number[some], at[some]))
        self._at: list[int] = at[some][order].tolist()
        self._number: list[int] = number[some][order].tolist()
        self._further: list[bool] = further[some][order].tolist()
        self._place = 0
        self._first: Call | None = None
        self._step()

    @property
    def next(self) -> datetime | None:
        """When something calls next."""
        first, later = self._first, self._later
        if later and (first is None or later[0].at < first.at):
            return later[0].at
        return None if first is None else first.at

    def take(self) -> Call | None:
        """The next call, which comes no more; None where it turns out to be nothing."""
        first, later = self._first, self._later
        if first is None or (later and later[0] < first):
            call = heappop(later)
            return None if self._cases[call.number].answered is not None else call
        self._place += 1
        self._step()
        case = self._cases[first.number]
        if case.answered is not None:
            return None
        if first.further and (case.waited is None or case.waited >= first.at):
            return None  # it was not in the line, or came into it going so far
        return first

    def add(self, call: Call) -> None:
        """One more."""
        heappush(self._later, call)

    def add_further(self, case: Case, at: datetime) -> None:
        """When a question, whose clocks have changed, may go further than now."""
        state, nearest = case.begun, case.nearest
        whole = nearest - state.asked if nearest is not None else None
        for share in _shares(self._known, state):
            if whole is None or not whole > 0 * MOMENT:
                return
            further = state.asked + ceil(share * (whole // MOMENT)) * MOMENT
            if share_of(state.asked, nearest, further) < share:  # rounded down
                further += MOMENT
            if further > at:
                self.add(Call(further, state.id, True))

    def _step(self) -> None:
        """To the next one known from the start whose question is not answered."""
        cases, numbers = self._cases, self._number
        place, size = self._place, len(numbers)
        while place < size and cases[numbers[place]].answered is not None:
            place += 1
        self._place = place
        self._first = None
        if place < size:
            self._first = Call(moment(self._at[place]), numbers[place], self._further[place])


def _shares(known: Knowledge, state: QuestionState) -> set[float]:
    """At which shares of its clock a question may go further."""
    reach = known.reach(state.channel, state.category, state.green)
    return {reach.city_after, reach.neighbours_after}


def _from_the_start(
    cases: Sequence[Case], ahead: Ahead, known: Knowledge
) -> tuple[Moments, Moments, NDArray[np.bool_]]:
    """When what clocks call, of which questions, and whether it is to go further."""
    ats, numbers = [ahead.call], [np.arange(len(cases))]
    sets: dict[tuple[str, str | None, bool], list[int]] = {}
    for case in cases:
        state = case.begun
        sets.setdefault((state.channel, state.category, state.green), []).append(state.id)
    for members in sets.values():
        which = np.array(members, dtype=np.int64)
        for share in _shares(known, cases[members[0]].begun):
            at = _further(ahead.asked[which], ahead.nearest[which], share)
            ats.append(at)
            numbers.append(which)
    whole = np.concatenate(ats)
    further = np.arange(len(whole)) >= len(cases)
    return whole, np.concatenate(numbers), further


def _further(asked: Moments, nearest: Moments, share: float) -> Moments:
    """When that share of each clock has run; LATEST where that is never."""
    runs = (nearest != LATEST) & (nearest > asked)
    whole = np.where(runs, nearest - asked, 1)
    parts = np.ceil(share * whole)
    runs &= parts < LATEST / 4
    part = np.where(runs, parts, 0).astype(np.int64)
    part += part / whole < share  # rounded down
    return np.where(runs, asked + part, LATEST)
