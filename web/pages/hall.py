"""The screen in a station's hall: who is called, who is next; and the code for signing in."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from zhiban.queue import at_station
from zhiban.roster import sign_ins
from zhiban.web import words
from zhiban.web.i18n import language_of, translate
from zhiban.web.pages.station_link import mark, said_guess, station, traces
from zhiban.web.render import page
from zhiban.web.wiring import wiring_of


async def _hall(request: Request, template: str) -> Response:
    here, wiring, lang = await station(request, "screen"), wiring_of(request), language_of(request)
    now = wiring.clock.now()
    hall = await wiring.read(lambda c: at_station.hall(c, wiring.keyring, here.post, now))
    code, until = sign_ins.code_at(here.token, now), sign_ins.code_ends(now)
    minute = int(now.timestamp() // 60)
    seen = mark(traces(hall.numbers), hall.day.here, hall.day.coming, code, minute, lang)
    following = f"/s/{here.token}/hall/live?mark={seen}"
    if request.query_params.get("mark") == seen:
        return Response(status_code=204)
    calls = [
        {
            "label": one.label,
            "counter": one.counter,
            "now": one.with_lawyer,
            "first": one.first,
            "id": f"{one.number}-{one.calls}",
            "say": translate(
                lang,
                "请%(number)s号到%(counter)s号窗口",
                number=one.number,
                counter=one.counter or 1,
            ),
        }
        for one in hall.last
        if one.state != "missed"
    ]
    return page(
        request,
        template,
        headers={"X-Next": following},
        live=following,
        station=here,
        hall=hall,
        calls=calls,
        guess=said_guess(hall.for_next, now, lang),
        lawyers=[
            (hall.day.counter_of(duty.lawyer), duty.lawyer_name, duty.firm_name)
            for duty in hall.day.here
            if duty.role == "primary"
        ],
        next_open=words.at(hall.day.coming.span.start, now, lang) if hall.day.coming else "",
        code=f"{code[:3]} {code[3:]}",
        until=words.hour(until),
    )


async def hall_page(request: Request) -> Response:
    """The large screen."""
    return await _hall(request, "hall.html")


async def hall_live(request: Request) -> Response:
    """The part of it that changes; 204 while nothing has."""
    return await _hall(request, "hall_live.html")


async def code_page(request: Request) -> Response:
    """The code by which lawyers sign in, alone and large."""
    return await _hall(request, "sign_in_code.html")


routes = [
    Route("/s/{token}/hall", hall_page),
    Route("/s/{token}/hall/live", hall_live),
    Route("/s/{token}/code", code_page),
]
