"""What the citizen does with a ticket: write and add files, rate, take back, have it erased."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from zhiban.data.database import DatabaseBusy
from zhiban.data.wording import Refused
from zhiban.data.writer import WriterBusy
from zhiban.queue import attachments, own_data, service
from zhiban.queue.outcomes import KeyReused, Moved, NoSuchTicket, Stale
from zhiban.web.i18n import Lang, language_of, translate
from zhiban.web.limits import address
from zhiban.web.pages.ask_kept import fresh_key
from zhiban.web.pages.asking import asked_to_wait, busy
from zhiban.web.pages.ticket import show_page, ticket_of, to_find
from zhiban.web.pages.ticket_access import held
from zhiban.web.pages.uploads import Sent, sent_of
from zhiban.web.problems import Problem
from zhiban.web.wiring import Wiring, wiring_of

Outcome = Moved | Stale | NoSuchTicket | KeyReused
Act = Callable[[Wiring, Connection, str, str, Sent], Outcome]
_TYPED = ("text", "stars", "remark", "reason")
# What the service calls its fields, and where they stand on the page.
_AT = {"score": "stars"}


async def _act(request: Request, done: str, act: Act, template: str = "ticket.html") -> Response:
    """Does one thing to the ticket; shows it anew, or the form again with what to mend."""
    wiring, lang, key = wiring_of(request), language_of(request), held(request)
    if key is None:
        return to_find()
    sent = await sent_of(request)
    typed = {field: sent.form.raw(field) for field in _TYPED}

    async def again(errors: Mapping[str, str], status: int) -> Response:
        if template == "ticket_withdraw.html":  # what is written there is the reason
            errors = {"reason" if at == "text" else at: why for at, why in errors.items()}
        return await show_page(request, errors, typed, status, template)

    if sent.faults:
        return await again({"file": " ".join(fault.in_(lang) for fault in sent.faults)}, 422)
    try:
        wiring.limiter.check("ticket", address(request))
        result = await wiring.write(lambda connection: act(wiring, connection, *key, sent))
    except Refused as refused:
        return await again(_errors(refused, lang), 422)
    except Problem as problem:
        answer = await again({"text": problem.detail.in_(lang)}, problem.status)
        answer.headers.update(problem.headers)
        return answer
    except (WriterBusy, DatabaseBusy):
        return asked_to_wait(await again({"text": busy(lang)}, 503))
    if isinstance(result, NoSuchTicket):
        return to_find()
    if isinstance(result, KeyReused):
        said = translate(lang, "刚才那一条已经发出。这是另一条的话，请再发送一次。")
        return await again({"text": said}, 409)
    if not isinstance(result, Moved) and not await _is_done(request, done):
        return await show_page(request, {}, typed, 409, "ticket.html", "moved")
    return RedirectResponse(f"/t/{key[0]}?done={done}", 303)


async def _is_done(request: Request, done: str) -> bool:
    """Whether the ticket stands already as it was to be: a second tap is told so, not refused."""
    ticket = await ticket_of(request)
    if ticket is None or done not in ("withdraw", "erase"):
        return False
    return ticket.erased if done == "erase" else ticket.withdrawn


def _errors(refused: Refused, lang: Lang) -> dict[str, str]:
    errors = {_AT.get(e.field, e.field): e.text.in_(lang) for e in refused.errors}
    return errors or {"text": refused.text.in_(lang)}


def _message(w: Wiring, connection: Connection, code: str, secret: str, sent: Sent) -> Outcome:
    text, key = sent.form.raw("text"), sent.form.some("key") or fresh_key()
    return attachments.send_once(
        connection, w.keyring, code, secret, text, sent.papers, key, w.clock.now()
    )


def _rating(w: Wiring, connection: Connection, code: str, secret: str, sent: Sent) -> Outcome:
    score, remark = sent.form.number("stars") or 0, sent.form.raw("remark")
    return service.rate(connection, w.keyring, code, secret, score, remark, w.clock.now())


def _withdrawal(w: Wiring, connection: Connection, code: str, secret: str, sent: Sent) -> Outcome:
    reason, seen = sent.form.raw("reason"), sent.form.number("version")
    return service.withdraw(
        connection, w.keyring, code, secret, reason, w.clock.now(), version=seen
    )


def _erasure(w: Wiring, connection: Connection, code: str, secret: str, sent: Sent) -> Outcome:
    if sent.form.text("sure") != "yes":
        raise Refused.one("sure", "请先勾选，确认要删除", "please tick that you are sure")
    return own_data.erase_own(connection, w.keyring, code, secret, w.clock.now())


async def message(request: Request) -> Response:
    """Writes to the lawyer, with files perhaps."""
    return await _act(request, "message", _message)


async def rating_page(request: Request) -> Response:
    """The rating alone, one thing a page."""
    return await show_page(request, template="ticket_rating.html")


async def rating(request: Request) -> Response:
    """Rates the answer."""
    return await _act(request, "rating", _rating)


async def withdraw_page(request: Request) -> Response:
    """Asks before the question is taken back."""
    return await show_page(request, template="ticket_withdraw.html")


async def withdraw(request: Request) -> Response:
    """Takes the question back."""
    return await _act(request, "withdraw", _withdrawal, "ticket_withdraw.html")


async def erase_page(request: Request) -> Response:
    """Says what is deleted, what stays and why, and asks."""
    return await show_page(request, template="ticket_erase.html")


async def erase(request: Request) -> Response:
    """Has everything destroyed that was written."""
    return await _act(request, "erase", _erasure, "ticket_erase.html")


routes = [
    Route("/t/{ticket}/messages", message, methods=["POST"]),
    Route("/t/{ticket}/attachments", message, methods=["POST"]),
    Route("/t/{ticket}/rating", rating_page),
    Route("/t/{ticket}/rating", rating, methods=["POST"]),
    Route("/t/{ticket}/withdraw", withdraw_page),
    Route("/t/{ticket}/withdraw", withdraw, methods=["POST"]),
    Route("/t/{ticket}/erase", erase_page),
    Route("/t/{ticket}/erase", erase, methods=["POST"]),
]
