"""Making what desks show out of states and events; pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from zhiban.data.wording import Text
from zhiban.queue.asking import CHANNELS, GREEN_LANE
from zhiban.queue.event import CITIZEN, SYSTEM, Event, Kind
from zhiban.queue.guardian import Guardian
from zhiban.queue.index import closes_at
from zhiban.queue.knowledge import Knowledge
from zhiban.queue.outcomes import Waiting
from zhiban.queue.permitted import citizen_can, staff_can
from zhiban.queue.question import ENDED, QuestionState, State
from zhiban.queue.sla import Clock, clocks, pressing
from zhiban.queue.views import (
    ClockBoard,
    ClockBoardRow,
    CountyLine,
    Enclosure,
    Named,
    QuestionPage,
    QueueItem,
    Step,
    TicketView,
    Who,
)

_INTERNAL = frozenset(
    {Kind.NOTED, Kind.WARNED, Kind.BREACHED, Kind.KEPT, Kind.ERASED, Kind.CONFLICT, Kind.RECOVERED}
)
_STAFF_ONLY_TEXT = frozenset({Kind.DECLINED, Kind.RECUSED, Kind.TRANSFERRED, Kind.MERGED})
"""What citizens see happened, but not in whose words: why a lawyer stepped back is not shown."""
_FACTS: dict[Kind, tuple[str, ...]] = {
    Kind.DEFERRED: ("until",),
    Kind.REFERRED: ("to",),
    Kind.ATTACHED: ("attachment",),
    Kind.AID_APPLIED: ("application", "due"),
    Kind.AID_DECIDED: ("application", "status"),
    Kind.DRAFT_ASKED: ("draft", "document", "due"),
    Kind.DRAFT_TAKEN: ("draft",),
    Kind.DRAFT_ENDED: ("draft", "status"),
    Kind.MERGED: ("into",),
}
"""What of an event's facts its line shows besides words: a date, whom, which."""


def ticket_of(
    code: str, state: QuestionState, events: Sequence[Event], known: Knowledge, now: datetime
) -> TicketView:
    """The citizen's view."""
    running = _clocks(state, known, now)
    hold = state.hold
    return TicketView(
        ticket=code,
        version=state.version,
        state=state.state,
        asked=state.asked,
        division=division(known, state.division),
        category=category(known, state.category),
        channel=Named(state.channel, CHANNELS[state.channel]),
        green=state.green,
        lawyer_name=known.lawyer_name(hold.lawyer) if hold else None,
        firm_name=known.firm_name(hold.firm) if hold else None,
        waiting=_waiting(state, known, now),
        due=pressing(running),
        clocks=running,
        steps=tuple(
            _step(event, known, hide=event.kind in _STAFF_ONLY_TEXT)
            for event in events
            if event.kind not in _INTERNAL and "from" not in event.data
        ),
        rating=state.rating,
        can=citizen_can(state),
        attachments=enclosures(events, known),
        closes=closes_at(state, known),
    )


def changes_at(view: TicketView, now: datetime) -> datetime | None:
    """When the view changes though nothing happens; `now` where it never stands still."""
    if any(clock.status == "paused" for clock in view.clocks):
        return now  # what is due moves along
    turns = [at for clock in view.clocks if clock.runs for at in (clock.warn_at, clock.due)]
    if view.waiting is not None and view.waiting.next is not None:
        turns.append(view.waiting.next.span.start)
    return min((at for at in turns if at is not None and at >= now), default=None)


def queue_item(
    code: str, state: QuestionState, known: Knowledge, now: datetime, excerpt: str | None
) -> QueueItem:
    """One line of a lawyer's queue."""
    return QueueItem(
        ticket=code,
        version=state.version,
        state=state.state,
        asked=state.asked,
        division=division(known, state.division),
        category=category(known, state.category),
        channel=Named(state.channel, CHANNELS[state.channel]),
        green=state.green,
        due=pressing(_clocks(state, known, now)),
        new_message=any(t.clock == "next_answer" and t.running for t in state.timers),
        excerpt=excerpt,
    )


def page_of(
    code: str,
    state: QuestionState,
    events: Sequence[Event],
    known: Knowledge,
    now: datetime,
    viewer: str,
    reveal: bool,
) -> QuestionPage:
    """A question as staff see it."""
    told: Mapping[str, Any] = json.loads(events[0].body) if events[0].body else {}
    running = _clocks(state, known, now)
    hold = state.hold
    show = (lambda text: text) if reveal else masked
    return QuestionPage(
        ticket=code,
        version=state.version,
        state=state.state,
        asked=state.asked,
        division=division(known, state.division),
        category=category(known, state.category),
        channel=Named(state.channel, CHANNELS[state.channel]),
        green_lane=tuple(Named(one, GREEN_LANE[one]) for one in told.get("green_lane", ())),
        lawyer=state.lawyer,
        lawyer_name=known.lawyer_name(hold.lawyer) if hold else None,
        firm_name=known.firm_name(hold.firm) if hold else None,
        waiting=_waiting(state, known, now),
        story=told.get("text", ""),
        contact=show(told.get("contact")),
        other_party=show(told.get("other_party")),
        revealed=reveal,
        due=pressing(running),
        clocks=running,
        steps=tuple(_step(event, known) for event in events),
        rating=state.rating,
        can=staff_can(state, viewer),
        attachments=enclosures(events, known),
        guardian=_guardian(told, reveal),
    )


