"""The derived columns of a question: what its row and its clock rows must hold; pure."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from zhiban.queue.knowledge import Knowledge
from zhiban.queue.question import PAUSED, QuestionState, State
from zhiban.queue.sla import Mark, marks


def question_row(
    state: QuestionState, head: str, known: Knowledge, found: tuple[Mark, ...]
) -> dict[str, Any]:
    """The columns of the question table that are folded from events; `found` are its marks."""
    hold = state.hold
    return {
        "id": state.id,
        "seq": state.seq,
        "version": state.version,
        "head": head,
        "state": state.state.value,
        "asked": state.asked,
        "channel": state.channel,
        "division": state.division,
        "county": state.county,
        "category": state.category,
        "green": state.green,
        "lawyer": hold.lawyer if hold else None,
        "shift": hold.shift if hold else None,
        "until": hold.until if hold else None,
        "has_left": hold is not None and hold.left is not None,
        "wake_at": wake_at(state, known),
    }


def clock_rows(state: QuestionState, found: tuple[Mark, ...]) -> list[dict[str, Any]]:
    """The rows of the clock table: one for each timer that runs and to which something is promised.

    With what a row says of its timer, it can be reckoned anew without reading the history.
    """
    return [
        {
            "question": state.id,
            "clock": mark.timer.clock,
            "round": mark.timer.round,
            "due": mark.due.at,
            "provisional": mark.due.provisional,
            "warn_at": mark.warn_at,
            "breach_at": mark.breach_at,
            "call_at": mark.warn_at or mark.breach_at,
            "started": mark.timer.started,
            "warned": mark.timer.warned,
            "paused": bool(state.pauses),
        }
        for mark in found
    ]


def running(state: QuestionState, known: Knowledge) -> tuple[Mark, ...]:
    """The running timers with what comes next of each, as of the last event."""
    if state.state in PAUSED and state.pauses[-1].end is None:
        return ()
    return marks(state, known.rules.policy, known.worked_time, state.moved)


def next_due(found: tuple[Mark, ...]) -> datetime | None:
    """The earliest due moment; None where no clock runs or all are paused without end."""
    return min((mark.due.at for mark in found), default=None)


def closes_at(state: QuestionState, known: Knowledge) -> datetime | None:
    """When a question that nobody touches closes by its age; None for one that does not."""
    rules = known.rules
    ages = {State.ANSWERED: rules.close_answered, State.ASKING_BACK: rules.close_asked_back}
    age = ages.get(state.state)
    return None if age is None else state.moved + age


def wake_at(state: QuestionState, known: Knowledge) -> datetime | None:
    """When the question needs attention apart from its clocks: a pause ends, or it has aged."""
    if state.state is State.DEFERRED:
        return state.pauses[-1].end
    return closes_at(state, known)
