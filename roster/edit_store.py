"""Rows of changes made to drafts by hand, to values and back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, insert, select, update

from zhiban.data.week import Week
from zhiban.data.wording import Text
from zhiban.roster.records import EDIT
from zhiban.roster.steps import Step, from_json

Kind = Literal["hand", "remedy", "mend", "undo", "redo"]
CHANGES = ("hand", "remedy", "mend")
LOOKED_BACK = 400  # changes of one draft that can be undone, and are told of


@dataclass(frozen=True, slots=True)
class Logged:
    """One change of a draft: what it did, who made it when, and the revision that it made."""

    id: int
    week: Week
    revision: int
    by: str
    at: datetime
    kind: Kind
    state: Literal["done", "undone", "spent"]
    of: int | None
    steps: tuple[Step, ...]
    note: Text
    cost: int


def insert_edit(
    connection: Connection,
    week: Week,
    revision: int,
    *,
    kind: Kind,
    steps: Sequence[Step],
    cost: int,
    note: Text,
    of: int | None,
    by: str,
    now: datetime,
) -> int:
    """Notes a change; its number."""
    row = {
        "week": str(week),
        "revision": revision,
        "by": by,
        "at": now,
        "kind": kind,
        "state": "done",
        "of": of,
        "steps": [step.as_json() for step in steps],
        "cost": cost,
        "note_zh": note.zh,
        "note_en": note.en,
    }
    return int(connection.execute(insert(EDIT).values(row).returning(EDIT.c.id)).scalar_one())


def mark_edit(connection: Connection, id: int, state: str) -> None:
    """Says that a change is undone, or done again, or done with."""
    connection.execute(update(EDIT).where(EDIT.c.id == id).values(state=state))


def spend_undone(connection: Connection, week: Week, by: str) -> None:
    """What somebody undid cannot be done again once they went on otherwise."""
    mine = (EDIT.c.week == str(week), EDIT.c.by == by, EDIT.c.state == "undone")
    connection.execute(update(EDIT).where(*mine).values(state="spent"))


def load_chain(connection: Connection, week: Week, revision: int) -> tuple[Logged, ...]:
    """The changes that led to a revision, oldest first, back to where the draft was made anew."""
    found = (
        select(EDIT)
        .where(EDIT.c.week == str(week), EDIT.c.revision <= revision)
        .order_by(EDIT.c.revision.desc())
        .limit(LOOKED_BACK)
    )
    chain: list[Logged] = []
    for row in connection.execute(found):
        if row.revision != revision - len(chain):
            break
        chain.append(_logged(row))
    return tuple(reversed(chain))


def load_edit(connection: Connection, week: Week, id: int) -> Logged | None:
    """A change by its number."""
    found = select(EDIT).where(EDIT.c.week == str(week), EDIT.c.id == id)
    row = connection.execute(found).one_or_none()
    return None if row is None else _logged(row)


def _logged(row: Row[Any]) -> Logged:
    return Logged(
        id=row.id,
        week=Week.parse(row.week),
        revision=row.revision,
        by=row.by,
        at=row.at,
        kind=row.kind,
        state=row.state,
        of=row.of,
        steps=tuple(from_json(one) for one in row.steps),
        note=Text(row.note_zh, row.note_en),
        cost=row.cost,
    )
