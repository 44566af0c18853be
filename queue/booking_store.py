"""Rows of bookings to values and back, and the conditional writes by which a time is claimed."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, Connection, Row, delete, insert, select, update

from zhiban.data.crypt import Keyring
from zhiban.data.upsert import upsert
from zhiban.queue.booking import BookingState, Person, Slot, shown
from zhiban.queue.booking_records import BOOKING, BOOKING_SLOT


@dataclass(frozen=True, slots=True)
class Booking:
    """One booking as it stands; `person` is None once it has been destroyed."""

    id: int
    code: str
    version: int
    kind: str
    place: str
    shift: str | None
    lawyer: str | None
    lawyer_name: str
    firm_name: str
    holder: str
    start: datetime
    end: datetime
    state: BookingState
    person: Person | None
    created: datetime

    def over(self, now: datetime) -> bool:
        """Whether its time has begun, so that nothing of it changes any more."""
        return self.start <= now


def find(
    connection: Connection, keyring: Keyring, where: ColumnElement[bool]
) -> tuple[Booking, ...]:
    """The bookings for which a condition holds, by start and then by place."""
    rows = connection.execute(
        select(BOOKING).where(where).order_by(BOOKING.c.start_at, BOOKING.c.place, BOOKING.c.id)
    )
    return tuple(_booking(row, keyring) for row in rows)


def by_code(connection: Connection, keyring: Keyring, code: str) -> Booking | None:
    """The booking of a code."""
    return next(iter(find(connection, keyring, BOOKING.c.code == code)), None)


def hash_of(connection: Connection, code: str) -> str | None:
    """What is stored of a booking's secret."""
    found = select(BOOKING.c.secret_hash).where(BOOKING.c.code == code)
    return connection.execute(found).scalar_one_or_none()


def by_key(connection: Connection, key: str) -> tuple[str, str] | None:
    """Code and secret's hash of the booking that was made under an idempotency key's digest."""
    found = select(BOOKING.c.code, BOOKING.c.secret_hash).where(BOOKING.c.key == key)
    row = connection.execute(found).one_or_none()
    return None if row is None else (row.code, row.secret_hash)


def add(
    connection: Connection,
    keyring: Keyring,
    code: str,
    secret_hash: str,
    key: str,
    kind: str,
    slot: Slot,
    person: Person,
    now: datetime,
) -> int:
    """Writes a new booking, its time not yet claimed; its id."""
    values = {
        "code": code,
        "secret_hash": secret_hash,
        "key": key,
        "version": 1,
        "kind": kind,
        "state": "booked",
        "person": sealed(keyring, person),
        "phone_blind": keyring.blind(person.phone),
        "created_at": now,
        **_slot(slot),
    }
    made = insert(BOOKING).values(values).returning(BOOKING.c.id)
    return int(connection.execute(made).scalar_one())


def sealed(keyring: Keyring, person: Person) -> str:
    """The person as stored."""
    return keyring.encrypt(json.dumps(asdict(person), ensure_ascii=False))


def drop(connection: Connection, id: int) -> None:
    """Takes back a booking that found no time."""
    connection.execute(delete(BOOKING).where(BOOKING.c.id == id))


def claim(connection: Connection, slot: Slot, id: int) -> bool:
    """Takes a time for a booking; False where somebody has it already."""
    row = {"holder": slot.holder, "start_at": slot.start, "booking": id}
    return upsert(connection, BOOKING_SLOT, [row], keep=row) == 1


def unclaim(connection: Connection, slot: Slot) -> None:
    """Gives back one time that was just claimed."""
    mine = (BOOKING_SLOT.c.holder == slot.holder) & (BOOKING_SLOT.c.start_at == slot.start)
    connection.execute(delete(BOOKING_SLOT).where(mine))


def release(connection: Connection, id: int, *, but: Slot | None = None) -> None:
    """Gives back the times of a booking, except the one it has now."""
    mine = BOOKING_SLOT.c.booking == id
    if but is not None:
        other = (BOOKING_SLOT.c.holder != but.holder) | (BOOKING_SLOT.c.start_at != but.start)
        mine = mine & other
    connection.execute(delete(BOOKING_SLOT).where(mine))


def change(
    connection: Connection, one: Booking, state: BookingState, slot: Slot | None = None
) -> bool:
    """Writes a booking's new state, and time, unless it has moved on since it was read."""
    same = (BOOKING.c.id == one.id) & (BOOKING.c.version == one.version)
    values: dict[str, Any] = {"state": state, "version": one.version + 1}
    if slot is not None:
        values |= _slot(slot)
    return connection.execute(update(BOOKING).where(same).values(values)).rowcount == 1


def set_secret(connection: Connection, id: int, secret_hash: str) -> None:
    """Lets another secret open a booking, and the old one no longer."""
    connection.execute(update(BOOKING).where(BOOKING.c.id == id).values(secret_hash=secret_hash))


def _slot(slot: Slot) -> dict[str, Any]:
    return {
        "place": slot.place,
        "shift": slot.shift,
        "lawyer": slot.lawyer,
        "lawyer_name": slot.lawyer_name,
        "firm_name": slot.firm_name,
        "holder": slot.holder,
        "start_at": slot.start,
        "end_at": slot.end,
    }


def _booking(row: Row[Any], keyring: Keyring) -> Booking:
    person = None if row.person is None else shown(json.loads(keyring.decrypt(row.person)))
    return Booking(
        id=row.id,
        code=row.code,
        version=row.version,
        kind=row.kind,
        place=row.place,
        shift=row.shift,
        lawyer=row.lawyer,
        lawyer_name=row.lawyer_name,
        firm_name=row.firm_name,
        holder=row.holder,
        start=row.start_at,
        end=row.end_at,
        state=cast(BookingState, row.state),
        person=person,
        created=row.created_at,
    )
