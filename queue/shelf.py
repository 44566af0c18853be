"""What all papers of questions share: rows with a version, a status, a due moment, sealed texts.

Applications for legal aid and documents to be drafted are such papers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Table, insert, select, update

from zhiban.data import outbox
from zhiban.data.crypt import DataKey, Keyring
from zhiban.data.deadline import Target
from zhiban.data.outbox import Notice
from zhiban.queue import store
from zhiban.queue.changes import Changes
from zhiban.queue.citizen import number_of
from zhiban.queue.outcomes import NoSuchTicket, PaperMade
from zhiban.queue.paper_times import PaperTimes, due_by, load_times
from zhiban.queue.records import QUESTION, VIEWING
from zhiban.queue.store import Dossier


@dataclass(frozen=True)
class Shelf:
    """One kind of paper: its table, the statuses in which it is open, its columns of sealed texts.

    `what` is its name among what was looked at, `target` how long it may take, and `late` what
    the supervisor is told of a ticket whose paper is past due.
    """

    what: str
    table: Table
    open: tuple[str, ...]
    sealed: tuple[str, ...]
    target: Callable[[PaperTimes], Target]
    late: Callable[[str], Notice]

    def rows(self, connection: Connection, *which: ColumnElement[bool]) -> list[Row[Any]]:
        """Papers by what is due first, with their ticket's `code` and its `holder`."""
        columns = (*self.table.c, QUESTION.c.code, QUESTION.c.lawyer.label("holder"))
        joined = select(*columns).join(QUESTION, QUESTION.c.id == self.table.c.question)
        ordered = joined.where(*which).order_by(self.table.c.due, self.table.c.id)
        return list(connection.execute(ordered))

    def waiting(self, connection: Connection, *which: ColumnElement[bool]) -> list[Row[Any]]:
        """Open papers that can still be read: of what was erased nobody waits for an end."""
        asked_for = self.table.c[self.sealed[0]].is_not(None)
        return self.rows(connection, self.table.c.status.in_(self.open), asked_for, *which)

    def row(self, connection: Connection, id: int) -> Row[Any] | None:
        """One paper."""
        return next(iter(self.rows(connection, self.table.c.id == id)), None)

    def with_question(self, changes: Changes, id: int) -> tuple[Row[Any], Dossier] | None:
        """One paper with its question; None for none such, and where the texts were erased."""
        row = self.row(changes.connection, id)
        one = None if row is None else changes.dossiers([row.question])[row.question]
        return None if row is None or one is None or one.state.erased else (row, one)

    def of_ticket(
        self, connection: Connection, keyring: Keyring, ticket: str, secret: str
    ) -> tuple[list[Row[Any]], DataKey | None] | NoSuchTicket:
        """A ticket's papers for the citizen, with the key to their texts unless it is destroyed."""
        number = number_of(connection, ticket, secret)
        if number is None:
            return NoSuchTicket()
        rows = self.rows(connection, self.table.c.question == number)
        return rows, store.read_key(connection, keyring, number)

    def looked_at(
        self, connection: Connection, rows: Iterable[Row[Any]], viewer: str, now: datetime
    ) -> None:
        """Records that the texts of papers were read."""
        seen = {"viewer": viewer, "what": self.what, "at": now}
        if viewings := [{**seen, "question": row.question} for row in rows]:
            connection.execute(insert(VIEWING), viewings)

    def add(self, changes: Changes, one: Dossier, values: Mapping[str, Any]) -> PaperMade:
        """A new paper of a question, due by the time that its kind has."""
        changes.flush()  # the question's row must be there for the paper's to name it
        target = self.target(load_times(changes.connection))
        due = due_by(changes.known.calendar, changes.now, target)
        row = {"question": one.state.id, "version": 1, "told_late": False, "due": due, **values}
        made = insert(self.table).values(row).returning(self.table.c.id)
        return PaperMade(int(changes.connection.execute(made).scalar_one()), due)

    def change(self, changes: Changes, row: Row[Any], values: Mapping[str, Any]) -> None:
        """Changes a paper as it was read."""
        which = (self.table.c.id == row.id, self.table.c.version == row.version)
        changed = {**values, "version": row.version + 1}
        changes.connection.execute(update(self.table).where(*which).values(changed))

    def watch(self, changes: Changes) -> None:
        """Tells the supervisor, once each, of papers that are past due."""
        table = self.table.c
        due = (table.due < changes.now, table.told_late.is_(False))
        rows = self.waiting(changes.connection, *due)
        if rows:
            told = update(self.table).where(table.id.in_([row.id for row in rows]))
            changes.connection.execute(told.values(told_late=True))
            # Put out here: no question is touched by it, so nothing else would be written.
            notices = [self.late(row.code) for row in rows]
            outbox.put_all(changes.connection, changes.keyring, notices, changes.now)

    def drop(self, connection: Connection, question: int) -> None:
        """Forgets the texts of an erased question's papers; that they were there stays."""
        which = self.table.c.question == question
        empty = dict.fromkeys(self.sealed)
        connection.execute(update(self.table).where(which).values(empty))
