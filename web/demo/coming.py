"""Invented lawyers come to their shifts: most in time, a few late, one of a half-day never."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from zlib import crc32

from sqlalchemy import Connection

from zhiban.roster import presence_store
from zhiban.roster.presence import duties_near, held_since
from zhiban.roster.published import OnDuty, Published
from zhiban.roster.sign_ins import SignIn, Way

EARLY, LATE = timedelta(minutes=7), timedelta(minutes=9)
LATE_ONE_IN = 11


def arrivals(
    connection: Connection, published: Published, now: datetime, real: Collection[str] = ()
) -> list[SignIn]:
    """Who has come by `now` and has not signed in yet; lawyers who are `real` see to it themselves.

    Of each half-day the last station's lawyer stays away, so that an alarm is seen; whoever has
    taken that shift over comes.
    """
    duties = [one for one in duties_near(published, now) if one.role == "primary"]
    came = presence_store.sign_ins(connection, {one.shift for one in duties})
    away = {one.span.start: one for one in duties if one.kind == "station"}
    found = []
    for duty in duties:
        if (duty.shift, duty.lawyer) in came or duty.lawyer in real:
            continue
        since = held_since(published, duty)
        if duty is away.get(duty.span.start) and since == duty.span.start:
            continue
        made = _sign_in(duty, since)
        if made.at <= now:
            found.append(made)
    return found


def _sign_in(duty: OnDuty, since: datetime) -> SignIn:
    """When and how the holder of a duty comes; who got it later takes as long from then on."""
    start = duty.span.start
    late = crc32(f"{duty.shift} {duty.lawyer}".encode()) % LATE_ONE_IN == 0
    at = start - EARLY if since == start and not late else since + LATE
    way: Way = "code" if duty.kind == "station" else "online"
    return SignIn(duty.shift, duty.lawyer, duty.post, at, at > start, way)


def sign_in(connection: Connection, made: Collection[SignIn]) -> None:
    """Notes that they came; an alarm raised for one before ends by it."""
    for one in made:
        presence_store.insert_sign_in(connection, one)
        presence_store.settle(connection, one.shift, one.lawyer, "came", one.at)
