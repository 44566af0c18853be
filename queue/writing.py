"""Writing the gathered changes of a transaction: one statement a table, whatever their number."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, update

from zhiban.data import outbox
from zhiban.data.bulk import insert_rows, insert_tuples
from zhiban.data.outbox import Notice
from zhiban.queue import store
from zhiban.queue.chain import Link
from zhiban.queue.index import clock_rows, question_row
from zhiban.queue.records import (
    IDEMPOTENCY,
    LAWYER_LOAD,
    QUESTION,
    QUESTION_CLOCK,
    QUESTION_EVENT,
    QUESTION_KEY,
)
from zhiban.queue.store import Dossier

if TYPE_CHECKING:
    from zhiban.queue.changes import Changes

_DERIVED = [column.name for column in QUESTION.c if column.name not in ("id", "code")]
_CHANGED = (
    update(QUESTION)
    .where(QUESTION.c.id == bindparam("new_id"))
    .values({name: bindparam(f"new_{name}") for name in _DERIVED})
)
_EVENT = (*Link._fields, "body", "hash")
_OLD_CLOCKS = delete(QUESTION_CLOCK).where(
    QUESTION_CLOCK.c.question.in_(bindparam("ids", expanding=True))
)


@dataclass
class Pending:
    """What is gathered and not yet written."""

    events: list[tuple[Any, ...]] = field(default_factory=list)
    keys: list[dict[str, Any]] = field(default_factory=list)
    notices: list[tuple[Notice, datetime]] = field(default_factory=list)
    touched: dict[int, Dossier] = field(default_factory=dict)
    lawyers: set[str] = field(default_factory=set)
    answers: list[dict[str, Any]] = field(default_factory=list)


def write(changes: Changes) -> None:
    """Writes all that is pending but the board."""
    todo, connection = changes.pending, changes.connection
    made = [one for one in todo.touched.values() if one.new]
    kept = [one for one in todo.touched.values() if not one.new]
    if kept:
        _change(changes, kept)
    touched = todo.touched.values()
    clocks = [row for one in touched for row in clock_rows(one.state, changes.marks(one.state))]
    loads = [_load(changes, who) for who in sorted(todo.lawyers)]
    insert_rows(connection, QUESTION, [_row(changes, one) for one in made])
    insert_rows(connection, QUESTION_KEY, todo.keys)
    insert_tuples(connection, QUESTION_EVENT, _EVENT, todo.events)
    insert_rows(connection, QUESTION_CLOCK, clocks)
    insert_rows(connection, IDEMPOTENCY, todo.answers)
    insert_rows(connection, LAWYER_LOAD, loads, replace=True)
    outbox.put_each(connection, changes.keyring, todo.notices)
    for one in made:
        one.new = False


def _row(changes: Changes, one: Dossier) -> dict[str, Any]:
    row = question_row(one.state, one.head, changes.known, changes.marks(one.state))
    row["code"], row["secret_hash"] = one.code, one.secret_hash
    return row


def _change(changes: Changes, kept: list[Dossier]) -> None:
    rows = [{f"new_{name}": value for name, value in _row(changes, one).items()} for one in kept]
    changes.connection.execute(_CHANGED, rows)
    for part in store.chunks(one.state.id for one in kept):
        changes.connection.execute(_OLD_CLOCKS, {"ids": part})


def _load(changes: Changes, who: str) -> dict[str, Any]:
    tally = changes.tally
    given_open, given_limit = tally.given.get(who, (0, 0))
    return {
        "lawyer": who,
        "open": tally.open.get(who, 0),
        "last_given": tally.last.get(who),
        "given_open": given_open,
        "given_limit": given_limit,
    }
