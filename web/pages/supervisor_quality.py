"""The quality sample: answered questions drawn at random, read, and found good or bad."""

from __future__ import annotations

from collections.abc import Mapping
from random import SystemRandom
from typing import Any

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from zhiban.data.wording import Refused
from zhiban.queue import quality, service
from zhiban.queue.outcomes import NotYours, Stale
from zhiban.queue.views import QuestionPage
from zhiban.web.i18n import language_of, translate
from zhiban.web.notify.inbox import unread
from zhiban.web.pages.form import Form, form_of
from zhiban.web.pages.reports import called
from zhiban.web.pages.supervisor import DESK
from zhiban.web.pages.talk import entries
from zhiban.web.problems import Problem
from zhiban.web.render import page
from zhiban.web.security import allowed, staff
from zhiban.web.wiring import wiring_of

PATH = "/supervisor/quality"


async def _list(request: Request, errors: Mapping[str, str], status: int = 200) -> Response:
    wiring, lang, now = wiring_of(request), language_of(request), wiring_of(request).clock.now()
    viewer = staff(request)

    def look(connection: Connection) -> dict[str, Any]:
        known = service.knowledge(connection, wiring.keyring, now)
        found = quality.sample(connection, wiring.keyring)
        return {
            "rows": [
                (
                    one,
                    known.lawyer_name(one.lawyer),
                    called(known, "category", one.category or "", lang),
                )
                for one in found
            ],
            "good": sum(one.verdict == "good" for one in found),
            "bad": sum(one.verdict == "bad" for one in found),
            "unread": unread(connection, viewer),
        }

    values = await wiring.read(look)
    return page(
        request,
        "supervisor_quality.html",
        status_code=status,
        errors=errors,
        drawn=request.query_params.get("drawn", ""),
        done=request.query_params.get("done", ""),
        most=quality.MOST,
        **values,
    )


@allowed(*DESK)
async def listing(request: Request) -> Response:
    """What waits for review, then what was reviewed."""
    return await _list(request, {})


@allowed(*DESK)
async def draw(request: Request) -> Response:
    """Draws some more."""
    wiring, form = wiring_of(request), await form_of(request)
    by, now, lang = staff(request).login, wiring.clock.now(), language_of(request)
    try:
        number = await wiring.write(
            lambda c: quality.draw(c, form.number("number") or 0, by, now, SystemRandom())
        )
    except Refused as refused:
        return await _list(request, {e.field: e.text.in_(lang) for e in refused.errors}, 422)
    return RedirectResponse(f"{PATH}?drawn={number}", 303)


def _id(request: Request) -> int:
    id: int = request.path_params["id"]
    if id >= 2**31:
        raise Problem(404)
    return id


async def _one(
    request: Request, form: Form, errors: Mapping[str, str], stale: str = "", status: int = 200
) -> Response:
    """One question as staff see it; the viewing is recorded."""
    wiring, lang, now = wiring_of(request), language_of(request), wiring_of(request).clock.now()
    id, viewer = _id(request), staff(request)

    def look(connection: Connection) -> tuple[quality.Review, QuestionPage, str, int] | None:
        one = quality.review(connection, wiring.keyring, id)
        if one is None:
            return None
        who = f"staff:{viewer.login}"
        found = service.question_for(connection, wiring.keyring, one.ticket, who, now)
        if isinstance(found, NotYours):
            return None
        known = service.knowledge(connection, wiring.keyring, now)
        return one, found, known.lawyer_name(one.lawyer), unread(connection, viewer)

    found = await wiring.write(look)
    if found is None:
        raise Problem(404)
    one, question, lawyer, news = found
    return page(
        request,
        "supervisor_review.html",
        status_code=status,
        one=one,
        question=question,
        lawyer=lawyer,
        entries=entries(question.steps, "staff", lang, question.attachments),
        form=form,
        errors=errors,
        stale=stale,
        unread=news,
    )


@allowed(*DESK)
async def show(request: Request) -> Response:
    """One question of the sample, to be read and judged."""
    return await _one(request, Form({}), {})


@allowed(*DESK)
async def judge(request: Request) -> Response:
    """Writes what was found, once."""
    wiring, form, id = wiring_of(request), await form_of(request), _id(request)
    by, now, lang = staff(request).login, wiring.clock.now(), language_of(request)
    verdict, note = form.text("verdict"), form.raw("note")
    try:
        done = await wiring.write(
            lambda c: quality.judge(c, wiring.keyring, id, verdict, note, by, now)
        )
    except Refused as refused:
        named = {"text": "note"}
        errors = {named.get(e.field, e.field): e.text.in_(lang) for e in refused.errors}
        if "note" in errors:
            errors["note"] = translate(lang, "不合格要写明哪里不好，一千字以内")
        return await _one(request, form, errors, status=422)
    if isinstance(done, Stale):
        return await _one(request, form, {}, done.why.in_(lang), 409)
    return RedirectResponse(f"{PATH}?done={verdict}", 303)


routes = [
    Route(PATH, listing),
    Route(PATH, draw, methods=["POST"]),
    Route(PATH + "/{id:int}", show),
    Route(PATH + "/{id:int}", judge, methods=["POST"]),
]
