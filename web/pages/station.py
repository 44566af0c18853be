"""The lawyer on the spot: signing in, who waits, calling the next one, recording the talk."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from zhiban.data.crypt import Keyring
from zhiban.queue import at_station, calling
from zhiban.queue.booking_desk import bookings_for
from zhiban.queue.calling import Called, NotCalled
from zhiban.queue.library import category_names
from zhiban.roster import presence, presence_store, sign_ins
from zhiban.roster.presence import ByCode, ByPosition, NotSignedIn, Online, Proof
from zhiban.roster.published import OnDuty, on_shift
from zhiban.web import words
from zhiban.web.i18n import Lang, language_of, translate
from zhiban.web.notify.inbox import unread
from zhiban.web.pages.form import Form, form_of
from zhiban.web.pages.lawyer import lawyer_of
from zhiban.web.pages.places import names
from zhiban.web.pages.station_link import mark, said_guess, traces
from zhiban.web.problems import Problem
from zhiban.web.render import page
from zhiban.web.security import allowed, staff
from zhiban.web.signing_in import signed_in
from zhiban.web.wiring import Wiring, wiring_of

PATH = "/lawyer/station"
Act = Callable[[Connection, Keyring, str, int, str, datetime], Called | NotCalled]
_ACTS: Mapping[str, Act] = {
    "again": calling.call_again,
    "missed": calling.missed,
    "back": calling.put_back,
    "start": calling.start,
}


def _look(
    wiring: Wiring, connection: Connection, lawyer: str, now: datetime, lang: Lang
) -> dict[str, Any]:
    published, asked = wiring.published(connection), presence.rules(connection)
    duty = presence.to_sign_in(published, lawyer, asked, now)
    said = names(connection, lang)
    today = words.local(now).date()
    found: dict[str, Any] = {"duty": None, "hall": None, "coming": None, "labels": {}}
    found["bookings"] = [
        {"when": words.hours(one.start, one.end), "name": one.name, "topic": one.topic}
        for one in bookings_for(connection, wiring.keyring, lawyer, today)
        if one.end > now
    ]
    if duty is None:
        near = presence.duties_near(published, now)
        later = [one for one in near if one.lawyer == lawyer and one.span.start > now]
        return found | {"coming": _shown(later[0], said, now, lang) if later else None}
    signed = presence_store.sign_ins(connection, [duty.shift]).get((duty.shift, lawyer))
    here = any(one.lawyer == lawyer and one.shift == duty.shift for one in on_shift(published, now))
    at = sign_ins.presence(duty.span, signed, asked, now)
    found |= {
        "duty": _shown(duty, said, now, lang),
        "signed": signed,
        "presence": at,
        "presence_said": sign_ins.PRESENCE[at].in_(lang),
        "has_place": presence.position_of(connection, duty.post) is not None,
        "metres": asked.metres,
    }
    if duty.kind == "station" and here:
        hall = at_station.hall(connection, wiring.keyring, duty.post, now)
        found |= {
            "hall": hall,
            "mine": hall.called_by(lawyer),
            "guess": said_guess(hall.for_next, now, lang),
            "labels": category_names(connection, lang),
        }
    return found


def _shown(duty: OnDuty, said: Mapping[str, str], now: datetime, lang: Lang) -> dict[str, Any]:
    return {
        "shift": duty.shift,
        "post": said.get(duty.post, duty.post_name),
        "kind": duty.kind,
        "role": duty.role,
        "start": duty.span.start,
        "end": duty.span.end,
        "now": duty.span.contains(now),
        "when": words.span(duty.span.start, duty.span.end, now, lang),
    }


async def _page(
    request: Request, template: str, errors: Mapping[str, str] | None = None, status: int = 200
) -> Response:
    wiring, lang, viewer = wiring_of(request), language_of(request), staff(request)
    lawyer, now = lawyer_of(viewer), wiring.clock.now()
    values, news = await wiring.read(
        lambda c: (_look(wiring, c, lawyer, now, lang), unread(c, viewer))
    )
    hall, duty = values["hall"], values["duty"]
    seen = mark(
        traces(hall.numbers) if hall else (),
        duty,
        values.get("signed"),
        values["bookings"],
        now.timestamp() // 60,
    )
    following = f"{PATH}/live?mark={seen}"
    if template.endswith("_live.html") and request.query_params.get("mark") == seen:
        return Response(status_code=204)
    done = request.query_params.get("done", "")
    return page(
        request,
        template,
        status_code=status,
        headers={"X-Next": following},
        live=following,
        errors=errors or {},
        said=_said(done, lang),
        unread=news,
        key=secrets.token_urlsafe(24),
        **values,
    )


def _said(done: str, lang: Lang) -> str:
    return {
        "in": translate(lang, "已签到。"),
        "late": translate(lang, "已签到，记为迟到。"),
        "out": translate(lang, "已签退。"),
        "talk": translate(lang, "接谈已登记。可以叫下一位。"),
        "nobody": translate(lang, "现在没有人在等。"),
        "moved": translate(lang, "刚才有了变化，请看过最新情况再操作。"),
        "off_shift": translate(lang, "您现在不在这个站点的班上。"),
    }.get(done, "")


@allowed("lawyer")
async def show(request: Request) -> Response:
    """The lawyer's page at a station or a seat."""
    return await _page(request, "station.html")


