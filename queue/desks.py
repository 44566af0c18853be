"""What the desks read: a citizen's ticket, a question for staff, the clock board, reports."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, insert, select

from zhiban.data.crypt import Keyring
from zhiban.data.timespan import SHANGHAI, Span
from zhiban.data.week import Week
from zhiban.queue import store, tickets
from zhiban.queue.changes import settle_writes
from zhiban.queue.citizen import is_right
from zhiban.queue.event import Event
from zhiban.queue.folding import fold
from zhiban.queue.load import COUNTED, Load, load_of
from zhiban.queue.memory import knowledge
from zhiban.queue.merged import answers_elsewhere
from zhiban.queue.outcomes import NotYours
from zhiban.queue.question import ENDED, QuestionState, State
from zhiban.queue.records import QUESTION, VIEWING
from zhiban.queue.report import Report, report
from zhiban.queue.showing import board_of, page_of, ticket_of
from zhiban.queue.views import ClockBoard, QuestionPage, TicketView
from zhiban.roster.published import holders_at_end
from zhiban.roster.store import load_published

_ENDED = [state.value for state in sorted(ENDED)]
_LONGEST_SHIFT = timedelta(days=2)


def ticket_view(
    connection: Connection, keyring: Keyring, ticket: str, secret: str, now: datetime
) -> TicketView | None:
    """The citizen's view; None for an unknown code and for a wrong secret alike."""
    settle_writes(connection)
    code = tickets.read_code(ticket) or ""
    number, stored = store.ticket(connection, code) or (0, None)
    if not is_right(code, secret, stored):
        return None
    known = knowledge(connection, keyring, now)
    events = store.read_written(connection, keyring, number)
    state = fold(events)
    if state.merged_into is not None:
        events += answers_elsewhere(connection, keyring, code, state)
    return ticket_of(code, state, events, known, now)


def question_for(
    connection: Connection,
    keyring: Keyring,
    ticket: str,
    viewer: str,
    now: datetime,
    *,
    reveal: bool = False,
) -> QuestionPage | NotYours:
    """A question as staff see it; the viewing is recorded, so the connection must write.

    `viewer` is `lawyer:ID`, who must hold it, or `staff:ACCOUNT`. With `reveal` the contact and
    the other party are shown in full, and that is recorded.
    """
    settle_writes(connection)
    code = tickets.read_code(ticket)
    one = store.dossier(connection, code) if code else None
    if one is None:
        return NotYours()
    kind, _, name = viewer.partition(":")
    if kind == "lawyer" and one.state.lawyer != name:
        return NotYours()
    known = knowledge(connection, keyring, now)
    events = store.read_written(connection, keyring, one.state.id)
    record_viewing(connection, [one.state.id], viewer, "contact" if reveal else "text", now)
    return page_of(one.code, one.state, events, known, now, viewer, reveal)


def clock_board(
    connection: Connection, keyring: Keyring, now: datetime, *, limit: int = 200
) -> ClockBoard:
    """All open questions by county and by urgency; no story, no names of citizens."""
    settle_writes(connection)
    known = knowledge(connection, keyring, now)
    codes = _codes(connection, QUESTION.c.state.not_in(_ENDED))
    states = _states(connection, codes)
    return board_of([(codes[id], state) for id, state in states.items()], known, now, limit)


def sla_report(
    connection: Connection,
    since: datetime,
    until: datetime,
    only: Mapping[str, str] | None = None,
) -> Report:
    """What was promised and kept for the questions asked in a time, from their events.

    `only` keeps those of one key in some of the report's groupings.
    """
    settle_writes(connection)
    return report(store.histories(connection, since, until), since, until, only)


def load_report(connection: Connection, since: datetime, until: datetime) -> Load:
    """How much each lawyer was given and did in a time, and when people asked."""
    settle_writes(connection)
    first, last = (Week.of(at.astimezone(SHANGHAI).date()) for at in (since, until))
    published = load_published(connection, first, last)
    duties = holders_at_end(published, Span(since, until + _LONGEST_SHIFT))
    return load_of(store.events_in(connection, since, until, COUNTED), duties, since, until)


def ticket_codes(connection: Connection, *states: State) -> tuple[str, ...]:
    """The ticket codes of questions in these states, oldest first."""
    rows = connection.execute(
        select(QUESTION.c.code)
        .where(QUESTION.c.state.in_([state.value for state in states]))
        .order_by(QUESTION.c.id)
    )
    return tuple(rows.scalars())


def open_by_state(connection: Connection) -> Counter[str]:
    """How many questions are in each state that is not an end."""
    rows = connection.execute(select(QUESTION.c.state).where(QUESTION.c.state.not_in(_ENDED)))
    return Counter(rows.scalars())


def _codes(connection: Connection, *which: ColumnElement[bool]) -> dict[int, str]:
    rows = connection.execute(select(QUESTION.c.id, QUESTION.c.code).where(*which))
    return {row.id: row.code for row in rows}


def _states(connection: Connection, ids: Iterable[int]) -> dict[int, QuestionState]:
    found = store.dossiers(connection, list(ids))
    return {id: found[id].state for id in sorted(found)}


def story(event: Event) -> str | None:
    """The text of the first event."""
    return None if event.body is None else str(json.loads(event.body)["text"])


def record_viewing(
    connection: Connection, ids: Sequence[int], viewer: str, what: str, now: datetime
) -> None:
    """Notes that one of the staff saw something of these questions."""
    rows = [{"question": id, "viewer": viewer, "what": what, "at": now} for id in ids]
    if rows:
        connection.execute(insert(VIEWING), rows)
