"""The trail: who did what to an application or a booking, one line each, never changed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, insert, select

from zhiban.data.places_records import TRAIL


@dataclass(frozen=True, slots=True)
class Mark:
    """One line; `detail` names ids and states, never what somebody wrote."""

    at: datetime
    actor: str
    act: str
    detail: Mapping[str, str] = field(default_factory=dict)


def note(
    connection: Connection, subject: str, actor: str, act: str, now: datetime, **detail: str
) -> None:
    """Adds a line to what is told of a subject."""
    text = json.dumps(detail, ensure_ascii=False, sort_keys=True)
    row = {"subject": subject, "at": now, "actor": actor, "act": act, "detail": text}
    connection.execute(insert(TRAIL).values(row))


def trail_of(connection: Connection, subject: str) -> tuple[Mark, ...]:
    """All that was done to a subject, oldest first."""
    rows = connection.execute(
        select(TRAIL).where(TRAIL.c.subject == subject).order_by(TRAIL.c.id)
    ).all()
    return tuple(Mark(row.at, row.actor, row.act, json.loads(row.detail)) for row in rows)
