"""A question at the lawyer's desk: read it, accept it, answer it, or pass it on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from zhiban.data.wording import Refused
from zhiban.queue import service
from zhiban.queue.outcomes import Moved, NotYours, Stale
from zhiban.queue.tickets import read_code
from zhiban.queue.views import QuestionPage
from zhiban.web import words
from zhiban.web.i18n import Lang, language_of, translate
from zhiban.web.pages.form import Form, form_of
from zhiban.web.pages.lawyer import lawyer_of
from zhiban.web.pages.signs import Sign, sign
from zhiban.web.pages.talk import Entry, entries
from zhiban.web.problems import Problem
from zhiban.web.render import page
from zhiban.web.security import allowed, staff
from zhiban.web.wiring import Wiring, wiring_of

Outcome = Moved | Stale | NotYours
Act = Callable[[Wiring, Connection, str, str, int, Form], Outcome]


@dataclass(frozen=True, slots=True)
class ClockLine:
    """One running clock, named."""

    name: str
    sign: Sign
    by: str


@dataclass(frozen=True, slots=True)
class QuestionShown:
    """A question as its page shows it."""

    code: str
    version: int
    state: str
    sign: Sign | None
    category: str
    story: str
    division: str
    asked: datetime
    channel: str
    green: tuple[str, ...]
    contact: str
    other_party: str
    may_reveal: bool
    revealed: bool
    clocks: tuple[ClockLine, ...]
    entries: tuple[Entry, ...]
    can: frozenset[str]


def shown(found: QuestionPage, now: datetime, lang: Lang) -> QuestionShown:
    """The question in words."""
    running = [clock for clock in found.clocks if clock.runs]
    return QuestionShown(
        code=found.ticket,
        version=found.version,
        state=found.state,
        sign=sign(found.due, now, lang) if found.due else None,
        category=found.category.name.in_(lang) if found.category else "",
        story=found.story,
        division=found.division.name.in_(lang),
        asked=found.asked,
        channel=found.channel.name.in_(lang),
        green=tuple(group.name.in_(lang) for group in found.green_lane),
        contact=found.contact or "",
        other_party=found.other_party or "",
        may_reveal=not found.revealed and bool(found.contact or found.other_party),
        revealed=found.revealed,
        clocks=tuple(
            ClockLine(
                words.name("clock", clock.kind, lang),
                sign(clock, now, lang),
                words.before(clock.due, now, lang),
            )
            for clock in running
        ),
        # The story stands above; its event would tell it twice.
        entries=entries(found.steps[1:], "staff", lang),
        can=found.can,
    )


async def _show(
    request: Request,
    *,
    reveal: bool = False,
    errors: Mapping[str, str] | None = None,
    form: Form | None = None,
    stale: str = "",
    status: int = 200,
) -> Response:
    lang, now, code = language_of(request), wiring_of(request).clock.now(), _code(request)
    found = await _found(request, reveal=reveal)
    if not isinstance(found, QuestionPage):
        raise Problem(404, _GONE)
    done = request.query_params.get("done", "")
    return page(
        request,
        "question.html",
        status_code=status,
        q=shown(found, now, lang),
        said=_said(done, lang),
        sent=f"q-{code}" if done in ("answer", "ask-back") else "",
        stale=stale,
        errors=errors or {},
        form={field: form.raw(field) if form else "" for field in ("text", "reason", "closing")},
    )


async def _found(request: Request, *, reveal: bool = False) -> QuestionPage | NotYours:
    """The question, if it is the viewer's; reading it is recorded, so the writer does it."""
    wiring, code = wiring_of(request), _code(request)
    viewer, now = f"lawyer:{lawyer_of(staff(request))}", wiring.clock.now()

    def look(connection: Connection) -> QuestionPage | NotYours:
        return service.question_for(connection, wiring.keyring, code, viewer, now, reveal=reveal)

    return await wiring.write(look)


