"""What a lawyer is writing in answer to a question and has not sent: the same on every device.

It lies under the question's key, so that it is gone with the question's texts, and only whoever
holds the question can read or change it. What is sent is deleted here in the same transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select

from zhiban.data.crypt import Keyring
from zhiban.data.upsert import upsert
from zhiban.data.wording import Refused
from zhiban.queue import store, tickets
from zhiban.queue.asking import TEXT_LIMIT, writable
from zhiban.queue.outcomes import NotYours
from zhiban.queue.records import QUESTION, UNSENT

FORGOTTEN_AFTER = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class AnswerDraft:
    """A text not yet sent, and when it was last written on."""

    text: str
    at: datetime


def keep_draft(
    connection: Connection, keyring: Keyring, ticket: str, lawyer: str, text: str, now: datetime
) -> AnswerDraft | NotYours:
    """Keeps what the holder of a question has written so far; an empty text forgets it.

    Raises Refused.
    """
    if len(text) > TEXT_LIMIT or not writable(text):
        raise Refused.one(
            "text", f"最多保存{TEXT_LIMIT}个字", f"{TEXT_LIMIT} characters are kept at most"
        )
    question = _held(connection, ticket, lawyer)
    key = None if question is None else store.read_key(connection, keyring, question)
    if question is None or key is None:
        return NotYours()
    if not text.strip():
        drop_drafts(connection, question, lawyer)
    else:
        row = {"question": question, "lawyer": lawyer, "text": key.encrypt(text), "at": now}
        upsert(connection, UNSENT, [row])
    return AnswerDraft(text, now)


def draft_of(
    connection: Connection, keyring: Keyring, ticket: str, lawyer: str
) -> AnswerDraft | None:
    """What the holder of a question has written so far."""
    question = _held(connection, ticket, lawyer)
    if question is None:
        return None
    which = (UNSENT.c.question == question, UNSENT.c.lawyer == lawyer)
    row = connection.execute(select(UNSENT).where(*which)).one_or_none()
    key = None if row is None else store.read_key(connection, keyring, question)
    return None if row is None or key is None else AnswerDraft(key.decrypt(row.text), row.at)


def drafted_tickets(connection: Connection, lawyer: str) -> frozenset[str]:
    """The tickets in a lawyer's hands for which something is written and not sent."""
    found = (
        select(QUESTION.c.code)
        .join(UNSENT, UNSENT.c.question == QUESTION.c.id)
        .where(UNSENT.c.lawyer == lawyer, QUESTION.c.lawyer == lawyer)
    )
    return frozenset(connection.execute(found).scalars())


def sent(connection: Connection, ticket: str, lawyer: str) -> None:
    """Forgets what was written, for it has been sent."""
    question = _held(connection, ticket, lawyer)
    if question is not None:
        drop_drafts(connection, question, lawyer)


def drop_drafts(connection: Connection, question: int, lawyer: str | None = None) -> None:
    """Deletes what one lawyer, or anybody, has written and not sent."""
    which = [UNSENT.c.question == question]
    if lawyer is not None:
        which.append(UNSENT.c.lawyer == lawyer)
    connection.execute(delete(UNSENT).where(*which))


def forget_drafts(connection: Connection, now: datetime) -> int:
    """Deletes what nobody has written on for a month; how many that were."""
    old = UNSENT.c.at < now - FORGOTTEN_AFTER
    return connection.execute(delete(UNSENT).where(old)).rowcount


def _held(connection: Connection, ticket: str, lawyer: str) -> int | None:
    """The question of a ticket, if it is in this lawyer's hands."""
    code = tickets.read_code(ticket) or ""
    held = select(QUESTION.c.id).where(QUESTION.c.code == code, QUESTION.c.lawyer == lawyer)
    return connection.execute(held).scalar_one_or_none()
