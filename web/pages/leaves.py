"""A lawyer asks for leave: what it would touch is shown first; what became of it stands beside."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from zhiban.data.timespan import SHANGHAI, Span, parse_day
from zhiban.data.wording import Refused
from zhiban.roster import request_store as rows
from zhiban.roster.asking_leave import Gone, ask_leave, withdraw_leave
from zhiban.roster.leave_requests import (
    KINDS,
    LeaveAsk,
    LeaveRequest,
    check_ask,
    decides_itself,
    said,
    touched,
)
from zhiban.roster.offer_store import offers
from zhiban.roster.request_records import LEAVE_REQUEST, SWAP_OFFER
from zhiban.web.i18n import Lang, language_of, translate
from zhiban.web.notify.inbox import unread
from zhiban.web.pages.form import Form, form_of
from zhiban.web.pages.lawyer import lawyer_of
from zhiban.web.pages.offer_lines import OfferLine, duty_line, offer_line, people
from zhiban.web.pages.places import names
from zhiban.web.problems import Problem
from zhiban.web.render import page
from zhiban.web.security import allowed, staff
from zhiban.web.wiring import wiring_of

HALVES = {"am": (time(0), time(12)), "pm": (time(12), time(0))}
_PAST = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class LeaveLine:
    """One request in words; `held` are duties that it still hits."""

    id: int
    when: str
    kind: str
    state: str
    remark: str
    held: tuple[str, ...]
    can_withdraw: bool


@allowed("lawyer")
async def hub(request: Request) -> Response:
    """Leave and swaps of one lawyer, open ones first, and what others offer."""
    wiring, lang, viewer = wiring_of(request), language_of(request), staff(request)
    now, lawyer = wiring.clock.now(), lawyer_of(viewer)

    def look(connection: Connection) -> dict[str, Any]:
        published, place = wiring.published(connection), names(connection, lang)
        mine = (LEAVE_REQUEST.c.lawyer == lawyer, LEAVE_REQUEST.c.end_at > now - _PAST)
        leave = rows.leave_requests(connection, wiring.keyring, *mine)
        who = people(connection)
        recent = SWAP_OFFER.c.start_at > now - _PAST
        found = [one for one in offers(connection, wiring.keyring, recent) if one.concerns(lawyer)]
        lines = [offer_line(one, lawyer, who, place, now, lang) for one in found]
        return {
            "leave": [
                _line(one, [duty_line(d, place, now, lang) for d in held], now, lang)
                for one in leave
                if one.span.end > now or one.state == "asked"
                for held in [touched(published, lawyer, one.span, now) if one.holds else ()]
            ],
            **_sorted(lines),
            "unread": unread(connection, viewer),
        }

    values = await wiring.read(look)
    return page(request, "leave.html", said=done_words(request, lang), **values)


def _sorted(lines: list[OfferLine]) -> dict[str, list[OfferLine]]:
    return {
        "to_answer": [one for one in lines if one.asks_me],
        "offers": [one for one in lines if one.active and not one.asks_me and not one.for_all],
        "for_all": [one for one in lines if one.for_all],
        "past": [one for one in lines if not one.active][-8:],
    }


def _line(one: LeaveRequest, held: list[str], now: datetime, lang: Lang) -> LeaveLine:
    return LeaveLine(
        id=one.id,
        when=said(one.span).in_(lang),
        kind=KINDS[one.kind].in_(lang),
        state="automatic" if one.automatic and one.state == "approved" else one.state,
        remark=one.remark,
        held=tuple(held),
        can_withdraw=one.state == "asked" or (one.state == "approved" and one.span.start > now),
    )


def done_words(request: Request, lang: Lang) -> str:
    """What was done just now, as the address says."""
    done = {
        "asked": translate(lang, "申请已经交给排班员，决定后您会收到消息。"),
        "approved": translate(lang, "请假已批准：没有碰到已公布的班次，以后排班会避开这段时间。"),
        "withdrawn": translate(lang, "已经撤回。"),
        "swapped": translate(lang, "换班已经生效，值班表出了新的一版。"),
        "offered": translate(lang, "已经发出，对方答复后您会收到消息。"),
        "agreed": translate(lang, "各方都已同意，等排班员批准。"),
        "declined": translate(lang, "已经谢绝。"),
        "waiting": translate(lang, "您已同意，还要等其他人同意。"),
        "undone": translate(lang, "换班已撤销，班次回到原来的人。"),
    }
    return done.get(request.query_params.get("done", ""), "")


@allowed("lawyer")
async def form_page(request: Request) -> Response:
    """The form, filled in from the duty that led here."""
    day = request.query_params.get("from", "")
    half = request.query_params.get("half", "day")
    how = "halves" if half in HALVES else "days"
    filled = {"how": how, "first": day, "last": day, "half": half, "key": secrets.token_hex(16)}
    return _form(request, filled)


@allowed("lawyer")
async def ask(request: Request) -> Response:
    """Shows what the leave would touch, and writes it once that was seen."""
    wiring, lang, lawyer = wiring_of(request), language_of(request), lawyer_of(staff(request))
    form, now = await form_of(request), wiring.clock.now()
    sent = {name: form.raw(name) for name in _FIELDS}
    try:
        wanted = LeaveAsk(lawyer, _span(form), form.text("kind"), form.text("reason"), form.key())
        if form.text("seen") != "yes":
            return await _preview(request, wanted, sent)
        made = await wiring.write(lambda c: ask_leave(c, wiring.keyring, wanted, now))
    except Refused as error:
        return _form(request, sent, {one.field: one.text.in_(lang) for one in error.errors}, 422)
    return RedirectResponse(f"/lawyer/leave?done={made.state}", 303)


_FIELDS = ("how", "first", "last", "half", "day", "from_time", "to_time", "kind", "reason", "key")


async def _preview(request: Request, wanted: LeaveAsk, sent: Mapping[str, str]) -> Response:
    """What follows from it, before it is asked for; raises Refused."""
    wiring, lang = wiring_of(request), language_of(request)
    now = wiring.clock.now()

    def look(connection: Connection) -> dict[str, Any]:
        mine = LEAVE_REQUEST.c.lawyer == wanted.lawyer
        check_ask(wanted, rows.leave_requests(connection, wiring.keyring, mine), now)
        hit = touched(wiring.published(connection), wanted.lawyer, wanted.span, now)
        policy, place = rows.load_policy(connection), names(connection, lang)
        return {
            "hit": [duty_line(one, place, now, lang) for one in hit],
            "at_once": decides_itself(policy, wanted.span, hit, now),
            "days": policy.leave_days,
            "automatic": policy.leave_automatic,
        }

    values = await wiring.read(look)
    return page(
        request,
        "leave_check.html",
        when=said(wanted.span).in_(lang),
        kind=KINDS[wanted.kind].in_(lang),
        sent=sent,
        **values,
    )


def _form(
    request: Request,
    filled: Mapping[str, str],
    errors: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    lang = language_of(request)
    form = {**dict.fromkeys(_FIELDS, ""), **filled}
    at = {"start": "first", "end": "last"}
    if form["how"] == "hours":
        at = {"start": "day", "end": "to_time"}
    elif form["how"] == "halves":
        at = {"start": "half-day", "end": "half-day"}
    shown = {at.get(field, field): text for field, text in (errors or {}).items()}
    return page(
        request,
        "leave_form.html",
        status_code=status,
        form=form,
        errors=shown,
        kinds=[(code, text.in_(lang)) for code, text in KINDS.items()],
    )


def _span(form: Form) -> Span:
    """The span that a form means; raises Refused."""
    how = form.text("how")
    if how == "hours":
        day = parse_day(form.text("day"), "day")
        start = datetime.combine(day, _clock(form, "from_time"), SHANGHAI)
        end = datetime.combine(day, _clock(form, "to_time"), SHANGHAI)
        if end <= start:
            raise Refused.one("to_time", "结束须晚于开始", "it must end after it begins")
        return Span(start, end)
    if how == "halves":
        day = parse_day(form.text("day") or form.text("first"), "half-day")
        first, last = HALVES.get(form.text("half"), HALVES["am"])
        start = datetime.combine(day, first, SHANGHAI)
        return Span(start, start.replace(hour=0) + timedelta(hours=24 if last == time(0) else 12))
    first_day = parse_day(form.text("first"), "first")
    last_day = parse_day(form.text("last") or form.text("first"), "last")
    if last_day < first_day:
        raise Refused.one("last", "结束日期不能早于开始日期", "it cannot end before it begins")
    midnight = datetime.combine(first_day, time(), SHANGHAI)
    return Span(midnight, datetime.combine(last_day + timedelta(days=1), time(), SHANGHAI))


def _clock(form: Form, field: str) -> time:
    try:
        return time.fromisoformat(form.text(field))
    except ValueError:
        raise Refused.one(field, "请写时间，如 09:00", "write a time, such as 09:00") from None


@allowed("lawyer")
async def edit(request: Request) -> Response:
    """The form again, with what was sent, to be changed."""
    form = await form_of(request)
    return _form(request, {name: form.raw(name) for name in _FIELDS})


@allowed("lawyer")
async def withdraw(request: Request) -> Response:
    """Takes one's own request back."""
    wiring, lawyer = wiring_of(request), lawyer_of(staff(request))
    now, id = wiring.clock.now(), request.path_params["id"]
    done = await wiring.write(lambda c: withdraw_leave(c, wiring.keyring, id, lawyer, now))
    if isinstance(done, Gone):
        raise Problem(404 if done.why == "unknown" else 409, done.text)
    return RedirectResponse("/lawyer/leave?done=withdrawn", 303)


routes = [
    Route("/lawyer/leave", hub),
    Route("/lawyer/leave/new", form_page),
    Route("/lawyer/leave/new", ask, methods=["POST"]),
    Route("/lawyer/leave/edit", edit, methods=["POST"]),
    Route("/lawyer/leave/{id:int}/withdraw", withdraw, methods=["POST"]),
]
