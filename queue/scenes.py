"""What a choice looks at, put together from what is known; pure."""

from __future__ import annotations

from datetime import datetime

from zhiban.queue.assignment import Scene
from zhiban.queue.assignment_rules import Loads
from zhiban.queue.index import next_due, running
from zhiban.queue.knowledge import Knowledge
from zhiban.queue.question import QuestionState
from zhiban.roster.published import OnDuty


def scene_for(
    known: Knowledge,
    state: QuestionState,
    seated: tuple[OnDuty, ...],
    loads: Loads,
    now: datetime,
    share: float | None = None,
) -> Scene:
    """What the choice for a question looks at; `share` of its clock, where that is known."""
    return Scene(
        covering=known.covering(state.division),
        on_shift=seated,
        loads=loads,
        skills=known.skills,
        reach=known.reach(state.channel, state.category, state.green),
        share=share_now(known, state, now) if share is None else share,
        city=known.city(state.division),
        pools=known.pools(seated),
    )


def share_now(known: Knowledge, state: QuestionState, now: datetime) -> float:
    """How much of the time from asking to the nearest due moment of its clocks has run."""
    if now <= state.asked:
        return 0.0
    return share_of(state.asked, next_due(running(state, known)), now)


def share_of(asked: datetime, due: datetime | None, now: datetime) -> float:
    """How much of the time from asking to the nearest due moment has run."""
    if due is None or due <= asked:
        return 0.0
    return (now - asked) / (due - asked)
