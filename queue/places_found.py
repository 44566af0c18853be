"""Places for a citizen's need, by area and distance; pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import get_args

from zhiban.data.bodies import KINDS, Body
from zhiban.data.coordinates import Point, metres
from zhiban.data.people import Firm
from zhiban.data.places import Level, Post
from zhiban.data.register import Register
from zhiban.data.wording import Text
from zhiban.queue.places_now import PlaceNow, Staffing, body_now, post_now

_LEVELS = get_args(Level)
NEEDS = ("station", "seat", "aid", "mediation", "notary", "appraisal", "firm")
"""What somebody may need, as the kind of place that gives it."""


@dataclass(frozen=True, slots=True)
class Found:
    """One place; `metres` from where the citizen is, or from the area asked for."""

    kind: str
    id: str
    text: Text
    division: str
    address: str
    phone: str
    point: Point | None
    approximate: bool
    now: PlaceNow
    place: Post | Body | Firm
    metres: float | None = None


def everything(
    register: Register,
    bodies: Iterable[Body],
    staff: Staffing,
    now: datetime,
    only: Callable[[str, str], bool] = lambda kind, id: True,
) -> list[Found]:
    """All posts, bodies and firms, or only those whose kind and id are wanted."""
    calendar = register.calendar
    posts = [one for one in register.posts.values() if only(one.kind, one.id)]
    firms = [one for one in register.firms.values() if only("firm", one.id)]
    others = [one for one in bodies if only(one.kind, one.id)]
    return [
        *(_post(one, post_now(one, calendar, staff, now)) for one in posts),
        *(_body(one, body_now(one, calendar, now)) for one in others),
        *(_firm(one, staff) for one in firms),
    ]


def find(
    found: Iterable[Found],
    register: Register,
    *,
    need: str = "",
    area: str = "",
    near: Point | None = None,
    open_now: bool = False,
) -> list[Found]:
    """Those of a kind in an area's county, the nearest first where a point is known.

    Without one the city's own stand first, then the counties', then the towns'.
    """
    county = register.county_of(area) if area in register.divisions else ""
    level = register.divisions[county].level if county else "city"
    kept = [
        one
        for one in found
        if (not need or one.kind == need)
        and (level == "city" or _belongs(register, one, county))
        and (not open_now or one.now.open)
    ]
    origin = near or _point_of(register, area)
    measured = [replace(one, metres=_metres(origin, one.point)) for one in kept]
    by_distance = near is not None or (origin is not None and level != "city")
    rank = {code: _LEVELS.index(one.level) for code, one in register.divisions.items()}
    return sorted(measured, key=lambda one: _order(one, by_distance, rank[one.division]))


def _belongs(register: Register, one: Found, county: str) -> bool:
    """Whether a place lies in a county, or serves the city that the county is part of."""
    here = register.county_of(one.division)
    wide = one.kind in KINDS and register.divisions[here].level == "city"
    return here == county or wide


def _order(one: Found, by_distance: bool, rank: int) -> tuple[float, int, str, str]:
    far = one.metres if by_distance and one.metres is not None else float("inf")
    return (far, rank, one.division, one.id)


def _metres(origin: Point | None, point: Point | None) -> float | None:
    return None if origin is None or point is None else metres(origin, point)


def _point_of(register: Register, area: str) -> Point | None:
    one = register.divisions.get(area)
    return None if one is None else point_of(one.lat, one.lon)


def point_of(lat: float | None, lon: float | None) -> Point | None:
    """A point where both of its parts are known."""
    return None if lat is None or lon is None else (lat, lon)


def _post(one: Post, now: PlaceNow) -> Found:
    point = point_of(one.lat, one.lon) if one.kind == "station" else None
    address = one.address if one.kind == "station" else ""
    return Found(
        one.kind,
        one.id,
        one.text,
        one.division,
        address,
        "",
        point,
        one.approximate,
        now,
        one,
    )


def _body(one: Body, now: PlaceNow) -> Found:
    return Found(
        one.kind,
        one.id,
        one.text,
        one.division,
        one.address,
        one.phone,
        point_of(one.lat, one.lon),
        one.approximate,
        now,
        one,
    )


def _firm(one: Firm, staff: Staffing) -> Found:
    present = tuple(duty for here in staff.on_now.values() for duty in here if duty.firm == one.id)
    now = PlaceNow(None, None, present)
    text = Text(one.name, one.name)
    return Found("firm", one.id, text, one.division, "", "", None, True, now, one)
