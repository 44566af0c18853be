"""The quick record of a talk at a station, and entering a question for somebody at hand."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from zhiban.data.wording import Refused
from zhiban.queue import at_station, calling, service
from zhiban.queue.memory import knowledge
from zhiban.queue.outcomes import Asked, KeyReused, NotPossible
from zhiban.roster.published import on_shift
from zhiban.web import words
from zhiban.web.i18n import Lang, language_of, translate
from zhiban.web.pages.form import Form, form_of
from zhiban.web.pages.lawyer import lawyer_of
from zhiban.web.pages.places import choices
from zhiban.web.pages.station import PATH, post_of
from zhiban.web.pages.station_link import address, qr
from zhiban.web.problems import Problem
from zhiban.web.render import page
from zhiban.web.security import allowed, staff
from zhiban.web.wiring import wiring_of

_FIELDS = ("text", "category", "outcome", "answer", "contact", "other_party", "division", "channel")
_GREEN = ("minor", "elder", "disabled", "migrant_wage", "domestic_violence", "military")


@dataclass(frozen=True, slots=True)
class Slip:
    """What is handed to the citizen: code and secret, with the way to the question."""

    code: str
    secret_spaced: str
    place: str
    qr: str


def _outcomes(lang: Lang) -> dict[str, tuple[str, str]]:
    """How a routine talk ends: what is on the chip, and the answer it stands for."""
    return {
        "advised": (
            translate(lang, "已当面解答"),
            translate(lang, "已当面解答，说明了相关规定和办理步骤。"),
        ),
        "aid": (
            translate(lang, "建议申请法律援助"),
            translate(lang, "已当面解答，告知可以申请法律援助和需要的材料。"),
        ),
        "mediation": (
            translate(lang, "建议调解"),
            translate(lang, "已当面解答，建议先向人民调解委员会申请调解。"),
        ),
        "suit": (
            translate(lang, "建议仲裁或起诉"),
            translate(lang, "已当面解答，告知仲裁或起诉的条件、期限和材料。"),
        ),
        "open": (
            translate(lang, "还要继续答复"),
            translate(lang, "已当面初步解答，还要补充材料后继续答复。"),
        ),
    }


def _slip(request: Request, asked: Asked) -> Slip:
    finding = address(request, "/find")
    spaced = " ".join(asked.secret[at : at + 4] for at in range(0, len(asked.secret), 4))
    return Slip(asked.ticket, spaced, finding, qr(f"{finding}#{asked.ticket}.{asked.secret}"))


def _kept(form: Form) -> dict[str, Any]:
    return {name: form.raw(name) for name in _FIELDS} | {"green": form.all("green")}


async def _talk_page(
    request: Request, kept: Mapping[str, Any], errors: Mapping[str, str], status: int = 200
) -> Response:
    wiring, lang, lawyer = wiring_of(request), language_of(request), lawyer_of(staff(request))
    now = wiring.clock.now()

    def look(connection: Connection) -> tuple[Any, Any]:
        post = post_of(wiring, connection, lawyer, now)
        hall = post and at_station.hall(connection, wiring.keyring, post, now)
        return (hall.called_by(lawyer) if hall else None), choices(connection, lang)

    mine, offered = await wiring.read(look)
    kept = {**kept, "category": kept["category"] or (mine.category if mine else "")}
    return page(
        request,
        "station_talk.html",
        status_code=status,
        number=mine,
        form=kept,
        errors=errors,
        categories=offered.categories,
        outcomes=[(code, chip) for code, (chip, _) in _outcomes(lang).items()],
        key=secrets.token_urlsafe(24),
    )


@allowed("lawyer")
async def talk_page(request: Request) -> Response:
    """The form of the quick record; most of it is a tap."""
    empty: dict[str, Any] = dict.fromkeys(_FIELDS, "") | {"green": (), "outcome": "advised"}
    return await _talk_page(request, empty, {})


@allowed("lawyer")
async def record(request: Request) -> Response:
    """Records the talk as a walk-in question with its answer, and ends the number with it."""
    wiring, form, viewer = wiring_of(request), await form_of(request), staff(request)
    lang, lawyer, now = language_of(request), lawyer_of(viewer), wiring.clock.now()

    def command(connection: Connection) -> Asked | KeyReused | NotPossible:
        known = knowledge(connection, wiring.keyring, now)
        running = on_shift(known.published, now)
        duty = next((one for one in running if one.lawyer == lawyer), None)
        division = duty.division if duty else next(iter(known.register.divisions))
        made = service.record_talk(
            connection,
            wiring.keyring,
            _talk(form, division, viewer.login, lang),
            lawyer,
            form.key(),
            now,
        )
        number = form.number("number")
        if isinstance(made, Asked) and number is not None and duty is not None:
            calling.finish(connection, wiring.keyring, duty.post, number, lawyer, now, made.ticket)
        return made

    try:
        done = await wiring.write(command)
    except Refused as refused:
        errors = {error.field: error.text.in_(lang) for error in refused.errors}
        return await _talk_page(request, _kept(form), errors, 422)
    if not isinstance(done, Asked):
        return await _talk_page(request, _kept(form), {"text": done.why.in_(lang)}, 409)
    return page(request, "station_recorded.html", status_code=201, ticket=_slip(request, done))


def _talk(form: Form, division: str, login: str, lang: Lang) -> service.Talk:
    outcomes = _outcomes(lang)
    outcome = form.text("outcome") if form.text("outcome") in outcomes else "advised"
    note = form.raw("text").strip()
    ask = service.Ask(
        text=note or translate(lang, "现场咨询（未记要点）"),
        division=division,
        consent=True,
        category=form.some("category"),
        channel="walk_in",
        contact=form.some("contact"),
        other_party=form.some("other_party"),
        green_lane=form.all("green"),
        entered_by=login,
    )
    answer = form.raw("answer").strip() or outcomes[outcome][1]
    return service.Talk(ask, answer, closes=outcome != "open")


async def _enter_page(
    request: Request, kept: Mapping[str, Any], errors: Mapping[str, str], status: int = 200
) -> Response:
    wiring, lang = wiring_of(request), language_of(request)
    offered = await wiring.read(lambda c: choices(c, lang))
    return page(
        request,
        "enter.html",
        status_code=status,
        action=request.url.path,
        form=kept,
        errors=errors,
        cities=offered.cities,
        counties=offered.counties,
        categories=offered.categories,
        greens=_GREEN,
        key=secrets.token_urlsafe(24),
    )


async def _entering(request: Request) -> Response:
    empty: dict[str, Any] = dict.fromkeys(_FIELDS, "") | {"green": (), "channel": "phone"}
    return await _enter_page(request, empty | {"consent": False}, {})


async def _entered(request: Request) -> Response:
    wiring, form, viewer = wiring_of(request), await form_of(request), staff(request)
    lang, now = language_of(request), wiring.clock.now()
    kept = _kept(form) | {"consent": form.text("consent") == "yes"}
    if form.text("channel") not in ("phone", "walk_in"):
        raise Problem(422)
    asking = service.Ask(
        text=form.raw("text"),
        division=form.text("division"),
        consent=form.text("consent") == "yes",
        category=form.some("category"),
        channel=form.text("channel"),
        contact=form.some("contact"),
        other_party=form.some("other_party"),
        green_lane=form.all("green"),
        entered_by=viewer.login,
    )
    try:
        done = await wiring.write(service.Asking(wiring.keyring, asking, form.key(), now))
    except Refused as refused:
        errors = _said_errors(refused, asking, lang)
        return await _enter_page(request, kept, errors, 422)
    if isinstance(done, KeyReused):
        again = translate(
            lang, "刚才那次提交已经收到。如果要另外提一个问题，请核对内容后再提交一次。"
        )
        return await _enter_page(request, kept, {"text": again}, 409)
    coming = done.waiting.next if done.waiting else None
    return page(
        request,
        "entered.html",
        status_code=201,
        ticket=_slip(request, done),
        lawyer=done.lawyer_name or "",
        firm=done.firm_name or "",
        by=words.before(done.due.at, now, lang) if done.due else "",
        coming=words.at(coming.span.start, now, lang) if coming else "",
        again=request.url.path,
    )


def _said_errors(refused: Refused, asking: service.Ask, lang: Lang) -> dict[str, str]:
    errors = {error.field: error.text.in_(lang) for error in refused.errors}
    if "division" in errors and not asking.division:
        errors["division"] = translate(lang, "请选择事情发生在哪里。")
    if "consent" in errors:
        errors["consent"] = translate(lang, "请先告知来电人或来访人，征得同意后勾选。")
    return errors or {"text": refused.text.in_(lang)}


@allowed("lawyer")
async def lawyer_enter(request: Request) -> Response:
    """The form for a question of somebody on the telephone or at the counter."""
    return await _entering(request)


@allowed("lawyer")
async def lawyer_entered(request: Request) -> Response:
    """Takes it in and shows the slip for the citizen."""
    return await _entered(request)


@allowed("scheduler", "supervisor", "administrator")
async def staff_enter(request: Request) -> Response:
    """The same form for the bureau's own staff."""
    return await _entering(request)


@allowed("scheduler", "supervisor", "administrator")
async def staff_entered(request: Request) -> Response:
    """Takes it in and shows the slip for the citizen."""
    return await _entered(request)


routes = [
    Route(f"{PATH}/talk", talk_page),
    Route(f"{PATH}/talk", record, methods=["POST"]),
    Route("/lawyer/enter", lawyer_enter),
    Route("/lawyer/enter", lawyer_entered, methods=["POST"]),
    Route("/scheduler/enter", staff_enter),
    Route("/scheduler/enter", staff_entered, methods=["POST"]),
]
