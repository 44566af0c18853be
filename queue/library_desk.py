"""The library at the desks: entries proposed, reviewed, made public, changed, withdrawn.

Whatever is not reviewed is seen here alone (`zhiban.queue.library` is what everybody sees).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from zhiban.data.wording import Text
from zhiban.queue import library_store as store
from zhiban.queue.library import category_names
from zhiban.queue.library_entry import Entry, Status, Texts, checked
from zhiban.queue.library_records import LIBRARY_ENTRY as ENTRY
from zhiban.queue.outcomes import Stale

_CHANGED = Text("有人刚刚改过这一条", "Somebody has just changed this entry")


@dataclass(frozen=True, slots=True)
class NoSuchEntry:
    """There is no entry of that number."""


def propose(
    connection: Connection, texts: Texts, by: str, now: datetime, source: str | None = None
) -> int:
    """Stores a draft, or finds the one made of the same ticket before; its number. Raises Refused.

    `by` is `lawyer:ID` or `staff:ACCOUNT`.
    """
    if source is not None:
        here = connection.execute(select(ENTRY.c.id).where(ENTRY.c.source == source)).scalar()
        if here is not None:
            return int(here)
    good = checked(texts, category_names(connection, "zh"))
    row = _row(good) | {"version": 1, "status": "draft", "source": source}
    row |= {"proposed_by": by, "proposed_at": now}
    made = connection.execute(insert(ENTRY).values(row)).inserted_primary_key
    return int(made[0]) if made is not None else 0


def _row(texts: Texts) -> dict[str, Any]:
    return {
        "title": texts.title,
        "question": texts.question,
        "answer": texts.answer,
        "category": texts.category,
        "words": texts.words(),
    }


def entry(connection: Connection, id: int) -> Entry | None:
    """An entry in whatever state, for staff."""
    row = connection.execute(select(ENTRY).where(ENTRY.c.id == id)).one_or_none()
    return None if row is None else _entry(row)


def entries(
    connection: Connection, status: Status, start: int = 0, size: int = 20
) -> tuple[tuple[Entry, ...], int]:
    """Entries of one state for staff: drafts from the oldest on, others from the newest."""
    which = ENTRY.c.status == status
    total = connection.execute(select(func.count()).select_from(ENTRY).where(which)).scalar_one()
    order = ENTRY.c.id if status == "draft" else ENTRY.c.id.desc()
    rows = connection.execute(select(ENTRY).where(which).order_by(order).offset(start).limit(size))
    return tuple(_entry(row) for row in rows), total


def numbers(connection: Connection) -> dict[str, int]:
    """How many entries there are in each state."""
    counted = select(ENTRY.c.status, func.count().label("number")).group_by(ENTRY.c.status)
    return {row.status: row.number for row in connection.execute(counted)}


def _entry(row: Row[Any]) -> Entry:
    return Entry(
        row.id,
        row.version,
        row.status,
        Texts(row.title, row.question, row.answer, row.category),
        row.source,
        row.proposed_by,
        row.proposed_at,
        row.reviewed_by,
        row.reviewed_at,
    )


def change(
    connection: Connection,
    id: int,
    version: int,
    texts: Texts,
    status: Status,
    by: str,
    now: datetime,
) -> Entry | Stale | NoSuchEntry:
    """Writes an entry's texts and state, where it is still at that version. Raises Refused.

    Made public, or changed while it is, it is signed by who did it.
    """
    good = checked(texts, category_names(connection, "zh"))
    before = connection.execute(
        select(ENTRY.c.version, ENTRY.c.status, ENTRY.c.words).where(ENTRY.c.id == id)
    ).one_or_none()
    if before is None:
        return NoSuchEntry()
    if before.version != version:
        return Stale(before.version, _CHANGED)
    row = _row(good) | {"status": status, "version": version + 1}
    if status == "reviewed":
        row |= {"reviewed_by": by, "reviewed_at": now}
    if before.status == "reviewed":
        store.remove_words(connection, {id: before.words})
    connection.execute(update(ENTRY).where(ENTRY.c.id == id).values(row))
    if status == "reviewed":
        store.add_words(connection, {id: row["words"]})
    changed = entry(connection, id)
    return NoSuchEntry() if changed is None else changed


def fill(connection: Connection, many: Iterable[Texts], by: str, now: datetime) -> int:
    """Makes many entries public at once, as when a library is brought along; how many."""
    signed = {"proposed_by": by, "proposed_at": now, "reviewed_by": by, "reviewed_at": now}
    fixed = {"version": 1, "status": "reviewed", "source": None, **signed}
    rows = [_row(texts) | fixed for texts in many]
    if rows:
        made = insert(ENTRY).returning(ENTRY.c.id, sort_by_parameter_order=True)
        ids = connection.execute(made, rows).scalars().all()
        store.add_words(connection, {id: row["words"] for id, row in zip(ids, rows, strict=True)})
    return len(rows)
