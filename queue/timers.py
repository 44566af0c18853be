"""Timers: which clocks of a question were started and stopped, as its events tell; pure.

A timer knows no target: what is due when, the policy says (`zhiban.queue.sla`).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Literal, NamedTuple

ClockKind = Literal["accept", "first_answer", "next_answer", "close"]
CLOCKS: tuple[ClockKind, ...] = ("accept", "first_answer", "next_answer", "close")


class Timer(NamedTuple):
    """One run of one clock; `met` tells whether it was stopped by what it waits for.

    `due` is the moment that stood as due when the timer was stopped, kept for the reports;
    `warned` is the highest share of the target at which it was warned of.
    """

    clock: ClockKind
    round: int
    started: datetime
    stopped: datetime | None = None
    met: bool = False
    due: datetime | None = None
    warned: float = 0.0
    breached: datetime | None = None

    @property
    def running(self) -> bool:
        """Whether nothing has stopped it yet."""
        return self.stopped is None


class Pause(NamedTuple):
    """A time in which the bureau waits for someone else; open while `end` is None."""

    start: datetime
    end: datetime | None
    reason: str


Timers = tuple[Timer, ...]


def start(timers: Timers, at: datetime, *clocks: ClockKind) -> Timers:
    """The timers with one more round of each clock that does not run already."""
    if not timers:  # a new question's clocks, all of them in their first round
        return tuple([Timer(clock, 1, at) for clock in dict.fromkeys(clocks)])
    for clock in clocks:
        rounds = [timer for timer in timers if timer.clock == clock]
        if not any(timer.running for timer in rounds):
            timers = (*timers, Timer(clock, len(rounds) + 1, at))
    return timers


def stop(
    timers: Timers,
    at: datetime,
    *clocks: ClockKind,
    met: bool,
    due: Callable[[Timer], datetime | None] = lambda _: None,
) -> Timers:
    """The timers with the running ones of these clocks stopped."""
    return tuple(
        timer._replace(stopped=at, met=met, due=due(timer))
        if timer.running and timer.clock in clocks
        else timer
        for timer in timers
    )


def marked(
    timers: Timers,
    clock: str,
    number: int,
    *,
    warned: float = 0.0,
    breached: datetime | None = None,
) -> Timers:
    """The timers with one round marked as warned of or as breached."""
    return tuple(
        timer._replace(warned=max(warned, timer.warned), breached=timer.breached or breached)
        if timer.clock == clock and timer.round == number
        else timer
        for timer in timers
    )


def answer_awaited(timers: Timers) -> bool:
    """Whether a first or a next answer is owed."""
    return any(t.running and t.clock in ("first_answer", "next_answer") for t in timers)


def paused(
    pauses: tuple[Pause, ...], start: datetime, until: datetime | None, reason: str
) -> tuple[Pause, ...]:
    """The pauses with one more, after ending the one that is open."""
    return (*resumed(pauses, start), Pause(start, until, reason))


def resumed(pauses: tuple[Pause, ...], at: datetime) -> tuple[Pause, ...]:
    """The pauses with the last one ended at `at`, where it is open or reaches further.

    A clock set back cannot make a pause of negative length.
    """
    if not pauses:
        return pauses
    last = pauses[-1]
    if last.end is not None and last.end <= at:
        return pauses
    return (*pauses[:-1], last._replace(end=max(last.start, at)))
