"""Server-side sessions: a random token with its holder, its hash in a row that can be revoked."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, or_, select, update

from zhiban.web.accounts import Account, account_of
from zhiban.web.records import ACCOUNT, SESSION

# A session's last use is written at most this often, so that reading a page seldom writes.
TOUCH_EVERY = timedelta(minutes=1)


@dataclass(frozen=True)
class Session:
    """An open session, and whether its last use is worth writing down."""

    account: Account
    seen_at: datetime
    expires_at: datetime

    def stale(self, now: datetime) -> bool:
        """Whether the last use recorded is old enough to be renewed."""
        return now - self.seen_at >= TOUCH_EVERY


def token_hash(token: str) -> str:
    """What is stored of a token; 256 random bits need no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()


def open_session(
    connection: Connection, account: Account, now: datetime, lifetime: timedelta
) -> str:
    """Opens a session and gives its token, which is nowhere stored."""
    token = secrets.token_urlsafe(32)
    connection.execute(
        insert(SESSION).values(
            token_hash=token_hash(token),
            account=account.id,
            created_at=now,
            seen_at=now,
            expires_at=now + lifetime,
        )
    )
    return token


def find_session(
    connection: Connection, token: str, now: datetime, idle: timedelta
) -> Session | None:
    """The open session of a token, if it is neither over, idle too long, nor closed."""
    row = connection.execute(
        select(ACCOUNT, SESSION.c.seen_at, SESSION.c.expires_at)
        .join(SESSION, SESSION.c.account == ACCOUNT.c.id)
        .where(
            SESSION.c.token_hash == token_hash(token),
            SESSION.c.expires_at > now,
            SESSION.c.seen_at > now - idle,
            ACCOUNT.c.disabled.is_(False),
        )
    ).first()
    return None if row is None else Session(account_of(row), row.seen_at, row.expires_at)


def touch_session(connection: Connection, token: str, now: datetime) -> None:
    """Writes down that the session was used, unless it has been closed meanwhile."""
    connection.execute(
        update(SESSION)
        .where(SESSION.c.token_hash == token_hash(token), SESSION.c.seen_at < now)
        .values(seen_at=now)
    )


def close_session(connection: Connection, token: str) -> bool:
    """Closes a session; False when it was not open."""
    gone = connection.execute(delete(SESSION).where(SESSION.c.token_hash == token_hash(token)))
    return gone.rowcount == 1


def purge_sessions(connection: Connection, now: datetime, idle: timedelta) -> int:
    """Removes sessions that are over; how many."""
    gone = connection.execute(
        delete(SESSION).where(or_(SESSION.c.expires_at <= now, SESSION.c.seen_at <= now - idle))
    )
    return gone.rowcount
