"""The supervisor's desk: what is late or contested now, and questions given away in bulk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from zhiban.data.wording import Refused
from zhiban.queue import service
from zhiban.queue.knowledge import Knowledge
from zhiban.queue.outcomes import Moved
from zhiban.queue.policy import CLOCK_NAMES
from zhiban.queue.reassigning import MOST, Picked, Told, reassign_many
from zhiban.queue.risk import OpenCase, open_cases, open_counts_by_need
from zhiban.web import words
from zhiban.web.accounts import Role
from zhiban.web.i18n import Lang, language_of, translate
from zhiban.web.notify.inbox import unread
from zhiban.web.pages.form import Form, form_of
from zhiban.web.pages.reports import called
from zhiban.web.pages.signs import Sign
from zhiban.web.render import page
from zhiban.web.security import allowed, staff
from zhiban.web.trial import tried
from zhiban.web.wiring import wiring_of

PATH = "/supervisor"
DESK: tuple[Role, ...] = ("supervisor", "administrator")
NEEDS = ("late", "soon", "waiting", "conflict", "all")


@dataclass(frozen=True, slots=True)
class Row:
    """One open question as the list shows it."""

    one: OpenCase
    sign: Sign | None
    clock: str
    place: str
    category: str
    channel: str
    lawyer: str


@dataclass(frozen=True, slots=True)
class Line:
    """What became of one question, or would, in words; `value` is its box in the list."""

    ticket: str
    done: bool
    text: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page of the desk shows besides the list: typed values, errors, what was done.

    With `ahead` nothing has been done yet: it is told how it would go.
    """

    form: Form
    errors: Mapping[str, str]
    told: Sequence[Line] = ()
    status: int = 200
    ahead: bool = False


def _row(one: OpenCase, known: Knowledge, now: datetime, lang: Lang) -> Row:
    county = called(known, "county", one.county, lang)
    division = called(known, "county", one.division, lang)
    return Row(
        one,
        due_sign(one.asked, one.due, now, lang) if one.due else None,
        CLOCK_NAMES[one.clock].in_(lang) if one.clock else "",
        county if county == division else f"{county} {division}",
        called(known, "category", one.category, lang) if one.category else "",
        called(known, "channel", one.channel, lang),
        known.lawyer_name(one.lawyer) if one.lawyer else "",
    )


def due_sign(asked: datetime, due: datetime, now: datetime, lang: Lang) -> Sign:
    """How a time to `due` stands: late, soon in its last quarter, or with time left."""
    run = (now - asked).total_seconds()
    whole = max(1.0, (due - asked).total_seconds())
    share = min(1.0, max(0.0, 1 - run / whole))
    kind = "late" if due <= now else "soon" if share < 0.25 else "plain"
    return Sign(kind, words.left(due, now, lang), share)  # type: ignore[arg-type]  # a Shape


def _look(
    connection: Connection, request: Request, need: str, county: str, now: datetime
) -> dict[str, Any]:
    wiring, lang = wiring_of(request), language_of(request)
    known = service.knowledge(connection, wiring.keyring, now)
    counts = open_counts_by_need(connection, now)
    cases = open_cases(connection, now, need, county=county, limit=MOST)
    seated = {duty.lawyer: duty for duty in known.on_seat(now)}
    lawyers = sorted(
        (called(known, "county", duty.division, lang), duty.lawyer_name, id)
        for id, duty in seated.items()
    )
    return {
        "counts": counts,
        "rows": [_row(one, known, now, lang) for one in cases],
        "lawyers": [(id, f"{name} · {place}") for place, name, id in lawyers],
        "unread": unread(connection, staff(request)),
    }


async def desk_page(request: Request, shown: Shown) -> Response:
    """The list of open questions with what was typed, what is wrong, and what was done."""
    wiring, now = wiring_of(request), wiring_of(request).clock.now()
    asked = request.query_params.get("show") or shown.form.text("show")
    need, county = asked if asked in NEEDS else "late", request.query_params.get("county", "")[:12]
    found = await wiring.read(lambda c: _look(c, request, need, county, now))
    return page(
        request,
        "supervisor.html",
        status_code=shown.status,
        need=need,
        shown=shown,
        most=MOST,
        picked=set(shown.form.all("pick")),
        **found,
    )


@allowed(*DESK)
async def desk(request: Request) -> Response:
    """What is late, soon due, unassigned or contested now."""
    return await desk_page(request, Shown(Form({}), {}))


@allowed(*DESK)
async def give_away(request: Request) -> Response:
    """Tells how it would go with each chosen question; once that is confirmed, gives them away.

    The trial is the very same act, taken back.
    """
    wiring, lang, form = wiring_of(request), language_of(request), await form_of(request)
    now, who = wiring.clock.now(), staff(request).login
    picked = [one for text in form.all("pick") if (one := _picked(text)) is not None]
    to = form.some("to")
    errors = {} if to else {"to": translate(lang, "请选交给谁")}
    if errors:
        return await desk_page(request, Shown(form, errors, status=422))
    sure = form.text("sure") == "yes"

    def command(connection: Connection) -> list[Line]:
        return _given(connection, request, picked, who, form.text("reason"), now, to, sure)

    try:
        told = await (wiring.write(command) if sure else tried(wiring, command))
    except Refused as refused:
        named = {"text": "reason"}
        errors = {named.get(e.field, e.field): e.text.in_(lang) for e in refused.errors}
        return await desk_page(request, Shown(form, errors, status=422))
    if not sure:
        return await desk_page(request, Shown(form, {}, told, ahead=True))
    kept = Form({"show": (form.text("show"),)})
    return await desk_page(request, Shown(kept, {}, told))


def _given(
    connection: Connection,
    request: Request,
    picked: Sequence[Picked],
    who: str,
    reason: str,
    now: datetime,
    to: str | None,
    sure: bool,
) -> list[Line]:
    wiring, lang = wiring_of(request), language_of(request)
    named = None if to == "anew" else to
    told = reassign_many(connection, wiring.keyring, picked, who, reason, now, to=named)
    known = service.knowledge(connection, wiring.keyring, now)
    boxes = {one.ticket: f"{one.ticket}:{one.version}" for one in picked}
    return [_line(one, boxes[one.ticket], known, lang, sure) for one in told]


def _line(one: Told, box: str, known: Knowledge, lang: Lang, sure: bool) -> Line:
    if not isinstance(one.outcome, Moved):
        return Line(one.ticket, False, one.outcome.why.in_(lang), box)
    if one.lawyer is None:
        said = translate(lang, "已收回，等候分配") if sure else translate(lang, "会收回，等候分配")
        return Line(one.ticket, True, said, box)
    name = known.lawyer_name(one.lawyer)
    if sure:
        return Line(one.ticket, True, translate(lang, "已交给%(name)s", name=name), box)
    return Line(one.ticket, True, translate(lang, "会交给%(name)s", name=name), box)


def _picked(text: str) -> Picked | None:
    ticket, _, version = text.rpartition(":")
    if not ticket or not (version.isascii() and version.isdigit()) or len(version) > 9:
        return None
    return Picked(ticket[:20], int(version))


routes = [
    Route(PATH, desk),
    Route(f"{PATH}/reassign", give_away, methods=["POST"]),
]
