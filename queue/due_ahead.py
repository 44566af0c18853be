"""When the clocks of many who will ask are due and first call for something; pure.

Reckoned over arrays where clocks go by the bureau's hours, else one by one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from zhiban.data.worktime_many import Moments, microseconds
from zhiban.queue.index import next_due
from zhiban.queue.knowledge import Knowledge
from zhiban.queue.question import QuestionState
from zhiban.queue.reckoning import NEVER, Running, Sort, reckoned
from zhiban.queue.sla import Mark, marks
from zhiban.queue.timers import ClockKind

MOMENT = timedelta(microseconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CLOCKS: tuple[ClockKind, ...] = ("accept", "first_answer", "close")
_LAST = int(np.iinfo(np.int64).max)


@dataclass(frozen=True)
class Ahead:
    """For each that will ask: the first answer's due moment, the earliest one, the first call."""

    answer: list[datetime | None]
    nearest: list[datetime | None]
    call: list[datetime | None]


def ahead(known: Knowledge, states: Sequence[QuestionState]) -> Ahead:
    """All of it for questions that have just been asked."""
    policy = known.rules.policy
    sorts: dict[Sort, int] = {}
    rows: list[tuple[int, int]] = []
    for n, state in enumerate(states):
        for clock in _CLOCKS:
            sort = (clock, state.channel, state.category, state.green)
            row = policy.row(*sort)
            if row is not None and row.hours == "bureau":
                rows.append((n, sorts.setdefault(sort, len(sorts))))
    which, sort_of = np.array(rows, dtype=np.int64).reshape(-1, 2).T
    asked = np.array([microseconds(state.asked) for state in states], dtype=np.int64)
    size = len(which)
    found = reckoned(
        Running(
            question=which,
            sorts=list(sorts),
            sort=sort_of,
            started=asked[which],
            warned=np.zeros(size),
            breached=np.zeros(size, dtype=np.bool_),
            due=np.full(size, NEVER),
            provisional=np.zeros(size, dtype=np.bool_),
            warn_at=np.full(size, NEVER),
        ),
        policy,
        known.calendar,
    )
    answers = [n for n, (clock, *_) in enumerate(sorts) if clock == "first_answer"]
    of_answer = np.isin(sort_of, answers)
    made = Ahead(
        _moments(len(states), which[of_answer], found.due[of_answer]),
        _moments(len(states), which, found.due),
        _moments(
            len(states), which, np.where(found.warn_at == NEVER, found.due + 1, found.warn_at)
        ),
    )
    if any(row.hours == "post" for row in policy.rows):
        for n, state in enumerate(states):
            _one(made, n, state, known)
    return made


def call_of(found: Sequence[Mark]) -> datetime | None:
    """When clocks next call for something: a rung, or being late, which is after it was due."""
    calls = [mark.warn_at or (mark.breach_at and mark.breach_at + MOMENT) for mark in found]
    return min((at for at in calls if at is not None), default=None)


def _one(made: Ahead, n: int, state: QuestionState, known: Knowledge) -> None:
    found = marks(state, known.rules.policy, known.worked_time, state.asked)
    dues = (mark.due.at for mark in found if mark.timer.clock == "first_answer")
    made.answer[n], made.nearest[n] = next(dues, None), next_due(found)
    made.call[n] = call_of(found)


def _moments(size: int, which: Moments, at: Moments) -> list[datetime | None]:
    """The earliest moment of each; None where there is none."""
    least = np.full(size, _LAST)
    np.minimum.at(least, which, at)
    return [None if one == _LAST else _EPOCH + one * MOMENT for one in least.tolist()]
