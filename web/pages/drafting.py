"""Documents that citizens ask a lawyer to draft: taken, delivered, or declined with a reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from zhiban.data.crypt import Keyring
from zhiban.data.wording import Refused
from zhiban.queue import drafting
from zhiban.queue.aid_form import DOCUMENTS
from zhiban.queue.outcomes import Moved, NotYours, Stale
from zhiban.web.i18n import Lang, language_of, translate
from zhiban.web.pages.form import Form, form_of
from zhiban.web.pages.lawyer import lawyer_of
from zhiban.web.problems import Problem
from zhiban.web.render import page
from zhiban.web.security import allowed, staff
from zhiban.web.wiring import wiring_of

Outcome = Moved | Stale | NotYours
Act = Callable[[Connection, Keyring, drafting.Step], Outcome]


@dataclass(frozen=True, slots=True)
class Wanted:
    """One document as its line shows it."""

    id: int
    version: int
    ticket: str
    status: str
    document: str
    due: datetime
    late: bool
    wanted: str


_ACTS: Mapping[str, tuple[Act, str]] = {
    "take": (drafting.take_draft, ""),
    "deliver": (drafting.deliver_draft, "text"),
    "decline": (drafting.decline_draft, "reason"),
}
"""What is done, and the field that is written in."""


async def _page(
    request: Request,
    *,
    id: int = 0,
    form: Form | None = None,
    errors: Mapping[str, str] | None = None,
    stale: str = "",
    status: int = 200,
) -> Response:
    wiring, lang = wiring_of(request), language_of(request)
    lawyer, now = lawyer_of(staff(request)), wiring.clock.now()
    # The texts are shown, which is recorded: so it goes through the writer.
    found = await wiring.write(lambda c: drafting.drafts_for(c, wiring.keyring, lawyer, now))
    documents = [_shown(one, lang) for one in found]
    text = form.raw("text") if form else ""
    taken = {one.id for one in documents if one.status == "taken"}
    return page(
        request,
        "drafts.html",
        status_code=status,
        documents=documents,
        at=id,
        typed={"text": text, "reason": form.raw("reason") if form else ""},
        lost=text if id not in taken else "",
        errors=errors or {},
        stale=stale,
        said=_said(request.query_params.get("done", ""), lang),
    )


def _shown(one: drafting.Draft, lang: Lang) -> Wanted:
    name = DOCUMENTS[one.document].in_(lang)
    return Wanted(
        one.id, one.version, one.ticket, one.status, name, one.due, one.late, one.wanted or ""
    )


def _said(done: str, lang: Lang) -> str:
    return {
        "take": translate(lang, "这份文书由您代写。"),
        "deliver": translate(lang, "文书已交付，市民在查询页能看到。"),
        "decline": translate(lang, "已说明不代写的原因。"),
    }.get(done, "")


@allowed("lawyer")
async def show(request: Request) -> Response:
    """The documents asked for in one's questions, and those one has taken."""
    return await _page(request)


@allowed("lawyer")
async def act(request: Request) -> Response:
    """Takes, delivers or declines one; 409 with what was typed where it has moved on."""
    name, id = request.path_params["act"], request.path_params["id"]
    if name not in _ACTS:
        raise Problem(404)
    run, field = _ACTS[name]
    wiring, lang = wiring_of(request), language_of(request)
    form, who = await form_of(request), lawyer_of(staff(request))
    version, now = form.number("version") or 0, wiring.clock.now()
    step = drafting.Step(id, who, version, now, form.raw(field))
    try:
        done = await wiring.write(lambda c: run(c, wiring.keyring, step))
    except Refused as refused:
        errors = {f"{field}-{id}": refused.errors[0].text.in_(lang)}
        return await _page(request, id=id, form=form, errors=errors, status=422)
    if isinstance(done, NotYours):
        raise Problem(409, done.why, written=[form.raw(field)] if form.text(field) else [])
    if isinstance(done, Stale):
        return await _page(request, id=id, form=form, stale=done.why.in_(lang), status=409)
    return RedirectResponse(f"/lawyer/drafts?done={name}", 303)


routes = [
    Route("/lawyer/drafts", show),
    Route("/lawyer/drafts/{id:int}/{act}", act, methods=["POST"]),
]
