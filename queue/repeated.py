"""Whether somebody's step has been taken already: a second tap, or a form sent again."""

from __future__ import annotations

from sqlalchemy import Connection, select

from zhiban.data.crypt import Keyring
from zhiban.queue import store, tickets
from zhiban.queue.changes import settle_writes
from zhiban.queue.event import Kind
from zhiban.queue.records import QUESTION, QUESTION_EVENT


def repeated(
    connection: Connection,
    keyring: Keyring,
    ticket: str,
    actor: str,
    kind: Kind,
    seen: int,
    text: str | None = None,
) -> bool:
    """Whether `actor` has done this since the event numbered `seen`, with this text.

    `text` None where no text tells one step from another. Of the question nothing else is told,
    so that it may be asked of one that has passed on.
    """
    settle_writes(connection)
    code = tickets.read_code(ticket) or ""
    rows = connection.execute(
        select(QUESTION_EVENT.c.question, QUESTION_EVENT.c.body)
        .join(QUESTION, QUESTION.c.id == QUESTION_EVENT.c.question)
        .where(
            QUESTION.c.code == code,
            QUESTION_EVENT.c.seq > seen,
            QUESTION_EVENT.c.kind == kind.value,
            QUESTION_EVENT.c.actor == actor,
        )
    ).all()
    if not rows or text is None:
        return bool(rows)
    key = store.read_key(connection, keyring, rows[0].question)
    said = [key.decrypt(row.body) for row in rows if key and row.body]
    return text.strip() in said
