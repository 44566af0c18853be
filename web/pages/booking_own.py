"""A citizen's own booking: when, where and with whom; change it, cancel it, find it again."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from zhiban.data import codes, trail
from zhiban.queue import bookings
from zhiban.queue.booking import KINDS, nearest, starts
from zhiban.queue.booking_places import Bookable, Diary, diary
from zhiban.queue.booking_store import Booking
from zhiban.queue.bookings import PREFIX, Booked, Gone, SlotTaken
from zhiban.web.i18n import Lang, language_of, translate
from zhiban.web.limits import address
from zhiban.web.pages.booking import by_day, code_of, start_of
from zhiban.web.pages.booking_access import forget, held, keep
from zhiban.web.pages.booking_calendar import calendar_file
from zhiban.web.pages.form import form_of
from zhiban.web.pages.place_links import ways_to
from zhiban.web.render import page
from zhiban.web.wiring import Wiring, wiring_of

_OFFERED = 6


def _find(request: Request) -> Response:
    return RedirectResponse("/book/find", 303)


async def _look(request: Request) -> dict[str, Any] | None:
    """The booking of the address with all that its page shows, if this browser may see it."""
    key = held(request, PREFIX)
    if key is None:
        return None
    wiring, lang, now = wiring_of(request), language_of(request), wiring_of(request).clock.now()

    def look(connection: Connection) -> dict[str, Any] | None:
        one = bookings.opened(connection, wiring.keyring, *key)
        if one is None:
            return None
        seen = diary(connection, wiring.keyring, now)
        acts = [mark.act for mark in trail.trail_of(connection, one.code)]
        placed = [act for act in acts if act in ("booked", "rebooked", "moved", "displaced")]
        return _shown(seen, one, lang) | {
            "secret": codes.spaced(key[1]),
            # What the citizen chose themselves since then is theirs, and no change to tell of.
            "moved": placed[-1:] == ["moved"] and one.state == "booked",
        }

    return await wiring.read(look)


def _shown(seen: Diary, one: Booking, lang: Lang) -> dict[str, Any]:
    place = seen.place(one.place)
    over = one.over(seen.now)
    offers = []
    if place is not None and one.state != "cancelled" and not (over and one.state == "booked"):
        near = nearest(starts(seen.free(place)), one.start, _OFFERED)
        offers = [(code_of(start), start) for start in near]
    return {
        "one": one,
        "over": over,
        "place": place,
        "place_name": one.place if place is None else place.text.in_(lang),
        "kind_name": KINDS[one.kind].in_(lang),
        "offers": offers,
        "ways": None if place is None else _ways(seen, place),
    }


def _ways(seen: Diary, place: Bookable) -> Any:
    register, at = seen.known.register, place.place
    city = register.divisions[register.city_of(place.division)].name
    point = None if at.lat is None or at.lon is None else (at.lat, at.lon)
    return ways_to(place.text.zh, place.address, city, point, at.approximate)


async def show(request: Request) -> Response:
    """The booking's page; who holds no secret is asked for it."""
    return await _page(request)


async def _page(request: Request, refused: str = "", status: int = 200) -> Response:
    values = await _look(request)
    if values is None:
        return _find(request)
    done = request.query_params.get("done", "")
    return page(
        request,
        "book_own.html",
        status_code=status,
        said=_said(done, language_of(request)),
        done=done,
        refused=refused,
        **values,
    )


def _said(done: str, lang: Lang) -> str:
    """What was just done, and what comes next."""
    said = {
        "booked": translate(lang, "约好了。请保存预约号和密码，到时带身份证和有关材料。"),
        "rebooked": translate(lang, "时间已改，原来的时间已放开。"),
        "cancelled": translate(lang, "预约已取消，这个时间会让给别人。"),
        "found": translate(lang, "找到了您的预约。新的密码在下面，原来的密码已失效。"),
    }
    return said.get(done, "")


async def cancel_page(request: Request) -> Response:
    """Asks whether the booking is really to be cancelled."""
    values = await _look(request)
    if values is None:
        return _find(request)
    if values["one"].state == "cancelled" or values["over"]:
        return RedirectResponse(f"/book/b/{values['one'].code}", 303)
    return page(request, "book_cancel.html", **values)


async def cancel(request: Request) -> Response:
    """Cancels; a second tap changes nothing more."""
    key = held(request, PREFIX)
    if key is None:
        return _find(request)
    wiring, now = wiring_of(request), wiring_of(request).clock.now()
    result = await wiring.write(lambda c: bookings.cancel(c, wiring.keyring, *key, now))
    if isinstance(result, Gone):
        return await _page(request, result.why.in_(language_of(request)), 409)
    return RedirectResponse(f"/book/b/{key[0]}?done=cancelled", 303)


