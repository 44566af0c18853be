"""The scheduler's list of stations: links to their screens, to be printed, renewed, taken back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from zhiban.data.crypt import Keyring
from zhiban.data.register_diff import Field
from zhiban.data.register_service import change_setting, note
from zhiban.data.timespan import SHANGHAI
from zhiban.data.wording import Refused, Text
from zhiban.queue.calling import station_of
from zhiban.queue.memory import knowledge
from zhiban.roster import presence, sign_ins, station_keys
from zhiban.roster.station_keys import PURPOSES, Purpose, StationKey
from zhiban.web.i18n import Lang, language_of, translate
from zhiban.web.notify.inbox import unread
from zhiban.web.pages.form import form_of
from zhiban.web.pages.places import names
from zhiban.web.pages.station_link import address, qr
from zhiban.web.problems import Problem
from zhiban.web.render import page
from zhiban.web.security import allowed, staff
from zhiban.web.wiring import wiring_of

PATH = "/scheduler/stations"
LINKS: Mapping[Purpose, Text] = {
    "door": Text("门口取号链接，生成于", "the door's link, made at"),
    "screen": Text("大厅屏幕链接，生成于", "the screen's link, made at"),
}


@allowed("scheduler", "supervisor", "administrator")
async def stations(request: Request) -> Response:
    """Every station with its links, by county; schedulers may change them."""
    return await _page(request)


async def _page(
    request: Request,
    errors: Mapping[str, str] | None = None,
    kept: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
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
        return {
            "counties": counties,
            "rules": asdict(presence.rules(connection)),
            "unread": unread(connection, viewer),
        }

    values = await wiring.read(look)
    changed = request.query_params.get("changed", "")
    saved = "saved" in request.query_params
    shown = {name: str(value) for name, value in values["rules"].items()}
    return page(
        request,
        "stations.html",
        status_code=status,
        changed=changed,
        errors=errors or {},
        form=shown | dict(kept or {}),
        fields=_fields(lang),
        said=translate(lang, "签到规则已保存，马上生效。") if saved else "",
        **values,
    )


def _fields(lang: Lang) -> list[tuple[str, str, str]]:
    """The settings of signing in: name, what it is called, and its unit."""
    minutes, metres = translate(lang, "分钟"), translate(lang, "米")
    units = dict.fromkeys(("before", "grace", "alarm", "early"), minutes) | {"metres": metres}
    return [(name, sign_ins.TITLES[name].in_(lang), unit) for name, unit in units.items()]


@allowed("scheduler")
async def set_rules(request: Request) -> Response:
    """Keeps the minutes and metres of signing in, from now on."""
    wiring, form, lang = wiring_of(request), await form_of(request), language_of(request)
    names_ = [name for name, _, _ in _fields(lang)]
    kept = {name: form.text(name) for name in names_}
    value: dict[str, object] = {name: form.number(name) for name in names_}
    value |= {name: form.text(name) == "yes" for name in ("seats", "stations")}
    try:
        sign_ins.rules_from(value)
    except Refused as refused:
        errors = {error.field.rpartition(".")[2]: error.text.in_(lang) for error in refused.errors}
        ticks = {name: str(value[name]) for name in ("seats", "stations")}
        return await _page(request, errors, kept | ticks, 422)
    by, now = staff(request).login, wiring.clock.now()
    await wiring.write(lambda c: change_setting(c, wiring.keyring, sign_ins.NAMED, value, by, now))
    return RedirectResponse(f"{PATH}?saved=1", 303)


@allowed("scheduler")
async def renew(request: Request) -> Response:
    """Gives a station a new link; the old one, if there was one, opens nothing from now on."""
    wiring, form, by = wiring_of(request), await form_of(request), staff(request).login
    now, post, purpose = wiring.clock.now(), form.text("post"), form.text("purpose")

    def command(connection: Connection) -> None:
        name = station_of(knowledge(connection, wiring.keyring, now), post).name
        old = station_keys.keys(connection, wiring.keyring).get((post, _purpose(purpose)))
        new = station_keys.renew(connection, wiring.keyring, post, purpose, by, now)
        _note(connection, wiring.keyring, (post, name), (old, new), by, now)

    await wiring.write(command)
    return RedirectResponse(f"{PATH}?changed={post}#p-{post}", 303)


@allowed("scheduler")
async def revoke(request: Request) -> Response:
    """Takes a station's link back."""
    wiring, form, by = wiring_of(request), await form_of(request), staff(request).login
    now, post, purpose = wiring.clock.now(), form.text("post"), form.text("purpose")

    def command(connection: Connection) -> None:
        old = station_keys.keys(connection, wiring.keyring).get((post, _purpose(purpose)))
        if station_keys.revoke(connection, post, purpose, by, now):
            name = knowledge(connection, wiring.keyring, now).register.posts[post].name
            _note(connection, wiring.keyring, (post, name), (old, None), by, now)

    await wiring.write(command)
    return RedirectResponse(f"{PATH}?changed={post}#p-{post}", 303)


def _purpose(text: str) -> Purpose:
    return "screen" if text == "screen" else "door"


def _note(
    connection: Connection,
    keyring: Keyring,
    station: tuple[str, str],
    keys: tuple[StationKey | None, StationKey | None],
    by: str,
    now: datetime,
) -> None:
    """Records that a station has another link, or none any more; never the link itself."""
    before, after = (_made(one) for one in keys)
    purpose = next(one.purpose for one in keys if one is not None)
    act = "ended" if keys[1] is None else "changed" if keys[0] else "added"
    fields = (Field(purpose, LINKS[purpose], before, after),)
    note(connection, keyring, "station", *station, act, fields, by, now)


def _made(key: StationKey | None) -> str:
    return "" if key is None else f"{key.created_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}"


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
    Route(f"{PATH}/rules", set_rules, methods=["POST"]),
    Route(f"{PATH}/{{post}}/poster", poster),
]
