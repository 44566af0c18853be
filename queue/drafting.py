"""Documents that citizens ask to have drafted: requested, taken, delivered, on their own clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, or_

from zhiban.data.crypt import DataKey, Keyring
from zhiban.data.wording import Text
from zhiban.queue import notices, store
from zhiban.queue.acting import MOVED_ON, Move, Ready, done, ready_for
from zhiban.queue.aid_form import checked_wish
from zhiban.queue.asking import REASON_LIMIT, checked_text
from zhiban.queue.changes import Changes, settle_writes
from zhiban.queue.citizen import opened_for
from zhiban.queue.event import CITIZEN, Kind, lawyer_actor, staff_actor, stamp
from zhiban.queue.outcomes import Moved, NoSuchTicket, NotYours, PaperMade, Stale
from zhiban.queue.records import DRAFTING, QUESTION
from zhiban.queue.shelf import Shelf
from zhiban.queue.store import Dossier

Status = Literal["requested", "taken", "delivered", "declined"]
LONGEST_DRAFT = 20_000
_OPEN: tuple[Status, ...] = ("requested", "taken")
_ENDED = Text("这份文书已经办结或有人在办", "this document is in other hands, or done")
_DONE = Text("这份文书已经办结", "this document is done already")
NO_DRAFT = NotYours(Text("没有这份代书请求", "there is no such request"))
SHELF = Shelf(
    what="draft",
    table=DRAFTING,
    open=_OPEN,
    sealed=("wanted", "delivered"),
    target=lambda times: times.drafting,
    late=notices.draft_late,
)


@dataclass(frozen=True, slots=True)
class Draft:
    """A request for a document as it stands; its texts None where not shown or destroyed.

    `lawyer` took it on; until then it waits for `holder`, who answers the question now.
    """

    id: int
    version: int
    ticket: str
    status: Status
    document: str
    asked_at: datetime
    due: datetime
    late: bool
    lawyer: str | None
    ended_at: datetime | None
    wanted: str | None = None
    delivered: str | None = None
    holder: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """What a lawyer does with a request as they saw it; `text` is the document, or the reason."""

    id: int
    lawyer: str
    version: int
    now: datetime
    text: str = ""


def ask_for_draft(
    connection: Connection,
    keyring: Keyring,
    ticket: str,
    secret: str,
    document: str,
    wanted: str,
    now: datetime,
) -> PaperMade | Stale | NoSuchTicket:
    """The citizen asks for a document. Raises Refused."""
    text = checked_wish(document, wanted)
    changes = Changes.begin(connection, keyring, now)
    one = opened_for(changes, ticket, secret, Kind.DRAFT_ASKED)
    if not isinstance(one, Dossier):
        return one
    return _request(changes, one, CITIZEN, document, text)


def note_draft(
    connection: Connection, keyring: Keyring, move: Move, document: str
) -> PaperMade | Stale | NotYours:
    """The lawyer who holds a question notes that its citizen wants a document. Raises Refused."""
    text = checked_wish(document, move.text)
    ready = ready_for(connection, keyring, move, Kind.DRAFT_ASKED)
    if not isinstance(ready, Ready):
        return ready
    return _request(ready.changes, ready.one, ready.actor, document, text)


def take_draft(connection: Connection, keyring: Keyring, step: Step) -> Moved | Stale | NotYours:
    """The lawyer who holds the question takes the request on."""
    changes = Changes.begin(connection, keyring, step.now)
    found = _found(changes, step, "requested")
    if not isinstance(found, tuple):
        return found
    row, one = found
    values = {"status": "taken", "lawyer": step.lawyer, "taken_at": step.now}
    SHELF.change(changes, row, values)
    changes.add(one, Kind.DRAFT_TAKEN, lawyer_actor(step.lawyer), data={"draft": row.id})
    done(changes, one)
    return Moved(one.state.state, row.version + 1)


def deliver_draft(connection: Connection, keyring: Keyring, step: Step) -> Moved | Stale | NotYours:
    """The lawyer who took it delivers the document. Raises Refused."""
    written = checked_text(step.text, "text", LONGEST_DRAFT)
    return _finish(connection, keyring, step, "delivered", written)


def decline_draft(connection: Connection, keyring: Keyring, step: Step) -> Moved | Stale | NotYours:
    """The lawyer who took it says why it is not drafted. Raises Refused."""
    written = checked_text(step.text, "text", REASON_LIMIT)
    return _finish(connection, keyring, step, "declined", written)


def drafts_of(
    connection: Connection, keyring: Keyring, ticket: str, secret: str, now: datetime
) -> tuple[Draft, ...] | NoSuchTicket:
    """The documents of a ticket, with their texts, for the citizen."""
    found = SHELF.of_ticket(connection, keyring, ticket, secret)
    if isinstance(found, NoSuchTicket):
        return found
    rows, key = found
    return tuple(_value(row, now, key) for row in rows)


def drafts_for(
    connection: Connection, keyring: Keyring, lawyer: str, now: datetime
) -> tuple[Draft, ...]:
    """The open requests of questions a lawyer holds, and those taken; the look is recorded."""
    settle_writes(connection)
    asked = (DRAFTING.c.status == "requested") & (QUESTION.c.lawyer == lawyer)
    mine = (DRAFTING.c.status == "taken") & (DRAFTING.c.lawyer == lawyer)
    rows = SHELF.rows(connection, or_(asked, mine))
    SHELF.looked_at(connection, rows, lawyer_actor(lawyer), now)
    return tuple(
        _value(row, now, store.read_key(connection, keyring, row.question)) for row in rows
    )


def open_drafts(connection: Connection, now: datetime) -> tuple[Draft, ...]:
    """All open requests by what is due first, without their texts, for the supervisor."""
    settle_writes(connection)
    return tuple(_value(row, now) for row in SHELF.waiting(connection))


def draft_for(
    connection: Connection, keyring: Keyring, id: int, account: str, now: datetime
) -> Draft | NotYours:
    """A request with its texts, for staff; that it was read is recorded."""
    settle_writes(connection)
    row = SHELF.row(connection, id)
    if row is None:
        return NO_DRAFT
    SHELF.looked_at(connection, [row], staff_actor(account), now)
    return _value(row, now, store.read_key(connection, keyring, row.question))


def refuse_draft(
    connection: Connection,
    keyring: Keyring,
    id: int,
    account: str,
    version: int,
    reason: str,
    now: datetime,
) -> Moved | Stale | NotYours:
    """The bureau says why an open request is not drafted, whoever has it. Raises Refused."""
    written = checked_text(reason, "reason", REASON_LIMIT)
    changes = Changes.begin(connection, keyring, now)
    found = SHELF.with_question(changes, id)
    if found is None:
        return NO_DRAFT
    row, one = found
    if row.status not in _OPEN or row.version != version:
        return Stale(row.version, MOVED_ON if row.status in _OPEN else _DONE)
    if holder := row.lawyer or one.state.lawyer:
        changes.notice(notices.draft_refused(holder, one.code))
    return _ended(changes, row, one, staff_actor(account), "declined", written)


def _request(changes: Changes, one: Dossier, actor: str, document: str, wanted: str) -> PaperMade:
    row = {
        "status": "requested",
        "document": document,
        "wanted": changes.key_of(one).encrypt(wanted),
        "asked_by": actor,
        "asked_at": changes.now,
    }
    made = SHELF.add(changes, one, row)
    data = {"draft": made.id, "document": document, "due": stamp(made.due)}
    changes.add(one, Kind.DRAFT_ASKED, actor, data=data)
    if one.state.lawyer is not None:
        changes.notice(notices.draft_asked(one.state.lawyer, one.code))
    done(changes, one)
    return made


def _finish(
    connection: Connection, keyring: Keyring, step: Step, status: Status, written: str
) -> Moved | Stale | NotYours:
    changes = Changes.begin(connection, keyring, step.now)
    found = _found(changes, step, "taken")
    if not isinstance(found, tuple):
        return found
    return _ended(changes, *found, lawyer_actor(step.lawyer), status, written)


def _ended(
    changes: Changes, row: Row[Any], one: Dossier, actor: str, status: Status, written: str
) -> Moved:
    sealed = changes.key_of(one).encrypt(written)
    SHELF.change(changes, row, {"status": status, "delivered": sealed, "ended_at": changes.now})
    data = {"draft": row.id, "status": status}
    changes.add(one, Kind.DRAFT_ENDED, actor, data=data)
    done(changes, one)
    return Moved(one.state.state, row.version + 1)


def _found(
    changes: Changes, step: Step, status: Status
) -> tuple[Row[Any], Dossier] | Stale | NotYours:
    """The request, if it is this lawyer's to act on and stands where the lawyer saw it."""
    found = SHELF.with_question(changes, step.id)
    if found is None:
        return NO_DRAFT
    row, one = found
    owner = one.state.lawyer if status == "requested" else row.lawyer
    if owner != step.lawyer:
        return NO_DRAFT
    if row.status != status:
        return Stale(row.version, _ENDED)
    if row.version != step.version:
        return Stale(row.version, MOVED_ON)
    return row, one


def _value(row: Row[Any], now: datetime, key: DataKey | None = None) -> Draft:
    return Draft(
        id=row.id,
        version=row.version,
        ticket=row.code,
        status=row.status,
        document=row.document,
        asked_at=row.asked_at,
        due=row.due,
        late=(row.ended_at or now) > row.due,
        lawyer=row.lawyer,
        ended_at=row.ended_at,
        wanted=key.decrypt(row.wanted) if key and row.wanted else None,
        delivered=key.decrypt(row.delivered) if key and row.delivered else None,
        holder=row.holder,
    )
