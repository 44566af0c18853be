"""What callers send and get about places and bookings."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel

from zhiban.web.api.questions_model import Input, Person, ShortText


class PlaceOut(BaseModel):
    """One place: what it is, where, and whether it is open now.

    `lat` and `lon` are WGS-84; `metres` is the way from `near` as the crow flies. `bookable`
    places take `POST /bookings`, the earliest free time being `first_free`.
    """

    id: str
    kind: str
    name: str
    division: str
    address: str
    phone: str
    lat: float | None
    lon: float | None
    approximate: bool
    metres: int | None
    open: bool
    open_until: datetime | None
    opens_next: datetime | None
    on_duty: list[Person]
    bookable: bool
    first_free: datetime | None


class PlacesOut(BaseModel):
    """Places for a need, the nearest first where a position is known."""

    at: datetime
    places: list[PlaceOut]


class BookingIn(Input):
    """A time to book at a place; `start` is one that the place offers."""

    place: ShortText
    start: ShortText
    name: ShortText
    phone: ShortText
    topic: ShortText = ""
    consent: bool


class BookingMadeOut(BaseModel):
    """A booking made; the secret is told this once."""

    code: str
    secret: str


class BookingOut(BaseModel):
    """A booking as its holder sees it; the number has its middle hidden.

    `status`: booked, displaced (its time is gone; `offers` are free instead) or cancelled.
    """

    code: str
    status: str
    kind: str
    place: str
    place_name: str
    start: datetime
    end: datetime
    lawyer: Person | None
    name: str | None
    phone: str | None
    topic: str | None
    offers: list[datetime]
