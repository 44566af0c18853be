"""The library at the desks: lawyers propose; supervisors review, publish, withdraw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from zhiban.data.wording import Refused
from zhiban.queue import library_desk as desk
from zhiban.queue.deidentifying import Trace
from zhiban.queue.library import category_names
from zhiban.queue.library_entry import STATUSES, Entry, Status, Texts
from zhiban.queue.outcomes import NotPossible, NotYours, Stale
from zhiban.queue.proposing import propose_question
from zhiban.web.accounts import Role
from zhiban.web.i18n import language_of, translate
from zhiban.web.notify.inbox import unread
from zhiban.web.pages.form import Form, form_of
from zhiban.web.pages.lawyer import lawyer_of
from zhiban.web.problems import Problem
from zhiban.web.render import page
from zhiban.web.security import allowed, staff
from zhiban.web.wiring import wiring_of

PATH = "/supervisor/library"
SIZE = 20
_REVIEWERS: tuple[Role, ...] = ("supervisor", "administrator")
_TARGET: dict[str, Status] = {"publish": "reviewed", "withdraw": "withdrawn", "redraft": "draft"}
_EMPTY = Texts("", "", "", "")


@dataclass(frozen=True, slots=True)
class Editing:
    """The form of an entry: which one (None: a new one), what is written, what is wrong."""

    entry: Entry | None
    texts: Texts
    errors: Mapping[str, str]
    traces: Sequence[tuple[str, Trace]] = ()
    moved_on: bool = False
    confirm: bool = False


def _status(request: Request) -> Status:
    given = request.query_params.get("status", "draft")
    found: dict[str, Status] = {
        "draft": "draft",
        "reviewed": "reviewed",
        "withdrawn": "withdrawn",
    }
    return found.get(given, "draft")


@allowed(*_REVIEWERS)
async def listing(request: Request) -> Response:
    """Entries of one state: what waits for a review first."""
    wiring, lang, status = wiring_of(request), language_of(request), _status(request)
    viewer, number = staff(request), _number(request)

    def look(connection: Connection) -> tuple[tuple[tuple[Entry, ...], int], dict[str, int], int]:
        found = desk.entries(connection, status, (number - 1) * SIZE, SIZE)
        return found, desk.numbers(connection), unread(connection, viewer)

    (entries, total), counts, news = await wiring.read(look)
    names = await wiring.read(lambda c: category_names(c, lang))
    return page(
        request,
        "library.html",
        status=status,
        chips=[(code, text.in_(lang), counts.get(code, 0)) for code, text in STATUSES.items()],
        entries=[(one, len(one.texts.traces())) for one in entries],
        names=names,
        number=number,
        pages=max(1, -(-total // SIZE)),
        done=request.query_params.get("done", "")[:12],
        unread=news,
    )


def _number(request: Request) -> int:
    given = request.query_params.get("page", "1")
    return max(1, int(given[:6])) if given.isascii() and given.isdigit() else 1


@allowed(*_REVIEWERS)
async def new(request: Request) -> Response:
    """The form of an entry written at the desk."""
    return await _edit(request, Editing(None, _EMPTY, {}))


@allowed(*_REVIEWERS)
async def show(request: Request) -> Response:
    """The form of one entry, with what may tell who somebody is."""
    found = await wiring_of(request).read(lambda c: desk.entry(c, _id(request)))
    if found is None:
        raise Problem(404)
    return await _edit(request, Editing(found, found.texts, {}, found.texts.traces()))


async def _edit(request: Request, editing: Editing, status: int = 200) -> Response:
    wiring, lang, viewer = wiring_of(request), language_of(request), staff(request)
    names, news = await wiring.read(lambda c: (category_names(c, lang), unread(c, viewer)))
    statuses = {code: text.in_(lang) for code, text in STATUSES.items()}
    return page(
        request,
        "library_entry.html",
        status_code=status,
        editing=editing,
        entry=editing.entry,
        texts=editing.texts,
        errors=editing.errors,
        names=names,
        statuses=statuses,
        unread=news,
    )


@allowed(*_REVIEWERS)
async def add(request: Request) -> Response:
    """Stores an entry written at the desk as a draft."""
    form = await form_of(request)
    texts, wiring, by = _texts(form), wiring_of(request), f"staff:{staff(request).login}"
    now = wiring.clock.now()
    try:
        id = await wiring.write(lambda c: desk.propose(c, texts, by, now))
    except Refused as refused:
        errors = _errors(request, refused)
        return await _edit(request, Editing(None, texts, errors, texts.traces()), 422)
    return RedirectResponse(f"{PATH}/{id}", 303)


@allowed(*_REVIEWERS)
async def save(request: Request) -> Response:
    """Writes an entry: saves it, publishes it, withdraws it, or makes it a draft again."""
    form, wiring, id = await form_of(request), wiring_of(request), _id(request)
    before = await wiring.read(lambda c: desk.entry(c, id))
    if before is None:
        raise Problem(404)
    texts, act = _texts(form), form.text("do")
    target = _TARGET.get(act, before.status)
    found = texts.traces()
    if target == "reviewed" and found and form.text("clear") != "yes":
        errors = {"clear": _unclear(request, len(found))}
        return await _edit(request, Editing(before, texts, errors, found, confirm=True), 422)
    by, now = f"staff:{staff(request).login}", wiring.clock.now()
    version = form.number("version") or 0
    try:
        done = await wiring.write(lambda c: desk.change(c, id, version, texts, target, by, now))
    except Refused as refused:
        errors = _errors(request, refused)
        return await _edit(request, Editing(before, texts, errors, found), 422)
    if isinstance(done, Stale):
        return await _edit(request, Editing(before, texts, {}, found, moved_on=True), 409)
    if isinstance(done, desk.NoSuchEntry):
        raise Problem(404)
    return RedirectResponse(f"{PATH}?status={done.status}&done={act or 'save'}", 303)


def _unclear(request: Request, number: int) -> str:
    return translate(
        language_of(request),
        "有%(number)s处可能认得出当事人，请改掉，或者核对后勾选再公开。",
        number=number,
    )


def _texts(form: Form) -> Texts:
    return Texts(form.raw("title"), form.raw("question"), form.raw("answer"), form.text("category"))


def _errors(request: Request, refused: Refused) -> dict[str, str]:
    lang = language_of(request)
    return {error.field: error.text.in_(lang) for error in refused.errors}


def _id(request: Request) -> int:
    id: int = request.path_params["id"]
    if id >= 2**31:
        raise Problem(404)
    return id


@allowed("lawyer")
async def propose(request: Request) -> Response:
    """Proposes an answered question of one's own for the library."""
    wiring, ticket = wiring_of(request), request.path_params["ticket"][:20]
    lawyer, now = lawyer_of(staff(request)), wiring_of(request).clock.now()
    done = await wiring.write(lambda c: propose_question(c, wiring.keyring, ticket, lawyer, now))
    if isinstance(done, NotYours):
        raise Problem(404)
    if isinstance(done, NotPossible):
        raise Problem(409, done.why)
    return RedirectResponse(f"/lawyer/q/{ticket}?done=propose", 303)


routes = [
    Route(PATH, listing),
    Route(PATH, add, methods=["POST"]),
    Route(f"{PATH}/new", new),
    Route(PATH + "/{id:int}", show),
    Route(PATH + "/{id:int}", save, methods=["POST"]),
    Route("/lawyer/q/{ticket}/propose", propose, methods=["POST"]),
]
