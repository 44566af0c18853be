"""The lawyer's day: on duty where and until when, what waits, what comes next."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from zhiban.queue.answer_draft import drafted_tickets
from zhiban.queue.my_queue import ended_of, queue_of, search
from zhiban.queue.question import HELD, State
from zhiban.queue.views import QueueItem
from zhiban.roster.published import Published, Version
from zhiban.web.accounts import Account
from zhiban.web.i18n import Lang, language_of, translate
from zhiban.web.notify.inbox import unread
from zhiban.web.pages.acting import ACTS, said
from zhiban.web.pages.my_duties import my_duties
from zhiban.web.pages.own_sign_in import own_sign_in
from zhiban.web.pages.places import names
from zhiban.web.pages.signs import Sign, sign
from zhiban.web.pages.weeks import this_week
from zhiban.web.problems import Problem
from zhiban.web.render import page
from zhiban.web.security import allowed, staff
from zhiban.web.wiring import Wiring, wiring_of

_COMING = 3
_WORDS = 60  # letters of a search
_SHOWS: Mapping[str, frozenset[State]] = {
    "open": HELD,
    "waiting": frozenset({State.ASKING_BACK}),
    "deferred": frozenset({State.DEFERRED}),
    "answered": frozenset({State.ANSWERED}),
}
"""The parts of a queue; beside what is answered stands what ended lately."""


@dataclass(frozen=True, slots=True)
class Filter:
    """One part of the queue, to be chosen; how many are in it."""

    code: str
    name: str
    number: int


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
    drafted: bool = False


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


def line(item: QueueItem, now: datetime, lang: Lang, drafted: frozenset[str] = frozenset()) -> Line:
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
        drafted=item.ticket in drafted,
    )


@dataclass(frozen=True, slots=True)
class Wish:
    """Which part of the queue is wanted, or what is searched for in all of it."""

    show: str
    words: str

    @classmethod
    def of(cls, request: Request) -> Wish:
        """The wish of an address; what it does not know is the open part."""
        show = request.query_params.get("show", "open")
        words = request.query_params.get("q", "").strip()[:_WORDS]
        return cls(show if show in _SHOWS else "open", words)

    def query(self, **more: str) -> str:
        """The same as the end of an address."""
        return urlencode({"show": self.show, "q": self.words} | more)


def _desk(
    wiring: Wiring, connection: Connection, viewer: Account, wish: Wish, now: datetime, lang: Lang
) -> dict[str, Any]:
    lawyer = lawyer_of(viewer)
    said = names(connection, lang)
    published = wiring.published(connection)
    duties = my_duties(_near(published, now), lawyer, now, said, lang)
    queue = queue_of(connection, wiring.keyring, lawyer, now, excerpts=not wish.words)
    drafted = drafted_tickets(connection, lawyer)
    chosen = _chosen(wiring, connection, lawyer, wish, queue, now)
    return {
        "on_now": [duty for duty in duties if duty.now],
        "sign_in": own_sign_in(connection, published, lawyer, now, lang),
        "coming": [duty for duty in duties if duty.start > now][:_COMING],
        "queue": [line(item, now, lang, drafted) for item in chosen],
        "filters": _filters(queue, lang),
        "unread": unread(connection, viewer),
    }


def _chosen(
    wiring: Wiring,
    connection: Connection,
    lawyer: str,
    wish: Wish,
    queue: Sequence[QueueItem],
    now: datetime,
) -> Sequence[QueueItem]:
    """The questions that are wanted."""
    if wish.words:
        return search(connection, wiring.keyring, lawyer, wish.words, now)
    chosen = [item for item in queue if item.state in _SHOWS[wish.show]]
    if wish.show == "answered":
        chosen += ended_of(connection, wiring.keyring, lawyer, now)
    return chosen


def _filters(queue: Sequence[QueueItem], lang: Lang) -> list[Filter]:
    names_of = {
        "open": translate(lang, "待办"),
        "waiting": translate(lang, "等对方"),
        "deferred": translate(lang, "约期"),
        "answered": translate(lang, "近期已答"),
    }
    return [
        Filter(code, names_of[code], sum(item.state in states for item in queue))
        for code, states in _SHOWS.items()
    ]


async def _page(request: Request, template: str) -> Response:
    wiring, lang, viewer = wiring_of(request), language_of(request), staff(request)
    now, wish = wiring.clock.now(), Wish.of(request)
    # The first lines of the stories are shown, which is recorded: so it goes through the writer.
    values = await wiring.write(lambda c: _desk(wiring, c, viewer, wish, now, lang))
    mark = await wiring.read(lambda c: _mark(wiring, c, viewer, now))
    following = f"/lawyer/live?{wish.query(mark=mark)}"
    done = request.query_params.get("done", "")
    leaving = done if done in ACTS and ACTS[done].leaves else ""
    return page(
        request,
        template,
        headers={"X-Next": following},
        live=following,
        wish=wish,
        said=said(leaving, lang),
        **values,
    )


def _mark(wiring: Wiring, connection: Connection, viewer: Account, now: datetime) -> str:
    """Changes whenever the page would: by its questions, shifts, and the minutes that count."""
    lawyer = lawyer_of(viewer)
    queue = queue_of(connection, wiring.keyring, lawyer, now)
    published = wiring.published(connection)
    duties = my_duties(_near(published, now), lawyer, now, {}, "zh")
    signing = own_sign_in(connection, published, lawyer, now, "zh")
    dues = [item.due.due for item in queue if item.due is not None and item.due.runs]
    urgent = any(due - now < timedelta(hours=1) for due in dues)
    minutes = int(now.timestamp() // (60 if urgent else 300))
    seen = [(item.ticket, str(item.version)) for item in queue]
    seen += [(duty.post, str(duty.start)) for duty in duties if duty.now or duty.start > now]
    return hashlib.sha256(f"{seen} {signing} {minutes}".encode()).hexdigest()[:16]


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
