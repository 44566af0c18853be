"""Rows of sign-ins and of those who did not come to values, and back."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, select, update

from zhiban.data.upsert import upsert
from zhiban.roster.presence_records import NO_SHOW, SIGN_IN
from zhiban.roster.sign_ins import SignIn

Settled = Literal["open", "came", "stand_in", "excused"]
SERVED: tuple[Settled, ...] = ("came", "excused")


@dataclass(frozen=True, slots=True)
class NoShow:
    """A lawyer for whom the alarm was raised; `settled` says how it ended, if it has."""

    shift: str
    lawyer: str
    post: str
    raised_at: datetime
    settled: Settled = "open"
    settled_at: datetime | None = None
    stand_in: str | None = None


def insert_sign_in(connection: Connection, made: SignIn) -> bool:
    """Notes that somebody came; false where that is noted already, which stays."""
    row = asdict(made)
    return upsert(connection, SIGN_IN, [row], keep=row) == 1


def sign_ins(connection: Connection, shifts: Collection[str]) -> dict[tuple[str, str], SignIn]:
    """Who signed in for these shifts, by shift and lawyer."""
    found: dict[tuple[str, str], SignIn] = {}
    for some in _portions(shifts):
        rows = connection.execute(select(SIGN_IN).where(SIGN_IN.c.shift.in_(some)))
        found |= {(row.shift, row.lawyer): SignIn(**row._mapping) for row in rows}
    return found


def note_left(connection: Connection, shift: str, lawyer: str, now: datetime) -> bool:
    """Notes when somebody left; false where they had not signed in, or had left before."""
    mine = (SIGN_IN.c.shift == shift, SIGN_IN.c.lawyer == lawyer, SIGN_IN.c.left_at.is_(None))
    return connection.execute(update(SIGN_IN).where(*mine).values(left_at=now)).rowcount == 1


def insert_no_show(connection: Connection, made: NoShow) -> bool:
    """Notes an alarm; false where it was raised before."""
    row = asdict(made)
    return upsert(connection, NO_SHOW, [row], keep=row) == 1


def no_shows(connection: Connection, shifts: Collection[str]) -> dict[tuple[str, str], NoShow]:
    """The alarms of these shifts, by shift and lawyer."""
    found: dict[tuple[str, str], NoShow] = {}
    for some in _portions(shifts):
        rows = connection.execute(select(NO_SHOW).where(NO_SHOW.c.shift.in_(some)))
        found |= {(row.shift, row.lawyer): _no_show(row) for row in rows}
    return found


def settle(
    connection: Connection,
    shift: str,
    lawyer: str,
    how: Settled,
    now: datetime,
    stand_in: str | None = None,
) -> bool:
    """Notes how an open alarm ended; false where there is none."""
    values = {"settled": how, "settled_at": now, "stand_in": stand_in}
    mine = (NO_SHOW.c.shift == shift, NO_SHOW.c.lawyer == lawyer, NO_SHOW.c.settled == "open")
    return connection.execute(update(NO_SHOW).where(*mine).values(values)).rowcount == 1


def not_served(
    connection: Connection, since: datetime, until: datetime
) -> frozenset[tuple[str, str]]:
    """(shift, lawyer) of all who did not come, by alarms raised in that time."""
    rows = connection.execute(
        select(NO_SHOW.c.shift, NO_SHOW.c.lawyer).where(
            NO_SHOW.c.raised_at >= since,
            NO_SHOW.c.raised_at < until,
            NO_SHOW.c.settled.not_in(SERVED),
        )
    )
    return frozenset((row.shift, row.lawyer) for row in rows)


def _no_show(row: Row[Any]) -> NoShow:
    return NoShow(**row._mapping)


def _portions(shifts: Collection[str], size: int = 500) -> list[list[str]]:
    ordered = sorted(shifts)
    return [ordered[at : at + size] for at in range(0, len(ordered), size)]
