"""Bookings by citizens: book, look, change, cancel, find again. Two never get one time."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from zhiban.data import codes, outbox, trail
from zhiban.data.crypt import Keyring
from zhiban.data.timespan import SHANGHAI
from zhiban.data.wording import Refused, Text
from zhiban.queue import booking_notices as notices
from zhiban.queue import booking_store as store
from zhiban.queue.booking import Person, Slot, checked_person, number_of, same_time
from zhiban.queue.booking_places import Bookable, Diary, diary
from zhiban.queue.booking_records import BOOKING
from zhiban.queue.booking_store import Booking

PREFIX = "YY"
CITIZEN = "citizen"
TAKEN = Text(
    "这个时间刚被约走或已不接待，请另选一个时间", "this time is no longer free; choose another"
)
GONE = Text("没有这个预约，或它已经取消、开始", "no such booking, or it is cancelled or has begun")
_NOBODY = "0" * 64
_SHORTEST_PHONE = 7
_OVERLAP = timedelta(hours=4)  # no appointment lasts longer


@dataclass(frozen=True, slots=True)
class Wish:
    """What a citizen wants to book: a place, a start, and who comes."""

    place: str
    start: datetime
    person: Person
    consent: bool


@dataclass(frozen=True, slots=True)
class Booked:
    """A booking made, with the secret that opens it, told this once."""

    code: str
    secret: str
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class SlotTaken:
    """Somebody else has the time, or it is no longer offered."""

    why: Text = TAKEN


@dataclass(frozen=True, slots=True)
class TooMany:
    """The number has made as many bookings today as one may, or has one at that time."""

    why: Text


@dataclass(frozen=True, slots=True)
class Gone:
    """No such booking, a wrong secret, or one that no longer changes."""

    why: Text = GONE


def book(
    connection: Connection, keyring: Keyring, wish: Wish, key: str, now: datetime
) -> Booked | SlotTaken | TooMany:
    """Books a time; the same key again gives the same booking. Raises Refused."""
    person = checked_person(wish.person, consent=wish.consent)
    digest = hashlib.sha256(key.encode()).hexdigest()
    before = store.by_key(connection, digest)
    if before is not None:
        return _again(keyring, key, *before)
    seen = diary(connection, keyring, now)
    place = seen.place(wish.place)
    if place is None:
        raise Refused.one("place", "这里不接受预约", "this place takes no bookings")
    refusal = _too_many(connection, keyring, seen, person, wish.start)
    if refusal is not None:
        return refusal
    return _claim(connection, keyring, seen, place, wish.start, person, key, digest)


def _claim(
    connection: Connection,
    keyring: Keyring,
    seen: Diary,
    place: Bookable,
    start: datetime,
    person: Person,
    key: str,
    digest: str,
) -> Booked | SlotTaken:
    slots = same_time(seen.free(place), start)
    if not slots:
        return SlotTaken()
    code = codes.code_of(PREFIX, secrets.token_bytes(codes.CODE_BYTES))
    secret = _secret(keyring.blind(f"{code} {key}"))
    hashed = codes.secret_hash(code, secret)
    for slot in slots:
        id = store.add(
            connection, keyring, code, hashed, digest, place.kind, slot, person, seen.now
        )
        if store.claim(connection, slot, id):
            trail.note(connection, code, CITIZEN, "booked", seen.now, **told(slot))
            notice = notices.booked(slot.lawyer, place.kind, place.text, slot.start)
            outbox.put(connection, keyring, notice, seen.now)
            return Booked(code, secret)
        store.drop(connection, id)
    return SlotTaken()


def _secret(blind: str) -> str:
    """A secret that who repeats the request is told again, without our keeping it."""
    return codes.secret_of(bytes.fromhex(blind)[: codes.SECRET_BYTES])


def _again(keyring: Keyring, key: str, code: str, stored: str) -> Booked | TooMany:
    for blind in keyring.blinds(f"{code} {key}"):
        secret = _secret(blind)
        if codes.matches(code, secret, stored):
            return Booked(code, secret, repeated=True)
    return TooMany(
        Text("这次预约已经提交过，请用预约号查询", "this was booked already; find it by its code")
    )


def _too_many(
    connection: Connection, keyring: Keyring, seen: Diary, person: Person, start: datetime
) -> TooMany | None:
    """Why the number may not book that: too many today, or it has that time already."""
    mine = BOOKING.c.phone_blind.in_(keyring.blinds(person.phone))
    today = seen.now.astimezone(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
    made = select(func.count()).where(mine, BOOKING.c.created_at >= today)
    limit = seen.rules.per_day
    if connection.execute(made).scalar_one() >= limit:
        return TooMany(
            Text(
                f"同一个号码一天最多预约{limit}次，请明天再约",
                f"one number may book {limit} times a day; please try again tomorrow",
            )
        )
    near = (BOOKING.c.start_at > start - _OVERLAP) & (BOOKING.c.start_at < start + _OVERLAP)
    here = store.find(connection, keyring, mine & near & (BOOKING.c.state == "booked"))
    if any(one.start <= start < one.end for one in here):
        return TooMany(
            Text(
                "这个号码在这个时间已经有一个预约",
                "this number has a booking at that time already",
            )
        )
    return None


def opened(connection: Connection, keyring: Keyring, code: str, secret: str) -> Booking | None:
    """The booking, if the secret is right; as much work for a wrong one as for an unknown code."""
    right = codes.read_code(PREFIX, code) or ""
    stored = store.hash_of(connection, right)
    good = codes.matches(right, codes.read_secret(secret) or "", stored or _NOBODY)
    return store.by_code(connection, keyring, right) if good and stored else None


def cancel(
    connection: Connection, keyring: Keyring, code: str, secret: str, now: datetime
) -> Booking | Gone:
    """The citizen does not come; the time is free again."""
    one = opened(connection, keyring, code, secret)
    if one is None or one.state == "cancelled" or one.over(now):
        return Gone()
    if not store.change(connection, one, "cancelled"):
        return Gone()
    store.release(connection, one.id)
    trail.note(connection, one.code, CITIZEN, "cancelled", now)
    place = diary(connection, keyring, now).place(one.place)
    if place is not None and one.state == "booked":
        notice = notices.cancelled(one.lawyer, one.kind, place.text, one.start)
        outbox.put(connection, keyring, notice, now)
    return one


def rebook(
    connection: Connection,
    keyring: Keyring,
    code: str,
    secret: str,
    start: datetime,
    now: datetime,
) -> Booking | SlotTaken | Gone:
    """Another time at the same place under the same code; the old one is free again."""
    one = opened(connection, keyring, code, secret)
    seen = diary(connection, keyring, now)
    place = None if one is None else seen.place(one.place)
    if one is None or place is None or one.state == "cancelled":
        return Gone()
    if one.state == "booked" and one.over(now):
        return Gone()
    for slot in same_time(seen.free(place), start):
        if store.claim(connection, slot, one.id):
            return _moved(connection, keyring, one, slot, place, now)
    return SlotTaken()


def _moved(
    connection: Connection,
    keyring: Keyring,
    one: Booking,
    slot: Slot,
    place: Bookable,
    now: datetime,
) -> Booking | Gone:
    if not store.change(connection, one, "booked", slot):
        store.unclaim(connection, slot)
        return Gone()
    store.release(connection, one.id, but=slot)
    trail.note(connection, one.code, CITIZEN, "rebooked", now, **told(slot))
    told_of = [notices.booked(slot.lawyer, one.kind, place.text, slot.start)]
    if one.state == "booked":
        told_of.insert(0, notices.cancelled(one.lawyer, one.kind, place.text, one.start))
    outbox.put_all(connection, keyring, told_of, now)
    return store.by_code(connection, keyring, one.code) or Gone()


def recover(
    connection: Connection, keyring: Keyring, code: str, phone: str, now: datetime
) -> Booked | Gone:
    """A new secret for who knows the code and the whole number; the caller limits the tries."""
    right = codes.read_code(PREFIX, code) or ""
    one = store.by_code(connection, keyring, right)
    stored = "" if one is None or one.person is None else one.person.phone
    same = hmac.compare_digest(number_of(phone).encode(), stored.encode())
    if one is None or not same or len(stored) < _SHORTEST_PHONE:
        return Gone()
    secret = codes.secret_of(secrets.token_bytes(codes.SECRET_BYTES))
    store.set_secret(connection, one.id, codes.secret_hash(right, secret))
    trail.note(connection, right, CITIZEN, "recovered", now)
    return Booked(right, secret)


def told(slot: Slot) -> dict[str, str]:
    """What the trail keeps of a time."""
    return {"place": slot.place, "holder": slot.holder, "start": slot.start.isoformat()}
