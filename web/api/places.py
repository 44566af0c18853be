"""Calls about places and bookings: find, book, look, cancel."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import Connection
from starlette.requests import Request

from zhiban.data.bodies_store import load_bodies
from zhiban.data.timespan import parse_time
from zhiban.data.wording import FieldError, Refused
from zhiban.queue import bookings
from zhiban.queue.booking import Person as Visitor
from zhiban.queue.booking import starts
from zhiban.queue.booking_places import Diary, diary
from zhiban.queue.booking_store import Booking
from zhiban.queue.bookings import Gone, SlotTaken, TooMany, Wish
from zhiban.queue.places_found import NEEDS, Found, everything, find
from zhiban.queue.places_now import staffing
from zhiban.web.api.call import PREFIX, Answer, Call, Parameter
from zhiban.web.api.places_model import (
    BookingIn,
    BookingMadeOut,
    BookingOut,
    PlaceOut,
    PlacesOut,
)
from zhiban.web.api.questions import KEY
from zhiban.web.api.shapes import local, person
from zhiban.web.i18n import Lang, language_of
from zhiban.web.limits import address
from zhiban.web.pages.finding_places import near_of
from zhiban.web.problems import Problem
from zhiban.web.wiring import wiring_of

_OFFERED = 12


async def places(request: Request) -> Answer:
    """Places by kind, area and distance, with whether they are open now."""
    wiring, query, lang = wiring_of(request), request.query_params, language_of(request)
    kind, near, now = query.get("kind", ""), query.get("near"), wiring.clock.now()
    if kind and kind not in NEEDS:
        known = "、".join(NEEDS)
        raise Refused.one("kind", f"没有这一类，可用：{known}", f"known kinds: {', '.join(NEEDS)}")
    point = None if near is None else near_of(near)
    if near is not None and point is None:
        raise Refused.one("near", "请写成 30.747,120.783", "write it as 30.747,120.783")

    def look(connection: Connection) -> PlacesOut:
        seen = diary(connection, wiring.keyring, now)
        register = seen.known.register
        all_of_them = everything(
            register, load_bodies(connection), staffing(seen.known.published, now), now
        )
        found = find(
            all_of_them,
            register,
            need=kind,
            area=query.get("area", ""),
            near=point,
            open_now=query.get("open") == "1",
        )
        first = {
            id: at for one in NEEDS[:1] + NEEDS[2:6] for id, at in seen.first_free(one).items()
        }
        return PlacesOut(at=local(now), places=[_place(one, seen, first, lang) for one in found])

    return Answer(await wiring.read(look))


def _place(one: Found, seen: Diary, first: dict[str, datetime], lang: Lang) -> PlaceOut:
    lat, lon = one.point or (None, None)
    free = first.get(one.id)
    return PlaceOut.model_validate(
        {
            "id": one.id,
            "kind": one.kind,
            "name": one.text.in_(lang),
            "division": one.division,
            "address": one.address,
            "phone": one.phone,
            "lat": lat,
            "lon": lon,
            "approximate": one.approximate,
            "metres": None if one.metres is None else round(one.metres),
            "open": one.now.open,
            "open_until": None if one.now.until is None else local(one.now.until),
            "opens_next": None if one.now.next is None else local(one.now.next),
            "on_duty": [person(duty.lawyer_name, duty.firm_name) for duty in one.now.on_duty],
            "bookable": one.kind != "firm" and seen.place(one.id) is not None,
            "first_free": None if free is None else local(free),
        }
    )


async def make_booking(request: Request) -> Answer:
    """Books a time; the same key with the same body gives the same booking again."""
    wiring, given = wiring_of(request), request.state.input
    wiring.limiter.check("ask", address(request))
    body: BookingIn = given
    key = request.headers.get("idempotency-key") or secrets.token_urlsafe(24)
    visitor = Visitor(body.name, body.phone, body.topic)
    wish = Wish(body.place, parse_time(body.start, "start"), visitor, body.consent)
    now = wiring.clock.now()
    done = await wiring.write(lambda c: bookings.book(c, wiring.keyring, wish, key, now))
    if isinstance(done, SlotTaken | TooMany):
        field = "start" if isinstance(done, SlotTaken) else "phone"
        raise Problem(409, done.why, (FieldError(field, done.why),))
    headers = {"Location": f"{PREFIX}/bookings/{done.code}"}
    if done.repeated:
        headers["Idempotent-Replayed"] = "true"
    return Answer(BookingMadeOut(code=done.code, secret=done.secret), headers=headers)


def _held(request: Request) -> tuple[str, str]:
    wiring_of(request).limiter.check("ticket", address(request))
    secret = request.headers.get("x-ticket-secret", "")
    return request.path_params["booking"][:40], secret[:80]


async def see_booking(request: Request) -> Answer:
    """A booking as it stands, with free times where it lost its own."""
    wiring, lang, now = wiring_of(request), language_of(request), wiring_of(request).clock.now()
    code, secret = _held(request)

    def look(connection: Connection) -> BookingOut | None:
        one = bookings.opened(connection, wiring.keyring, code, secret)
        seen = None if one is None else diary(connection, wiring.keyring, now)
        return None if one is None or seen is None else _booking(one, seen, lang)

    found = await wiring.read(look)
    if found is None:
        raise Problem(404, Gone().why)
    return Answer(found)


def _booking(one: Booking, seen: Diary, lang: Lang) -> BookingOut:
    place, who = seen.place(one.place), one.person
    lost = place is not None and one.state == "displaced"
    free = list(starts(seen.free(place)))[:_OFFERED] if place is not None and lost else []
    return BookingOut(
        code=one.code,
        status=one.state,
        kind=one.kind,
        place=one.place,
        place_name=one.place if place is None else place.text.in_(lang),
        start=local(one.start),
        end=local(one.end),
        lawyer=person(one.lawyer_name, one.firm_name) if one.lawyer else None,
        name=None if who is None else who.name,
        phone=None if who is None else who.masked,
        topic=None if who is None else who.topic,
        offers=[local(start) for start in free],
    )


async def cancel_booking(request: Request) -> Answer:
    """Cancels a booking that has not begun; its time is free again."""
    wiring = wiring_of(request)
    code, secret = _held(request)
    now = wiring.clock.now()
    known = await wiring.read(lambda c: bookings.opened(c, wiring.keyring, code, secret))
    if known is None:
        raise Problem(404, Gone().why)
    done = await wiring.write(lambda c: bookings.cancel(c, wiring.keyring, code, secret, now))
    if isinstance(done, Gone):
        raise Problem(409, done.why)
    return Answer()


CALLS = (
    Call(
        "GET",
        "/places",
        places,
        "Places by kind, area and distance; whether they are open, who is there, what is free.",
        answer=PlacesOut,
        parameters=(
            Parameter("kind", "query", f"one of {', '.join(NEEDS)}; default all"),
            Parameter("area", "query", "code of a division; its county's places"),
            Parameter("near", "query", "latitude,longitude in WGS-84; rounded to 100 m, not kept"),
            Parameter("open", "query", "1: only what is open now"),
        ),
        problems=(422,),
    ),
    Call(
        "POST",
        "/bookings",
        make_booking,
        "Book a time with a duty lawyer at a station, or with a body.",
        answer=BookingMadeOut,
        status=201,
        body=BookingIn,
        parameters=(KEY,),
        problems=(409, 429),
    ),
    Call(
        "GET",
        "/bookings/{booking}",
        see_booking,
        "A booking as it stands.",
        answer=BookingOut,
        secret=True,
    ),
    Call(
        "DELETE",
        "/bookings/{booking}",
        cancel_booking,
        "Cancel a booking that has not begun.",
        status=204,
        secret=True,
        problems=(409,),
    ),
)
