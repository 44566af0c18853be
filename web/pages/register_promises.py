"""What the queue promises, and how questions overflow: a form, what it would change, its editions.

Nothing holds before its effect on running clocks was seen; whoever saves over a change made
meanwhile is told what it was, and keeps what they wrote.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from zhiban.data.editions import edition, editions
from zhiban.data.register import Register
from zhiban.data.register_diff import Field
from zhiban.data.store import load_register
from zhiban.data.wording import Refused
from zhiban.queue.asking import CHANNELS
from zhiban.queue.knowledge import rules_from, rules_json
from zhiban.queue.policy import CLOCK_NAMES
from zhiban.queue.recalculation import Shift
from zhiban.queue.rule_edits import (
    QUEUE,
    Outdated,
    Stored,
    between,
    change_rules,
    preview_rules,
    stored_rules,
)
from zhiban.queue.rule_words import ACTS, BEYOND, HOURS, LANES, NUMBERS, SCALES, UNITS
from zhiban.web.i18n import language_of
from zhiban.web.notify.inbox import unread
from zhiban.web.pages.form import Form, form_of
from zhiban.web.pages.promise_form import Value, numbers_of, rows_of, rows_said, value_of
from zhiban.web.pages.register_parts import DESK, PATH
from zhiban.web.problems import Problem
from zhiban.web.render import page
from zhiban.web.security import allowed, staff
from zhiban.web.wiring import wiring_of

PROMISES = f"{PATH}/promises"
SHOWN = 100
FIELDS = 2000
_NAMES = {
    "channels": CHANNELS,
    "clocks": CLOCK_NAMES,
    "acts": ACTS,
    "scales": SCALES,
    "units": UNITS,
    "hours": HOURS,
    "lanes": LANES,
    "beyond": BEYOND,
    "numbers": NUMBERS,
}


@dataclass(frozen=True)
class Preview:
    """What settings would change: line by line, and of running clocks; `seen` names them."""

    fields: list[Field]
    clocks: tuple[Shift, ...]
    seen: str


@dataclass(frozen=True)
class Shown:
    """How the page is to be shown again: what was written, what is wrong, what it would do."""

    form: Form | None = None
    errors: Mapping[str, str] = field(default_factory=dict)
    preview: Preview | None = None
    theirs: tuple[Field, ...] = ()
    moved: bool = False
    old: Any = None


@allowed(*DESK)
async def show(request: Request) -> Response:
    """The settings in force; with an edition, what they were, to be put back."""
    given = request.query_params.get("edition", "")
    id = int(given) if given.isascii() and given.isdigit() and len(given) < 10 else 0
    kept = await wiring_of(request).read(lambda c: edition(c, QUEUE, id)) if id else None
    if given and kept is None:
        raise Problem(404)
    return await _page(request, Shown(old=kept))


async def _page(request: Request, shown: Shown, status: int = 200) -> Response:
    wiring, lang, viewer = wiring_of(request), language_of(request), staff(request)

    def look(connection: Connection) -> dict[str, Any]:
        register = load_register(connection, wiring.keyring)
        stored = stored_rules(connection)
        value = stored.value if shown.old is None else rules_json(rules_from(shown.old.value))
        posts = _posts(register)
        form = shown.form
        return {
            "version": stored.version,
            "rows": rows_of(value, posts) if form is None else rows_said(form),
            "single": numbers_of(value)
            if form is None
            else {name: form.text(name)[:20] for name in NUMBERS},
            "posts": posts,
            "categories": {one.code: one.text for one in register.categories.values()},
            "log": editions(connection, QUEUE),
            "unread": unread(connection, viewer),
        }

    return page(
        request,
        "register_promises.html",
        status_code=status,
        errors=shown.errors,
        preview=shown.preview,
        stale=status == 409,
        theirs=shown.theirs,
        moved=shown.moved,
        old=shown.old,
        shown=SHOWN,
        may=viewer.may("administrator"),
        clock_names={code: text.in_(lang) for code, text in CLOCK_NAMES.items()},
        done=request.query_params.get("done", ""),
        names=_NAMES,
        **await wiring.read(look),
    )


def _posts(register: Register) -> dict[str, str]:
    return {one.id: one.name for one in register.posts.values()}


@allowed("administrator")
async def change(request: Request) -> Response:
    """Shows what the form would change; what was seen so is put in force."""
    wiring, lang, by = wiring_of(request), language_of(request), staff(request).login
    form, now = await form_of(request, FIELDS), wiring.clock.now()

    def read(connection: Connection) -> tuple[Value, dict[str, str]]:
        register = load_register(connection, wiring.keyring)
        return value_of(form, _posts(register), register.categories, lang)

    value, errors = await wiring.read(read)
    if errors:
        return await _page(request, Shown(form, errors), 422)
    seen = _digest(value)
    if form.text("act") != "save" or form.text("seen") != seen:
        return await _previewed(request, form, value, moved=form.text("act") == "save")
    done = await wiring.write(
        lambda c: change_rules(c, wiring.keyring, value, form.text("version"), now, by)
    )
    if isinstance(done, Outdated):
        return await _previewed(request, form, value, late=done.now)
    return RedirectResponse(f"{PROMISES}?done=saved", 303)


async def _previewed(
    request: Request, form: Form, value: Value, *, moved: bool = False, late: Stored | None = None
) -> Response:
    """What the form would change of what is in force now, and whether that is another by now."""
    wiring, now = wiring_of(request), wiring_of(request).clock.now()

    def look(connection: Connection) -> tuple[Preview, bool, tuple[Field, ...]]:
        stored, register = stored_rules(connection), load_register(connection, wiring.keyring)
        fields = between(rules_from(stored.value), rules_from(value), register)
        clocks = preview_rules(connection, wiring.keyring, value, now)
        kept = editions(connection, QUEUE, 2)
        theirs: tuple[Field, ...] = ()
        stale = form.text("version") != stored.version
        if stale and len(kept) == 2:
            pair = (rules_from(kept[1].value), rules_from(kept[0].value))
            theirs = tuple(between(*pair, register))
        return Preview(fields, clocks, _digest(value)), stale, theirs

    try:
        preview, stale, theirs = await wiring.read(look)
    except Refused as refused:
        errors = {one.field: one.text.in_(language_of(request)) for one in refused.errors}
        return await _page(request, Shown(form, errors), 422)
    shown = Shown(form, preview=preview, theirs=theirs, moved=moved)
    return await _page(request, shown, 409 if stale or late is not None else 200)


def _digest(value: Value) -> str:
    """Names settings, so that only what was seen is put in force."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]


routes = [Route(PROMISES, show), Route(PROMISES, change, methods=["POST"])]