@allowed("lawyer")
async def live(request: Request) -> Response:
    """The numbers, when they have changed."""
    return await _page(request, "station_live.html")


@allowed("lawyer")
async def enter(request: Request) -> Response:
    """Signs in by code, by position, or by the button of a seat."""
    form, lang = await form_of(request), language_of(request)
    proof = _proof(form)
    done = await signed_in(wiring_of(request), lawyer_of(staff(request)), proof, form.some("shift"))
    if isinstance(done, NotSignedIn):
        field = "code" if isinstance(proof, ByCode) else "position"
        field = field if done.reason not in ("no_duty", "standby") else "sign-in"
        return await _page(request, "station.html", {field: done.why.in_(lang)}, 422)
    return RedirectResponse(f"{PATH}?done={'late' if done.signed.late else 'in'}", 303)


def _proof(form: Form) -> Proof:
    if form.text("lat") or form.text("lon"):
        try:
            lat, lon = float(form.text("lat")), float(form.text("lon"))
        except ValueError:
            raise Problem(422) from None
        if not (abs(lat) <= 90 and abs(lon) <= 180):
            raise Problem(422)
        return ByPosition(lat, lon)
    return ByCode(form.text("code")) if form.text("way") == "code" else Online()


@allowed("lawyer")
async def go(request: Request) -> Response:
    """Signs out."""
    wiring, form, lawyer = wiring_of(request), await form_of(request), lawyer_of(staff(request))
    now, shift = wiring.clock.now(), form.text("shift")
    await wiring.write(lambda c: presence.sign_out(c, shift, lawyer, now))
    return RedirectResponse(f"{PATH}?done=out", 303)


def post_of(wiring: Wiring, connection: Connection, lawyer: str, now: datetime) -> str | None:
    """The station at which the lawyer is on shift now."""
    running = on_shift(wiring.published(connection), now)
    mine = [one for one in running if one.lawyer == lawyer and one.kind == "station"]
    return min(mine, key=lambda one: one.role != "primary").post if mine else None


@allowed("lawyer")
async def call(request: Request) -> Response:
    """Calls whose turn it is."""
    wiring, lawyer = wiring_of(request), lawyer_of(staff(request))
    now = wiring.clock.now()

    def command(connection: Connection) -> Called | NotCalled | None:
        post = post_of(wiring, connection, lawyer, now)
        if post is None:
            return None
        return calling.call_next(connection, wiring.keyring, post, lawyer, now)

    return _after(await wiring.write(command))


@allowed("lawyer")
async def act(request: Request) -> Response:
    """Does one thing with one number: call it again, note that nobody came, put it back, begin."""
    wiring, lawyer, form = wiring_of(request), lawyer_of(staff(request)), await form_of(request)
    now, chosen = wiring.clock.now(), _ACTS.get(request.path_params["act"])
    number = form.number("number")
    if chosen is None or number is None:
        raise Problem(404)

    def command(connection: Connection) -> Called | NotCalled | None:
        post = post_of(wiring, connection, lawyer, now)
        if post is None:
            return None
        return chosen(connection, wiring.keyring, post, number, lawyer, now)

    done = await wiring.write(command)
    if isinstance(done, Called) and request.path_params["act"] == "start":
        return RedirectResponse(f"{PATH}/talk?number={number}", 303)
    return _after(done)


def _after(done: Called | NotCalled | None) -> Response:
    said = "off_shift" if done is None else done.reason if isinstance(done, NotCalled) else ""
    return RedirectResponse(f"{PATH}?done={said}" if said else PATH, 303)


routes = [
    Route(PATH, show),
    Route(f"{PATH}/live", live),
    Route(f"{PATH}/sign-in", enter, methods=["POST"]),
    Route(f"{PATH}/sign-out", go, methods=["POST"]),
    Route(f"{PATH}/next", call, methods=["POST"]),
    Route(f"{PATH}/number/{{act}}", act, methods=["POST"]),
]
