"""Bookings follow the roster: whoever holds the shift now has them, or another time is offered.

Idempotent: what has to change is read from what is published and what is booked, never from when
this ran last. And what is long past is destroyed but for its bare facts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, update

from zhiban.data import outbox, trail
from zhiban.data.bodies import Body
from zhiban.data.crypt import Keyring
from zhiban.data.timespan import SHANGHAI
from zhiban.data.wording import Text
from zhiban.queue import booking_notices as notices
from zhiban.queue import booking_store as store
from zhiban.queue.booking import Slot
from zhiban.queue.booking_places import Bookable, Diary, diary
from zhiban.queue.booking_records import BOOKING
from zhiban.queue.booking_store import Booking
from zhiban.roster.published import OnDuty

KEPT = timedelta(days=90)
_SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Followed:
    """How many bookings passed to another lawyer, and how many lost their time."""

    moved: int = 0
    displaced: int = 0


def follow_roster(connection: Connection, keyring: Keyring, now: datetime) -> Followed:
    """Lets every coming booking keep to what is published now."""
    coming = (BOOKING.c.state == "booked") & (BOOKING.c.start_at > now)
    found = store.find(connection, keyring, coming)
    if not found:
        return Followed()
    seen = diary(connection, keyring, now)
    moved = displaced = 0
    for one in found:
        if stands(seen, one):
            continue
        if _pass_on(connection, keyring, seen, one):
            moved += 1
        else:
            displaced += _displace(connection, keyring, seen, one)
    return Followed(moved, displaced)


def out_of_date(connection: Connection, keyring: Keyring, now: datetime) -> bool:
    """Whether any coming booking does not keep to what is published: reads, writes nothing."""
    coming = (BOOKING.c.state == "booked") & (BOOKING.c.start_at > now)
    found = store.find(connection, keyring, coming)
    seen = diary(connection, keyring, now) if found else None
    return seen is not None and not all(stands(seen, one) for one in found)


def stands(seen: Diary, one: Booking) -> bool:
    """Whether a booking is as the roster, or the body's hours, have it."""
    place = seen.place(one.place)
    if place is None:
        return False
    if isinstance(place.place, Body):
        day = one.start.astimezone(SHANGHAI).date()
        spans = place.place.spans(day, seen.known.calendar)
        return any(span.start <= one.start and one.end <= span.end for span in spans)
    return any(duty.lawyer == one.lawyer for duty in seen.holders(one.place, one.start, one.end))


def _pass_on(connection: Connection, keyring: Keyring, seen: Diary, one: Booking) -> bool:
    """Gives a booking to a lawyer who holds the shift now and has that time free."""
    place = seen.place(one.place)
    if place is None or one.lawyer is None:
        return False
    for duty in _by_shift(seen.holders(one.place, one.start, one.end), one.shift):
        slot = _slot(duty, one)
        if not store.claim(connection, slot, one.id):
            continue
        if not store.change(connection, one, "booked", slot):
            store.unclaim(connection, slot)
            return False
        store.release(connection, one.id, but=slot)
        trail.note(
            connection,
            one.code,
            _SYSTEM,
            "moved",
            seen.now,
            before=one.lawyer,
            after=duty.lawyer,
        )
        _tell_moved(connection, keyring, one, duty, place.text, seen.now)
        return True
    return False


def _by_shift(duties: Iterable[OnDuty], shift: str | None) -> list[OnDuty]:
    """The same shift's holders first."""
    return sorted(duties, key=lambda duty: (duty.shift != shift, duty.lawyer))


def _slot(duty: OnDuty, one: Booking) -> Slot:
    return Slot(
        one.start,
        one.end,
        duty.lawyer,
        one.place,
        duty.shift,
        duty.lawyer,
        duty.lawyer_name,
        duty.firm_name,
    )


def _tell_moved(
    connection: Connection,
    keyring: Keyring,
    one: Booking,
    duty: OnDuty,
    place: Text,
    now: datetime,
) -> None:
    told = [
        notices.booked(duty.lawyer, one.kind, place, one.start),
        notices.moved(one.code, duty.lawyer_name, duty.firm_name, place, one.start),
    ]
    if one.lawyer is not None:
        told.append(notices.passed_on(one.lawyer, place, one.start))
    outbox.put_all(connection, keyring, told, now)


def _displace(connection: Connection, keyring: Keyring, seen: Diary, one: Booking) -> int:
    """Takes the time away; the citizen is offered others on the booking's page."""
    if not store.change(connection, one, "displaced"):
        return 0
    store.release(connection, one.id)
    trail.note(connection, one.code, _SYSTEM, "displaced", seen.now, start=one.start.isoformat())
    named = _name(seen.place(one.place), one.place)
    told = [
        notices.displaced(one.code, named, one.start),
        notices.to_call(one.code, named, one.start),
    ]
    if one.lawyer is not None:
        told.append(notices.passed_on(one.lawyer, named, one.start))
    outbox.put_all(connection, keyring, told, seen.now)
    return 1


def _name(place: Bookable | None, id: str) -> Text:
    return Text(id, id) if place is None else place.text


def destroy_old(connection: Connection, now: datetime) -> int:
    """Destroys who came to what is 90 days past; how many bookings that were."""
    old = (BOOKING.c.end_at < now - KEPT) & BOOKING.c.person.is_not(None)
    values = {"person": None, "phone_blind": ""}
    return connection.execute(update(BOOKING).where(old).values(values)).rowcount
