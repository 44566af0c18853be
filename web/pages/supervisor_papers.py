"""Applications for legal aid and documents asked for: what waits, by due date, and the decision."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from zhiban.data.wording import Refused
from zhiban.queue import aid, drafting, service
from zhiban.queue.aid_form import DOCUMENTS, EXEMPT
from zhiban.queue.outcomes import Moved, NotYours, Stale
from zhiban.web import words
from zhiban.web.i18n import Lang, language_of, translate
from zhiban.web.notify.inbox import unread
from zhiban.web.pages.form import Form, form_of
from zhiban.web.pages.signs import Sign
from zhiban.web.pages.supervisor import DESK, due_sign
from zhiban.web.problems import Problem
from zhiban.web.render import page
from zhiban.web.security import allowed, staff
from zhiban.web.wiring import wiring_of

PATH = "/supervisor/papers"
MOST = 100


@dataclass(frozen=True, slots=True)
class Row:
    """One paper that waits: for the bureau (`aid`), or for a lawyer (`draft`)."""

    kind: Literal["aid", "draft"]
    id: int
    ticket: str
    what: str
    status: str
    since: datetime
    due: datetime
    late: bool
    sign: Sign
    lawyer: str


def _waiting(connection: Connection, request: Request, now: datetime) -> list[Row]:
    lang, wiring = language_of(request), wiring_of(request)
    known = service.knowledge(connection, wiring.keyring, now)
    called = translate(lang, "法律援助申请")
    rows = [
        Row(
            "aid",
            one.id,
            one.ticket,
            called,
            words.name("aid_status", one.status, lang),
            one.submitted_at,
            one.due,
            one.late,
            due_sign(one.submitted_at, one.due, now, lang),
            "",
        )
        for one in aid.open_applications(connection, now)
    ]
    rows += [
        Row(
            "draft",
            one.id,
            one.ticket,
            DOCUMENTS[one.document].in_(lang),
            words.name("draft_status", one.status, lang),
            one.asked_at,
            one.due,
            one.late,
            due_sign(one.asked_at, one.due, now, lang),
            known.lawyer_name(whose) if (whose := one.lawyer or one.holder) else "",
        )
        for one in drafting.open_drafts(connection, now)
    ]
    return sorted(rows, key=lambda row: (row.due, row.kind, row.id))


@allowed(*DESK)
async def listing(request: Request) -> Response:
    """What waits, the earliest due first; one kind of it where that is asked for."""
    wiring, now, viewer = wiring_of(request), wiring_of(request).clock.now(), staff(request)
    rows, news = await wiring.read(lambda c: (_waiting(c, request, now), unread(c, viewer)))
    asked = request.query_params.get("show", "")
    show = asked if asked in ("aid", "draft", "late") else "all"
    groups = {
        "all": rows,
        "aid": [row for row in rows if row.kind == "aid"],
        "draft": [row for row in rows if row.kind == "draft"],
        "late": [row for row in rows if row.late],
    }
    return page(
        request,
        "supervisor_papers.html",
        rows=groups[show][:MOST],
        counts={name: len(group) for name, group in groups.items()},
        show=show,
        said=_said(request.query_params.get("done", ""), language_of(request)),
        unread=news,
    )


def _said(done: str, lang: Lang) -> str:
    return {
        "accepted": translate(lang, "已受理。提问人在查询页看得到，承办律师会收到消息。"),
        "refused": translate(
            lang, "已记下不予援助和理由。提问人在查询页看得到，承办律师会收到消息。"
        ),
        "declined": translate(lang, "已记下不代写的原因。提问人看得到，律师会收到消息。"),
    }.get(done, "")


async def _one(
    request: Request,
    form: Form,
    errors: Mapping[str, str],
    stale: str = "",
    status: int = 200,
) -> Response:
    """An application in full; that it was read is recorded."""
    wiring, now, viewer = wiring_of(request), wiring_of(request).clock.now(), staff(request)
    id: int = request.path_params["id"]

    def look(connection: Connection) -> tuple[aid.Application, int] | None:
        found = aid.application_for(connection, wiring.keyring, id, viewer.login, now)
        return None if isinstance(found, NotYours) else (found, unread(connection, viewer))

    read = await wiring.write(look)
    if read is None:
        raise Problem(404)
    one, news = read
    return page(
        request,
        "supervisor_aid.html",
        status_code=status,
        one=one,
        sign=due_sign(one.submitted_at, one.due, now, language_of(request)),
        exempt=EXEMPT.get(one.form.exempt) if one.form and one.form.exempt else None,
        form=form,
        errors=errors,
        stale=stale,
        unread=news,
    )


@allowed(*DESK)
async def show_aid(request: Request) -> Response:
    """One application, to be read and decided."""
    return await _one(request, Form({}), {})


@allowed(*DESK)
async def decide(request: Request) -> Response:
    """Accepts or refuses it, once; 409 with what was typed where it was decided meanwhile."""
    wiring, lang, form = wiring_of(request), language_of(request), await form_of(request)
    id, login, now = request.path_params["id"], staff(request).login, wiring.clock.now()
    verdict, reason = form.text("verdict"), form.raw("reason")
    errors = {}
    if verdict not in ("accepted", "refused"):
        errors["verdict"] = translate(lang, "请选受理还是不予援助")
    if errors:
        return await _one(request, form, errors, status=422)
    version, accepted = form.number("version") or 0, verdict == "accepted"
    return await _ended(
        request,
        form,
        lambda c: aid.decide_aid(c, wiring.keyring, id, login, version, accepted, reason, now),
        _one,
        verdict,
    )


async def _draft(
    request: Request,
    form: Form,
    errors: Mapping[str, str],
    stale: str = "",
    status: int = 200,
) -> Response:
    """A request for a document in full; that it was read is recorded."""
    wiring, now, viewer = wiring_of(request), wiring_of(request).clock.now(), staff(request)
    lang, id = language_of(request), request.path_params["id"]

    def look(connection: Connection) -> tuple[drafting.Draft, str, int] | None:
        found = drafting.draft_for(connection, wiring.keyring, id, viewer.login, now)
        if isinstance(found, NotYours):
            return None
        known = service.knowledge(connection, wiring.keyring, now)
        lawyer = known.lawyer_name(whose) if (whose := found.lawyer or found.holder) else ""
        return found, lawyer, unread(connection, viewer)

    read = await wiring.write(look)
    if read is None:
        raise Problem(404)
    one, lawyer, news = read
    return page(
        request,
        "supervisor_draft.html",
        status_code=status,
        one=one,
        document=DOCUMENTS[one.document].in_(lang),
        lawyer=lawyer,
        sign=due_sign(one.asked_at, one.due, now, lang),
        form=form,
        errors=errors,
        stale=stale,
        unread=news,
    )


@allowed(*DESK)
async def show_draft(request: Request) -> Response:
    """One request for a document, to be read and, where it cannot be drafted, ended."""
    return await _draft(request, Form({}), {})


@allowed(*DESK)
async def refuse(request: Request) -> Response:
    """Ends it with a reason, once; 409 with what was typed where it has ended meanwhile."""
    wiring, form = wiring_of(request), await form_of(request)
    id, login, now = request.path_params["id"], staff(request).login, wiring.clock.now()
    version, reason = form.number("version") or 0, form.raw("reason")
    return await _ended(
        request,
        form,
        lambda c: drafting.refuse_draft(c, wiring.keyring, id, login, version, reason, now),
        _draft,
        "declined",
    )


async def _ended(
    request: Request,
    form: Form,
    end: Callable[[Connection], Moved | Stale | NotYours],
    shown: Callable[..., Awaitable[Response]],
    done: str,
) -> Response:
    """Ends a paper and goes back to the list, or shows the paper again with what was typed."""
    lang = language_of(request)
    try:
        result = await wiring_of(request).write(end)
    except Refused as refused:
        errors = {one.field: one.text.in_(lang) for one in refused.errors}
        return await shown(request, form, errors, status=422)
    if isinstance(result, NotYours):
        raise Problem(404, result.why)
    if isinstance(result, Stale):
        return await shown(request, form, {}, result.why.in_(lang), 409)
    return RedirectResponse(f"{PATH}?done={done}", 303)


routes = [
    Route(PATH, listing),
    Route(f"{PATH}/aid/{{id:int}}", show_aid),
    Route(f"{PATH}/aid/{{id:int}}", decide, methods=["POST"]),
    Route(f"{PATH}/draft/{{id:int}}", show_draft),
    Route(f"{PATH}/draft/{{id:int}}", refuse, methods=["POST"]),
]
