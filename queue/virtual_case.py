"""One question as it goes in virtual time, and what is told of it; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal, NamedTuple

from zhiban.queue.event import CITIZEN, SYSTEM, Event, Kind, stamp
from zhiban.queue.folding import after, unaccepted
from zhiban.queue.question import Hold, QuestionState, State
from zhiban.queue.sla import Mark
from zhiban.queue.tally import Line
from zhiban.roster.published import OnDuty

Deed = Kind | Literal["turn", "called"]
"""An event, or a timer: `turn` as those on seats change, `called` as a clock calls."""
NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody who will ask."""

    at: datetime
    division: str
    category: str | None = None
    channel: str = "message"
    green: bool = False


class Told(NamedTuple):
    """A deed, when, and of which question by which lawyer, where it is of one."""

    deed: Deed
    at: datetime
    number: int = -1
    lawyer: str = ""


@dataclass(slots=True, eq=False)
class Case:
    """One question as it went: the duty by which it was last given, and when what happened.

    `due` is the first answer's moment, `nearest` the earliest of any clock. `escalated` says that
    a rung told the supervisor of it, `late` that some clock ran out. `begun` is how it began, or
    stood when last looked at; `unread` is what has happened since. `marks` is what its clocks call
    for, as far as known. `waited` is since when it first waited with its clocks as they began.
    """

    arrival: Arrival
    begun: QuestionState
    due: datetime | None
    nearest: datetime | None
    duty: OnDuty | None = None
    until: datetime | None = None
    given: datetime | None = None
    accepted: datetime | None = None
    answered: datetime | None = None
    warned: int = 0
    escalated: bool = False
    late: bool = False
    waited: datetime | None = None
    marks: tuple[Mark, ...] | None = None
    unread: list[tuple[Kind, datetime, Mapping[str, Any] | Hold]] = field(default_factory=list)

    @property
    def state(self) -> QuestionState:
        """Where it stands: its events folded, which most never need, as they go without a hitch."""
        if self.unread:
            state = self.begun
            for kind, at, data in self.unread:
                facts = _facts(data) if isinstance(data, Hold) else data
                state = after(
                    state, Event(0, state.id, state.seq + 1, kind, at, SYSTEM, None, facts)
                )
            self.begun = state
            self.unread.clear()
        return self.begun

    @property
    def line(self) -> Line:
        """It as one that waits."""
        state = self.begun
        return Line(state.id, state.asked, state.green, state.county, self.nearest)

    @property
    def stands(self) -> tuple[State, Hold | None]:
        """Its state, and by what it is held; told without folding where it was just given."""
        given = self._given
        return (self.state.state, self.state.hold) if given is None else (State.ASSIGNED, given)

    @property
    def _given(self) -> Hold | None:
        """By what it is held, where nothing has happened since it was taken out of the line."""
        if not self.unread:
            return None
        kind, _, held = self.unread[-1]
        return held if kind is Kind.ASSIGNED and isinstance(held, Hold) else None

    def give_back(self, at: datetime, passed_over: bool) -> None:
        """The event by which it is given back by its lawyer."""
        if self._given is None or passed_over:
            lawyer = self.duty and self.duty.lawyer
            self.unread.append((Kind.RETURNED, at, {"lawyer": lawyer, "passed_over": passed_over}))
        else:
            self.unread.pop()
            self.begun = unaccepted(self.state, at)


def asked(number: int, one: Arrival, county: str) -> QuestionState:
    """A question as it begins."""
    data = {
        "channel": one.channel,
        "division": one.division,
        "county": county,
        "category": one.category,
        "green": one.green,
    }
    return after(None, Event(0, number, 1, Kind.ASKED, one.at.astimezone(UTC), CITIZEN, None, data))


def _facts(hold: Hold) -> dict[str, str]:
    """What an event says of a hold."""
    return {
        "lawyer": hold.lawyer,
        "firm": hold.firm,
        "shift": hold.shift,
        "until": stamp(hold.until),
    }
