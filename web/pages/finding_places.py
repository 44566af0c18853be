"""我要找: places by need, area and distance, a map of our own, and a page for each place.

A position comes in the address, rounded to about 100 m by the page's script and again here; it is
used for this one answer and kept nowhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from zhiban.data.bodies_store import load_bodies
from zhiban.data.coordinates import Point, rounded
from zhiban.data.people import Firm
from zhiban.data.places import Post
from zhiban.data.register import Register
from zhiban.queue.memory import knowledge
from zhiban.queue.places_found import NEEDS, Found, everything, find, point_of
from zhiban.queue.places_now import Day, days_of, staffing
from zhiban.web import words
from zhiban.web.i18n import Lang, language_of
from zhiban.web.pages.place_links import ways_to
from zhiban.web.pages.place_map import Map, draw
from zhiban.web.pages.place_words import Entry, entry, needs, state_of
from zhiban.web.pages.places import choices
from zhiban.web.pages.weeks import this_week
from zhiban.web.problems import Problem
from zhiban.web.render import page
from zhiban.web.wiring import Wiring, wiring_of

FIRST = 20
_GROUPS = {"post": ("station", "seat"), "firm": ("firm",)}


async def places(request: Request) -> Response:
    """Places for a need, near where one is or in an area."""
    wiring, lang, now = wiring_of(request), language_of(request), wiring_of(request).clock.now()
    asked = _asked(request)

    def look(connection: Connection) -> dict[str, Any]:
        return _list(wiring, connection, asked, now, lang)

    values = await wiring.read(look)
    return page(request, "places.html", asked=asked, needs=needs(lang), **values)


def _asked(request: Request) -> dict[str, Any]:
    """What the address asks for; what it gets wrong is as if it were not there."""
    query = request.query_params
    need = query.get("need", "station")
    return {
        "need": need if need in NEEDS else "",
        "area": query.get("area", "")[:20],
        "near": near_of(query.get("near", "")),
        "open": query.get("open") == "1",
        "all": query.get("all") == "1",
    }


def near_of(text: str) -> Point | None:
    """A position in an address, rounded to about 100 m; None for what is none."""
    parts = text[:40].split(",")
    try:
        lat, lon = (float(part) for part in parts)
    except ValueError:
        return None
    good = -90 <= lat <= 90 and -180 <= lon <= 180
    return rounded((lat, lon)) if good else None


def _list(
    wiring: Wiring, connection: Connection, asked: dict[str, Any], now: datetime, lang: Lang
) -> dict[str, Any]:
    need = asked["need"]
    register, found = _found(wiring, connection, now, lambda kind, _: need in ("", kind))
    kept = find(
        found,
        register,
        need=need,
        area=asked["area"],
        near=asked["near"],
        open_now=asked["open"],
    )
    shown = kept if asked["all"] else kept[:FIRST]
    offered = choices(connection, lang)
    return {
        "entries": _numbered(shown, register, now, lang),
        "count": len(kept),
        "open_count": sum(one.now.open for one in kept),
        "more": "" if len(shown) == len(kept) else f"/places?{_query(asked, all='1')}",
        "map": _map(shown, register, asked, lang),
        "cities": offered.cities,
        "counties": offered.counties,
    }


def _found(
    wiring: Wiring, connection: Connection, now: datetime, only: Callable[[str, str], bool]
) -> tuple[Register, list[Found]]:
    known = knowledge(connection, wiring.keyring, now)
    staff, bodies = staffing(known.published, now), load_bodies(connection)
    return known.register, everything(known.register, bodies, staff, now, only)


def _query(asked: dict[str, Any], **other: str) -> str:
    near = asked["near"]
    values = {
        "need": asked["need"],
        "area": asked["area"],
        "near": "" if near is None else f"{near[0]},{near[1]}",
        "open": "1" if asked["open"] else "",
        **other,
    }
    return urlencode({name: value for name, value in values.items() if value or name == "need"})


def _numbered(shown: list[Found], register: Register, now: datetime, lang: Lang) -> list[Entry]:
    """The list, those on the map numbered as there."""
    entries, number = [], 0
    for one in shown:
        made = entry(one, register, now, lang)
        if one.point is not None:
            number += 1
            made = replace(made, number=number)
        entries.append(made)
    return entries


def _map(shown: list[Found], register: Register, asked: dict[str, Any], lang: Lang) -> Map | None:
    """The map of what is in the list: counties named over the city, towns within a county."""
    area = asked["area"]
    county = register.county_of(area) if area in register.divisions else ""
    whole = not county or register.divisions[county].level == "city"
    level = "town" if asked["near"] or not whole else "county"
    named = [
        (one.text.in_(lang), point)
        for one in register.divisions.values()
        for point in [point_of(one.lat, one.lon)]
        if point is not None
        and one.level == level
        and (whole or asked["near"] or one.parent == county)
    ]
    marks = [(one.point, one.now.open) for one in shown if one.point is not None]
    return draw(named, marks, asked["near"])


async def place(request: Request) -> Response:
    """One place: whether it is open, who is there, its hours this week, the way to it."""
    wiring, lang, now = wiring_of(request), language_of(request), wiring_of(request).clock.now()
    group, id = request.path_params["group"], request.path_params["id"]

    def look(connection: Connection) -> dict[str, Any] | None:
        kinds = _GROUPS.get(group, NEEDS[2:6] if group == "body" else ())
        register, found = _found(
            wiring, connection, now, lambda kind, known: known == id and kind in kinds
        )
        return _place(wiring, connection, register, found[0], now, lang) if found else None

    values = await wiring.read(look)
    if values is None:
        raise Problem(404)
    return page(request, "place.html", **values)


def _place(
    wiring: Wiring,
    connection: Connection,
    register: Register,
    one: Found,
    now: datetime,
    lang: Lang,
) -> dict[str, Any]:
    known = knowledge(connection, wiring.keyring, now)
    city = register.divisions[register.city_of(one.division)].name
    state, said = state_of(one.kind, one.now, now, lang)
    days: tuple[Day, ...] = ()
    if not isinstance(one.place, Firm):
        staff = staffing(known.published, now)
        days = days_of(one.place, register.calendar, staff, this_week(now))
    online = isinstance(one.place, Post) and one.kind == "seat"
    bookable = one.kind == "station" or (days != () and getattr(one.place, "desks", 0) > 0)
    return {
        "entry": entry(one, register, now, lang),
        "found": one,
        "state": state,
        "said": said,
        "days": days,
        "today": words.local(now).date(),
        "ways": None
        if online
        else ways_to(one.text.zh, one.address, city, one.point, one.approximate),
        "online": online,
        "book": f"/book/at/{one.id}" if bookable and not online else "",
    }


routes = [
    Route("/places", places),
    Route("/places/{group}/{id}", place),
]