_GONE = NotYours().why


def _code(request: Request) -> str:
    code = read_code(request.path_params["ticket"])
    if code is None:
        raise Problem(404)
    return code


def _said(done: str, lang: Lang) -> str:
    return {
        "accept": translate(lang, "已接收。市民会看到由您解答。"),
        "answer": translate(lang, "答复已发出，市民可以继续追问。"),
        "ask-back": translate(lang, "已请对方补充，等待期间不计时。"),
        "close": translate(lang, "已办结。"),
    }.get(done, "")


@allowed("lawyer")
async def show(request: Request) -> Response:
    """The question's page."""
    return await _show(request)


@allowed("lawyer")
async def reveal(request: Request) -> Response:
    """The same with contact and other party in full; that is recorded."""
    return await _show(request, reveal=True)


def _accept(w: Wiring, c: Connection, code: str, lawyer: str, version: int, form: Form) -> Outcome:
    return service.accept(c, w.keyring, code, lawyer, version, form.raw("text"), w.clock.now())


def _answer(w: Wiring, c: Connection, code: str, lawyer: str, version: int, form: Form) -> Outcome:
    return service.answer(c, w.keyring, code, lawyer, version, form.raw("text"), w.clock.now())


def _ask_back(
    w: Wiring, c: Connection, code: str, lawyer: str, version: int, form: Form
) -> Outcome:
    return service.ask_back(c, w.keyring, code, lawyer, version, form.raw("text"), w.clock.now())


def _decline(w: Wiring, c: Connection, code: str, lawyer: str, version: int, form: Form) -> Outcome:
    return service.decline(c, w.keyring, code, lawyer, version, form.raw("reason"), w.clock.now())


def _close(w: Wiring, c: Connection, code: str, lawyer: str, version: int, form: Form) -> Outcome:
    return service.close(c, w.keyring, code, lawyer, version, form.raw("closing"), w.clock.now())


# What can be done, and where one is afterwards; a declined question is no longer one's own.
_ACTS: Mapping[str, tuple[Act, str]] = {
    "accept": (_accept, "/lawyer/q/{code}?done=accept"),
    "answer": (_answer, "/lawyer/q/{code}?done=answer"),
    "ask-back": (_ask_back, "/lawyer/q/{code}?done=ask-back"),
    "decline": (_decline, "/lawyer"),
    "close": (_close, "/lawyer/q/{code}?done=close"),
}


async def _done_already(request: Request, name: str, form: Form) -> bool:
    """Whether this is the second tap of what the first has done."""
    found = await _found(request)
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


# Where on the page stands what an act was given.
_FIELDS = {"decline": "reason", "close": "closing"}


@allowed("lawyer")
async def act(request: Request) -> Response:
    """Does one thing to the question; 409 with what was typed where it has moved on."""
    name = request.path_params["act"]
    if name not in _ACTS:
        raise Problem(404)
    done, target = _ACTS[name]
    wiring, lang, code = wiring_of(request), language_of(request), _code(request)
    lawyer, form = lawyer_of(staff(request)), await form_of(request)
    version = form.number("version") or 0
    try:
        result = await wiring.write(lambda c: done(wiring, c, code, lawyer, version, form))
    except Refused as refused:
        field = _FIELDS.get(name, "text")
        errors = {field: refused.errors[0].text.in_(lang)}
        return await _show(request, errors=errors, form=form, status=422)
    if isinstance(result, NotYours):
        raise Problem(409, result.why)
    if isinstance(result, Stale) and not await _done_already(request, name, form):
        return await _show(request, form=form, stale=result.why.in_(lang), status=409)
    return RedirectResponse(target.format(code=code), 303)


routes = [
    Route("/lawyer/q/{ticket}", show),
    Route("/lawyer/q/{ticket}/reveal", reveal, methods=["POST"]),
    Route("/lawyer/q/{ticket}/{act}", act, methods=["POST"]),
]
