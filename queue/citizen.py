"""What the citizen does with a question, by ticket code and secret."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import Connection

from zhiban.data.crypt import Keyring
from zhiban.data.wording import Refused
from zhiban.queue import notices, store, tickets
from zhiban.queue.acting import MOVED_ON, done, due_data, stale
from zhiban.queue.asking import checked_reason, checked_text
from zhiban.queue.changes import Changes, settle_writes
from zhiban.queue.event import CITIZEN, Kind, plain
from zhiban.queue.folding import allowed
from zhiban.queue.keys import digest_of, earlier, remember
from zhiban.queue.outcomes import KeyReused, Moved, NoSuchTicket, Stale
from zhiban.queue.passing import keep_or_return, settle
from zhiban.queue.question import State
from zhiban.queue.store import Dossier

_NOBODY = "0" * 64
MOVED: TypeAdapter[Moved] = TypeAdapter(Moved)


def message(
    connection: Connection, keyring: Keyring, ticket: str, secret: str, text: str, now: datetime
) -> Moved | Stale | NoSuchTicket:
    """The citizen writes again; a closed question opens by it. Raises Refused."""
    written = checked_text(text)
    changes = Changes.begin(connection, keyring, now)
    one = opened(changes, ticket, secret)
    return NoSuchTicket() if one is None else write_message(changes, one, written)


def message_once(
    connection: Connection,
    keyring: Keyring,
    ticket: str,
    secret: str,
    text: str,
    key: str,
    now: datetime,
) -> Moved | Stale | NoSuchTicket | KeyReused:
    """The same, but written once only for one idempotency key. Raises Refused."""
    written, digest = checked_text(text), digest_of(key)
    changes = Changes.begin(connection, keyring, now)
    one = opened(changes, ticket, secret)
    if one is None:
        return NoSuchTicket()
    request = plain([one.code, written])
    before = earlier(changes, digest, request, MOVED)
    if isinstance(before, Moved):
        return replace(before, repeated=True)
    if before is not None:
        return before
    moved = write_message(changes, one, written)
    if isinstance(moved, Moved):
        remember(changes, digest, request, MOVED, moved)
    return moved


def write_message(changes: Changes, one: Dossier, written: str) -> Moved | Stale:
    """Writes to the question, or to the one that it was merged into."""
    at = _merged_into(changes, one)
    state = at.state
    closed = state.state is State.CLOSED
    if state.erased or one.state.erased or not (closed or allowed(state.state, Kind.MESSAGE)):
        return stale(one.state, Kind.MESSAGE)
    write_again(changes, at, written, None if at is one else one.code)
    moved = done(changes, at)
    return moved if at is one else Moved(one.state.state, one.state.version)


def _merged_into(changes: Changes, one: Dossier) -> Dossier:
    """The question where this one is answered: itself, or the last that it was merged into."""
    seen = {one.code}
    while one.state.merged_into is not None and one.state.merged_into not in seen:
        other = changes.dossier(one.state.merged_into)
        if other is None:
            break
        seen.add(other.code)
        one = other
    return one


def rate(
    connection: Connection,
    keyring: Keyring,
    ticket: str,
    secret: str,
    score: int,
    text: str,
    now: datetime,
) -> Moved | Stale | NoSuchTicket:
    """The citizen rates the answer from 1 to 5, with a remark perhaps. Raises Refused."""
    written = checked_reason(text)
    if isinstance(score, bool) or score not in range(1, 6):
        raise Refused.one("score", "评分须为1至5", "the score is 1 to 5")
    changes = Changes.begin(connection, keyring, now)
    one = opened_for(changes, ticket, secret, Kind.RATED)
    if not isinstance(one, Dossier):
        return one
    changes.add(one, Kind.RATED, CITIZEN, data={"score": score}, body=written or None)
    return done(changes, one)


def withdraw(
    connection: Connection,
    keyring: Keyring,
    ticket: str,
    secret: str,
    text: str,
    now: datetime,
    *,
    version: int | None = None,
) -> Moved | Stale | NoSuchTicket:
    """The citizen takes the question back, with a reason perhaps. Raises Refused.

    `version` is the one they saw, where an answer that came meanwhile should be read first.
    """
    written = checked_reason(text)
    changes = Changes.begin(connection, keyring, now)
    one = opened(changes, ticket, secret)
    if one is None:
        return NoSuchTicket()
    if version is not None and one.state.version != version:
        return Stale(one.state.version, MOVED_ON, one.state.state)
    if not allowed(one.state.state, Kind.WITHDRAWN):
        return stale(one.state, Kind.WITHDRAWN)
    holder = one.state.lawyer
    data = {"due": due_data(changes, one.state)}
    changes.add(one, Kind.WITHDRAWN, CITIZEN, data=data, body=written or None)
    if holder is not None:
        changes.notice(notices.withdrawn(holder, one.code))
    return done(changes, one)


def opened_for(
    changes: Changes, ticket: str, secret: str, kind: Kind
) -> Dossier | Stale | NoSuchTicket:
    """The question, if the secret is right and that may still happen to it."""
    one = opened(changes, ticket, secret)
    if one is None:
        return NoSuchTicket()
    if one.state.erased or not allowed(one.state.state, kind):
        return stale(one.state, kind)
    return one


def opened(changes: Changes, ticket: str, secret: str) -> Dossier | None:
    """The question, if the secret is right."""
    code = tickets.read_code(ticket) or ""
    here = changes.at_hand.get(code)
    stored = here.secret_hash if here else store.secret_hash(changes.connection, code)
    return changes.dossier(code) if is_right(code, secret, stored) else None


def number_of(connection: Connection, ticket: str, secret: str) -> int | None:
    """The question's number, if the secret is right; for a look on a reading connection."""
    settle_writes(connection)
    code = tickets.read_code(ticket) or ""
    number, stored = store.ticket(connection, code) or (0, None)
    return number if is_right(code, secret, stored) else None


def is_right(code: str, secret: str, stored: str | None) -> bool:
    """Whether the secret opens the ticket; as much work for an unknown code as for a wrong one."""
    right = tickets.matches(code, tickets.read_secret(secret) or "", stored or _NOBODY)
    return right and stored is not None


def write_again(changes: Changes, one: Dossier, written: str, ticket: str | None = None) -> None:
    """Writes a message of the citizen's, and lets the question go to whom it belongs by that.

    `ticket` is the other one from which it was written, where that was merged into this one.
    """
    before, holder = one.state.state, one.state.lawyer
    seated = changes.known.on_seat(changes.now)
    duty = next((duty for duty in seated if duty.lawyer == holder), None)
    room = duty is not None and changes.loads().has_room(duty)
    if before is State.CLOSED:
        changes.add(one, Kind.REOPENED, CITIZEN, data={"cause": "message"})
    data = None if ticket is None else {"from": ticket}
    changes.add(one, Kind.MESSAGE, CITIZEN, data=data, body=written)
    follow_up = before in (State.ANSWERED, State.CLOSED)
    if follow_up or (before is State.ASKING_BACK and duty is not None):
        keep_or_return(changes, one, seated, room)
    elif before is State.ASKING_BACK:
        settle(changes, one, seated)
    elif holder is not None:
        changes.notice(notices.followed_up(holder, one.code))
