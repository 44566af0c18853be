"""Templates of answers: a lawyer's own, and the bureau's, kept by who makes the rosters."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from zhiban.data.wording import Refused
from zhiban.queue.outcomes import NotYours, Stale
from zhiban.queue.phrases import bureau_phrases, drop_phrase, phrases_for, save_phrase
from zhiban.web.accounts import Role
from zhiban.web.i18n import language_of, translate
from zhiban.web.pages.form import Form, form_of
from zhiban.web.problems import Problem
from zhiban.web.render import page
from zhiban.web.security import allowed, staff
from zhiban.web.wiring import wiring_of

_OWN, _BUREAU = "/lawyer/templates", "/scheduler/templates"
_DESKS: tuple[Role, ...] = ("scheduler", "supervisor", "administrator")


def _owner(request: Request) -> str | None:
    """Whose templates are changed: a lawyer's own, else the bureau's."""
    return staff(request).lawyer


def _place(request: Request) -> str:
    return _BUREAU if _owner(request) is None else _OWN


async def _page(
    request: Request,
    *,
    form: Form | None = None,
    errors: Mapping[str, str] | None = None,
    stale: str = "",
    status: int = 200,
) -> Response:
    wiring, lang, owner = wiring_of(request), language_of(request), _owner(request)
    found = await wiring.read(lambda c: phrases_for(c, owner) if owner else bureau_phrases(c))
    editing = form.number("id") if form else _number(request)
    known = next((one for one in found if one.id == editing and one.owner == owner), None)
    done = request.query_params.get("done", "")
    said = {
        "saved": translate(lang, "模板已保存，写答复时可以插入。"),
        "gone": translate(lang, "模板已删除。"),
    }
    return page(
        request,
        "phrases.html",
        status_code=status,
        place=_place(request),
        own=[one for one in found if one.owner == owner],
        bureau=[one for one in found if one.owner is None and owner is not None],
        editing=known,
        typed={
            "title": form.raw("title") if form else known.title if known else "",
            "body": form.raw("body") if form else known.body if known else "",
        },
        errors=errors or {},
        stale=stale,
        said=said.get(done, ""),
    )


def _number(request: Request) -> int | None:
    wanted = request.query_params.get("edit", "")
    return int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 10 else None


@allowed("lawyer")
async def own(request: Request) -> Response:
    """A lawyer's own templates, and the bureau's to read."""
    return await _page(request)


@allowed(*_DESKS)
async def bureau(request: Request) -> Response:
    """The bureau's templates."""
    return await _page(request)


async def _save(request: Request) -> Response:
    wiring, lang, owner = wiring_of(request), language_of(request), _owner(request)
    form, by, now = await form_of(request), staff(request).login, wiring.clock.now()
    id, version = form.number("id"), form.number("version")
    title, body = form.raw("title"), form.raw("body")
    try:
        done = await wiring.write(
            lambda c: save_phrase(c, owner, title, body, by, now, id, version)
        )
    except Refused as refused:
        errors = {error.field: error.text.in_(lang) for error in refused.errors}
        return await _page(request, form=form, errors=errors, status=422)
    if isinstance(done, NotYours):
        raise Problem(409, done.why, written=[title, body])
    if isinstance(done, Stale):
        return await _page(request, form=form, stale=done.why.in_(lang), status=409)
    return RedirectResponse(f"{_place(request)}?done=saved", 303)


async def _drop(request: Request) -> Response:
    wiring, owner, id = wiring_of(request), _owner(request), request.path_params["id"]
    await wiring.write(lambda c: drop_phrase(c, owner, id))  # a second tap finds it gone
    return RedirectResponse(f"{_place(request)}?done=gone", 303)


@allowed("lawyer")
async def save_own(request: Request) -> Response:
    """Adds or changes one of one's own."""
    return await _save(request)


@allowed(*_DESKS)
async def save_bureau(request: Request) -> Response:
    """Adds or changes one of the bureau's."""
    return await _save(request)


@allowed("lawyer")
async def drop_own(request: Request) -> Response:
    """Deletes one of one's own."""
    return await _drop(request)


@allowed(*_DESKS)
async def drop_bureau(request: Request) -> Response:
    """Deletes one of the bureau's."""
    return await _drop(request)


routes = [
    Route(_OWN, own),
    Route(_OWN, save_own, methods=["POST"]),
    Route(_OWN + "/{id:int}/delete", drop_own, methods=["POST"]),
    Route(_BUREAU, bureau),
    Route(_BUREAU, save_bureau, methods=["POST"]),
    Route(_BUREAU + "/{id:int}/delete", drop_bureau, methods=["POST"]),
]