def _guardian(told: Mapping[str, Any], reveal: bool) -> Guardian | None:
    kept = told.get("guardian")
    if kept is None:
        return None
    name = kept["name"] if reveal else masked(kept["name"]) or ""
    return Guardian(name, kept["relation"], kept["consent"])


def board_of(
    questions: Sequence[tuple[str, QuestionState]], known: Knowledge, now: datetime, limit: int
) -> ClockBoard:
    """The clock board over all open questions."""
    rows = sorted((_row(code, state, known, now) for code, state in questions), key=_urgency)
    on_duty = [duty.division for duty in known.on_seat(now)]
    top = [one for one in known.register.divisions.values() if one.level in ("city", "county")]
    counties = tuple(_line(division(known, one.code), on_duty.count(one.code), rows) for one in top)
    return ClockBoard(now, len(rows), counties, tuple(rows[:limit]))


def masked(text: str | None) -> str | None:
    """The text with all but its ends hidden."""
    if text is None or len(text) <= 1:
        return None if text is None else "*"
    shown = 3 if len(text) >= 11 else 1
    tail = 4 if len(text) >= 11 else 0
    return text[:shown] + "*" * (len(text) - shown - tail) + text[len(text) - tail :]


def division(known: Knowledge, code: str) -> Named:
    """A division with its name."""
    return Named(code, known.register.divisions[code].text)


def category(known: Knowledge, code: str | None) -> Named | None:
    """A category with its name; the code stands for one that has gone from the register."""
    if code is None:
        return None
    found = known.register.categories.get(code)
    return Named(code, found.text if found else Text(code, code))


def enclosures(events: Sequence[Event], known: Knowledge) -> tuple[Enclosure, ...]:
    """The attachments that events tell of; none whose key is destroyed."""
    return tuple(
        Enclosure(
            id=event.data["attachment"],
            seq=event.seq,
            at=event.at,
            who=_who(event, known)[0],
            name=event.body,
            media_type=event.data["media_type"],
            size=event.data["size"],
        )
        for event in events
        if event.kind is Kind.ATTACHED and event.body is not None
    )


def _clocks(state: QuestionState, known: Knowledge, now: datetime) -> tuple[Clock, ...]:
    return clocks(state, known.rules.policy, known.worked_time, now)


def _waiting(state: QuestionState, known: Knowledge, now: datetime) -> Waiting | None:
    if state.state is not State.WAITING or state.waiting_for is None:
        return None
    return Waiting(state.waiting_for, known.next_covering(state.division, now))


def _step(event: Event, known: Knowledge, hide: bool = False) -> Step:
    who, name = _who(event, known)
    text = event.body
    if event.kind is Kind.ASKED and text is not None:
        text = str(json.loads(text)["text"])
    return Step(
        seq=event.seq,
        kind=event.kind.value,
        at=event.at,
        who=who,
        who_name=name or _given_to(event, known),
        text=None if hide else text,
        reason=event.reason,
        # Into which question it was merged is another citizen's code.
        facts={} if hide else {name: str(event.data[name]) for name in _FACTS.get(event.kind, ())},
    )


def _who(event: Event, known: Knowledge) -> tuple[Who, str | None]:
    if event.actor in (SYSTEM, CITIZEN):
        return ("system", None) if event.actor == SYSTEM else ("citizen", None)
    kind, _, name = event.actor.partition(":")
    return ("lawyer", known.lawyer_name(name)) if kind == "lawyer" else ("staff", name)


def _given_to(event: Event, known: Knowledge) -> str | None:
    lawyer = event.data.get("lawyer")
    return known.lawyer_name(lawyer) if lawyer else None


def _row(code: str, state: QuestionState, known: Knowledge, now: datetime) -> ClockBoardRow:
    hold = state.hold
    return ClockBoardRow(
        ticket=code,
        state=state.state,
        asked=state.asked,
        division=division(known, state.division),
        county=division(known, state.county),
        category=category(known, state.category),
        green=state.green,
        lawyer_name=known.lawyer_name(hold.lawyer) if hold else None,
        due=pressing(_clocks(state, known, now)),
    )


def _urgency(row: ClockBoardRow) -> tuple[bool, bool, datetime, str]:
    """Late ones first, then the earliest due; what is paused or rests goes last."""
    due = row.due
    rests = due is None or due.status == "paused"
    return (rests, not (due is not None and due.late), due.due if due else row.asked, row.ticket)


def _line(county: Named, on_duty: int, rows: Iterable[ClockBoardRow]) -> CountyLine:
    here = [row for row in rows if row.county.code == county.code and row.state not in ENDED]
    status = [row.due.status for row in here if row.due is not None]
    return CountyLine(
        county=county,
        on_duty=on_duty,
        open=len(here),
        waiting=sum(row.state is State.WAITING for row in here),
        due_soon=status.count("warned"),
        late=status.count("breached"),
    )
