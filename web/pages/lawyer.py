"""The lawyer's day: on duty where and until when, what waits, what comes next."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from zhiban.queue import service
from zhiban.queue.question import HELD
from zhiban.queue.views import QueueItem
from zhiban.roster.published import Published, Version
from zhiban.web.accounts import Account
from zhiban.web.i18n import Lang, language_of, translate
from zhiban.web.notify.inbox import unread
from zhiban.web.pages.my_duties import my_duties
from zhiban.web.pages.places import names
from zhiban.web.pages.signs import Sign, sign
from zhiban.web.pages.weeks import this_week
from zhiban.web.problems import Problem
from zhiban.web.render import page
from zhiban.web.security import allowed, staff
from zhiban.web.wiring import Wiring, wiring_of

_COMING = 3


@dataclass(frozen=True, slots=True)
class Line:
    """One question in the queue."""

    code: str
    category: str
    division: str
    green: bool
    sign: Sign | None
    news: bool
    excerpt: str
    state: str
    asked: datetime


def lawyer_of(account: Account) -> str:
    """The register's id of the lawyer who is logged in."""
    if account.lawyer is None:
        raise Problem(403)
    return account.lawyer


def _near(published: Published, now: datetime) -> list[Version]:
    """The newest versions of this week, the one before and the three after."""
    weeks = [this_week(now + timedelta(weeks=step)) for step in range(-1, 4)]
    newest = [published.newest(week) for week in weeks]
    return [version for version in newest if version is not None]


def line(item: QueueItem, now: datetime, lang: Lang) -> Line:
    """One question in the queue, in words."""
    return Line(
        code=item.ticket,
        category=item.category.name.in_(lang) if item.category else translate(lang, "未分类"),
        division=item.division.name.in_(lang),
        green=item.green,
        sign=sign(item.due, now, lang) if item.due else None,
        news=item.new_message,
        excerpt=item.excerpt or "",
        state=item.state,
        asked=item.asked,
    )


def _desk(
    wiring: Wiring, connection: Connection, viewer: Account, now: datetime, lang: Lang
) -> dict[str, Any]:
    lawyer = lawyer_of(viewer)
    said = names(connection, lang)
    versions = _near(wiring.published(connection), now)
    duties = my_duties(versions, lawyer, now, said, lang)
    queue = service.queue_of(connection, wiring.keyring, lawyer, now, excerpts=True)
    return {
        "on_now": [duty for duty in duties if duty.now],
        "coming": [duty for duty in duties if duty.start > now][:_COMING],
        "queue": [line(item, now, lang) for item in queue if item.state in HELD],
        "resting": [line(item, now, lang) for item in queue if item.state not in HELD],
        "unread": unread(connection, viewer),
    }


async def _page(request: Request, template: str) -> Response:
    wiring, lang, viewer = wiring_of(request), language_of(request), staff(request)
    now = wiring.clock.now()
    # The first lines of the stories are shown, which is recorded: so it goes through the writer.
    values = await wiring.write(lambda c: _desk(wiring, c, viewer, now, lang))
    mark = await wiring.read(lambda c: _mark(wiring, c, viewer, now))
    following = f"/lawyer/live?mark={mark}"
    return page(request, template, headers={"X-Next": following}, live=following, **values)


def _mark(wiring: Wiring, connection: Connection, viewer: Account, now: datetime) -> str:
    """Changes whenever the page would: by its questions, shifts, and the minutes that count."""
    lawyer = lawyer_of(viewer)
    queue = service.queue_of(connection, wiring.keyring, lawyer, now)
    duties = my_duties(_near(wiring.published(connection), now), lawyer, now, {}, "zh")
    dues = [item.due.due for item in queue if item.due is not None and item.due.runs]
    urgent = any(due - now < timedelta(hours=1) for due in dues)
    minutes = int(now.timestamp() // (60 if urgent else 300))
    seen = [(item.ticket, str(item.version)) for item in queue]
    seen += [(duty.post, str(duty.start)) for duty in duties if duty.now or duty.start > now]
    return hashlib.sha256(f"{seen} {minutes}".encode()).hexdigest()[:16]


@allowed("lawyer")
async def desk(request: Request) -> Response:
    """The lawyer's day."""
    return await _page(request, "lawyer.html")


@allowed("lawyer")
async def live(request: Request) -> Response:
    """The part of the day that changes, when it has; else 204."""
    wiring, viewer = wiring_of(request), staff(request)
    now = wiring.clock.now()
    mark = await wiring.read(lambda c: _mark(wiring, c, viewer, now))
    if mark == request.query_params.get("mark"):
        return Response(status_code=204)
    return await _page(request, "lawyer_live.html")


routes = [
    Route("/lawyer", desk),
    Route("/lawyer/live", live),
]
