"""The lawyer's own things: the entry in the register, its correction, and wishes."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from zhiban.data.week import Week
from zhiban.data.wording import Refused
from zhiban.roster import entry_store as rows
from zhiban.roster.correcting import ONLINE, ask_correction, confirm_entry, set_wishes
from zhiban.roster.entries import Entry
from zhiban.roster.firm_naming import slots
from zhiban.roster.request_records import CORRECTION
from zhiban.roster.request_store import lawyer_firms, load_policy
from zhiban.web import words
from zhiban.web.i18n import Lang, language_of, translate
from zhiban.web.names import NAMES
from zhiban.web.notify.inbox import unread
from zhiban.web.pages.feeds import posts_by_name
from zhiban.web.pages.form import Form, form_of
from zhiban.web.pages.lawyer import lawyer_of
from zhiban.web.render import page
from zhiban.web.security import allowed, staff
from zhiban.web.wiring import wiring_of

HALVES = ("day", "am", "pm")
EMPTY_ROWS = 2
_ANY_WEEK = Week(2026, 1)


@allowed("lawyer")
async def me(request: Request) -> Response:
    """The way to everything that is the lawyer's own."""
    wiring, viewer = wiring_of(request), staff(request)
    now, lawyer = wiring.clock.now(), lawyer_of(viewer)

    def look(connection: Connection) -> dict[str, Any]:
        firm = lawyer_firms(connection).get(lawyer, ("", ""))
        speaks = load_policy(connection).may_name(lawyer)
        places = slots(connection, wiring.published(connection), now, firm[0]) if speaks else ()
        running = rows.newest_round(connection)
        due = running is not None and running.open_at(now)
        answered = running is not None and lawyer in rows.confirmations(connection, running.id)
        return {
            "firm": firm[1],
            "speaks": speaks and bool(places),
            "to_name": sum(one.open for one in places),
            "round": running if due and not answered else None,
            "unread": unread(connection, viewer),
        }

    values = await wiring.read(look)
    return page(request, "me.html", **values)


@allowed("lawyer")
async def entry_page(request: Request) -> Response:
    """What the register holds of the lawyer, to be confirmed or corrected."""
    return await _entry(request)


