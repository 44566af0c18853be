"""Attachments of a question: added and read by its parties, kept under its key, gone with it."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select

from zhiban.data.crypt import Keyring, Undecipherable
from zhiban.data.wording import Refused, Text
from zhiban.queue import notices, store, tickets
from zhiban.queue.acting import Move, Ready, done, held, stale
from zhiban.queue.asking import checked_reason, checked_text
from zhiban.queue.attaching import LARGEST_TOGETHER, MOST, Paper
from zhiban.queue.changes import Changes, settle_writes
from zhiban.queue.citizen import (
    MOVED,
    number_of,
    opened,
    opened_for,
    write_again,
    write_message,
)
from zhiban.queue.event import CITIZEN, Kind, plain
from zhiban.queue.folding import allowed
from zhiban.queue.keys import digest_of, earlier, remember
from zhiban.queue.outcomes import KeyReused, Moved, NoSuchTicket, NotYours, Stale
from zhiban.queue.question import State
from zhiban.queue.records import ATTACHMENT, VIEWING
from zhiban.queue.store import Dossier

_ENCLOSED = "（见附件）"
_GONE = NotYours(Text("没有这个附件，或已删除", "there is no such attachment, or it was deleted"))


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file as it was sent; to be handed out as a download, never run or shown as a page."""

    name: str
    media_type: str
    content: bytes


def attach(
    connection: Connection,
    keyring: Keyring,
    ticket: str,
    secret: str,
    paper: Paper,
    text: str,
    now: datetime,
) -> Moved | Stale | NoSuchTicket:
    """The citizen adds a file, with a message perhaps; what was asked back is answered by it.

    Raises Refused.
    """
    written = checked_reason(text)
    changes = Changes.begin(connection, keyring, now)
    one = opened_for(changes, ticket, secret, Kind.ATTACHED)
    if not isinstance(one, Dossier):
        return one
    _add(changes, one, CITIZEN, paper)
    if written or one.state.state is State.ASKING_BACK:
        write_again(changes, one, written or f"附件：{paper.name}")
    elif one.state.lawyer is not None:
        changes.notice(notices.followed_up(one.state.lawyer, one.code))
    return done(changes, one)


def attach_as_lawyer(
    connection: Connection, keyring: Keyring, move: Move, paper: Paper
) -> Moved | Stale | NotYours:
    """The lawyer who holds a question adds a file; the text is not used. Raises Refused."""
    ready = held(connection, keyring, move)
    if not isinstance(ready, Ready):
        return ready
    state = ready.one.state
    if state.erased or not allowed(state.state, Kind.ATTACHED):
        return stale(state, Kind.ATTACHED)
    _add(ready.changes, ready.one, ready.actor, paper)
    return done(ready.changes, ready.one)


def add_with_question(changes: Changes, code: str, papers: Sequence[Paper]) -> None:
    """Adds what the citizen had chosen before sending to the question just taken in."""
    one = changes.dossier(code)
    if one is None:
        raise ValueError(f"the question {code} was not taken in by this transaction")
    for paper in papers:
        _add(changes, one, CITIZEN, paper)


def send_once(
    connection: Connection,
    keyring: Keyring,
    ticket: str,
    secret: str,
    text: str,
    papers: Sequence[Paper],
    key: str,
    now: datetime,
) -> Moved | Stale | NoSuchTicket | KeyReused:
    """The citizen writes and adds files, once only for one idempotency key. Raises Refused.

    One of the two may be missing. A closed question opens by a message, not by a file alone.
    """
    written = checked_text(text) if text.strip() or not papers else ""
    digest = digest_of(key)
    changes = Changes.begin(connection, keyring, now)
    one = opened(changes, ticket, secret)
    if one is None:
        return NoSuchTicket()
    request = plain([one.code, written, [_digest(paper) for paper in papers]])
    before = earlier(changes, digest, request, MOVED)
    if isinstance(before, Moved):
        return replace(before, repeated=True)
    if before is not None:
        return before
    moved = _send(changes, one, written, papers)
    if isinstance(moved, Moved):
        remember(changes, digest, request, MOVED, moved)
    return moved


def _send(changes: Changes, one: Dossier, written: str, papers: Sequence[Paper]) -> Moved | Stale:
    if papers and (one.state.erased or not allowed(one.state.state, Kind.ATTACHED)):
        return stale(one.state, Kind.ATTACHED)
    for paper in papers:
        _add(changes, one, CITIZEN, paper)
    if written or one.state.state is State.ASKING_BACK:
        return write_message(changes, one, written or _ENCLOSED)
    if one.state.lawyer is not None:
        changes.notice(notices.followed_up(one.state.lawyer, one.code))
    return done(changes, one)


