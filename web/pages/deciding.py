"""What a lawyer does with a question: each step of `ACTS`, once, and nothing typed is lost."""

from __future__ import annotations

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from zhiban.data.wording import Refused
from zhiban.queue import service
from zhiban.queue.event import lawyer_actor
from zhiban.queue.numbers_in import private_numbers
from zhiban.queue.outcomes import Moved, NotPossible, NotYours, Stale
from zhiban.queue.phrases import phrases_for
from zhiban.queue.question import State
from zhiban.queue.repeated import repeated
from zhiban.web.i18n import language_of
from zhiban.web.pages.acting import ACTS, Act, Outcome
from zhiban.web.pages.form import Form
from zhiban.web.pages.lawyer import lawyer_of
from zhiban.web.pages.question import Refusal, Typed, code_of, question_page
from zhiban.web.pages.uploads import Sent, sent_of
from zhiban.web.problems import Problem
from zhiban.web.security import allowed, staff
from zhiban.web.wiring import wiring_of

_SPOKEN = ("answer", "ask-back")


@allowed("lawyer")
async def act(request: Request) -> Response:
    """Does one thing to the question; 409 with what was typed where it has moved on."""
    name = request.path_params["act"]
    if name not in ACTS:
        raise Problem(404)
    return await _do(request, name, await sent_of(request))


@allowed("lawyer")
async def send_with_files(request: Request) -> Response:
    """The form of the answer, which may bring files; its buttons name what is to be done."""
    given = await sent_of(request)
    name = given.form.text("act") or "attach"
    if name not in (*_SPOKEN, "attach"):
        raise Problem(404)
    return await _do(request, name, given)


async def _do(request: Request, name: str, given: Sent) -> Response:
    wiring, lang, code = wiring_of(request), language_of(request), code_of(request)
    done, typed = ACTS[name], Typed(name, given.form)
    if given.faults:
        errors = {f"{name}-file" if name == "attach" else "file": given.faults[0].in_(lang)}
        return await question_page(request, Refusal(typed, errors, status=422))
    numbers = _unconfirmed(name, given.form)
    if numbers:
        return await question_page(request, Refusal(typed, numbers=numbers, status=422))
    move = _move(request, done, given.form)
    try:
        result = await wiring.write(lambda c: _once(c, request, done, move, given))
    except Refused as refused:
        errors = {_id(name, done, e.field): e.text.in_(lang) for e in refused.errors}
        return await question_page(request, Refusal(typed, errors, status=422))
    if isinstance(result, NotYours):
        written = [given.form.raw(field) for field in done.fields if given.form.text(field)]
        raise Problem(409, result.why, written=written)
    if isinstance(result, Stale | NotPossible):
        stale = Refusal(typed, stale=result.why.in_(lang), status=409)
        return await question_page(request, stale)
    home = "/lawyer" if done.leaves else f"/lawyer/q/{code}"
    return RedirectResponse(f"{home}?done={name}", 303)


def _move(request: Request, done: Act, form: Form) -> service.Move:
    """Who does what to the question, as they saw it."""
    return service.Move(
        code_of(request),
        lawyer_of(staff(request)),
        wiring_of(request).clock.now(),
        form.raw(done.text) if done.text else "",
        form.number("version") or 0,
    )


def _once(
    connection: Connection, request: Request, done: Act, move: service.Move, given: Sent
) -> Outcome:
    """Does it, unless it is the second tap of what the first has done."""
    keyring, seen = wiring_of(request).keyring, given.form.number("seen") or move.version
    text = move.text if done.told else None
    if seen is not None and repeated(
        connection, keyring, move.ticket, lawyer_actor(move.who), done.kind, seen, text
    ):
        return Moved(State.ACCEPTED, seen, repeated=True)
    return done.run(connection, keyring, move, given)


def _unconfirmed(name: str, form: Form) -> tuple[str, ...]:
    """Private numbers in what is about to be sent, unless that was meant: asked once."""
    if name not in _SPOKEN:
        return ()
    found = private_numbers(form.raw("text"))
    return () if set(found) <= set(form.all("sure")) else found


def _id(name: str, done: Act, field: str) -> str:
    """The id of the field at fault on the page."""
    if name in _SPOKEN:
        return field
    return f"{name}-{done.text if field == 'text' else field}"


@allowed("lawyer")
async def insert(request: Request) -> Response:
    """The answer as typed with a template at its end, for browsers without scripts."""
    wiring, lawyer = wiring_of(request), lawyer_of(staff(request))
    given = await sent_of(request)
    wanted = given.form.number("phrase")
    known = await wiring.read(lambda c: phrases_for(c, lawyer))
    body = next((one.body for one in known if one.id == wanted), "")
    text = "\n".join(part for part in (given.form.raw("text").rstrip(), body) if part)
    return await question_page(request, Refusal(Typed("answer", Form({"text": (text,)}))))


routes = [
    Route("/lawyer/q/{ticket}/attachments", send_with_files, methods=["POST"]),
    Route("/lawyer/q/{ticket}/insert", insert, methods=["POST"]),
    Route("/lawyer/q/{ticket}/{act}", act, methods=["POST"]),
]