async def _entry(
    request: Request,
    sent: Entry | None = None,
    note: str = "",
    errors: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    wiring, lang, viewer = wiring_of(request), language_of(request), staff(request)
    now, lawyer = wiring.clock.now(), lawyer_of(viewer)

    def look(connection: Connection) -> dict[str, Any]:
        entry = sent or rows.load_entry(connection, wiring.keyring, lawyer)
        mine = rows.corrections(connection, wiring.keyring, CORRECTION.c.lawyer == lawyer)
        running = rows.newest_round(connection)
        answers = rows.confirmations(connection, running.id) if running else {}
        return {
            "entry": entry,
            "skills": _skills(connection, lang),
            "spoken": ("、" if lang == "zh" else ", ").join(
                words.name("language", one, lang) for one in sorted(entry.languages)
            )
            if entry
            else "",
            "pending": next((one for one in mine if one.state == "asked"), None),
            "last": next((one for one in reversed(mine) if one.state != "asked"), None),
            "round": running if running is not None and running.open_at(now) else None,
            "answered": answers.get(lawyer),
            "unread": unread(connection, viewer),
        }

    values = await wiring.read(look)
    return page(
        request,
        "entry.html",
        status_code=status,
        note=note,
        errors=errors or {},
        key=secrets.token_hex(16),
        days=[words.weekday(day, lang) for day in _ANY_WEEK.days],
        halves=[
            ("day", translate(lang, "整天")),
            ("am", translate(lang, "上午")),
            ("pm", translate(lang, "下午")),
        ],
        done=request.query_params.get("done", ""),
        **values,
    )


def _skills(connection: Connection, lang: Lang) -> list[tuple[str, str]]:
    found = [(ONLINE, translate(lang, "线上坐席"))]
    for code, (name, name_en) in rows.categories(connection).items():
        found.append((code, name if lang == "zh" or not name_en else name_en))
    return found


@allowed("lawyer")
async def correct(request: Request) -> Response:
    """Asks for the entry to read as sent."""
    wiring, lang, lawyer = wiring_of(request), language_of(request), lawyer_of(staff(request))
    form, now = await form_of(request), wiring.clock.now()
    entry, note = _sent(form), form.text("note")
    try:
        await wiring.write(
            lambda c: ask_correction(c, wiring.keyring, lawyer, entry, note, form.key(), now)
        )
    except Refused as error:
        errors = {one.field: one.text.in_(lang) for one in error.errors}
        return await _entry(request, entry, note, errors, 422)
    return RedirectResponse("/lawyer/entry?done=asked", 303)


def language_code(said: str) -> str:
    """The code of a language that the bureau knows by name; else what was written."""
    for code, text in NAMES["language"].items():
        if said.lower() in (code, text.zh, text.en.lower()):
            return code
    return said


def _sent(form: Form) -> Entry:
    away = set()
    for text in form.all("away"):
        day, _, half = text.partition("-")
        if day in tuple("0123456") and half in HALVES:
            away.add((int(day), half))
    spoken = re.split(r"[、，,;；]", form.text("languages"))
    return Entry(
        phone=form.text("phone").replace(" ", ""),
        skills=frozenset(form.all("skill")),
        languages=frozenset(language_code(one.strip()[:20]) for one in spoken if one.strip()),
        away=frozenset(away),
    )


@allowed("lawyer")
async def confirm(request: Request) -> Response:
    """Everything is right as it is."""
    wiring, lawyer = wiring_of(request), lawyer_of(staff(request))
    now = wiring.clock.now()
    await wiring.write(lambda c: confirm_entry(c, lawyer, now))
    return RedirectResponse("/lawyer/entry?done=confirmed", 303)


@allowed("lawyer")
async def wishes_page(request: Request) -> Response:
    """What the lawyer would rather do, and rather not."""
    wiring, lawyer = wiring_of(request), lawyer_of(staff(request))
    found = await wiring.read(lambda c: rows.load_wishes(c, lawyer))
    sent = [
        (
            one.post or "",
            "" if one.weekday is None else str(one.weekday),
            one.half or "",
            str(max(-3, min(3, one.value))),
        )
        for one in found
    ]
    return await _wishes(request, sent)


async def _wishes(
    request: Request,
    sent: Sequence[tuple[str, str, str, str]],
    errors: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    wiring, lang, viewer = wiring_of(request), language_of(request), staff(request)

    def look(connection: Connection) -> dict[str, Any]:
        posts = posts_by_name(connection, lang)
        return {
            "posts": sorted(posts.items(), key=lambda one: one[1]),
            "unread": unread(connection, viewer),
        }

    values = await wiring.read(look)
    return page(
        request,
        "wishes.html",
        status_code=status,
        rows=[*sent, *[("", "", "", "")] * EMPTY_ROWS],
        errors=errors or {},
        days=[words.weekday(day, lang) for day in _ANY_WEEK.days],
        done=request.query_params.get("done", ""),
        **values,
    )


@allowed("lawyer")
async def wish(request: Request) -> Response:
    """Takes the wishes as sent; rows left empty go."""
    wiring, lang, lawyer = wiring_of(request), language_of(request), lawyer_of(staff(request))
    form = await form_of(request)
    columns = [form.all(name) for name in ("post", "weekday", "half", "value")]
    sent = [(a, b, c, d) for a, b, c, d in zip(*columns, strict=False)][:40]
    try:
        await wiring.write(lambda c: set_wishes(c, lawyer, sent))
    except Refused as error:
        errors = {one.field: one.text.in_(lang) for one in error.errors}
        return await _wishes(request, sent, errors, 422)
    return RedirectResponse("/lawyer/wishes?done=kept", 303)


routes = [
    Route("/lawyer/me", me),
    Route("/lawyer/entry", entry_page),
    Route("/lawyer/entry", correct, methods=["POST"]),
    Route("/lawyer/entry/confirm", confirm, methods=["POST"]),
    Route("/lawyer/wishes", wishes_page),
    Route("/lawyer/wishes", wish, methods=["POST"]),
]
