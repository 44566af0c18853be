"""Clocks: what is due when, from a question's state, the policy, working time and now; pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Literal, NamedTuple

from zhiban.data.deadline import Target, Worked, due
from zhiban.data.timespan import Span
from zhiban.data.worktime import Due
from zhiban.queue.policy import Policy, PolicyRow, Rung
from zhiban.queue.question import QuestionState
from zhiban.queue.timers import ClockKind, Timer
from zhiban.queue.worked import WorkedTime

Status = Literal["running", "warned", "breached", "paused", "met", "ended"]
_MICROSECOND = timedelta(microseconds=1)
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Clock:
    """One run of a clock as it stands at a moment.

    `met` covers answers on time and late ones; `late` tells which. `ended` was given up, by closing
    or withdrawing, before what it waited for came. While paused, `due` is as if it went on now.
    """

    kind: ClockKind
    round: int
    started: datetime
    due: datetime
    provisional: bool
    warn_at: datetime | None
    met_at: datetime | None
    status: Status
    late: bool = False

    @property
    def runs(self) -> bool:
        """Whether something is still owed."""
        return self.status in ("running", "warned", "breached", "paused")


class Mark(NamedTuple):
    """When a running timer next calls for something; None where nothing is to come."""

    timer: Timer
    due: Due
    rung: Rung | None
    warn_at: datetime | None
    breach_at: datetime | None


def clocks(
    state: QuestionState, policy: Policy, time: WorkedTime, now: datetime
) -> tuple[Clock, ...]:
    """Every run of every clock that the policy knows, in the order they were started."""
    found = []
    for timer in state.timers:
        row = row_for(state, policy, timer.clock)
        if row is not None:
            found.append(_clock(state, timer, row, time.on(row.hours, state.division), now))
    return tuple(found)


def pressing(clocks: Iterable[Clock]) -> Clock | None:
    """Of the clocks that run, the one to show: paused ones last, then the earliest due."""
    running = [clock for clock in clocks if clock.runs]
    return min(running, key=lambda c: (c.status == "paused", c.due, c.kind), default=None)


def row_for(state: QuestionState, policy: Policy, clock: ClockKind) -> PolicyRow | None:
    """The promise that a clock of this question keeps."""
    return policy.row(clock, state.channel, state.category, state.green)


def dues(
    state: QuestionState, policy: Policy, time: WorkedTime, now: datetime
) -> dict[str, datetime]:
    """What is due when, of the running clocks: written into the event that stops them."""
    return {c.kind: c.due for c in clocks(state, policy, time, now) if c.runs}


def marks(
    state: QuestionState, policy: Policy, time: WorkedTime, now: datetime
) -> tuple[Mark, ...]:
    """The running timers with what comes next of each; a paused question has nothing to come."""
    found = []
    for timer in state.timers:
        row = row_for(state, policy, timer.clock)
        if timer.running and row is not None:
            found.append(_mark(state, timer, row, time.on(row.hours, state.division), now))
    return tuple(found)


def climbed(
    mark: Mark, state: QuestionState, policy: Policy, time: WorkedTime, now: datetime
) -> Mark:
    """What comes next of a timer once the warning that it called for was given.

    As `marks` says of the state after that; what the state says of the timer itself is not read.
    """
    row = row_for(state, policy, mark.timer.clock)
    if row is None or mark.rung is None:
        return mark
    timer = mark.timer._replace(warned=mark.rung.share)
    if mark.rung is row.ladder[-1]:
        return mark._replace(timer=timer, rung=None, warn_at=None)
    return _mark(state, timer, row, time.on(row.hours, state.division), now)


def breached(mark: Mark, now: datetime) -> Mark:
    """What comes next of a timer once it was marked as late: nothing."""
    return Mark(mark.timer._replace(breached=now), mark.due, None, None, None)


def share_run(clock: Clock, now: datetime) -> float:
    """How much of a clock's time has run, by the wall; 0 before, 1 and more after it is due."""
    whole = clock.due - clock.started
    return (now - clock.started) / whole if whole > timedelta() else 1.0


