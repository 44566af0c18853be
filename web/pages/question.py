"""A question at the lawyer's desk: read it, accept it, answer it, or pass it on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from zhiban.queue import service
from zhiban.queue.outcomes import NotYours
from zhiban.queue.tickets import read_code
from zhiban.queue.views import QuestionPage
from zhiban.web import words
from zhiban.web.i18n import Lang, language_of, translate
from zhiban.web.pages.form import Form
from zhiban.web.pages.lawyer import lawyer_of
from zhiban.web.pages.signs import Sign, sign
from zhiban.web.pages.talk import Entry, entries
from zhiban.web.problems import Problem
from zhiban.web.render import page
from zhiban.web.security import allowed, staff
from zhiban.web.wiring import wiring_of


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


async def question_page(
    request: Request,
    *,
    reveal: bool = False,
    errors: Mapping[str, str] | None = None,
    form: Form | None = None,
    stale: str = "",
    status: int = 200,
) -> Response:
    lang, now, code = language_of(request), wiring_of(request).clock.now(), code_of(request)
    found = await question_of(request, reveal=reveal)
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


async def question_of(request: Request, *, reveal: bool = False) -> QuestionPage | NotYours:
    """The question, if it is the viewer's; reading it is recorded, so the writer does it."""
    wiring, code = wiring_of(request), code_of(request)
    viewer, now = f"lawyer:{lawyer_of(staff(request))}", wiring.clock.now()

    def look(connection: Connection) -> QuestionPage | NotYours:
        return service.question_for(connection, wiring.keyring, code, viewer, now, reveal=reveal)

    return await wiring.write(look)


_GONE = NotYours().why


def code_of(request: Request) -> str:
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
    return await question_page(request)


@allowed("lawyer")
async def reveal(request: Request) -> Response:
    """The same with contact and other party in full; that is recorded."""
    return await question_page(request, reveal=True)


routes = [
    Route("/lawyer/q/{ticket}", show),
    Route("/lawyer/q/{ticket}/reveal", reveal, methods=["POST"]),
]
