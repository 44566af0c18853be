"""Where a question stands: the state that its events amount to; pure.

How events change it: `zhiban.queue.folding`.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from zhiban.data.wording import Text
from zhiban.queue.timers import Pause, Timer


class State(StrEnum):
    """Where a question stands."""

    WAITING = "waiting"
    ASSIGNED = "assigned"
    ACCEPTED = "accepted"
    ASKING_BACK = "asking_back"
    DEFERRED = "deferred"
    ANSWERED = "answered"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


HELD = frozenset({State.ASSIGNED, State.ACCEPTED})
"""The states that count against the capacity of the lawyer who holds the question."""
PAUSED = frozenset({State.ASKING_BACK, State.DEFERRED})
ENDED = frozenset({State.CLOSED, State.WITHDRAWN})
OPEN = frozenset(State) - ENDED


class Hold(NamedTuple):
    """Who holds a question, and by which shift; `until` is the end of that time on shift."""

    lawyer: str
    firm: str
    shift: str
    since: datetime
    until: datetime
    left: datetime | None = None


class QuestionState(NamedTuple):
    """What the events of one question amount to; a tuple, as folding makes one for each event.

    `seq` is the number of the last event, `version` that of the last one which somebody about to
    act must have seen; `moved` is when that happened.
    """

    id: int
    seq: int
    version: int
    moved: datetime
    state: State
    asked: datetime
    channel: str
    division: str
    county: str
    category: str | None
    green: bool
    hold: Hold | None = None
    earlier: tuple[str, ...] = ()
    declined: frozenset[str] = frozenset()
    recused_lawyers: frozenset[str] = frozenset()
    recused_firms: frozenset[str] = frozenset()
    waiting_for: Text | None = None
    timers: tuple[Timer, ...] = ()
    pauses: tuple[Pause, ...] = ()
    rating: int | None = None
    merged_into: str | None = None
    erased: bool = False

    @property
    def lawyer(self) -> str | None:
        """Who holds the question now."""
        return self.hold.lawyer if self.hold else None

    def but(self, **values: Any) -> QuestionState:
        """The state with other values."""
        fields = list(self)
        for name, value in values.items():
            fields[_PLACE[name]] = value
        return QuestionState._make(fields)


_PLACE = {name: place for place, name in enumerate(QuestionState._fields)}
