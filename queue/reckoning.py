"""Running clocks by the thousand: what is due when, reckoned over arrays; pure.

It gives what `zhiban.queue.sla.marks` gives for questions that were never paused; a test holds the
one against the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from zhiban.data.worktime import WorkCalendar
from zhiban.data.worktime_many import ManyMoments, Moments, local_days
from zhiban.queue.policy import Policy, PolicyRow, Rung
from zhiban.queue.timers import ClockKind

Truths: TypeAlias = NDArray[np.bool_]
Sort: TypeAlias = tuple[ClockKind, str, str | None, bool]
"""A clock, and the channel, category and lane of its question."""

NEVER = int(np.iinfo(np.int64).min)
"""Stands for no moment in these arrays."""
_MICROSECOND = timedelta(microseconds=1)
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Running:
    """Clocks that run, one to a place, ordered by question; moments in microseconds since 1970.

    `sort` is the place of a clock's sort in `sorts`; `warned` the highest share warned of.
    """

    question: Moments
    sorts: Sequence[Sort]
    sort: Moments
    started: Moments
    warned: NDArray[np.float64]
    breached: Truths
    due: Moments
    provisional: Truths
    warn_at: Moments

    @property
    def breach_at(self) -> Moments:
        """When each will be late; of what is late already there is nothing to come."""
        return np.where(self.breached, NEVER, self.due)

    @property
    def call_at(self) -> Moments:
        """When each next calls for something: its warning, or else its breach."""
        return np.where(self.warn_at == NEVER, self.breach_at, self.warn_at)

    def differs(self, other: Running) -> Truths:
        """Which clocks have something else to come."""
        found: Truths = (
            (self.due != other.due)
            | (self.provisional != other.provisional)
            | (self.warn_at != other.warn_at)
        )
        return found


def reckoned(running: Running, policy: Policy, calendar: WorkCalendar) -> Running:
    """The clocks under a policy that promises all of them, and a calendar."""
    found = replace(
        running,
        due=running.due.copy(),
        provisional=np.zeros_like(running.provisional),
        warn_at=np.full_like(running.warn_at, NEVER),
    )
    if not len(running.question):
        return found
    first = date.fromordinal(int(local_days(running.started).min()))
    many = ManyMoments(calendar, first)
    for number, (clock, channel, category, green) in enumerate(running.sorts):
        row = policy.row(clock, channel, category, green)
        which = np.flatnonzero(running.sort == number)
        if row is not None and len(which):
            _of_one_sort(found, which, row, many)
    return found


def dues_of_questions(running: Running) -> tuple[Moments, Moments]:
    """The questions, each once, and the earliest of each one's due moments."""
    question, due = running.question, running.due
    if not len(due):
        return question, due
    first = np.flatnonzero(np.diff(question, prepend=question[0] - 1))
    return question[first], np.minimum.reduceat(due, first)


def _of_one_sort(found: Running, which: Moments, row: PolicyRow, many: ManyMoments) -> None:
    started = found.started[which]
    length = row.target.length // _MICROSECOND
    if row.unit == "wall":
        due = started + length
    elif row.target.scale == "d":
        due = many.days_on(started, row.target.number)
    else:
        due = many.add(started, length)
    found.due[which] = due
    if row.unit == "working":
        found.provisional[which] = ~many.knows(started, due)
    waiting = ~found.breached[which]
    for low, rung in _stretches(row.ladder):
        here = waiting & (found.warned[which] >= low) & (found.warned[which] < rung.share)
        part = which[here]
        found.warn_at[part] = _rung_at(found.started[part], due[here], row, rung, many)


def _stretches(ladder: Sequence[Rung]) -> list[tuple[float, Rung]]:
    """Each rung with the share from which on it is the next one."""
    shares = [-1.0, *(rung.share for rung in ladder)]
    return list(zip(shares, ladder, strict=False))


def _rung_at(
    started: Moments, due: Moments, row: PolicyRow, rung: Rung, many: ManyMoments
) -> Moments:
    """When a rung's share of the target has run, moved into working time."""
    if row.unit == "wall":
        at = started + _share(row.target.length, rung)
        return _into_working_time(many, at, started, due)
    if row.target.scale != "d":
        return many.add(started, _share(row.target.length, rung))
    # A target in days is as long as what is worked until it is due: few different lengths.
    whole, which = np.unique(many.between(started, due), return_inverse=True)
    parts = [_share(timedelta(microseconds=int(one)), rung) for one in whole]
    return many.add(started, np.array(parts, dtype=np.int64)[which])


def _share(whole: timedelta, rung: Rung) -> int:
    minutes = int(whole * rung.share / _MINUTE)
    return minutes * (_MINUTE // _MICROSECOND)


def _into_working_time(many: ManyMoments, at: Moments, earliest: Moments, due: Moments) -> Moments:
    opening = many.add(at, 1) - 1
    worked = many.between(earliest, at)
    back = np.where(worked > 0, many.add(earliest, worked), at)
    return np.where(opening < due, np.maximum(at, opening), back)
