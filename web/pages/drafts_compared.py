"""The drafts of a week side by side: cost by rule, fairness, changes, waits; one is chosen."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection
from sse_starlette.event import ServerSentEvent
from sse_starlette.sse import EventSourceResponse
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from zhiban.data.week import Week
from zhiban.data.wording import Refused, Text
from zhiban.roster import alternatives, store
from zhiban.roster.drafts import Stale
from zhiban.web import words
from zhiban.web.i18n import Lang, language_of
from zhiban.web.pages.candidates import Weighing, best_of, candidates
from zhiban.web.pages.form import form_of
from zhiban.web.pages.places import names
from zhiban.web.pages.week_summary import TITLES
from zhiban.web.pages.weeks import called, week_of
from zhiban.web.problems import Problem
from zhiban.web.render import page
from zhiban.web.security import allowed, staff
from zhiban.web.wiring import wiring_of

BEAT, LONGEST = 0.7, 300
_NUMBERS = 2**31


def weighing_of(request: Request) -> Weighing:
    """What this process keeps of rosters compared."""
    state = request.app.state
    if not hasattr(state, "weighing"):
        state.weighing = Weighing()
        wiring_of(request).endings.append(state.weighing.forecasts.stop)
    weighing: Weighing = state.weighing
    return weighing


def _values(
    connection: Connection, request: Request, week: Week, now: datetime, lang: Lang
) -> dict[str, Any]:
    found = candidates(connection, week, weighing_of(request), wiring_of(request), now, lang)
    codes = {code for one in found for code in one.weighed.by_rule}
    most = {c: max(abs(one.weighed.by_rule.get(c, 0)) for one in found) for c in codes}
    order = sorted(codes, key=lambda code: -most[code])
    said = names(connection, lang)
    return {
        "week": str(week),
        "week_name": called(week, lang),
        "candidates": found,
        "rules": [(code, TITLES[code].in_(lang) if code in TITLES else code) for code in order],
        "open": any(one.forecast.state == "running" for one in found),
        "revision": next((one.key[2] for one in found if one.id == 0), 0),
        "places": {code: said.get(code, code) for one in found for code in one.forecast.short},
        "best": best_of(found),
    }


def wait_words(seconds: float | None, lang: Lang) -> str:
    """A predicted wait."""
    return "—" if seconds is None else words.duration(timedelta(seconds=seconds), lang)


async def _page(request: Request, status_code: int = 200, error: str = "") -> Response:
    wiring, lang, week = wiring_of(request), language_of(request), week_of(request)
    now = wiring.clock.now()
    said = request.query_params.get("dropped", "")
    id = int(said) if said.isascii() and said.isdecimal() and len(said) < 10 else 0

    def look(connection: Connection) -> dict[str, Any]:
        gone = alternatives.dropped(connection, week, id) if id else None
        return _values(connection, request, week, now, lang) | {"gone": gone, "gone_id": id}

    values = await wiring.read(look)
    return page(
        request,
        "compare.html",
        status_code=status_code,
        error=error,
        kept=bool(request.query_params.get("kept")),
        wait_words=wait_words,
        **values,
    )


@allowed("scheduler", "supervisor", "administrator")
async def show(request: Request) -> Response:
    """All drafts of the week side by side."""
    return await _page(request)


@allowed("scheduler", "supervisor", "administrator")
async def events(request: Request) -> Response:
    """The table anew while forecasts are reckoned."""
    week_of(request)
    return EventSourceResponse(_parts(request), ping=15)


async def _parts(request: Request) -> AsyncIterator[ServerSentEvent]:
    wiring, lang, week = wiring_of(request), language_of(request), week_of(request)
    now = wiring.clock.now()
    for _ in range(int(LONGEST / BEAT)):
        values = await wiring.read(lambda c: _values(c, request, week, now, lang))
        part = page(request, "compare_live.html", wait_words=wait_words, **values)
        ended = not values["open"]
        yield ServerSentEvent(bytes(part.body).decode(), event="end" if ended else "part")
        if ended or await request.is_disconnected():
            return
        await asyncio.sleep(BEAT)


def _id(request: Request) -> int:
    number: int = request.path_params["id"]
    if number >= _NUMBERS:
        raise Problem(404)
    return number


@allowed("scheduler")
async def choose(request: Request) -> Response:
    """Makes an alternative the draft; the draft until then is kept beside."""
    wiring, week, id = wiring_of(request), week_of(request), _id(request)
    form, by, now = await form_of(request), staff(request).login, wiring.clock.now()
    revision = form.number("revision")

    done = await wiring.write(
        lambda connection: alternatives.choose(connection, week, id, by, now, revision or 0)
    )
    if isinstance(done, Stale):
        return await _page(request, 409, done.text.in_(language_of(request)))
    if done is None:
        return await _page(request, 409, _GONE.in_(language_of(request)))
    return RedirectResponse(f"/scheduler/week/{week}?show=draft&chosen=1", 303)


@allowed("scheduler")
async def keep(request: Request) -> Response:
    """Keeps the draft as it stands under a name, to go on with another beside it."""
    wiring, lang, week = wiring_of(request), language_of(request), week_of(request)
    form, by, now = await form_of(request), staff(request).login, wiring.clock.now()

    def command(connection: Connection) -> bool:
        draft = store.load_draft(connection, week)
        if draft is None or draft.revision != form.number("revision"):
            return False
        alternatives.keep(connection, draft, form.text("name"), _KEPT, by, now)
        return True

    try:
        kept = await wiring.write(command)
    except Refused as refused:
        return await _page(request, 422, refused.errors[0].text.in_(lang))
    if not kept:
        return await _page(request, 409, _MOVED.in_(lang))
    return RedirectResponse(f"/scheduler/week/{week}/compare", 303)


@allowed("scheduler")
async def drop(request: Request) -> Response:
    """Puts an alternative away; the page that follows offers to bring it back."""
    wiring, week, id = wiring_of(request), week_of(request), _id(request)
    now = wiring.clock.now()
    name = await wiring.write(lambda connection: alternatives.drop(connection, week, id, now))
    if name is None:
        return await _page(request, 409, _GONE.in_(language_of(request)))
    return RedirectResponse(f"/scheduler/week/{week}/compare?dropped={id}", 303)


@allowed("scheduler")
async def bring_back(request: Request) -> Response:
    """Brings an alternative back that was put away."""
    wiring, week, id = wiring_of(request), week_of(request), _id(request)
    try:
        back = await wiring.write(lambda c: alternatives.bring_back(c, week, id))
    except Refused as refused:
        return await _page(request, 422, refused.errors[0].text.in_(language_of(request)))
    if not back:
        return await _page(request, 409, _GONE.in_(language_of(request)))
    return RedirectResponse(f"/scheduler/week/{week}/compare", 303)


_GONE = Text("这份备选已经不在了。", "This alternative is not there any more.")
_MOVED = Text(
    "草稿已被他人修改，请看过后再存。", "Somebody else changed the draft; look at it, then keep it."
)
_KEPT = Text("手工存下的草稿", "a draft kept by hand")

routes = [
    Route("/scheduler/week/{week}/compare", show),
    Route("/scheduler/week/{week}/compare/events", events),
    Route("/scheduler/week/{week}/compare/keep", keep, methods=["POST"]),
    Route("/scheduler/week/{week}/compare/{id:int}/choose", choose, methods=["POST"]),
    Route("/scheduler/week/{week}/compare/{id:int}/drop", drop, methods=["POST"]),
    Route("/scheduler/week/{week}/compare/{id:int}/back", bring_back, methods=["POST"]),
]
