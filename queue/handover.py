"""What a shift's end means for a question in somebody's hands; pure.

What is not accepted goes back to choice at once. What is accepted stays with its lawyer, who may
still answer, until the next covering shift begins. Clocks are not touched.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from zhiban.queue.question import Hold, QuestionState, State
from zhiban.roster.published import OnDuty


@dataclass(frozen=True, slots=True)
class Step:
    """What is to be done: `left` is since when the lawyer has been off shift.

    `stay` nothing; `give_back` to choice; `note_left` that the lawyer is off shift; `hand_on` to
    whom the choice falls now, the same lawyer perhaps.
    """

    act: Literal["stay", "give_back", "note_left", "hand_on"]
    left: datetime | None = None


def at_shift_end(
    state: QuestionState,
    seated: Iterable[OnDuty],
    near: Iterable[str],
    now: datetime,
) -> Step:
    """What a question in somebody's hands needs now.

    `seated` are the lawyers on shift at any seat, `near` the divisions whose seats cover the
    question without being neighbours.
    """
    hold = state.hold
    if hold is None or state.state not in (State.ASSIGNED, State.ACCEPTED):
        return Step("stay")
    seated = tuple(seated)
    here = any(duty.lawyer == hold.lawyer for duty in seated)
    if here and now < hold.until:
        return Step("stay")
    left = left_at(hold, now)
    if state.state is State.ASSIGNED:
        return Step("give_back", left)
    near = frozenset(near)
    if any(duty.division in near and duty.span.start >= left for duty in seated):
        return Step("hand_on", left)
    return Step("stay") if hold.left is not None else Step("note_left", left)


def left_at(hold: Hold, now: datetime) -> datetime:
    """Since when the holder has been off shift: the shift's end, or now when it was taken away."""
    return hold.left or min(hold.until, now)
