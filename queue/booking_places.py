"""Where one can book, and which times are free there: read from roster, bodies and bookings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from zhiban.data.bodies import Body
from zhiban.data.bodies_store import load_bodies
from zhiban.data.crypt import Keyring
from zhiban.data.places import Post
from zhiban.data.store import get_setting
from zhiban.data.wording import Text
from zhiban.queue.booking import (
    NAMED,
    STATION,
    BookingRules,
    Slot,
    body_slots,
    bounds,
    free,
    rules_from,
    station_slots,
)
from zhiban.queue.booking_records import BOOKING_SLOT
from zhiban.queue.knowledge import Knowledge
from zhiban.queue.memory import knowledge
from zhiban.roster.published import OnDuty, duties_between

SETTING = NAMED.key


@dataclass(frozen=True, slots=True)
class Bookable:
    """A station, or a body that takes appointments."""

    id: str
    kind: str
    text: Text
    division: str
    address: str
    place: Post | Body


@dataclass(frozen=True)
class Diary:
    """All that bookings are decided by, at one moment."""

    known: Knowledge
    bodies: dict[str, Body]
    rules: BookingRules
    now: datetime
    taken: frozenset[tuple[str, datetime]]

    def place(self, id: str) -> Bookable | None:
        """The station or body of an id; None where one cannot book."""
        post = self.known.register.posts.get(id)
        if post is not None and post.kind == STATION:
            return Bookable(id, STATION, post.text, post.division, post.address, post)
        body = self.bodies.get(id)
        if body is None or not body.desks:
            return None
        return Bookable(id, body.kind, body.text, body.division, body.address, body)

    def places(self, kind: str) -> list[Bookable]:
        """All where one can book a thing of a kind."""
        posts = self.known.register.posts.values()
        ids = [one.id for one in posts] if kind == STATION else sorted(self.bodies)
        found = [self.place(id) for id in ids]
        return [one for one in found if one is not None and one.kind == kind]

    def slots(self, place: Bookable) -> list[Slot]:
        """Every time of a place within the days that may be booked, taken or not."""
        if isinstance(place.place, Body):
            return body_slots(place.place, self.known.calendar, self.rules, self.now)
        duties = [one for one in self._coming() if one.post == place.id]
        return station_slots(duties, self.rules, self.now)

    def free(self, place: Bookable) -> list[Slot]:
        """Those that nobody has booked."""
        return free(self.slots(place), self.taken)

    def first_free(self, kind: str) -> dict[str, datetime]:
        """The earliest free start of each place of a kind that has one."""
        if kind != STATION:
            pairs = [(one.id, self.free(one)) for one in self.places(kind)]
            return {id: slots[0].start for id, slots in pairs if slots}
        found: dict[str, datetime] = {}
        first, _ = bounds(self.rules, self.now)
        for duty in sorted(self._coming(), key=lambda one: one.span.start):
            if duty.span.end <= first or found.get(duty.post, duty.span.start) < duty.span.start:
                continue  # over, or the place has an earlier time already
            for slot in free(station_slots([duty], self.rules, self.now), self.taken):
                found[duty.post] = min(slot.start, found.get(duty.post, slot.start))
        return found

    def holders(self, place: str, start: datetime, end: datetime) -> list[OnDuty]:
        """Who holds a station's shift around a time, by what is published now."""
        return [
            one
            for one in duties_between(self.known.published, start, end)
            if one.post == place
            and one.role == "primary"
            and one.span.start <= start
            and end <= one.span.end
        ]

    def _coming(self) -> Iterator[OnDuty]:
        first, last = bounds(self.rules, self.now)
        return duties_between(self.known.published, first, last)


def diary(connection: Connection, keyring: Keyring, now: datetime) -> Diary:
    """What bookings are decided by now."""
    rules = rules_from(get_setting(connection, SETTING))
    rows = connection.execute(
        select(BOOKING_SLOT.c.holder, BOOKING_SLOT.c.start_at).where(BOOKING_SLOT.c.start_at > now)
    )
    return Diary(
        knowledge(connection, keyring, now),
        {one.id: one for one in load_bodies(connection)},
        rules,
        now,
        frozenset((row.holder, row.start_at) for row in rows),
    )
