"""Bookings as staff see them: a lawyer's of a day, a bureau's of a day; numbers masked.

A number is shown in full on request only, and the request is recorded.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, Connection, func, select

from zhiban.data import trail
from zhiban.data.crypt import Keyring
from zhiban.data.timespan import SHANGHAI
from zhiban.queue import booking_store as store
from zhiban.queue.booking_records import BOOKING
from zhiban.queue.booking_store import Booking


@dataclass(frozen=True, slots=True)
class BookedLine:
    """One booking in a list: who comes when and what about; the number has its middle hidden."""

    code: str
    kind: str
    place: str
    start: datetime
    end: datetime
    state: str
    name: str
    phone: str
    topic: str
    lawyer: str | None
    lawyer_name: str


def bookings_for(
    connection: Connection, keyring: Keyring, lawyer: str, day: date
) -> tuple[BookedLine, ...]:
    """Who has booked a time with a lawyer on a day, in order; those who cancelled are left out."""
    mine = (BOOKING.c.lawyer == lawyer) & (BOOKING.c.state == "booked")
    return _lines(connection, keyring, mine & _on(day))


def bookings_on(
    connection: Connection, keyring: Keyring, day: date, place: str | None = None
) -> tuple[BookedLine, ...]:
    """All bookings of a day, or those of one place; those without a time stand with the rest."""
    where = _on(day) if place is None else _on(day) & (BOOKING.c.place == place)
    return _lines(connection, keyring, where)


def displaced(connection: Connection, keyring: Keyring, now: datetime) -> tuple[BookedLine, ...]:
    """Those whose time was taken away and who have not chosen another, of the last two weeks on."""
    since = now - timedelta(days=14)
    lost = (BOOKING.c.state == "displaced") & (BOOKING.c.start_at > since)
    return _lines(connection, keyring, lost)


def days_ahead(connection: Connection, now: datetime, lawyer: str | None = None) -> dict[date, int]:
    """How many bookings each day from today on has, of all or of one lawyer."""
    today = now.astimezone(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
    where = (BOOKING.c.state == "booked") & (BOOKING.c.start_at >= today)
    if lawyer is not None:
        where = where & (BOOKING.c.lawyer == lawyer)
    rows = connection.execute(
        select(BOOKING.c.start_at, func.count()).where(where).group_by(BOOKING.c.start_at)
    )
    found: dict[date, int] = {}
    for start, count in rows:
        day = start.astimezone(SHANGHAI).date()
        found[day] = found.get(day, 0) + count
    return dict(sorted(found.items()))


def phone_of(
    connection: Connection,
    keyring: Keyring,
    code: str,
    actor: str,
    now: datetime,
    lawyer: str | None = None,
) -> str | None:
    """The whole number, which is recorded; None where the booking is not `lawyer`'s or is gone."""
    one: Booking | None = store.by_code(connection, keyring, code)
    if one is None or one.person is None or (lawyer is not None and one.lawyer != lawyer):
        return None
    trail.note(connection, code, actor, "number_seen", now)
    return one.person.phone


def _on(day: date) -> ColumnElement[bool]:
    start = datetime.combine(day, time(), SHANGHAI)
    return (BOOKING.c.start_at >= start) & (BOOKING.c.start_at < start + timedelta(days=1))


def _lines(
    connection: Connection, keyring: Keyring, where: ColumnElement[bool]
) -> tuple[BookedLine, ...]:
    return tuple(_line(one) for one in store.find(connection, keyring, where))


def _line(one: Booking) -> BookedLine:
    person = one.person
    return BookedLine(
        code=one.code,
        kind=one.kind,
        place=one.place,
        start=one.start,
        end=one.end,
        state=one.state,
        name="" if person is None else person.name,
        phone="" if person is None else person.masked,
        topic="" if person is None else person.topic,
        lawyer=one.lawyer,
        lawyer_name=one.lawyer_name,
    )
