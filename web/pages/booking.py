"""我要办: choose what, where and when, say who comes, and get a code that opens the booking."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from zhiban.data.database import DatabaseBusy
from zhiban.data.timespan import SHANGHAI
from zhiban.data.wording import Refused
from zhiban.data.writer import WriterBusy
from zhiban.queue import bookings
from zhiban.queue.booking import KINDS, STATION, Person, Slot, starts
from zhiban.queue.booking_places import Bookable, Diary, diary
from zhiban.queue.bookings import Booked, SlotTaken, TooMany, Wish
from zhiban.web import words
from zhiban.web.i18n import Lang, language_of, translate
from zhiban.web.limits import address
from zhiban.web.pages.asking import asked_to_wait, busy
from zhiban.web.pages.booking_access import keep
from zhiban.web.pages.form import Form, form_of
from zhiban.web.pages.places import choices
from zhiban.web.problems import Problem
from zhiban.web.render import page
from zhiban.web.wiring import Wiring, wiring_of

_FIELDS = ("name", "phone", "topic")


def what(lang: Lang) -> dict[str, tuple[str, str]]:
    """What may be booked: its name, and a line on when one needs it."""
    why = {
        STATION: translate(lang, "和值班律师面对面谈，免费。"),
        "aid": translate(lang, "请不起律师时申请，先谈谈符不符合条件。"),
        "mediation": translate(lang, "邻里、家庭、劳资等纠纷，请调解员一起谈。"),
        "notary": translate(lang, "继承、委托、遗嘱等要公证的事，公证处另收费。"),
        "appraisal": translate(lang, "伤残、笔迹等要鉴定的事，先问清材料和费用。"),
    }
    return {kind: (text.in_(lang), why[kind]) for kind, text in KINDS.items()}


async def book_page(request: Request) -> Response:
    """What to book; then, in an area, where, with the first free time of each place."""
    wiring, lang, now = wiring_of(request), language_of(request), wiring_of(request).clock.now()
    kind, area = request.query_params.get("what", ""), request.query_params.get("area", "")[:20]
    if kind not in KINDS:
        return page(request, "book.html", kinds=what(lang))

    def look(connection: Connection) -> dict[str, Any]:
        seen = diary(connection, wiring.keyring, now)
        offered = choices(connection, lang)
        return {
            "cities": offered.cities,
            "counties": offered.counties,
            "offers": _offers(seen, kind, area, lang),
        }

    values = await wiring.read(look)
    return page(
        request,
        "book_where.html",
        kind=kind,
        kind_name=KINDS[kind].in_(lang),
        area=area,
        **values,
    )


def _offers(seen: Diary, kind: str, area: str, lang: Lang) -> list[dict[str, Any]]:
    """The places of a kind in an area's county, those with the earliest free time first."""
    register = seen.known.register
    county = register.county_of(area) if area in register.divisions else ""
    whole = not county or register.divisions[county].level == "city"
    first = seen.first_free(kind)
    found = [
        {
            "id": one.id,
            "name": one.text.in_(lang),
            "area": register.divisions[one.division].text.in_(lang),
            "first": first.get(one.id),
        }
        for one in seen.places(kind)
        if whole or register.county_of(one.division) == county
    ]
    return sorted(found, key=lambda one: (one["first"] is None, one["first"] or 0, one["id"]))


async def times_page(request: Request) -> Response:
    """The free times of a place, day by day."""
    wiring, lang, now = wiring_of(request), language_of(request), wiring_of(request).clock.now()
    id, day = request.path_params["id"], request.query_params.get("day", "")

    def look(connection: Connection) -> dict[str, Any] | None:
        seen = diary(connection, wiring.keyring, now)
        place = seen.place(id)
        return None if place is None else _times(seen, place, day, lang)

    values = await wiring.read(look)
    if values is None:
        raise Problem(404)
    return page(request, "book_times.html", change="", **values)


def _times(seen: Diary, place: Bookable, day: str, lang: Lang) -> dict[str, Any]:
    """The days that have free times, and the times of the chosen one."""
    days = by_day(seen.free(place))
    chosen = next((one for one in days if one.isoformat() == day), next(iter(days), None))
    return {
        "place": place,
        "place_name": place.text.in_(lang),
        "kind_name": KINDS[place.kind].in_(lang),
        "area": seen.known.register.divisions[place.division].text.in_(lang),
        "days": [(one, len(times)) for one, times in days.items()],
        "chosen": chosen,
        "times": [] if chosen is None else days[chosen],
        "ahead": seen.rules.days,
    }


def by_day(slots: list[Slot]) -> dict[date, list[dict[str, Any]]]:
    """The starts of each day, with who would be met where that is certain."""
    found = [_time(start, here) for start, here in starts(slots).items()]
    return {
        day: list(times)
        for day, times in groupby(found, key=lambda one: words.local(one["start"]).date())
    }


