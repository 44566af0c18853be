"""The scheduler's list of stations: links to their screens, to be printed, renewed, taken back."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from zhiban.queue.calling import station_of
from zhiban.queue.memory import knowledge
from zhiban.roster import station_keys
from zhiban.roster.station_keys import PURPOSES
from zhiban.web.i18n import language_of
from zhiban.web.notify.inbox import unread
from zhiban.web.pages.form import form_of
from zhiban.web.pages.places import names
from zhiban.web.pages.station_link import address, qr
from zhiban.web.problems import Problem
from zhiban.web.render import page
from zhiban.web.security import allowed, staff
from zhiban.web.wiring import wiring_of

PATH = "/scheduler/stations"


@allowed("scheduler", "supervisor", "administrator")
async def stations(request: Request) -> Response:
    """Every station with its links, by county; schedulers may change them."""
    wiring, lang, viewer = wiring_of(request), language_of(request), staff(request)
    now = wiring.clock.now()

    def look(connection: Connection) -> dict[str, Any]:
        known, said = knowledge(connection, wiring.keyring, now), names(connection, lang)
        links = station_keys.keys(connection, wiring.keyring)
        counties: dict[str, list[dict[str, Any]]] = {}
        for post in known.register.posts.values():
            if post.kind == "station":
                county = said.get(known.register.county_of(post.division), "")
                row: dict[str, Any] = {"id": post.id, "name": said.get(post.id, post.name)}
                row |= {purpose: links.get((post.id, purpose)) for purpose in PURPOSES}
                counties.setdefault(county, []).append(row)
        return {"counties": counties, "unread": unread(connection, viewer)}

    values = await wiring.read(look)
    changed = request.query_params.get("changed", "")
    return page(request, "stations.html", changed=changed, **values)


@allowed("scheduler")
async def renew(request: Request) -> Response:
    """Gives a station a new link; the old one, if there was one, opens nothing from now on."""
    wiring, form, by = wiring_of(request), await form_of(request), staff(request).login
    now, post, purpose = wiring.clock.now(), form.text("post"), form.text("purpose")

    def command(connection: Connection) -> None:
        station_of(knowledge(connection, wiring.keyring, now), post)
        station_keys.renew(connection, wiring.keyring, post, purpose, by, now)

    await wiring.write(command)
    return RedirectResponse(f"{PATH}?changed={post}#p-{post}", 303)


@allowed("scheduler")
async def revoke(request: Request) -> Response:
    """Takes a station's link back."""
    wiring, form, by = wiring_of(request), await form_of(request), staff(request).login
    now, post, purpose = wiring.clock.now(), form.text("post"), form.text("purpose")
    await wiring.write(lambda c: station_keys.revoke(c, post, purpose, by, now))
    return RedirectResponse(f"{PATH}?changed={post}#p-{post}", 303)


@allowed("scheduler", "supervisor", "administrator")
async def poster(request: Request) -> Response:
    """A sheet for the station's door, with the code by which visitors take a number."""
    wiring, lang, post = wiring_of(request), language_of(request), request.path_params["post"]

    def look(connection: Connection) -> tuple[str, str]:
        found = station_keys.keys(connection, wiring.keyring).get((post, "door"))
        if found is None:
            raise Problem(404)
        return found.token, names(connection, lang).get(post, post)

    token, name = await wiring.read(look)
    link = address(request, f"/s/{token}/kiosk") + "?own=1"
    return page(request, "station_poster.html", name=name, link=link, qr=qr(link))


routes = [
    Route(PATH, stations),
    Route(f"{PATH}/renew", renew, methods=["POST"]),
    Route(f"{PATH}/revoke", revoke, methods=["POST"]),
    Route(f"{PATH}/{{post}}/poster", poster),
]
