"""Leases: one leader at a time among several processes, by a row with an end."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, or_

from zhiban.data.records import LeaseRecord, table
from zhiban.data.upsert import upsert_if

_LEASE = table(LeaseRecord)


def acquire(connection: Connection, name: str, holder: str, now: datetime, seconds: float) -> bool:
    """Takes or renews the lease for that long; False while somebody else holds it."""
    row = {"name": name, "holder": holder, "until": now + timedelta(seconds=seconds)}
    free = or_(_LEASE.c.until <= now, _LEASE.c.holder == holder)
    return upsert_if(connection, _LEASE, row, free)


def release(connection: Connection, name: str, holder: str) -> bool:
    """Gives the lease back; False when it was somebody else's by now."""
    mine = (_LEASE.c.name == name, _LEASE.c.holder == holder)
    return connection.execute(delete(_LEASE).where(*mine)).rowcount == 1
