"""Writing the gathered changes of a transaction: one statement a table, whatever their number."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, insert, update

from zhiban.data import outbox
from zhiban.data.outbox import Notice
from zhiban.data.upsert import upsert
from zhiban.queue import store
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
_NEW_QUESTIONS, _NEW_KEYS = insert(QUESTION), insert(QUESTION_KEY)
_NEW_EVENTS, _NEW_CLOCKS = insert(QUESTION_EVENT), insert(QUESTION_CLOCK)
_NEW_ANSWERS = insert(IDEMPOTENCY)
_CHANGED = (
    update(QUESTION)
    .where(QUESTION.c.id == bindparam("new_id"))
    .values({name: bindparam(f"new_{name}") for name in _DERIVED})
)
_OLD_CLOCKS = delete(QUESTION_CLOCK).where(
    QUESTION_CLOCK.c.question.in_(bindparam("ids", expanding=True))
)


@dataclass
class Pending:
    """What is gathered and not yet written."""

    events: list[dict[str, Any]] = field(default_factory=list)
    keys: list[dict[str, Any]] = field(default_factory=list)
    notices: list[tuple[Notice, datetime]] = field(default_factory=list)
    touched: dict[int, Dossier] = field(default_factory=dict)
    lawyers: set[str] = field(default_factory=set)
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)


def write(changes: Changes) -> None:
    """Writes all that is pending but the board."""
    todo, connection = changes.pending, changes.connection
    made = [one for one in todo.touched.values() if one.new]
    kept = [one for one in todo.touched.values() if not one.new]
    if made:
        connection.execute(_NEW_QUESTIONS, [_row(changes, one) for one in made])
        connection.execute(_NEW_KEYS, todo.keys)
    if todo.events:
        connection.execute(_NEW_EVENTS, todo.events)
    if kept:
        _change(changes, kept)
    touched = todo.touched.values()
    clocks = [row for one in touched for row in clock_rows(one.state, changes.marks(one.state))]
    if clocks:
        connection.execute(_NEW_CLOCKS, clocks)
    if todo.answers:
        connection.execute(_NEW_ANSWERS, list(todo.answers.values()))
    upsert(connection, LAWYER_LOAD, [_load(changes, who) for who in sorted(todo.lawyers)])
    _tell(changes)
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
    return {"lawyer": who, "open": tally.open.get(who, 0), "last_given": tally.last.get(who)}


def _tell(changes: Changes) -> None:
    by_moment: dict[datetime, list[Notice]] = {}
    for notice, at in changes.pending.notices:
        by_moment.setdefault(at, []).append(notice)
    for at, notices in by_moment.items():
        outbox.put_all(changes.connection, changes.keyring, notices, at)
