"""What a lawyer does with a question: accept, answer, ask back, give back, close."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from zhiban.data.crypt import Keyring
from zhiban.data.wording import Refused
from zhiban.queue import service
from zhiban.queue.outcomes import Moved, NotYours, Stale
from zhiban.queue.views import QuestionPage
from zhiban.web.i18n import language_of
from zhiban.web.pages.form import Form, form_of
from zhiban.web.pages.lawyer import lawyer_of
from zhiban.web.pages.question import code_of, question_of, question_page
from zhiban.web.problems import Problem
from zhiban.web.security import allowed, staff
from zhiban.web.wiring import wiring_of

Outcome = Moved | Stale | NotYours
Act = Callable[[Connection, Keyring, service.Move], Outcome]


# What can be done, the field that is written in, and where one is afterwards; a declined question
# is no longer one's own.
_ACTS: Mapping[str, tuple[Act, str, str]] = {
    "accept": (service.accept, "text", "/lawyer/q/{code}?done=accept"),
    "answer": (service.answer, "text", "/lawyer/q/{code}?done=answer"),
    "ask-back": (service.ask_back, "text", "/lawyer/q/{code}?done=ask-back"),
    "decline": (service.decline, "reason", "/lawyer"),
    "close": (service.close, "closing", "/lawyer/q/{code}?done=close"),
}


async def _done_already(request: Request, name: str, form: Form) -> bool:
    """Whether this is the second tap of what the first has done."""
    found = await question_of(request)
    if not isinstance(found, QuestionPage) or not found.steps:
        return False
    last = found.steps[-1]
    written = last.text is None or last.text in (form.text("text"), form.text("closing"))
    return last.kind == _LEAVES.get(name) and last.who == "lawyer" and written


# The kind of event that an act leaves behind.
_LEAVES = {
    "accept": "accepted",
    "answer": "answered",
    "ask-back": "asked_back",
    "close": "closed",
}


@allowed("lawyer")
async def act(request: Request) -> Response:
    """Does one thing to the question; 409 with what was typed where it has moved on."""
    name = request.path_params["act"]
    if name not in _ACTS:
        raise Problem(404)
    done, field, target = _ACTS[name]
    wiring, lang, code = wiring_of(request), language_of(request), code_of(request)
    lawyer, form = lawyer_of(staff(request)), await form_of(request)
    now, version = wiring.clock.now(), form.number("version") or 0
    move = service.Move(code, lawyer, now, form.raw(field), version)
    try:
        result = await wiring.write(lambda c: done(c, wiring.keyring, move))
    except Refused as refused:
        errors = {field: refused.errors[0].text.in_(lang)}
        return await question_page(request, errors=errors, form=form, status=422)
    if isinstance(result, NotYours):
        raise Problem(409, result.why)
    if isinstance(result, Stale) and not await _done_already(request, name, form):
        return await question_page(request, form=form, stale=result.why.in_(lang), status=409)
    return RedirectResponse(target.format(code=code), 303)


routes = [Route("/lawyer/q/{ticket}/{act}", act, methods=["POST"])]
