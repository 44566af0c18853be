"""A question at the supervisor's desk: found by its code, read, and what only a supervisor does."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from zhiban.data.crypt import Keyring
from zhiban.data.wording import Refused
from zhiban.queue import service
from zhiban.queue.duplicates import Duplicate, likely_duplicates
from zhiban.queue.event import Kind, staff_actor
from zhiban.queue.outcomes import Moved, NoSuchTicket, NotPossible, NotYours, Stale
from zhiban.queue.question import State
from zhiban.queue.repeated import repeated
from zhiban.queue.risk import OpenCase, open_cases
from zhiban.queue.supervising import is_known
from zhiban.queue.tickets import read_code
from zhiban.queue.views import QuestionPage
from zhiban.web.i18n import Lang, language_of, translate
from zhiban.web.notify.inbox import unread
from zhiban.web.pages.form import Form, form_of
from zhiban.web.pages.question import Typed, code_of, shown
from zhiban.web.pages.supervisor import DESK, Shown, desk_page
from zhiban.web.problems import Problem
from zhiban.web.render import page
from zhiban.web.security import allowed, staff
from zhiban.web.trial import tried
from zhiban.web.wiring import wiring_of

PATH = "/supervisor/q"
Outcome = Moved | Stale | NoSuchTicket | NotPossible
Run = Callable[[Connection, Keyring, service.Move, Form], Outcome]


@dataclass(frozen=True, slots=True)
class Act:
    """One thing a supervisor does: `can` among what the page allows, `text` the field written in.

    What `asks` is tried out first, and done once that is confirmed. By `told` a second tap is
    known by its text as well as by its kind.
    """

    kind: Kind
    can: str
    run: Run
    text: str = ""
    told: bool = False
    asks: bool = False


def _plain(step: Callable[[Connection, Keyring, service.Move], Outcome]) -> Run:
    return lambda connection, keyring, move, form: step(connection, keyring, move)


def _merge(connection: Connection, keyring: Keyring, move: service.Move, form: Form) -> Outcome:
    into = read_code(form.text("into")) or ""
    if not is_known(connection, into):
        raise Refused.one(
            "into", "没有这个编号的咨询，请再看一次", "no question has this code; look again"
        )
    if into == move.ticket:
        raise Refused.one("into", "这就是它自己，请填另一件", "this is the question itself")
    return service.merge(connection, keyring, move, into=into)


ACTS: Mapping[str, Act] = {
    "reopen": Act(Kind.REOPENED, "reopen", _plain(service.reopen), "reason"),
    "note": Act(Kind.NOTED, "note", _plain(service.note_by_staff), "note", told=True),
    "merge": Act(Kind.MERGED, "merge", _merge, "reason", asks=True),
    "erase": Act(Kind.ERASED, "erase", _plain(service.erase), asks=True),
}
"""By the last part of its address."""


@dataclass(frozen=True, slots=True)
class Back:
    """What comes back with the page: what was typed, why it was not done, what is asked first."""

    typed: Typed = field(default_factory=Typed)
    errors: Mapping[str, str] = field(default_factory=dict)
    stale: str = ""
    asks: str = ""
    status: int = 200


@dataclass(frozen=True, slots=True)
class Looked:
    """What the page is made of; `other` is the question that this one would be merged into."""

    found: QuestionPage
    others: Sequence[OpenCase]
    other: QuestionPage | None
    unread: int


def _said(done: str, lang: Lang) -> str:
    """What is said after it was done."""
    return {
        "reopen": translate(lang, "已重新打开，由系统选在班律师；答复的时限开始计。"),
        "note": translate(lang, "备注已记下，市民看不到，时限不变。"),
        "merge": translate(lang, "已合并。提问人在原来的查询页看到另一件的答复。"),
        "erase": translate(lang, "个人信息已删除，只剩没有内容的记录。"),
    }.get(done, "")


async def _page(request: Request, back: Back | None = None) -> Response:
    wiring, lang, code = wiring_of(request), language_of(request), code_of(request)
    viewer, now, back = staff(request), wiring.clock.now(), back or Back()

    def look(connection: Connection) -> Looked | None:
        who = staff_actor(viewer.login)
        found = service.question_for(connection, wiring.keyring, code, who, now)
        if isinstance(found, NotYours):
            return None
        others: Sequence[OpenCase] = ()
        if "merge" in found.can:
            near = open_cases(connection, now, "all", division=found.division.code)
            others = [one for one in near if one.ticket != code]
        into = back.typed.form.text("into") if back.asks == "merge" else ""
        other = service.question_for(connection, wiring.keyring, into, who, now) if into else None
        return Looked(
            found,
            others,
            other if isinstance(other, QuestionPage) else None,
            unread(connection, viewer),
        )

    # Reading a question is recorded, so the writer does it.
    read = await wiring.write(look)
    if read is None:
        raise Problem(404)
    found = read.found
    alike: list[Duplicate] = []
    if "merge" in found.can:
        pairs = await wiring.read(lambda c: likely_duplicates(c, wiring.keyring))
        alike = [one for one in pairs if code in (one.later.ticket, one.earlier.ticket)]
    act, typed = ACTS.get(back.typed.act), back.typed
    lost = typed.form.raw(act.text) if act and act.text and act.can not in found.can else ""
    return page(
        request,
        "supervisor_question.html",
        status_code=back.status,
        q=shown(found, now, lang),
        found=found,
        home=PATH,
        said=_said(request.query_params.get("done", ""), lang),
        back=back,
        typed=typed,
        errors=back.errors,
        lost=lost,
        others=read.others,
        alike=alike,
        other=read.other,
        unread=read.unread,
    )


@allowed(*DESK)
async def show(request: Request) -> Response:
    """The question's page; with `into` the fold to join it with that one is open and filled."""
    into = read_code(request.query_params.get("into", "")[:40])
    typed = Typed("merge", Form({"into": (into,)})) if into else Typed()
    return await _page(request, Back(typed))