def _digest(paper: Paper) -> str:
    return hashlib.sha256(paper.content).hexdigest()


def attachment(
    connection: Connection, keyring: Keyring, ticket: str, secret: str, id: str
) -> Attachment | NoSuchTicket | NotYours:
    """A file, for the citizen."""
    number = number_of(connection, ticket, secret)
    if number is None:
        return NoSuchTicket()
    return _read(connection, keyring, number, id) or _GONE


def attachment_for(
    connection: Connection, keyring: Keyring, ticket: str, viewer: str, id: str, now: datetime
) -> Attachment | NotYours:
    """A file, for the lawyer who holds the question or for staff; that it was seen is recorded.

    `viewer` is `lawyer:ID` or `staff:ACCOUNT`; the connection must write.
    """
    settle_writes(connection)
    code = tickets.read_code(ticket)
    one = store.dossier(connection, code) if code else None
    kind, _, name = viewer.partition(":")
    if one is None or (kind == "lawyer" and one.state.lawyer != name):
        return NotYours()
    found = _read(connection, keyring, one.state.id, id)
    if found is None:
        return _GONE
    row = {"question": one.state.id, "viewer": viewer, "what": "attachment", "at": now}
    connection.execute(insert(VIEWING), [row])
    return found


def drop_attachments(connection: Connection, question: int) -> int:
    """Deletes the files of a question whose key is destroyed; how many there were."""
    return connection.execute(delete(ATTACHMENT).where(ATTACHMENT.c.question == question)).rowcount


def _add(changes: Changes, one: Dossier, actor: str, paper: Paper) -> None:
    changes.flush()  # the question's row must be there for the file's to name it
    number = _room(changes.connection, one.state.id, len(paper.content)) + 1
    key = changes.key_of(one)
    id = secrets.token_urlsafe(16)
    row = {
        "id": id,
        "question": one.state.id,
        "number": number,
        "added_by": actor,
        "media_type": paper.media.type,
        "size": len(paper.content),
        "name": key.encrypt(paper.name),
        "content": key.seal(paper.content),
        "at": changes.now,
    }
    changes.connection.execute(insert(ATTACHMENT), [row])
    data = {
        "attachment": id,
        "media_type": paper.media.type,
        "size": len(paper.content),
        "commitment": key.commit(hashlib.sha256(paper.content).hexdigest()),
    }
    changes.add(one, Kind.ATTACHED, actor, data=data, body=paper.name)


def _room(connection: Connection, question: int, size: int) -> int:
    """How many files a question has; raises Refused when one more is too many."""
    counting = select(func.count(), func.coalesce(func.sum(ATTACHMENT.c.size), 0))
    number, total = connection.execute(counting.where(ATTACHMENT.c.question == question)).one()
    if number >= MOST:
        raise Refused.one(
            "file", f"一件咨询最多{MOST}个附件", f"a question has {MOST} attachments at most"
        )
    if total + size > LARGEST_TOGETHER:
        most = LARGEST_TOGETHER // 1024 // 1024
        raise Refused.one(
            "file", f"附件合计最多{most} MB", f"attachments have {most} MB together at most"
        )
    return int(number)


def _read(connection: Connection, keyring: Keyring, question: int, id: str) -> Attachment | None:
    which = (ATTACHMENT.c.id == id, ATTACHMENT.c.question == question)
    row = connection.execute(select(ATTACHMENT).where(*which)).one_or_none()
    key = None if row is None else store.read_key(connection, keyring, question)
    if row is None or key is None:
        return None
    return Attachment(key.decrypt(row.name), row.media_type, key.unseal(row.content))


def attachment_faults(
    connection: Connection, keyring: Keyring, question: int, events: Mapping[str, str]
) -> list[str]:
    """Every file that is not as it was added; `events` holds its commitment by its id.

    A question whose key is gone has no files, and nothing is said of it.
    """
    key = store.read_key(connection, keyring, question)
    rows = connection.execute(select(ATTACHMENT).where(ATTACHMENT.c.question == question)).all()
    faults = [f"attachment {row.id} belongs to no event" for row in rows if row.id not in events]
    if key is None:
        return faults
    stored: dict[str, Row[Any]] = {row.id: row for row in rows}
    for id, commitment in events.items():
        if id not in stored:
            faults.append(f"attachment {id} is missing")
            continue
        try:
            content = key.unseal(stored[id].content)
        except Undecipherable:
            faults.append(f"attachment {id} cannot be opened")
            continue
        if key.commit(hashlib.sha256(content).hexdigest()) != commitment:
            faults.append(f"attachment {id} is not as it was added")
    return faults
