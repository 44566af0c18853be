"""Leases: one leader at a time among several processes, by a row that the leader keeps changing.

Nobody compares a stored time with a clock of its own, which may be an hour off or be set: whoever
waits watches by a stopwatch for how long the row has stayed the same, and takes it only while it
is still as last seen. The moment in it is for people, and tells one renewal from the next.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, delete, or_, select

from zhiban.data.records import LeaseRecord, table
from zhiban.data.upsert import upsert_if

_LEASE = table(LeaseRecord)
_TICK = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Lease:
    """Who leads, as last renewed."""

    holder: str
    until: datetime


def look(connection: Connection, name: str) -> Lease | None:
    """The lease as it stands; None where nobody has it."""
    row = connection.execute(
        select(_LEASE.c.holder, _LEASE.c.until).where(_LEASE.c.name == name)
    ).one_or_none()
    return None if row is None else Lease(*row)


def acquire(
    connection: Connection, name: str, holder: str, until: datetime, seen: Lease | None = None
) -> bool:
    """Renews one's own lease, or takes the one that was `seen` last; False where it has moved on.

    Nobody takes, without having seen it, what somebody else has.
    """
    if seen is not None and seen.holder == holder and until <= seen.until:
        until = seen.until + _TICK  # a clock set back must not make a renewal look like none
    row = {"name": name, "holder": holder, "until": until}
    mine = _LEASE.c.holder == holder
    if seen is None:
        return upsert_if(connection, _LEASE, row, mine)
    as_seen = and_(_LEASE.c.holder == seen.holder, _LEASE.c.until == seen.until)
    return upsert_if(connection, _LEASE, row, or_(mine, as_seen))


def release(connection: Connection, name: str, holder: str) -> bool:
    """Gives the lease back; False when it was somebody else's by now."""
    mine = (_LEASE.c.name == name, _LEASE.c.holder == holder)
    return connection.execute(delete(_LEASE).where(*mine)).rowcount == 1
