"""Proof of what is stored: numbers without gaps, chains unbroken, folded state as stored."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, select, update

from zhiban.data import board
from zhiban.data.crypt import DataKey, Keyring, Undecipherable
from zhiban.data.timespan import SHANGHAI
from zhiban.queue import store, tally_store
from zhiban.queue.attachments import attachment_faults
from zhiban.queue.chain import GENESIS, Link, whole
from zhiban.queue.changes import settle_writes
from zhiban.queue.event import Kind
from zhiban.queue.folding import fold
from zhiban.queue.index import clock_rows, question_row, running
from zhiban.queue.knowledge import Knowledge
from zhiban.queue.memory import knowledge
from zhiban.queue.question import QuestionState
from zhiban.queue.recalculation import is_current
from zhiban.queue.records import QUESTION, QUESTION_CLOCK, QUESTION_EVENT, QUESTION_KEY


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is not as it was written; `question` is 0 where it concerns all."""

    question: int
    what: str


def verify(connection: Connection, keyring: Keyring) -> list[Fault]:
    """Every fault found in questions, events, keys and the columns derived from them."""
    settle_writes(connection)
    faults = [*_numbers(connection), *_loads(connection)]
    ids = list(connection.execute(select(QUESTION.c.id).order_by(QUESTION.c.id)).scalars())
    known: Knowledge | None = None
    for part in store.chunks(ids):
        rows = _by_question(connection, QUESTION_EVENT, part)
        if known is None and rows:
            last = max(row.at for found in rows.values() for row in found)
            known = knowledge(connection, keyring, last.astimezone(SHANGHAI))
            if not is_current(connection, known):
                faults.append(Fault(0, "clocks wait to be reckoned by the changed policy"))
        if known is not None:
            faults += _portion(connection, keyring, known, part, rows)
    return faults


def _numbers(connection: Connection) -> Iterator[Fault]:
    """Whether questions and events count up without a gap, as the board says."""
    at = board.look(connection)
    for column, upto, what in (
        (QUESTION.c.id, at.next_question, "question"),
        (QUESTION_EVENT.c.position, at.next_position, "event"),
    ):
        number, highest = connection.execute(select(func.count(column), func.max(column))).one()
        if number != upto - 1 or (highest or 0) != upto - 1:
            yield Fault(
                0, f"{number} {what}s up to number {highest or 0}, the board counts {upto - 1}"
            )


def _loads(connection: Connection) -> Iterator[Fault]:
    """Whether the counts of lawyers are what their questions come to."""
    counted = store.open_counts(connection)
    stored = tally_store.load_tally(connection).open
    for lawyer in sorted(counted.keys() | stored.keys()):
        if counted.get(lawyer, 0) != stored.get(lawyer, 0):
            yield Fault(
                0,
                f"{lawyer} holds {counted.get(lawyer, 0)} questions, "
                f"{stored.get(lawyer, 0)} are counted",
            )


def _portion(
    connection: Connection,
    keyring: Keyring,
    known: Knowledge,
    part: list[int],
    rows: dict[int, list[Row[Any]]],
) -> Iterator[Fault]:
    questions = {
        row.id: row for row in connection.execute(select(QUESTION).where(QUESTION.c.id.in_(part)))
    }
    keys = _by_question(connection, QUESTION_KEY, part)
    clocks = _by_question(connection, QUESTION_CLOCK, part)
    for id in part:
        events = rows.get(id, [])
        if not events:
            yield Fault(id, "has no events")
            continue
        key, complaint = _key(keyring, keys.get(id, ()))
        if complaint:
            yield Fault(id, complaint)
        yield from (Fault(id, what) for what in _chain(events, questions[id].head))
        yield from (Fault(id, what) for what in _texts(events, key))
        yield from (Fault(id, what) for what in _files(connection, keyring, id, events))
        yield from (
            Fault(id, what)
            for what in _folded(events, questions[id], clocks.get(id, ()), known, key)
        )


def _by_question(connection: Connection, table: Any, part: list[int]) -> dict[int, list[Row[Any]]]:
    found: dict[int, list[Row[Any]]] = {}
    wanted = select(table).where(table.c.question.in_(part))
    for row in connection.execute(wanted.order_by(*table.primary_key.columns)):
        found.setdefault(row.question, []).append(row)
    return found


def _key(keyring: Keyring, rows: Sequence[Row[Any]]) -> tuple[DataKey | None, str | None]:
    if not rows:
        return None, None
    wrapped = rows[0].wrapped
    try:
        return keyring.unwrap(wrapped), None if whole(wrapped) else "its key was altered"
    except (Undecipherable, ValueError):
        return None, "its key cannot be opened with the keys at hand"


def _chain(events: Sequence[Row[Any]], head: str) -> Iterator[str]:
    previous = GENESIS
    for row in sorted(events, key=lambda row: row.seq):
        link = Link(
            row.position,
            row.question,
            row.seq,
            row.kind,
            row.at,
            row.actor,
            row.reason,
            row.data,
            row.commitment,
        )
        if link.hash_after(previous) != row.hash:
            yield f"event {row.seq} is not as it was written"
        previous = row.hash
    if previous != head:
        yield "the chain does not end where the question says"


def _texts(events: Sequence[Row[Any]], key: DataKey | None) -> Iterator[str]:
    for row in events:
        if (row.body is None) != (row.commitment == ""):
            yield f"event {row.seq} has lost or gained a text"
        elif row.body is not None and key is not None:
            try:
                good = whole(row.body) and key.commit(key.decrypt(row.body)) == row.commitment
            except Undecipherable:
                good = False
            if not good:
                yield f"the text of event {row.seq} is not as it was written"


def _files(
    connection: Connection, keyring: Keyring, id: int, events: Sequence[Row[Any]]
) -> list[str]:
    """What is wrong with the attachments that events tell of."""
    told = [json.loads(row.data) for row in events if row.kind == Kind.ATTACHED]
    if not told:
        return []
    commitments = {data["attachment"]: data["commitment"] for data in told}
    return attachment_faults(connection, keyring, id, commitments)


def _folded(
    events: Sequence[Row[Any]],
    question: Row[Any],
    clocks: Sequence[Row[Any]],
    known: Knowledge,
    key: DataKey | None,
) -> Iterator[str]:
    try:
        state: QuestionState = fold(store.event_of(row) for row in events)
    except (ValueError, KeyError) as error:
        yield f"its events do not fold: {error}"
        return
    if key is None and not state.erased:
        yield "its key is missing although its texts were not erased"
    if key is not None and state.erased:
        yield "its key is there although its texts were erased"
    found = running(state, known)
    for name, value in question_row(state, question.head, known, found).items():
        if question._mapping[name] != value:
            yield f"{name} is {question._mapping[name]!r}, folded {value!r}"
    stored = sorted((dict(row._mapping) for row in clocks), key=_which)
    if stored != sorted(clock_rows(state, found), key=_which):
        yield "its clocks are not as folded"


def _which(row: dict[str, Any]) -> tuple[str, int]:
    return (row["clock"], row["round"])


def rewrap(connection: Connection, keyring: Keyring) -> int:
    """Wraps every question's key under the newest key; texts and chains stay as they are."""
    settle_writes(connection)
    rows = connection.execute(select(QUESTION_KEY)).all()
    fresh = [{"which": row.question, "new": keyring.rotate(row.wrapped)} for row in rows]
    if fresh:
        change = update(QUESTION_KEY).where(QUESTION_KEY.c.question == bindparam("which"))
        connection.execute(change.values(wrapped=bindparam("new")), fresh)
    return len(fresh)
