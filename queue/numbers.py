"""Numbers taken at a station: whose turn is next, and an honest guess how long it takes; pure.

Who goes first by the green lane does so, but never more than two in a row while others wait.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil
from typing import Literal

NumberState = Literal["waiting", "called", "talking", "done", "missed", "left", "expired"]
FIRSTS_IN_A_ROW = 2
BEHIND = 3
"""Who missed the call comes back behind so many."""
_USUAL = timedelta(minutes=12)
_USUAL_COUNTS = 3
_STEP = 5  # minutes; a guess is no more exact than that


@dataclass(frozen=True, slots=True)
class Number:
    """One number of a post's day; `first` goes first by the green lane."""

    post: str
    day: date
    number: int
    code: str
    first: bool
    category: str | None
    state: NumberState
    taken_at: datetime
    ranked_at: datetime
    calls: int = 0
    called_at: datetime | None = None
    counter: int | None = None
    lawyer: str | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    ticket: str | None = None

    @property
    def label(self) -> str:
        """The number as it stands on the slip and on the screen."""
        return f"{self.number:03d}"

    @property
    def with_lawyer(self) -> bool:
        """Whether a lawyer has called it and is not done with it."""
        return self.state in ("called", "talking")


@dataclass(frozen=True, slots=True)
class Guess:
    """When somebody's turn probably comes, between two moments; `late` when that may be too late.

    `since` is when a lawyer comes, where none is there now.
    """

    ahead: int
    early: datetime
    late_end: datetime
    since: datetime | None
    late: bool

    @property
    def now(self) -> bool:
        """Whether it is at once: nobody before them, and a lawyer free."""
        return self.since is None and self.late_end == self.early


def in_order(numbers: Sequence[Number]) -> list[Number]:
    """Those who wait, as they will be called."""
    ordered = sorted(
        (one for one in numbers if one.state == "waiting"),
        key=lambda one: (one.ranked_at, one.number),
    )
    firsts = deque(one for one in ordered if one.first)
    others = deque(one for one in ordered if not one.first)
    run, found = _run(numbers), []
    while firsts or others:
        first = bool(firsts) and (not others or run < FIRSTS_IN_A_ROW)
        found.append((firsts if first else others).popleft())
        run = run + 1 if first else 0
    return found


def _run(numbers: Iterable[Number]) -> int:
    """How many of the last called went first in a row."""
    called = [(one.called_at, one) for one in numbers if one.called_at is not None]
    called.sort(key=lambda pair: (pair[0], pair[1].number), reverse=True)
    run = 0
    for _, one in called:
        if not one.first:
            break
        run += 1
    return run


def rank_behind(waiting: Sequence[Number], now: datetime) -> datetime:
    """The place of somebody who missed the call and is back: behind the next few who wait."""
    if not waiting:
        return now
    last = max(one.ranked_at for one in waiting[:BEHIND])
    return last + timedelta(microseconds=1)


def pace(numbers: Iterable[Number]) -> timedelta:
    """How long a talk lasts on that day, the usual length counting for some of them."""
    took = [
        one.ended_at - one.called_at
        for one in numbers
        if one.state == "done" and one.ended_at and one.called_at
    ]
    total = sum(took, _USUAL * _USUAL_COUNTS)
    return total / (len(took) + _USUAL_COUNTS)


def guess(
    numbers: Sequence[Number],
    ahead: int,
    counters: int,
    now: datetime,
    starts: datetime | None,
    closes: datetime,
) -> Guess:
    """When the turn of somebody behind `ahead` others comes.

    `counters` lawyers are there now; with none, the first comes at `starts`.
    """
    each, at_once = pace(numbers), max(1, counters)
    busy = sum(one.with_lawyer for one in numbers)
    # Talks that run are on average half over.
    talks = ahead + max(0, busy - counters + 1 if counters else 0) * 0.5
    begin = now if counters or starts is None else max(now, starts)
    wait = each * (talks / at_once)
    early, late = _stepped(wait * 0.7, down=True), _stepped(wait * 1.5, down=False)
    end = begin + late
    return Guess(
        ahead=ahead,
        early=begin + early,
        late_end=end,
        since=None if counters else starts,
        late=end > closes,
    )


def _stepped(wait: timedelta, *, down: bool) -> timedelta:
    minutes = wait.total_seconds() / 60
    steps = int(minutes // _STEP) if down else ceil(minutes / _STEP)
    return timedelta(minutes=steps * _STEP)
