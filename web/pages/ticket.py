"""The ticket: who answers and when, the conversation, adding to it, rating, taking back."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from typing import Any

import segno
from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from zhiban.data.database import DatabaseBusy
from zhiban.data.wording import Refused
from zhiban.data.writer import WriterBusy
from zhiban.queue import service
from zhiban.queue.outcomes import KeyReused, Moved, NoSuchTicket, Stale
from zhiban.web.i18n import Lang, language_of, translate
from zhiban.web.limits import address
from zhiban.web.pages.asking import asked_to_wait, busy
from zhiban.web.pages.card import TicketPage, ticket_page
from zhiban.web.pages.form import Form, form_of
from zhiban.web.pages.ticket_access import forget_secret, held, look
from zhiban.web.problems import Problem
from zhiban.web.render import page
from zhiban.web.wiring import Wiring, wiring_of

Outcome = Moved | Stale | NoSuchTicket | KeyReused
_EMPTY = {"text": "", "stars": "", "remark": ""}
# What the service calls its fields, and where they stand on the page.
_AT = {"score": "stars"}


async def _ticket(request: Request) -> TicketPage | None:
    """The ticket of the address, if this browser may see it."""
    key = held(request)
    if key is None:
        return None
    code, secret = key
    wiring, lang, now = wiring_of(request), language_of(request), wiring_of(request).clock.now()
    view = await wiring.read(lambda connection: look(wiring, connection, code, secret, now))
    if view is None:
        return None
    finding = str(request.url.replace(path="/find", query="", fragment=""))
    return ticket_page(view, secret, finding, _qr(f"{finding}#{code}.{secret}"), now, lang)


def _qr(text: str) -> str:
    """A code to scan, as a data address; the secret stands behind the #, which no server sees."""
    code: Any = segno.make(text, error="m")
    drawn: str = code.svg_data_uri(border=2, scale=4, dark="#000", light="#fff")
    return drawn


def _find(request: Request) -> Response:
    return RedirectResponse("/find", 303)


async def show(request: Request) -> Response:
    """The ticket's page; who holds no secret is asked for it."""
    return await _page(request)


async def _page(
    request: Request,
    errors: Mapping[str, str] | None = None,
    form: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    ticket = await _ticket(request)
    if ticket is None:
        return _find(request)
    done = request.query_params.get("done", "")
    return page(
        request,
        "ticket.html",
        status_code=status,
        ticket=ticket,
        errors=errors or {},
        form={**_EMPTY, **(form or {})},
        key=secrets.token_urlsafe(24),
        said=_said(done, language_of(request)),
        sent=f"t-{ticket.code}" if done == "message" else "",
    )


def _said(done: str, lang: Lang) -> str:
    """What has just been done, and what comes next."""
    return {
        "message": translate(lang, "已发给律师，答复会出现在这里。"),
        "rating": translate(lang, "谢谢您的评价。"),
        "withdraw": translate(lang, "问题已撤回，律师不再解答。"),
        "moved": translate(lang, "刚才有了新的进展，请看过以后再操作。"),
    }.get(done, "")


async def live(request: Request) -> Response:
    """The part that changes, when it is newer than what the browser has; else 204."""
    ticket = await _ticket(request)
    if ticket is None:
        return Response(status_code=204)
    if str(ticket.version) == request.query_params.get("version"):
        return Response(status_code=204)
    following = f"/t/{ticket.code}/live?version={ticket.version}"
    return page(request, "ticket_live.html", headers={"X-Next": following}, ticket=ticket)


async def receipt(request: Request) -> Response:
    """Code and secret to keep, right after asking or later; made to be printed."""
    ticket = await _ticket(request)
    if ticket is None:
        return _find(request)
    return page(request, "receipt.html", ticket=ticket)


async def forget(request: Request) -> Response:
    """Takes the secret out of this browser."""
    answer = RedirectResponse("/find", 303)
    key = held(request)
    if key is not None:
        forget_secret(request, answer, key[0])
    return answer


async def _act(
    request: Request,
    done: str,
    act: Callable[[Wiring, Connection, str, str, Form], Outcome],
) -> Response:
    """Does one thing to the ticket; shows it anew, or the form again with what to mend."""
    wiring, lang, key = wiring_of(request), language_of(request), held(request)
    if key is None:
        return _find(request)
    form = await form_of(request)
    try:
        wiring.limiter.check("ticket", address(request))
        result = await wiring.write(lambda connection: act(wiring, connection, *key, form))
    except Refused as refused:
        errors = {_AT.get(e.field, e.field): e.text.in_(lang) for e in refused.errors}
        kept = {field: form.raw(field) for field in _EMPTY}
        return await _page(request, errors or {"text": refused.text.in_(lang)}, kept, 422)
    except Problem as problem:
        kept = {field: form.raw(field) for field in _EMPTY}
        return await _page(request, {"text": problem.detail.in_(lang)}, kept, problem.status)
    except (WriterBusy, DatabaseBusy):
        kept = {field: form.raw(field) for field in _EMPTY}
        return asked_to_wait(await _page(request, {"text": busy(lang)}, kept, 503))
    if isinstance(result, NoSuchTicket):
        return _find(request)
    if isinstance(result, KeyReused):
        again = translate(lang, "刚才那一条已经发出。这是另一条的话，请再发送一次。")
        return await _page(request, {"text": again}, {"text": form.raw("text")}, 409)
    done = done if isinstance(result, Moved) else "moved"
    return RedirectResponse(f"/t/{key[0]}?done={done}", 303)


def _message(w: Wiring, connection: Connection, code: str, secret: str, form: Form) -> Outcome:
    text, key, now = form.raw("text"), form.some("key"), w.clock.now()
    if key is None:
        return service.message(connection, w.keyring, code, secret, text, now)
    return service.message_once(connection, w.keyring, code, secret, text, key, now)


def _rating(w: Wiring, connection: Connection, code: str, secret: str, form: Form) -> Outcome:
    score, remark, now = form.number("stars") or 0, form.raw("remark"), w.clock.now()
    return service.rate(connection, w.keyring, code, secret, score, remark, now)


def _withdrawal(w: Wiring, connection: Connection, code: str, secret: str, form: Form) -> Outcome:
    reason, now = form.raw("reason"), w.clock.now()
    return service.withdraw(connection, w.keyring, code, secret, reason, now)


async def message(request: Request) -> Response:
    """Writes to the lawyer."""
    return await _act(request, "message", _message)


async def rating(request: Request) -> Response:
    """Rates the answer."""
    return await _act(request, "rating", _rating)


async def withdraw(request: Request) -> Response:
    """Takes the question back."""
    return await _act(request, "withdraw", _withdrawal)


routes = [
    Route("/t/{ticket}", show),
    Route("/t/{ticket}/live", live),
    Route("/t/{ticket}/receipt", receipt),
    Route("/t/{ticket}/messages", message, methods=["POST"]),
    Route("/t/{ticket}/rating", rating, methods=["POST"]),
    Route("/t/{ticket}/withdraw", withdraw, methods=["POST"]),
    Route("/t/{ticket}/forget", forget, methods=["POST"]),
]
