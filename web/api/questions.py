"""Calls of whoever asks: ask, follow, write again, rate, take back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response

from zhiban.data.wording import FieldError, Refused
from zhiban.queue import service
from zhiban.queue.asking import COUNTERS
from zhiban.queue.guardian import Guardian
from zhiban.queue.outcomes import KeyReused, Moved, NoSuchTicket, Stale
from zhiban.web.api.call import PREFIX, Answer, Call, Json, Parameter, to_json
from zhiban.web.api.outcomes import moved_or_problem
from zhiban.web.api.questions_model import (
    AskedOut,
    MessageIn,
    MovedOut,
    QuestionIn,
    RatingIn,
    TicketOut,
    WithdrawIn,
)
from zhiban.web.api.shapes import asked_out, ticket_out
from zhiban.web.headers import header
from zhiban.web.i18n import language_of
from zhiban.web.limits import address
from zhiban.web.problems import Problem
from zhiban.web.security import viewer_of
from zhiban.web.wiring import wiring_of

KEY = Parameter("Idempotency-Key", "header", "Random, 128 bits or more; kept for 48 hours.")


async def ask(request: Request) -> Answer:
    """Takes a question in; the same key with the same body gives the same answer again."""
    wiring = wiring_of(request)
    wiring.limiter.check("ask", address(request))
    given: QuestionIn = request.state.input
    key, viewer = request.headers.get("idempotency-key"), viewer_of(request)
    asking = service.Ask(
        text=given.text,
        division=given.division,
        consent=given.consent,
        category=given.category,
        channel=given.channel,
        contact=given.contact,
        other_party=given.other_party,
        green_lane=tuple(given.green_lane),
        entered_by=None if viewer is None else viewer.login,
        under_14=given.under_14,
        guardian=guardian_of(given),
    )
    if viewer is None:
        refuse_counter(given.channel)
    now = wiring.clock.now()
    done = await wiring.write(service.Asking(wiring.keyring, asking, key, now))
    if isinstance(done, KeyReused):
        raise Problem(409, done.why, (FieldError("Idempotency-Key", done.why),))
    headers = {"Location": f"{PREFIX}/questions/{done.ticket}"}
    if done.repeated:
        headers["Idempotent-Replayed"] = "true"
    return Answer(asked_out(done, language_of(request)), headers=headers)


def guardian_of(given: QuestionIn) -> Guardian | None:
    """The guardian that a body names."""
    named = given.guardian
    return None if named is None else Guardian(named.name, named.relation, named.consent)


def refuse_counter(channel: str) -> None:
    """Refuses a channel by which only staff enter questions."""
    if channel in COUNTERS:
        raise Refused.one(
            "channel", "来访和电话由工作人员登记", "walk-ins and calls are entered by staff"
        )


def held_secret(request: Request) -> tuple[str, str]:
    """The ticket of the path and the secret of the header, within the limit on tries."""
    wiring_of(request).limiter.check("ticket", address(request))
    secret = header(request.scope, b"x-ticket-secret").decode("latin-1")
    return request.path_params["ticket"][:40], secret[:80]


async def follow(request: Request) -> Response:
    """What happened to a question so far."""
    wiring = wiring_of(request)
    ticket, secret = held_secret(request)
    now = wiring.clock.now()
    lang = language_of(request)
    content = await wiring.following.answer(
        ticket, secret, now, lang, lambda view: to_json(ticket_out(view, lang))
    )
    if content is None:
        raise Problem(404, NoSuchTicket().why)
    return Json(content, 200, {"Content-Language": lang})


Command = Callable[[Connection, datetime], Moved | Stale | NoSuchTicket]


async def _do(request: Request, ticket: str, command: Command) -> Answer:
    wiring = wiring_of(request)
    now = wiring.clock.now()
    done = await wiring.write(lambda connection: command(connection, now))
    return moved_or_problem(ticket, done)


async def message(request: Request) -> Answer:
    """Adds a message, once for one key; a closed question opens by it."""
    ticket, secret = held_secret(request)
    wiring, text = wiring_of(request), request.state.input.text
    keyring, key, now = wiring.keyring, request.headers.get("idempotency-key"), wiring.clock.now()

    def write(connection: Connection) -> Moved | Stale | NoSuchTicket | KeyReused:
        if key is None:
            return service.message(connection, keyring, ticket, secret, text, now)
        return service.message_once(connection, keyring, ticket, secret, text, key, now)

    done = await wiring.write(write)
    if isinstance(done, KeyReused):
        raise Problem(409, done.why, (FieldError("Idempotency-Key", done.why),))
    return moved_or_problem(ticket, done)


async def rating(request: Request) -> Answer:
    """Rates the answer."""
    ticket, secret = held_secret(request)
    keyring, given = wiring_of(request).keyring, request.state.input
    return await _do(
        request,
        ticket,
        lambda connection, now: service.rate(
            connection, keyring, ticket, secret, given.score, given.text, now
        ),
    )


async def withdraw(request: Request) -> Answer:
    """Takes the question back."""
    ticket, secret = held_secret(request)
    keyring, given = wiring_of(request).keyring, request.state.input
    return await _do(
        request,
        ticket,
        lambda connection, now: service.withdraw(
            connection, keyring, ticket, secret, given.text, now, version=given.version
        ),
    )


CALLS = (
    Call(
        "POST",
        "/questions",
        ask,
        "Ask a question; it goes to a lawyer on duty at once, or waits for the next one.",
        answer=AskedOut,
        status=201,
        body=QuestionIn,
        parameters=(KEY,),
        problems=(409, 429),
    ),
    Call(
        "GET",
        "/questions/{ticket}",
        follow,
        "Follow a question.",
        answer=TicketOut,
        secret=True,
    ),
    *(
        Call(
            "POST",
            f"/questions/{{ticket}}/{path}",
            handler,
            about,
            answer=MovedOut,
            body=body,
            secret=True,
            parameters=(KEY,) if path == "messages" else (),
            problems=(409,),
        )
        for path, handler, about, body in (
            ("messages", message, "Write again; a closed question opens by it.", MessageIn),
            ("rating", rating, "Rate the answer, 1 to 5.", RatingIn),
            ("withdraw", withdraw, "Take the question back.", WithdrawIn),
        )
    ),
)
