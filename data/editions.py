"""Editions of a setting: what it said after each change, whole, so that it can be put back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from zhiban.data.records import EDITION


@dataclass(frozen=True, slots=True)
class Edition:
    """What a setting said from `at` on, and who had changed it."""

    id: int
    at: datetime
    actor: str
    value: Any


def keep_edition(connection: Connection, key: str, value: Any, by: str, now: datetime) -> None:
    """Keeps what a setting says now as its newest edition."""
    row = {"key": key, "at": now, "actor": by, "value": value}
    connection.execute(insert(EDITION).values(row))


def editions(connection: Connection, key: str, most: int = 20) -> tuple[Edition, ...]:
    """A setting's editions, the newest first."""
    mine = select(EDITION).where(EDITION.c.key == key)
    rows = connection.execute(mine.order_by(EDITION.c.id.desc()).limit(most))
    return tuple(_edition(row) for row in rows)


def edition(connection: Connection, key: str, id: int) -> Edition | None:
    """One edition of a setting; None where the number is of none, or of another setting's."""
    found = select(EDITION).where(EDITION.c.id == id, EDITION.c.key == key)
    row = connection.execute(found).one_or_none()
    return None if row is None else _edition(row)


def _edition(row: Row[Any]) -> Edition:
    return Edition(row.id, row.at, row.actor, row.value)
