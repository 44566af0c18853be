"""Rows of the bodies to values, and back."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from sqlalchemy import Connection, Row, delete, select

from zhiban.data import board
from zhiban.data.bodies import Body
from zhiban.data.body_changes import body_changes
from zhiban.data.crypt import Keyring
from zhiban.data.places import Opening
from zhiban.data.places_records import BODY
from zhiban.data.register_service import note
from zhiban.data.upsert import upsert


def load_bodies(connection: Connection) -> tuple[Body, ...]:
    """Every body, by its id."""
    return tuple(_body(row) for row in connection.execute(select(BODY).order_by(BODY.c.id)))


def save_bodies(connection: Connection, bodies: tuple[Body, ...]) -> None:
    """Makes the table hold these bodies and no others; takes the board."""
    at = board.lock(connection)
    rows = [_row(body) for body in bodies]
    upsert(connection, BODY, rows)
    gone = set(connection.execute(select(BODY.c.id)).scalars()) - {row["id"] for row in rows}
    for one in sorted(gone):
        connection.execute(delete(BODY).where(BODY.c.id == one))
    board.save(connection, board.changed(at))


def replace_bodies(
    connection: Connection, keyring: Keyring, bodies: tuple[Body, ...], by: str, now: datetime
) -> None:
    """The same, each body that differs recorded with what it said and says; takes the board."""
    board.lock(connection)
    before = {one.id: one for one in load_bodies(connection)}
    for one in body_changes(before, {body.id: body for body in bodies}):
        note(connection, keyring, "body", one.id, one.name, one.act, one.fields, by, now)
    save_bodies(connection, bodies)


def _body(row: Row[Any]) -> Body:
    openings = tuple(
        Opening(weekday, time.fromisoformat(start), time.fromisoformat(end))
        for weekday, start, end in row.openings
    )
    return Body(**dict(row._mapping) | {"openings": openings})


def _row(body: Body) -> dict[str, Any]:
    row = {name: getattr(body, name) for name in body.__dataclass_fields__}
    row["openings"] = [
        [one.weekday, one.start.isoformat("minutes"), one.end.isoformat("minutes")]
        for one in body.openings
    ]
    return row
