"""What a shift's end means for a question in somebody's hands; pure.

What is not accepted goes back to choice at once. What is accepted stays with its lawyer, who may
still answer, until the next covering shift begins. Clocks are not touched.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from zhiban.queue.question import HELD, Hold, State
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
    stands: State,
    hold: Hold | None,
    seated: Collection[OnDuty],
    near: Collection[str],
    now: datetime,
) -> Step:
    """What a question in somebody's hands needs now.

    `seated` are the lawyers on shift at any seat, `near` the divisions whose seats cover the
    question without being neighbours.
    """
    if hold is None or stands not in HELD:
        return Step("stay")
    if now < hold.until and any(duty.lawyer == hold.lawyer for duty in seated):
        return Step("stay")
    left = left_at(hold, now)
    if stands is State.ASSIGNED:
        return Step("give_back", left)
    if any(duty.division in near and duty.span.start >= left for duty in seated):
        return Step("hand_on", left)
    return Step("stay") if hold.left is not None else Step("note_left", left)


def left_at(hold: Hold, now: datetime) -> datetime:
    """Since when the holder has been off shift: the shift's end, or now when it was taken away."""
    return hold.left or min(hold.until, now)
