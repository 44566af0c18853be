"""Every kind of paper that a question may have: watched, and emptied, together."""

from __future__ import annotations

from sqlalchemy import Connection

from zhiban.queue import aid, drafting
from zhiban.queue.changes import Changes
from zhiban.queue.shelf import Shelf

SHELVES: tuple[Shelf, ...] = (aid.SHELF, drafting.SHELF)


def watch_papers(changes: Changes) -> None:
    """Tells the supervisor, once each, of papers that are past due."""
    for shelf in SHELVES:
        shelf.watch(changes)


def drop_papers(connection: Connection, question: int) -> None:
    """Forgets the texts of an erased question's papers; that they were there stays."""
    for shelf in SHELVES:
        shelf.drop(connection, question)
