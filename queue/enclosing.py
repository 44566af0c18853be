"""A lawyer's message together with its files, in one step: all are there, or nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import Connection

from zhiban.data.crypt import Keyring
from zhiban.queue.acting import Move
from zhiban.queue.answer_draft import sent
from zhiban.queue.asking import checked_text
from zhiban.queue.attaching import Paper
from zhiban.queue.attachments import attach_as_lawyer
from zhiban.queue.outcomes import Moved, NotYours, Stale

Said = Callable[[Connection, Keyring, Move], Moved | Stale | NotYours]
"""What is done with the text of a move: an answer, or a question back."""


def say(
    connection: Connection, keyring: Keyring, move: Move, said: Said, papers: Sequence[Paper] = ()
) -> Moved | Stale | NotYours:
    """Sends the text with the files, and forgets what was kept of it unsent. Raises Refused."""
    checked_text(move.text)
    for paper in papers:
        added = attach_as_lawyer(connection, keyring, move, paper)
        if not isinstance(added, Moved):
            return added
    done = said(connection, keyring, move)
    if isinstance(done, Moved):
        sent(connection, move.ticket, move.who)
    return done
