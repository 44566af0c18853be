"""What the desks show: frozen values without table rows; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from zhiban.data.wording import Text
from zhiban.queue.guardian import Guardian
from zhiban.queue.outcomes import Waiting
from zhiban.queue.question import State
from zhiban.queue.sla import Clock

Who = Literal["citizen", "lawyer", "staff", "system"]


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a question's history: something written (`text`) or a system step (`reason`).

    `kind` is the event's kind; `who_name` is the lawyer's or clerk's name where one acted. `facts`
    are those of its kind: until when it is put off (`until`), whom it was referred `to`, and such.
    """

    seq: int
    kind: str
    at: datetime
    who: Who
    who_name: str | None
    text: str | None
    reason: Text | None
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Named:
    """A code with its name in both languages."""

    code: str
    name: Text


@dataclass(frozen=True, slots=True)
class Enclosure:
    """One attachment as it is listed: `seq` is the number of the event by which it came."""

    id: str
    seq: int
    at: datetime
    who: Who
    name: str
    media_type: str
    size: int


@dataclass(frozen=True, slots=True)
class TicketView:
    """The citizen's view of a question; `due` is the clock that matters now, None when none runs.

    It closes by its age at `closes` if nobody writes; None where it does not. `can` holds what the
    citizen may do: message, attach, aid, draft, rate, withdraw, erase.
    """

    ticket: str
    version: int
    state: State
    asked: datetime
    division: Named
    category: Named | None
    channel: Named
    green: bool
    lawyer_name: str | None
    firm_name: str | None
    waiting: Waiting | None
    due: Clock | None
    clocks: tuple[Clock, ...]
    steps: tuple[Step, ...]
    rating: int | None
    can: frozenset[str]
    attachments: tuple[Enclosure, ...] = ()
    closes: datetime | None = None


@dataclass(frozen=True, slots=True)
class QueueItem:
    """One line of a lawyer's queue; `excerpt` only where the keyring was given (then recorded)."""

    ticket: str
    version: int
    state: State
    asked: datetime
    division: Named
    category: Named | None
    channel: Named
    green: bool
    due: Clock | None
    new_message: bool
    excerpt: str | None


@dataclass(frozen=True, slots=True)
class QuestionPage:
    """A question as staff see it; `contact` and `other_party` are masked unless `revealed`.

    `can` holds what the viewer may do: accept, ask_back, answer, defer, decline, recuse, transfer,
    refer, close, attach, aid, draft, note, reopen; a supervisor also merge, erase. `guardian` is
    who consented for a child under 14, with the name masked like the rest.
    """

    ticket: str
    version: int
    state: State
    asked: datetime
    division: Named
    category: Named | None
    channel: Named
    green_lane: tuple[Named, ...]
    lawyer: str | None
    lawyer_name: str | None
    firm_name: str | None
    waiting: Waiting | None
    story: str
    contact: str | None
    other_party: str | None
    revealed: bool
    due: Clock | None
    clocks: tuple[Clock, ...]
    steps: tuple[Step, ...]
    rating: int | None
    can: frozenset[str]
    attachments: tuple[Enclosure, ...] = ()
    guardian: Guardian | None = None


@dataclass(frozen=True, slots=True)
class ClockBoardRow:
    """One open question on the clock board."""

    ticket: str
    state: State
    asked: datetime
    division: Named
    county: Named
    category: Named | None
    green: bool
    lawyer_name: str | None
    due: Clock | None


@dataclass(frozen=True, slots=True)
class CountyLine:
    """One county's line: lawyers on a seat now, open questions, and how their clocks stand."""

    county: Named
    on_duty: int
    open: int
    waiting: int
    due_soon: int
    late: int


@dataclass(frozen=True, slots=True)
class ClockBoard:
    """What the supervisor watches: a line for each county, then the questions by urgency.

    `rows` holds at most the number asked for; `total` counts all open questions.
    """

    at: datetime
    total: int
    counties: tuple[CountyLine, ...]
    rows: tuple[ClockBoardRow, ...]
