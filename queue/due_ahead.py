"""When the clocks of many who will ask are due and first call for something; pure.

Reckoned over arrays where clocks go by the bureau's hours, else one by one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from zhiban.data.worktime import Due
from zhiban.data.worktime_many import Moments, microseconds
from zhiban.queue.index import next_due
from zhiban.queue.knowledge import Knowledge
from zhiban.queue.policy import PolicyRow
from zhiban.queue.question import QuestionState
from zhiban.queue.reckoning import NEVER, Running, Sort, reckoned
from zhiban.queue.sla import Mark, marks
from zhiban.queue.timers import ClockKind

MOMENT = timedelta(microseconds=1)
LATEST = int(np.iinfo(np.int64).max)
"""Stands for no moment where the earliest one is asked for."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CLOCKS: tuple[ClockKind, ...] = ("accept", "first_answer", "close")


@dataclass(frozen=True)
class Ahead:
    """For each that will ask: when, the first answer's due moment, the earliest, the first call.

    All in microseconds since 1970, LATEST where there is none.
    """

    asked: Moments
    answer: Moments
    nearest: Moments
    call: Moments
    _known: Knowledge
    _rows: Sequence[PolicyRow | None]
    _clocks: Running
    _first: Moments

    def marks(self, n: int, state: QuestionState) -> tuple[Mark, ...]:
        """What its clocks call for as long as none of them was stopped, warned of or late."""
        known = self._known
        if self._by_posts:
            return marks(state, known.rules.policy, known.worked_time, state.asked)
        return tuple(
            self._mark(place, state) for place in range(self._first[n], self._first[n + 1])
        )

    @property
    def _by_posts(self) -> bool:
        return by_posts(self._known)

    def _mark(self, place: int, state: QuestionState) -> Mark:
        clocks = self._clocks
        row = self._rows[clocks.sort[place]]
        clock = clocks.sorts[clocks.sort[place]][0]
        timer = next(timer for timer in state.timers if timer.clock == clock)
        due = Due(moment(clocks.due[place]), bool(clocks.provisional[place]))
        if row is None or clocks.warn_at[place] == NEVER:
            return Mark(timer, due, None, None, due.at)
        return Mark(timer, due, row.ladder[0], moment(clocks.warn_at[place]), due.at)


def ahead(known: Knowledge, states: Sequence[QuestionState]) -> Ahead:
    """All of it for questions that have just been asked."""
    policy = known.rules.policy
    sorts: dict[Sort, int] = {}
    kinds: dict[tuple[str, str | None, bool], list[int]] = {}
    for n, state in enumerate(states):
        kinds.setdefault((state.channel, state.category, state.green), []).append(n)
    which, sort_of = [_EMPTY], [_EMPTY]
    for kind, members in kinds.items():
        for clock in _CLOCKS:
            row = policy.row(clock, *kind)
            if row is not None and row.hours == "bureau":
                number = sorts.setdefault((clock, *kind), len(sorts))
                which.append(np.array(members, dtype=np.int64))
                sort_of.append(np.full(len(members), number, dtype=np.int64))
    question = np.concatenate(which)
    order = np.argsort(question, kind="stable")
    asked = np.array([microseconds(state.asked) for state in states], dtype=np.int64)
    sort = np.concatenate(sort_of)[order]
    clocks = _reckoned(known, asked, question[order], list(sorts), sort)
    question = clocks.question
    answers = np.isin(
        clocks.sort, [n for n, (clock, *_) in enumerate(sorts) if clock == "first_answer"]
    )
    size = len(states)
    made = Ahead(
        asked,
        _earliest(size, question[answers], clocks.due[answers]),
        _earliest(size, question, clocks.due),
        _earliest(
            size, question, np.where(clocks.warn_at == NEVER, clocks.due + 1, clocks.warn_at)
        ),
        known,
        [policy.row(*sort) for sort in sorts],
        clocks,
        np.searchsorted(question, np.arange(size + 1)),
    )
    if by_posts(known):
        for n, state in enumerate(states):
            _one(made, n, state, known)
    return made


def by_posts(known: Knowledge) -> bool:
    """Whether some clocks go by the hours of posts."""
    return any(row.hours == "post" for row in known.rules.policy.rows)


def call_of(found: Sequence[Mark]) -> datetime | None:
    """When clocks next call for something: a rung, or being late, which is after it was due."""
    calls = [mark.warn_at or (mark.breach_at and mark.breach_at + MOMENT) for mark in found]
    return min((at for at in calls if at is not None), default=None)


def moment(at: int) -> datetime:
    """A moment of these arrays."""
    return _EPOCH + int(at) * MOMENT


def moments(many: Moments) -> list[datetime | None]:
    """Moments of these arrays; None where there is none."""
    return [None if one == LATEST else _EPOCH + one * MOMENT for one in many.tolist()]


_EMPTY = np.empty(0, dtype=np.int64)


def _reckoned(
    known: Knowledge,
    asked: Moments,
    question: Moments,
    sorts: Sequence[Sort],
    sort: Moments,
) -> Running:
    size = len(question)
    running = Running(
        question=question,
        sorts=sorts,
        sort=sort,
        started=asked[question],
        warned=np.zeros(size),
        breached=np.zeros(size, dtype=np.bool_),
        due=np.full(size, NEVER),
        provisional=np.zeros(size, dtype=np.bool_),
        warn_at=np.full(size, NEVER),
    )
    return reckoned(running, known.rules.policy, known.calendar)


def _one(made: Ahead, n: int, state: QuestionState, known: Knowledge) -> None:
    found = marks(state, known.rules.policy, known.worked_time, state.asked)
    dues = (mark.due.at for mark in found if mark.timer.clock == "first_answer")
    made.answer[n] = _or_latest(next(dues, None))
    made.nearest[n] = _or_latest(next_due(found))
    made.call[n] = _or_latest(call_of(found))


def _or_latest(at: datetime | None) -> int:
    return LATEST if at is None else microseconds(at)


def _earliest(size: int, which: Moments, at: Moments) -> Moments:
    """The earliest moment of each; LATEST where there is none."""
    least = np.full(size, LATEST)
    np.minimum.at(least, which, at)
    return least
