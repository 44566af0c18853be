"""What a supervisor does with questions: assign by name, reopen, merge, erase."""

from __future__ import annotations

import json

from sqlalchemy import Connection, delete

from zhiban.data.crypt import Keyring
from zhiban.data.wording import Text
from zhiban.queue import notices, store, tickets
from zhiban.queue.acting import MOVED_ON, Move, done, due_data, stale
from zhiban.queue.answer_draft import drop_drafts
from zhiban.queue.asking import REASON_LIMIT, checked_text
from zhiban.queue.attachments import drop_attachments
from zhiban.queue.changes import Changes, settle_writes
from zhiban.queue.event import Kind, staff_actor
from zhiban.queue.folding import allowed
from zhiban.queue.leaving import hand_to
from zhiban.queue.outcomes import Moved, NoSuchTicket, NotPossible, Stale
from zhiban.queue.papers import drop_papers
from zhiban.queue.passing import REOPENED, give_back
from zhiban.queue.quality import forget
from zhiban.queue.question import State
from zhiban.queue.records import QUESTION_KEY
from zhiban.queue.store import Dossier

JOINED = Text("与另一件合并", "joined with another question")
UNRELATED = NotPossible(
    Text(
        "两件不在同一个区域，联系方式也不同，不能合并",
        "the two are of different divisions and name different contacts, so they cannot be joined",
    )
)


def reassign(
    connection: Connection, keyring: Keyring, move: Move, *, to: str
) -> Moved | Stale | NoSuchTicket | NotPossible:
    """Gives a question to a named lawyer on shift, with a reason."""
    written = checked_text(move.text, limit=REASON_LIMIT)
    changes = Changes.begin(connection, keyring, move.now)
    found = _found(changes, move.ticket, move.version, Kind.TRANSFERRED)
    if not isinstance(found, Dossier):
        return found
    refusal = hand_to(changes, found, to, staff_actor(move.who), written)
    return refusal or done(changes, found)


def reopen(connection: Connection, keyring: Keyring, move: Move) -> Moved | Stale | NoSuchTicket:
    """Opens a closed question again, with a reason, and gives it to choice."""
    written = checked_text(move.text, limit=REASON_LIMIT)
    changes = Changes.begin(connection, keyring, move.now)
    found = _found(changes, move.ticket, move.version, Kind.REOPENED)
    if not isinstance(found, Dossier):
        return found
    if found.state.erased:
        return stale(found.state, Kind.REOPENED)
    data = {"cause": "supervisor"}
    changes.add(found, Kind.REOPENED, staff_actor(move.who), data=data, body=written)
    give_back(changes, found, REOPENED)
    return done(changes, found)


def merge(
    connection: Connection, keyring: Keyring, move: Move, *, into: str
) -> Moved | Stale | NoSuchTicket | NotPossible:
    """Closes a question as the same as another one that is open, with a reason; both tell of it.

    The other is of the same division, or names the same contact: its answers are shown to both.
    """
    written = checked_text(move.text, limit=REASON_LIMIT)
    changes = Changes.begin(connection, keyring, move.now)
    found = _found(changes, move.ticket, move.version, Kind.MERGED)
    if not isinstance(found, Dossier):
        return found
    other = _found(changes, into, None, Kind.MERGED)
    if not isinstance(other, Dossier):
        return other
    if other.code == found.code:
        return stale(found.state, Kind.MERGED)
    if found.state.division != other.state.division and not _same_contact(changes, found, other):
        return UNRELATED
    before, actor = found.state.lawyer, staff_actor(move.who)
    data = {"into": other.code, "cause": "merged", "due": due_data(changes, found.state)}
    changes.add(found, Kind.MERGED, actor, data=data, body=written)
    here = Text(f"{found.code} 并入这件", f"{found.code} was joined to this one")
    changes.add(other, Kind.NOTED, actor, reason=here)
    if before is not None:
        changes.notice(notices.taken_away(before, found.code, JOINED))
    return done(changes, found)


def erase(connection: Connection, keyring: Keyring, move: Move) -> Moved | Stale | NoSuchTicket:
    """Destroys the key of a question that has ended, and with it all texts; the chain stays."""
    changes = Changes.begin(connection, keyring, move.now)
    found = _found(changes, move.ticket, move.version, Kind.ERASED)
    if not isinstance(found, Dossier):
        return found
    if found.state.state not in (State.CLOSED, State.WITHDRAWN) or found.state.erased:
        return stale(found.state, Kind.ERASED)
    changes.add(found, Kind.ERASED, staff_actor(move.who))
    changes.flush()
    destroy(connection, found.state.id)
    return done(changes, found)


def note_by_staff(
    connection: Connection, keyring: Keyring, move: Move
) -> Moved | Stale | NoSuchTicket:
    """An internal note of a supervisor's."""
    written = checked_text(move.text)
    changes = Changes.begin(connection, keyring, move.now)
    found = _found(changes, move.ticket, None, Kind.NOTED)
    if not isinstance(found, Dossier):
        return found
    if found.state.erased:
        return stale(found.state, Kind.NOTED)
    changes.add(found, Kind.NOTED, staff_actor(move.who), body=written)
    return done(changes, found)


def _same_contact(changes: Changes, one: Dossier, other: Dossier) -> bool:
    """Whether both were asked with the same way to reach the citizen."""
    named = [_contact(changes, each) for each in (one, other)]
    return named[0] is not None and named[0] == named[1]


def _contact(changes: Changes, one: Dossier) -> str | None:
    first = store.read_written(changes.connection, changes.keyring, one.state.id)[0]
    return json.loads(first.body).get("contact") if first.body else None


def is_known(connection: Connection, code: str) -> bool:
    """Whether there is a question with this ticket code."""
    settle_writes(connection)
    return store.ticket(connection, code) is not None


def destroy(connection: Connection, question: int) -> None:
    """Destroys the key of a question, and deletes files, forms and texts of it, reviews' too."""
    connection.execute(delete(QUESTION_KEY).where(QUESTION_KEY.c.question == question))
    drop_attachments(connection, question)
    drop_papers(connection, question)
    drop_drafts(connection, question)
    forget(connection, question)


def _found(
    changes: Changes, ticket: str, expected_version: int | None, kind: Kind
) -> Dossier | Stale | NoSuchTicket:
    code = tickets.read_code(ticket)
    one = changes.dossier(code) if code else None
    if one is None:
        return NoSuchTicket()
    if expected_version is not None and one.state.version != expected_version:
        return Stale(one.state.version, MOVED_ON, one.state.state)
    if not allowed(one.state.state, kind):
        return stale(one.state, kind)
    return one