def _time(start: datetime, here: list[Slot]) -> dict[str, Any]:
    return {
        "start": start,
        "code": code_of(start),
        "who": here[0].lawyer_name if len(here) == 1 else "",
        "several": len(here),
    }


def code_of(start: datetime) -> str:
    """A time as it stands in addresses and forms: 2026-11-25T09:00."""
    return start.astimezone(SHANGHAI).strftime("%Y-%m-%dT%H:%M")


def start_of(text: str) -> datetime | None:
    """The time of an address or a form; None for what is none."""
    try:
        found = datetime.fromisoformat(f"{text}:00+08:00") if len(text) == 16 else None
    except ValueError:
        return None
    return found if found is not None and 2000 <= found.year <= 2100 else None


async def details_page(request: Request) -> Response:
    """Who comes at the chosen time."""
    start = start_of(request.query_params.get("at", ""))
    if start is None:
        return RedirectResponse(f"/book/at/{request.path_params['id']}", 303)
    return await _details(request, start, dict.fromkeys(_FIELDS, "") | {"consent": False}, {})


async def _details(
    request: Request,
    start: datetime,
    form: Mapping[str, object],
    errors: Mapping[str, str],
    status: int = 200,
) -> Response:
    """The form for a time; where that is no longer free, with others to choose from."""
    wiring, lang, now = wiring_of(request), language_of(request), wiring_of(request).clock.now()
    id = request.path_params["id"]

    def look(connection: Connection) -> dict[str, Any] | None:
        seen = diary(connection, wiring.keyring, now)
        place = seen.place(id)
        if place is None:
            return None
        free = starts(seen.free(place))
        here = free.get(start, [])
        nearest = sorted(free, key=lambda one: abs(one - start))[:6]
        values = _times(seen, place, "", lang)
        others = [_time(one, free[one]) for one in sorted(nearest)]
        return values | {"here": here, "others": [] if here else others}

    values = await wiring.read(look)
    if values is None:
        raise Problem(404)
    if not values["here"] and not errors:
        errors = {"at": bookings.TAKEN.in_(lang)}
        status = 409
    return page(
        request,
        "book_details.html",
        status_code=status,
        form=form,
        errors=errors,
        start=start,
        at=code_of(start),
        key=secrets.token_urlsafe(24),
        **values,
    )


async def take(request: Request) -> Response:
    """Books, and shows the booking; or the form again with what to mend."""
    form, lang, wiring = await form_of(request), language_of(request), wiring_of(request)
    start = start_of(form.text("at"))
    if start is None:
        raise Problem(422)
    try:
        wiring.limiter.check("ask", address(request))
    except Problem as problem:
        errors = {"name": problem.detail.in_(lang)}
        return await _details(request, start, _kept(form), errors, problem.status)
    wish = _wish(request, form, start)
    try:
        result = await _book(wiring, wish, form.text("key") or secrets.token_urlsafe(24))
    except Refused as refused:
        return await _details(request, start, _kept(form), _errors(refused, lang), 422)
    except (WriterBusy, DatabaseBusy):
        return asked_to_wait(await _details(request, start, _kept(form), {"name": busy(lang)}, 503))
    if isinstance(result, Booked):
        answer = RedirectResponse(f"/book/b/{result.code}?done=booked", 303)
        keep(request, answer, f"/book/b/{result.code}", result.secret)
        return answer
    field = "at" if isinstance(result, SlotTaken) else "phone"
    errors = {field: result.why.in_(lang)}
    return await _details(request, start, _kept(form), errors, 409)


def _wish(request: Request, form: Form, start: datetime) -> Wish:
    person = Person(form.text("name"), form.text("phone"), form.text("topic"))
    return Wish(request.path_params["id"], start, person, form.text("consent") == "yes")


async def _book(wiring: Wiring, wish: Wish, key: str) -> Booked | SlotTaken | TooMany:
    now = wiring.clock.now()
    return await wiring.write(lambda c: bookings.book(c, wiring.keyring, wish, key, now))


def _kept(form: Form) -> dict[str, object]:
    kept: dict[str, object] = {field: form.raw(field) for field in _FIELDS}
    return kept | {"consent": form.text("consent") == "yes"}


def _errors(refused: Refused, lang: Lang) -> dict[str, str]:
    """What to mend, in the order of the form."""
    found = {error.field: error.text.in_(lang) for error in refused.errors}
    if "consent" in found:
        found["consent"] = translate(lang, "请先勾选同意，我们才能替您留这个时间。")
    order = ("at", *_FIELDS, "consent")
    full = {field: found[field] for field in order if field in found}
    return full or {"name": refused.text.in_(lang)}


routes = [
    Route("/book", book_page),
    Route("/book/at/{id}", times_page),
    Route("/book/at/{id}/details", details_page),
    Route("/book/at/{id}", take, methods=["POST"]),
]