@allowed(*DESK)
async def find(request: Request) -> Response:
    """Leads from a ticket's code to its question; one that is none is said at the field."""
    lang, wiring = language_of(request), wiring_of(request)
    typed = request.query_params.get("ticket", "")[:40]
    if not typed.strip():
        return RedirectResponse("/supervisor", 303)
    code = read_code(typed) or ""
    if await wiring.read(lambda c: is_known(c, code)):
        return RedirectResponse(f"{PATH}/{code}", 303)
    errors = {"ticket": translate(lang, "没有这个编号的咨询，请对照凭证或者名单再输一次")}
    return await desk_page(request, Shown(Form({"ticket": (typed,)}), errors, status=404))


@allowed(*DESK)
async def act(request: Request) -> Response:
    """Does one thing to the question; 409 with what was typed where it has moved on."""
    name = request.path_params["act"]
    if name not in ACTS:
        raise Problem(404)
    wiring, lang, form = wiring_of(request), language_of(request), await form_of(request)
    done, typed, code = ACTS[name], Typed(name, form), code_of(request)
    text = form.raw(done.text) if done.text else ""
    who, now = staff(request).login, wiring.clock.now()
    move = service.Move(code, who, now, text, form.number("version") or 0)
    asks = done.asks and form.text("sure") != "yes"

    def command(connection: Connection) -> Outcome:
        seen = form.number("seen") or 0
        again = text if done.told else None
        actor, ring = staff_actor(who), wiring.keyring
        if repeated(connection, ring, code, actor, done.kind, seen, again):
            return Moved(State.CLOSED, seen, repeated=True)
        return done.run(connection, ring, move, form)

    try:
        result = await (tried(wiring, command) if asks else wiring.write(command))
    except Refused as refused:
        errors = {
            f"{name}-{done.text if e.field == 'text' else e.field}": e.text.in_(lang)
            for e in refused.errors
        }
        return await _page(request, Back(typed, errors, status=422))
    if isinstance(result, NoSuchTicket):
        raise Problem(404)
    if isinstance(result, NotPossible):
        errors = {f"{name}-into": result.why.in_(lang)}
        return await _page(request, Back(typed, errors, status=422))
    if isinstance(result, Stale):
        return await _page(request, Back(typed, stale=result.why.in_(lang), status=409))
    if asks and not result.repeated:
        return await _page(request, Back(typed, asks=name))
    return RedirectResponse(f"{PATH}/{code}?done={name}", 303)


routes = [
    Route("/supervisor/find", find),
    Route(f"{PATH}/{{ticket}}", show),
    Route(f"{PATH}/{{ticket}}/{{act}}", act, methods=["POST"]),
]
