"""Addresses of calendars: one token a lawyer or a post, renewed or revoked at will.

The token is found by its digest; it is kept encrypted beside it, to be shown to its owner again.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, insert, select, update

from zhiban.data import board
from zhiban.data.crypt import Keyring
from zhiban.roster.published import OnDuty, Published
from zhiban.roster.request_records import FEED

FeedKind = Literal["lawyer", "post"]


@dataclass(frozen=True, slots=True)
class Feed:
    """An address that is in force."""

    kind: FeedKind
    subject: str
    token: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """One duty in a calendar; `sequence` is the version that changed it last."""

    duty: OnDuty
    sequence: int
    changed_at: datetime
    others: tuple[OnDuty, ...]

    @property
    def uid(self) -> str:
        """The same for as long as the lawyer holds the shift in that role."""
        return f"{self.duty.shift}.{self.duty.role}.{self.duty.lawyer}@zhiban"


def feed_of(connection: Connection, keyring: Keyring, kind: FeedKind, subject: str) -> Feed | None:
    """The address in force, None where there is none."""
    return feeds_of(connection, keyring, kind).get(subject)


def feeds_of(connection: Connection, keyring: Keyring, kind: FeedKind) -> dict[str, Feed]:
    """The addresses in force of all lawyers or posts that have one."""
    rows = connection.execute(
        select(FEED).where(FEED.c.kind == kind, FEED.c.revoked_at.is_(None)).order_by(FEED.c.id)
    )
    return {
        row.subject: Feed(kind, row.subject, keyring.decrypt(row.token), row.made_at)
        for row in rows
    }


def renew(
    connection: Connection, keyring: Keyring, kind: FeedKind, subject: str, by: str, now: datetime
) -> Feed:
    """A fresh address; the one before is dead from now on."""
    revoke(connection, kind, subject, now)
    token = secrets.token_urlsafe(24)
    row = {
        "kind": kind,
        "subject": subject,
        "token": keyring.encrypt(token),
        "digest": digest(token),
        "made_at": now,
        "made_by": by,
    }
    connection.execute(insert(FEED).values(row))
    return Feed(kind, subject, token, now)


def revoke(connection: Connection, kind: FeedKind, subject: str, now: datetime) -> bool:
    """Ends the address in force; false where there was none."""
    board.lock(connection)
    mine = (FEED.c.kind == kind, FEED.c.subject == subject, FEED.c.revoked_at.is_(None))
    done = connection.execute(update(FEED).where(*mine).values(revoked_at=now))
    return done.rowcount > 0


def whose(connection: Connection, token: str) -> tuple[FeedKind, str] | None:
    """Whose calendar a token opens, None for one that is not in force."""
    row = connection.execute(
        select(FEED.c.kind, FEED.c.subject).where(
            FEED.c.digest == digest(token), FEED.c.revoked_at.is_(None)
        )
    ).one_or_none()
    return None if row is None else (row.kind, row.subject)


def digest(token: str) -> str:
    """By what a token is found; a random one of 192 bits needs no key."""
    return hashlib.sha256(token.encode()).hexdigest()


def entries(
    published: Published, kind: FeedKind, subject: str, since: datetime
) -> tuple[Entry, ...]:
    """The duties of newest versions that end after `since`, by start; cancelled ones are gone."""
    found: list[Entry] = []
    for week in sorted({version.week for version in published.versions}):
        newest = published.newest(week)
        if newest is None or week.next(2).span.start <= since:
            continue
        history = [version for version in published.versions if version.week == week]
        history.sort(key=lambda version: version.number)
        for duty in newest.duties:
            mine = duty.lawyer == subject if kind == "lawyer" else duty.post == subject
            if not mine or duty.span.end <= since:
                continue
            others = _beside(duty, newest.duties)
            last = newest
            for version in reversed(history):
                same = duty in version.duties and _beside(duty, version.duties) == others
                if not same:
                    break
                last = version
            found.append(Entry(duty, last.number, last.published_at, others))
    return tuple(sorted(found, key=lambda one: (one.duty.span.start, one.uid)))


def _beside(duty: OnDuty, duties: tuple[OnDuty, ...]) -> tuple[OnDuty, ...]:
    """Who else has the shift."""
    return tuple(one for one in duties if one.shift == duty.shift and one.lawyer != duty.lawyer)
