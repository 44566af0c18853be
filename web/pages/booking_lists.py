"""Bookings as staff see them: a lawyer's own, and the bureau's by day and place."""

from __future__ import annotations

from dataclasses import asdict, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from zhiban.data import codes
from zhiban.data.register_service import change_setting
from zhiban.data.store import get_setting
from zhiban.data.timespan import parse_day
from zhiban.data.wording import Refused
from zhiban.queue import booking_desk as desk
from zhiban.queue.booking import KINDS, NAMED, BookingRules, rules_from
from zhiban.queue.booking_places import SETTING, diary
from zhiban.queue.bookings import PREFIX
from zhiban.web import words
from zhiban.web.i18n import Lang, language_of
from zhiban.web.notify.inbox import unread
from zhiban.web.pages.form import form_of
from zhiban.web.pages.lawyer import lawyer_of
from zhiban.web.problems import Problem
from zhiban.web.render import page
from zhiban.web.security import allowed, staff
from zhiban.web.wiring import Wiring, wiring_of


def day_of(text: str, now: datetime) -> date:
    """The day of an address; today where there is none, or none anybody could book."""
    try:
        return parse_day(text, "day")
    except Refused:
        return words.local(now).date()


async def _lists(
    request: Request, shown: tuple[str, str] = ("", ""), day: str | None = None
) -> Response:
    """The bookings of a day with one number, perhaps, in full."""
    wiring, lang, viewer = wiring_of(request), language_of(request), staff(request)
    now, own = wiring.clock.now(), viewer.lawyer
    wanted = request.query_params.get("day", "") if day is None else day
    place = request.query_params.get("place", "")[:40]

    def look(connection: Connection) -> dict[str, Any]:
        on = day_of(wanted, now)
        values = _values(wiring, connection, now, on, own, place, lang)
        return values | {"unread": unread(connection, viewer)}

    values = await wiring.read(look)
    return page(
        request,
        "book_lists.html",
        base="/lawyer/bookings" if own else "/scheduler/bookings",
        own=bool(own),
        shown_code=shown[0],
        shown_phone=shown[1],
        kinds={kind: text.in_(lang) for kind, text in KINDS.items()},
        **values,
    )


def _values(
    wiring: Wiring,
    connection: Connection,
    now: datetime,
    on: date,
    own: str | None,
    place: str,
    lang: Lang,
) -> dict[str, Any]:
    seen, keyring = diary(connection, wiring.keyring, now), wiring.keyring
    lost: tuple[desk.BookedLine, ...] = ()
    if own is not None:
        lines = desk.bookings_for(connection, keyring, own, on)
    else:
        lines = desk.bookings_on(connection, keyring, on, place or None)
        lost = desk.displaced(connection, keyring, now)
    named = {line.place: seen.place(line.place) for line in (*lines, *lost)}
    bookable = sorted((one for kind in KINDS for one in seen.places(kind)), key=lambda one: one.id)
    return {
        "day": on,
        "today": words.local(now).date(),
        "lines": [line for line in lines if line.state != "displaced"],
        "lost": lost,
        "days": desk.days_ahead(connection, now, own),
        "names": {id: id if one is None else one.text.in_(lang) for id, one in named.items()},
        "place": place,
        "places": [] if own else [(one.id, one.text.in_(lang)) for one in bookable],
    }


async def _number(request: Request) -> Response:
    """Shows one number in full, which is recorded."""
    wiring, viewer, form = wiring_of(request), staff(request), await form_of(request)
    code = codes.read_code(PREFIX, form.text("code")) or ""
    now, actor = wiring.clock.now(), f"account:{viewer.login}"
    phone = await wiring.write(
        lambda c: desk.phone_of(c, wiring.keyring, code, actor, now, viewer.lawyer)
    )
    if phone is None:
        raise Problem(404)
    return await _lists(request, (code, phone), form.text("day"))


@allowed("lawyer")
async def my_bookings(request: Request) -> Response:
    """Who has booked a time with the lawyer who is logged in."""
    lawyer_of(staff(request))
    return await _lists(request)


@allowed("lawyer")
async def my_number(request: Request) -> Response:
    """The number of somebody who comes to this lawyer."""
    lawyer_of(staff(request))
    return await _number(request)


@allowed("scheduler", "supervisor", "administrator")
async def all_bookings(request: Request) -> Response:
    """All bookings of a day, and those that need a telephone call."""
    return await _lists(request)


@allowed("scheduler", "supervisor", "administrator")
async def any_number(request: Request) -> Response:
    """The number of somebody who booked."""
    return await _number(request)


@allowed("scheduler", "supervisor", "administrator")
async def rules_page(request: Request) -> Response:
    """How long a time lasts, how far ahead one may book, and how often."""
    return await _rules(request)


async def _rules(
    request: Request,
    errors: dict[str, str] | None = None,
    form: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    wiring, viewer = wiring_of(request), staff(request)
    rules, waiting = await wiring.read(
        lambda c: (rules_from(get_setting(c, SETTING)), unread(c, viewer))
    )
    return page(
        request,
        "book_rules.html",
        status_code=status,
        form=form or {name: str(value) for name, value in asdict(rules).items()},
        errors=errors or {},
        may_change=viewer.may("administrator"),
        saved=request.query_params.get("saved") == "1",
        unread=waiting,
    )


@allowed("administrator")
async def save_rules(request: Request) -> Response:
    """Keeps other rules; bookings that were made stay."""
    form, wiring, lang = await form_of(request), wiring_of(request), language_of(request)
    names = [one.name for one in fields(BookingRules)]
    sent = {name: form.text(name) for name in names}
    try:
        rules = rules_from({name: form.number(name) for name in names})
    except Refused as refused:
        errors = {e.field.removeprefix("booking."): e.text.in_(lang) for e in refused.errors}
        return await _rules(request, errors, sent, 422)
    by, now, value = staff(request).login, wiring.clock.now(), asdict(rules)
    await wiring.write(lambda c: change_setting(c, wiring.keyring, NAMED, value, by, now))
    return RedirectResponse("/scheduler/bookings/rules?saved=1", 303)


routes = [
    Route("/lawyer/bookings", my_bookings),
    Route("/lawyer/bookings/number", my_number, methods=["POST"]),
    Route("/scheduler/bookings", all_bookings),
    Route("/scheduler/bookings/number", any_number, methods=["POST"]),
    Route("/scheduler/bookings/rules", rules_page),
    Route("/scheduler/bookings/rules", save_rules, methods=["POST"]),
]
