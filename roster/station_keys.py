"""Links to a station's pages: one for its door, which everybody may see, one for its screen.

The screen's secret makes the code by which lawyers sign in, so it must not hang at the door.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from sqlalchemy import Connection, Row, insert, select, update

from zhiban.data import board
from zhiban.data.crypt import Keyring
from zhiban.data.wording import Refused
from zhiban.roster.presence_records import STATION_KEY

Purpose = Literal["door", "screen"]
PURPOSES: tuple[Purpose, ...] = get_args(Purpose)
_BYTES = 12


@dataclass(frozen=True, slots=True)
class StationKey:
    """A link that works: whose, what for, and since when."""

    post: str
    purpose: Purpose
    token: str
    created_at: datetime


def open_key(connection: Connection, keyring: Keyring, token: str) -> StationKey | None:
    """The link of a token; None for one that was never given or has been taken back."""
    row = connection.execute(
        select(STATION_KEY).where(
            STATION_KEY.c.tag == _tag(token), STATION_KEY.c.revoked_at.is_(None)
        )
    ).one_or_none()
    return None if row is None else _key(row, keyring)


def keys(connection: Connection, keyring: Keyring) -> dict[tuple[str, Purpose], StationKey]:
    """Every link that works, by post and purpose."""
    rows = connection.execute(
        select(STATION_KEY).where(STATION_KEY.c.revoked_at.is_(None)).order_by(STATION_KEY.c.id)
    )
    return {(row.post, row.purpose): _key(row, keyring) for row in rows}


def screen_secret(connection: Connection, keyring: Keyring, post: str) -> str | None:
    """What a station's sign-in codes are made from; None where it has no screen."""
    row = connection.execute(
        select(STATION_KEY.c.token)
        .where(
            STATION_KEY.c.post == post,
            STATION_KEY.c.purpose == "screen",
            STATION_KEY.c.revoked_at.is_(None),
        )
        .order_by(STATION_KEY.c.id.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else keyring.decrypt(row.token)


def renew(
    connection: Connection, keyring: Keyring, post: str, purpose: str, by: str, now: datetime
) -> StationKey:
    """Gives a station a new link, which takes the place of the one before. Raises Refused."""
    if purpose not in PURPOSES:
        known = "、".join(PURPOSES)
        raise Refused.one("purpose", f"只能是 {known}", f"is one of {', '.join(PURPOSES)}")
    board.lock(connection)
    revoke(connection, post, purpose, by, now)
    token = secrets.token_urlsafe(_BYTES)
    row = {
        "post": post,
        "purpose": purpose,
        "token": keyring.encrypt(token),
        "tag": _tag(token),
        "created_at": now,
        "created_by": by,
    }
    connection.execute(insert(STATION_KEY).values(row))
    return StationKey(post, _purpose(purpose), token, now)


def revoke(connection: Connection, post: str, purpose: str, by: str, now: datetime) -> bool:
    """Takes a station's link back; false where it had none."""
    done = connection.execute(
        update(STATION_KEY)
        .where(
            STATION_KEY.c.post == post,
            STATION_KEY.c.purpose == purpose,
            STATION_KEY.c.revoked_at.is_(None),
        )
        .values(revoked_at=now, revoked_by=by)
    )
    return done.rowcount > 0


def _key(row: Row[Any], keyring: Keyring) -> StationKey:
    return StationKey(row.post, row.purpose, keyring.decrypt(row.token), row.created_at)


def _purpose(text: str) -> Purpose:
    return next(one for one in PURPOSES if one == text)


def _tag(token: str) -> str:
    """What is stored to find a token by; its 96 random bits need no slow hash."""
    return hashlib.sha256(f"station {token}".encode()).hexdigest()
