"""What is noted of a version beside its duties: who signed it off, what it withdraws and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, insert, select

from zhiban.roster.drafts import SignOff
from zhiban.roster.records import NOTE


def put(
    connection: Connection,
    version: int,
    signed: SignOff,
    *,
    withdraws: int | None = None,
    repeats: int | None = None,
    reason: str = "",
) -> None:
    """Notes it once; like the version it is never changed."""
    row = {
        "version": version,
        "signed_by": signed.name,
        "acknowledged": list(signed.acknowledged),
        "withdraws": withdraws,
        "repeats": repeats,
        "reason": reason,
    }
    connection.execute(insert(NOTE).values(row))


def load(connection: Connection, versions: Sequence[int]) -> dict[int, dict[str, Any]]:
    """What is noted of each of these versions, by name of the publication's field."""
    if not versions:
        return {}
    rows = connection.execute(select(NOTE).where(NOTE.c.version.in_(versions)))
    return {
        row.version: {
            "signed": SignOff(row.signed_by, tuple(row.acknowledged)),
            "withdraws": row.withdraws,
            "repeats": row.repeats,
            "reason": row.reason,
        }
        for row in rows
    }
