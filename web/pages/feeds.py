"""Calendar feeds: whoever holds the address reads it; its owner renews or revokes it."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any

import segno
from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from zhiban.roster.entry_store import post_ids
from zhiban.roster.feeds import FeedKind, entries, feed_of, feeds_of, renew, revoke, whose
from zhiban.roster.request_store import lawyer_names
from zhiban.web.calendars import calendar
from zhiban.web.i18n import Lang, language_of
from zhiban.web.notify.inbox import unread
from zhiban.web.pages.form import form_of
from zhiban.web.pages.lawyer import lawyer_of
from zhiban.web.pages.places import addresses, names
from zhiban.web.problems import Problem
from zhiban.web.render import page
from zhiban.web.security import allowed, staff
from zhiban.web.wiring import Wiring, wiring_of

BACK = timedelta(days=28)
TITLE = "值班"  # calendars have one language, whoever subscribes to them


async def feed(request: Request) -> Response:
    """The calendar behind a token; 304 to who has it as it is, 404 for a dead or made-up one."""
    wiring, token = wiring_of(request), request.path_params["token"]
    now = wiring.clock.now()
    content = await wiring.read(lambda c: _content(wiring, c, token, now - BACK))
    if content is None:
        return Response("", 404, headers={"Cache-Control": "no-store"})
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    known = [one.strip().removeprefix("W/") for one in _known(request)]
    if tag in known or "*" in known:
        return Response(status_code=304, headers=headers)
    headers["Content-Disposition"] = 'inline; filename="duty.ics"'
    return Response(content, headers=headers, media_type="text/calendar; charset=utf-8")


def _known(request: Request) -> list[str]:
    return request.headers.get("if-none-match", "").split(",")


def _content(wiring: Wiring, connection: Connection, token: str, since: datetime) -> bytes | None:
    found = whose(connection, token[:100])
    if found is None:
        return None
    kind, subject = found
    said = names(connection, "zh")
    called = said.get(subject, subject)
    if kind == "lawyer":
        called = lawyer_names(connection).get(subject, subject)
    return calendar(
        f"{TITLE} {called}",
        entries(wiring.published(connection), kind, subject, since),
        said,
        addresses(connection),
        "zh",
        of_post=kind == "post",
    )


def address_of(request: Request, token: str) -> str:
    """The whole address of a feed."""
    return str(request.url_for("feed", token=token))


def code_of(address: str) -> str:
    """Its QR code as SVG, to stand in a page."""
    return segno.make(address, error="m").svg_inline(
        omitsize=True, border=0, dark="#000", light="#fff"
    )


@allowed("lawyer")
async def mine(request: Request) -> Response:
    """The lawyer's own address, to be copied or photographed."""
    wiring, viewer = wiring_of(request), staff(request)
    lawyer = lawyer_of(viewer)

    def look(connection: Connection) -> dict[str, Any]:
        return {
            "feed": feed_of(connection, wiring.keyring, "lawyer", lawyer),
            "unread": unread(connection, viewer),
        }

    values = await wiring.read(look)
    address = address_of(request, values["feed"].token) if values["feed"] else ""
    code = code_of(address) if address else ""
    return page(request, "calendar_feed.html", address=address, qr=code, **values)


@allowed("lawyer")
async def mine_changed(request: Request) -> Response:
    """Makes a first or a fresh address, or none."""
    wiring, viewer = wiring_of(request), staff(request)
    await _change(request, wiring, "lawyer", lawyer_of(viewer), viewer.login)
    return RedirectResponse("/lawyer/calendar", 303)


async def _change(request: Request, wiring: Wiring, kind: FeedKind, subject: str, by: str) -> None:
    act, now = (await form_of(request)).text("act"), wiring.clock.now()
    if act == "renew":
        await wiring.write(lambda c: renew(c, wiring.keyring, kind, subject, by, now))
    elif act == "revoke":
        await wiring.write(lambda c: revoke(c, kind, subject, now))
    else:
        raise Problem(422)


@allowed("scheduler", "supervisor", "administrator")
async def of_posts(request: Request) -> Response:
    """The addresses of posts, for those who keep their doors."""
    wiring, lang, viewer = wiring_of(request), language_of(request), staff(request)
    wanted = request.query_params.get("post", "")

    def look(connection: Connection) -> dict[str, Any]:
        feeds, said = feeds_of(connection, wiring.keyring, "post"), names(connection, lang)
        posts = sorted(posts_by_name(connection, lang).items(), key=lambda one: one[1])
        chosen = feeds.get(wanted)
        return {
            "posts": [(id, name, id in feeds) for id, name in posts],
            "wanted": wanted if wanted in dict(posts) else "",
            "wanted_name": said.get(wanted, ""),
            "token": chosen.token if chosen else "",
            "unread": unread(connection, viewer),
        }

    values = await wiring.read(look)
    address = address_of(request, values["token"]) if values["token"] else ""
    code = code_of(address) if address else ""
    return page(request, "post_feeds.html", address=address, qr=code, **values)


def posts_by_name(connection: Connection, lang: Lang) -> dict[str, str]:
    """The posts by id with their names."""
    said = names(connection, lang)
    return {id: said.get(id, id) for id in post_ids(connection)}


@allowed("scheduler")
async def post_changed(request: Request) -> Response:
    """Makes, renews or revokes the address of a post."""
    wiring, viewer = wiring_of(request), staff(request)
    post = (await form_of(request)).text("post")
    known = await wiring.read(lambda c: posts_by_name(c, "zh"))
    if post not in known:
        raise Problem(404)
    await _change(request, wiring, "post", post, viewer.login)
    return RedirectResponse(f"/scheduler/feeds?post={post}", 303)


routes = [
    Route("/feeds/{token}.ics", feed),
    Route("/lawyer/calendar", mine),
    Route("/lawyer/calendar", mine_changed, methods=["POST"]),
    Route("/scheduler/feeds", of_posts),
    Route("/scheduler/feeds", post_changed, methods=["POST"]),
]