def into_working_time(
    calendar: Worked, at: datetime, earliest: datetime, due: datetime
) -> datetime:
    """The moment moved to when somebody works.

    Forward to the next opening if that is before `due`, else back to the last working moment since
    `earliest`, else as it is.
    """
    opening = calendar.add(at, _MICROSECOND).at - _MICROSECOND
    if opening < due:
        return max(at, opening)
    worked = calendar.between(earliest, at)
    return calendar.add(earliest, worked).at if worked > timedelta() else at


def _mark(
    state: QuestionState, timer: Timer, row: PolicyRow, calendar: Worked, now: datetime
) -> Mark:
    when = _due(state, timer, row, calendar, now)
    if _is_paused(state, now):
        return Mark(timer, when, None, None, None)
    rung = next((rung for rung in row.ladder if rung.share > timer.warned), None)
    warn_at = _rung_at(state, timer, row, calendar, now, when, rung) if rung else None
    breach_at = when.at if timer.breached is None else None
    if timer.breached is not None:
        rung, warn_at = None, None
    return Mark(timer, when, rung, warn_at, breach_at)


def _clock(
    state: QuestionState, timer: Timer, row: PolicyRow, calendar: Worked, now: datetime
) -> Clock:
    if timer.stopped is not None and timer.due is not None:
        when = Due(timer.due, False)
    else:
        when = _due(state, timer, row, calendar, timer.stopped or now)
    first = next(iter(row.ladder), None)
    warn_at = _rung_at(state, timer, row, calendar, now, when, first) if first else None
    met_at = timer.stopped if timer.met else None
    status = _status(state, timer, when, warn_at, now)
    late = timer.breached is not None or (timer.stopped or now) > when.at
    return Clock(
        timer.clock,
        timer.round,
        timer.started,
        when.at,
        when.provisional,
        warn_at,
        met_at,
        status,
        late and status != "paused",
    )


def _status(
    state: QuestionState, timer: Timer, when: Due, warn_at: datetime | None, now: datetime
) -> Status:
    if timer.stopped is not None:
        return "met" if timer.met else "ended"
    if timer.breached is not None:
        return "breached"
    if _is_paused(state, now):
        return "paused"
    if now > when.at:
        return "breached"
    return "warned" if timer.warned or (warn_at is not None and now >= warn_at) else "running"


def _is_paused(state: QuestionState, now: datetime) -> bool:
    if not state.pauses:
        return False
    last = state.pauses[-1]
    return last.start <= now and (last.end is None or now < last.end)


def _spans(state: QuestionState, timer: Timer, now: datetime) -> tuple[Span, ...]:
    """The pauses that the timer may have to leave out; an open one reaches to now."""
    if not state.pauses:
        return ()
    return tuple(
        Span(pause.start, pause.end or max(now, pause.start))
        for pause in state.pauses
        if pause.end is None or pause.end > timer.started
    )


def _due(
    state: QuestionState, timer: Timer, row: PolicyRow, calendar: Worked, now: datetime
) -> Due:
    return due(calendar, timer.started, row.target, row.unit, _spans(state, timer, now))


def _rung_at(
    state: QuestionState,
    timer: Timer,
    row: PolicyRow,
    calendar: Worked,
    now: datetime,
    when: Due,
    rung: Rung,
) -> datetime:
    """When a rung's share of the target has run, moved into working time."""
    if row.target.scale == "d":
        unpaused = due(calendar, timer.started, row.target, row.unit).at
        whole = calendar.between(timer.started, unpaused)
    else:
        whole = row.target.length
    part = _part(whole, rung.share)
    at = due(calendar, timer.started, part, row.unit, _spans(state, timer, now)).at
    if row.unit == "working":
        return at
    return into_working_time(calendar, at, timer.started, when.at)


@lru_cache(maxsize=256)
def _part(whole: timedelta, share: float) -> Target:
    """A share of a target, in whole minutes."""
    return Target(int(whole * share / _MINUTE), "m")
