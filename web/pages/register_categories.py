"""What questions are about: the list of categories, and how much hangs on each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, func, select
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from zhiban.data import category_edits as edits
from zhiban.data.categories import Category
from zhiban.data.records import LawyerRecord, table
from zhiban.data.wording import Refused
from zhiban.queue.question import ENDED
from zhiban.queue.records import QUESTION
from zhiban.queue.suggesting import read_lexicon
from zhiban.web.i18n import language_of
from zhiban.web.notify.inbox import unread
from zhiban.web.pages.form import Form, form_of
from zhiban.web.pages.register_parts import DESK, PATH
from zhiban.web.problems import Problem
from zhiban.web.render import page
from zhiban.web.security import allowed, staff
from zhiban.web.wiring import wiring_of

CATEGORIES = f"{PATH}/categories"
_LAWYER = table(LawyerRecord)
_ENDED = [state.value for state in sorted(ENDED)]
_NEW = ("code", "name", "name_en")


@allowed(*DESK)
async def show(request: Request) -> Response:
    """All categories in their order."""
    return await _page(request)


async def _page(
    request: Request,
    said: Form | None = None,
    errors: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    wiring, viewer = wiring_of(request), staff(request)

    def look(connection: Connection) -> dict[str, Any]:
        found = edits.load_categories(connection)
        return {
            "rows": found,
            "version": edits.version_of(found),
            "uses": _uses(connection),
            "unread": unread(connection, viewer),
        }

    values = await wiring.read(look)
    fields = {f"new.{name}": "" for name in _NEW}
    for n, one in enumerate(values["rows"], 1):
        fields |= {
            f"{one.code}.name": one.name,
            f"{one.code}.name_en": one.name_en,
            f"{one.code}.position": str(n),
        }
    sent = {} if said is None else {name: said.raw(name) for name in fields if name in said.values}
    return page(
        request,
        "register_categories.html",
        status_code=status,
        form=fields | sent,
        errors=errors or {},
        stale=status == 409,
        may=viewer.may("scheduler"),
        lexicon=read_lexicon().categories,
        done=request.query_params.get("done", ""),
        **values,
    )


def _uses(connection: Connection) -> dict[str, tuple[int, int, int]]:
    """How many questions in all, open questions, and lawyers each category has."""
    every = select(QUESTION.c.category, func.count()).group_by(QUESTION.c.category)
    running = every.where(QUESTION.c.state.not_in(_ENDED))
    whole = {row[0]: row[1] for row in connection.execute(every)}
    still = {row[0]: row[1] for row in connection.execute(running)}
    lawyers: dict[str, int] = {}
    for skills in connection.execute(select(_LAWYER.c.skills)).scalars():
        for one in skills:
            lawyers[one] = lawyers.get(one, 0) + 1
    return {
        code: (whole.get(code, 0), still.get(code, 0), lawyers.get(code, 0))
        for code in whole.keys() | lawyers.keys()
        if code is not None
    }


@allowed("scheduler")
async def change(request: Request) -> Response:
    """Renames and orders, adds, retires or offers again."""
    wiring, lang, by = wiring_of(request), language_of(request), staff(request).login
    form, now, act = await form_of(request), wiring.clock.now(), request.path_params["act"]

    def command(connection: Connection) -> bool:
        before = edits.load_categories(connection)
        if form.text("version") != edits.version_of(before):
            return False
        edits.save_categories(connection, wiring.keyring, _after(act, before, form), by, now)
        return True

    try:
        done = await wiring.write(command)
    except Refused as refused:
        errors = {one.field: one.text.in_(lang) for one in refused.errors}
        return await _page(request, form, errors, 422)
    if not done:
        return await _page(request, form, status=409)
    return RedirectResponse(f"{CATEGORIES}?done={act}", 303)


def _after(act: str, before: Sequence[Category], form: Form) -> tuple[Category, ...]:
    if act == "save":
        return edits.ordered(
            before, {one.code: _said(one, n, form) for n, one in enumerate(before)}
        )
    if act == "add":
        code, name, name_en = (form.text(f"new.{field}") for field in _NEW)
        return edits.with_new(before, Category(code or "-", name, name_en))
    chosen = form.text("code")
    if act not in ("retire", "restore") or chosen not in {one.code for one in before}:
        raise Problem(404)
    changed = [
        replace(one, retired=act == "retire") if one.code == chosen else one for one in before
    ]
    return edits.checked(changed)


def _said(one: Category, place: int, form: Form) -> tuple[str, str, int]:
    """Names and place as written; what was not sent, or is no number, stays as it was."""
    names = [
        form.text(f"{one.code}.{field}") if f"{one.code}.{field}" in form.values else kept
        for field, kept in (("name", one.name), ("name_en", one.name_en))
    ]
    number = form.number(f"{one.code}.position")
    new = place if number is None else number - 1
    # Who goes to the place of another stands before it coming from below, after it from above.
    return names[0], names[1], 2 * new + (new > place) - (new < place)


routes = [
    Route(CATEGORIES, show),
    Route(CATEGORIES + "/{act}", change, methods=["POST"]),
]
