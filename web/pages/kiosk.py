"""Taking a number: the station's touch screen, the visitor's own phone, and following it there."""

from __future__ import annotations

import secrets

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from zhiban.data.wording import Text
from zhiban.queue import at_station, calling
from zhiban.queue.at_station import Hall, Place
from zhiban.queue.calling import NoNumber, Taken
from zhiban.web import words
from zhiban.web.i18n import Lang, language_of, translate
from zhiban.web.limits import address as sender
from zhiban.web.pages.form import form_of
from zhiban.web.pages.places import choices
from zhiban.web.pages.station_link import Station, address, mark, qr, said_guess, station
from zhiban.web.problems import Problem
from zhiban.web.render import page
from zhiban.web.wiring import Wiring, wiring_of

COOKIE = "number"
UNSURE = "unsure"
_NO_NUMBER = Text(
    "没有这个号。请核对地址，或重新取号。", "There is no such number. Check the address."
)


async def kiosk(request: Request) -> Response:
    """What is it about, then: first or not; two taps to a number."""
    here, wiring, lang = await station(request), wiring_of(request), language_of(request)
    now = wiring.clock.now()
    asked, own = request.query_params.get("category", ""), "own" in request.query_params
    hall, offered, mine = await wiring.read(
        lambda c: (
            at_station.hall(c, wiring.keyring, here.post, now),
            choices(c, lang).categories,
            _mine(c, wiring, request, here),
        )
    )
    chosen = asked if asked in {code for code, _ in offered} | {UNSURE} else ""
    return page(
        request,
        "kiosk.html",
        station=here,
        own=own,
        categories=offered,
        chosen=chosen,
        chosen_name=dict(offered).get(chosen, translate(lang, "说不清")),
        key=secrets.token_urlsafe(24),
        waiting=len(hall.waiting),
        guess=said_guess(hall.for_next, now, lang),
        late=bool(hall.for_next and hall.for_next.late),
        gives=hall.day.gives_numbers(now),
        next_open=_next_open(hall, lang, wiring),
        mine=mine,
        error="",
    )


def _mine(connection: Connection, wiring: Wiring, request: Request, here: Station) -> str:
    """The code of the number that this browser took here and that still waits."""
    code = request.cookies.get(COOKIE, "")
    now = wiring.clock.now()
    found = at_station.place(connection, wiring.keyring, code, now) if code else None
    waits = found is not None and not found.over and found.number.state in ("waiting", "called")
    return code if waits and found is not None and found.number.post == here.post else ""


def _next_open(hall: Hall, lang: Lang, wiring: Wiring) -> str:
    """When a lawyer is there next."""
    if hall.day.coming is None:
        return ""
    return words.at(hall.day.coming.span.start, wiring.clock.now(), lang)


async def take(request: Request) -> Response:
    """Gives out a number; the touch screen shows a slip, a phone the place in the line."""
    here, form, wiring = await station(request), await form_of(request), wiring_of(request)
    wiring.limiter.check("ask", sender(request))
    now, asked = wiring.clock.now(), form.text("category")
    category = None if asked in ("", UNSURE) else asked

    def command(connection: Connection) -> Taken | NoNumber:
        return calling.take(
            connection,
            wiring.keyring,
            here.post,
            now,
            first=form.text("first") == "yes",
            category=category,
            key=form.key(),
        )

    made = await wiring.write(command)
    own = form.text("own") == "1"
    if isinstance(made, NoNumber):
        return RedirectResponse(f"/s/{here.token}/kiosk{'?own=1' if own else ''}", 303)
    code = made.number.code
    if not own:
        return RedirectResponse(f"/s/{here.token}/kiosk/{code}", 303)
    answer = RedirectResponse(f"/n/{code}", 303)
    answer.set_cookie(
        COOKIE,
        code,
        max_age=12 * 3600,
        path=f"/s/{here.token}",
        secure=wiring.settings.https,
        httponly=True,
        samesite="lax",
    )
    return answer


async def slip(request: Request) -> Response:
    """The number just taken at the touch screen: large, to be printed or scanned."""
    here, lang = await station(request), language_of(request)
    found = await _place(request)
    if found.number.post != here.post:
        raise Problem(404, _NO_NUMBER)
    now = wiring_of(request).clock.now()
    path = f"/n/{found.number.code}"
    return page(
        request,
        "kiosk_number.html",
        station=here,
        place=found,
        guess=said_guess(found.guess, now, lang),
        qr=qr(address(request, path)),
        taken=words.stamp(found.number.taken_at, lang),
    )


async def _place(request: Request) -> Place:
    wiring, code = wiring_of(request), request.path_params["code"]
    now = wiring.clock.now()
    found = await wiring.read(lambda c: at_station.place(c, wiring.keyring, code, now))
    if found is None:
        raise Problem(404, _NO_NUMBER)
    return found


async def _follow(request: Request, template: str) -> Response:
    found, lang, now = (
        await _place(request),
        language_of(request),
        wiring_of(request).clock.now(),
    )
    one, post = found.number, found.day.post
    seen = mark(one, found.ahead, found.over, found.guess, lang)
    following = f"/n/{one.code}/live?mark={seen}"
    if request.query_params.get("mark") == seen:
        return Response(status_code=204)
    return page(
        request,
        template,
        headers={"X-Next": following},
        live=following,
        place=found,
        state="over" if found.over and one.state in ("waiting", "called", "missed") else one.state,
        name=post.name if lang == "zh" or not post.name_en else post.name_en,
        guess=said_guess(found.guess, now, lang),
    )


async def follow(request: Request) -> Response:
    """One's place in the line, on one's own phone."""
    return await _follow(request, "number.html")


async def follow_live(request: Request) -> Response:
    """The part of it that changes; 204 while nothing has."""
    return await _follow(request, "number_live.html")


async def leave(request: Request) -> Response:
    """Gives the number back."""
    wiring, code = wiring_of(request), request.path_params["code"]
    now = wiring.clock.now()
    await wiring.write(lambda c: calling.leave(c, code, now))
    return RedirectResponse(f"/n/{code}", 303)


routes = [
    Route("/s/{token}/kiosk", kiosk),
    Route("/s/{token}/kiosk", take, methods=["POST"]),
    Route("/s/{token}/kiosk/{code}", slip),
    Route("/n/{code}", follow),
    Route("/n/{code}/live", follow_live),
    Route("/n/{code}/leave", leave, methods=["POST"]),
]