async def change_page(request: Request) -> Response:
    """The free times of the same place, to choose another."""
    values, lang = await _look(request), language_of(request)
    if values is None:
        return _find(request)
    one, wiring, now = values["one"], wiring_of(request), wiring_of(request).clock.now()
    if values["place"] is None or one.state == "cancelled":
        return RedirectResponse(f"/book/b/{one.code}", 303)
    seen = await wiring.read(lambda c: diary(c, wiring.keyring, now))
    days, wanted = by_day(seen.free(values["place"])), request.query_params.get("day", "")
    chosen = next((day for day in days if day.isoformat() == wanted), next(iter(days), None))
    return page(
        request,
        "book_times.html",
        change=one.code,
        days=[(day, len(times)) for day, times in days.items()],
        chosen=chosen,
        times=[] if chosen is None else days[chosen],
        ahead=seen.rules.days,
        area=seen.known.register.divisions[values["place"].division].text.in_(lang),
        **values,
    )


async def change(request: Request) -> Response:
    """Takes another time under the same code."""
    key, form, lang = held(request, PREFIX), await form_of(request), language_of(request)
    start = start_of(form.text("at"))
    if key is None:
        return _find(request)
    if start is None:
        return await _page(request, translate(lang, "请先选一个时间。"), 422)
    wiring, now = wiring_of(request), wiring_of(request).clock.now()
    result = await wiring.write(lambda c: bookings.rebook(c, wiring.keyring, *key, start, now))
    if isinstance(result, SlotTaken | Gone):
        return await _page(request, result.why.in_(lang), 409)
    return RedirectResponse(f"/book/b/{key[0]}?done=rebooked", 303)


async def calendar(request: Request) -> Response:
    """The booking for the phone's calendar."""
    values, lang = await _look(request), language_of(request)
    if values is None:
        return _find(request)
    one: Booking = values["one"]
    with_whom = translate(lang, "接待：%(who)s", who=one.lawyer_name) if one.lawyer else ""
    about = " ".join(filter(None, [translate(lang, "预约号 %(code)s", code=one.code), with_whom]))
    title = f"{values['kind_name']} · {values['place_name']}"
    where = values["place"].address if values["place"] else ""
    now = wiring_of(request).clock.now()
    content = calendar_file(one, title, values["place_name"], where, about, now)
    headers = {"Content-Disposition": f'attachment; filename="{one.code}.ics"'}
    return Response(content, headers=headers, media_type="text/calendar; charset=utf-8")


async def forget_booking(request: Request) -> Response:
    """Takes the booking out of this browser; the booking itself stays."""
    code = codes.read_code(PREFIX, request.path_params["code"])
    answer = RedirectResponse("/book", 303)
    if code is not None:
        forget(request, answer, f"/book/b/{code}")
    return answer


async def find_page(request: Request) -> Response:
    """The form that opens a booking again."""
    return page(request, "book_find.html", errors={}, form={"code": ""})


async def find(request: Request) -> Response:
    """Opens a booking by its code and secret, or by its code and the whole telephone number."""
    form, lang, wiring = await form_of(request), language_of(request), wiring_of(request)
    code, secret, phone = form.text("code"), form.text("secret"), form.text("phone")
    errors = {} if code else {"code": translate(lang, "请填写预约号。")}
    if code and not secret and not phone:
        errors["secret"] = translate(lang, "请填写密码，或者填写预约时留的电话。")
    if not errors:
        wiring.limiter.check("ticket", address(request))
        wiring.limiter.check("ticket", "booking", code.upper()[:20])
        found = await _found(wiring, code, secret, phone)
        if found is not None:
            done = "" if secret else "?done=found"
            answer = RedirectResponse(f"/book/b/{found.code}{done}", 303)
            keep(request, answer, f"/book/b/{found.code}", found.secret)
            return answer
        errors["code"] = translate(lang, "预约号、密码或电话不对，请核对后再试。")
    return page(
        request, "book_find.html", status_code=422, errors=errors, form={"code": form.raw("code")}
    )


async def _found(wiring: Wiring, code: str, secret: str, phone: str) -> Booked | None:
    if secret:
        one = await wiring.read(lambda c: bookings.opened(c, wiring.keyring, code, secret))
        right = codes.read_secret(secret)
        return None if one is None or right is None else Booked(one.code, right)
    now = wiring.clock.now()
    result = await wiring.write(lambda c: bookings.recover(c, wiring.keyring, code, phone, now))
    return result if isinstance(result, Booked) else None


routes = [
    Route("/book/find", find_page),
    Route("/book/find", find, methods=["POST"]),
    Route("/book/b/{code}", show),
    Route("/book/b/{code}/cancel", cancel_page),
    Route("/book/b/{code}/cancel", cancel, methods=["POST"]),
    Route("/book/b/{code}/change", change_page),
    Route("/book/b/{code}/change", change, methods=["POST"]),
    Route("/book/b/{code}/calendar.ics", calendar),
    Route("/book/b/{code}/forget", forget_booking, methods=["POST"]),
]
