"""The scheduler's to-do list: each matter decided in one or two clicks, harmless ones together."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from zhiban.data.wording import Text
from zhiban.roster.asking_leave import Gone, approve_leave, refuse_leave
from zhiban.roster.correcting import decide_correction
from zhiban.roster.offers import NotDone
from zhiban.roster.settling import approve_swap, refuse_swap
from zhiban.web.i18n import Lang, language_of, translate
from zhiban.web.notify.inbox import unread
from zhiban.web.pages.desk import desk_of
from zhiban.web.pages.form import form_of
from zhiban.web.pages.todo import KINDS_SHOWN, Item, items
from zhiban.web.problems import Problem
from zhiban.web.render import page
from zhiban.web.security import allowed, staff
from zhiban.web.wiring import Wiring, wiring_of

REMARK = 300


@allowed("scheduler", "supervisor", "administrator")
async def inbox(request: Request) -> Response:
    """Everything that waits, or one kind of it."""
    return await _page(request)


async def _page(request: Request, problem: str = "", status: int = 200) -> Response:
    wiring, lang, viewer = wiring_of(request), language_of(request), staff(request)
    now, desk = wiring.clock.now(), desk_of(request)
    show = request.query_params.get("show", "")
    only_harmless = request.query_params.get("harmless") == "1"

    def look(connection: Connection) -> dict[str, Any]:
        found = items(wiring, desk, connection, now, lang)
        shown = [one for one in found if show in ("", one.kind)]
        return {
            "tabs": _tabs(found, show, lang),
            "items": [one for one in shown if one.harmless or not only_harmless],
            "harmless": sum(one.harmless for one in shown),
            "total": len(found),
            "unread": unread(connection, viewer),
        }

    values = await wiring.read(look)
    return page(
        request,
        "scheduler_inbox.html",
        status_code=status,
        show=show if show in KINDS_SHOWN else "",
        only_harmless=only_harmless,
        problem=problem,
        said=_said(request, lang),
        **values,
    )


def _tabs(found: list[Item], show: str, lang: Lang) -> list[dict[str, Any]]:
    names = {
        "": translate(lang, "全部"),
        "absence": translate(lang, "缺人的班"),
        "leave": translate(lang, "请假"),
        "swap": translate(lang, "换班"),
        "entry": translate(lang, "名册更正"),
        "firm": translate(lang, "律所派班"),
    }
    return [
        {
            "href": f"/scheduler/inbox?show={kind}" if kind else "/scheduler/inbox",
            "label": label,
            "count": sum(kind in ("", one.kind) for one in found),
            "current": kind == (show if show in names else ""),
        }
        for kind, label in names.items()
    ]


def _said(request: Request, lang: Lang) -> str:
    number = request.query_params.get("number", "")
    count = request.query_params.get("count", "")
    said = {
        "approve": translate(lang, "已批准，有关的人会收到消息。"),
        "refuse": translate(lang, "已退回，说明会发给提出的人。"),
    }
    if number.isdecimal() and len(number) < 6:
        return translate(
            lang, "已经生效：值班表出了第%(number)s版，只通知了有变动的人。", number=number
        )
    if count.isdecimal() and len(count) < 6:
        return translate(lang, "批准了%(count)s件，有关的人会收到消息。", count=count)
    return said.get(request.query_params.get("done", ""), "")


@allowed("scheduler")
async def decide(request: Request) -> Response:
    """Approves or turns down one request, if nobody else has."""
    wiring, lang, viewer = wiring_of(request), language_of(request), staff(request)
    kind, act, id = (request.path_params[name] for name in ("kind", "act", "id"))
    if kind not in ("leave", "swap", "entry") or act not in ("approve", "refuse"):
        raise Problem(404)
    if not id.isascii() or not id.isdecimal() or len(id) > 9:
        raise Problem(404)
    form, now = await form_of(request), wiring.clock.now()
    remark, approved = form.text("remark")[:REMARK], act == "approve"
    done = await wiring.write(
        lambda c: _decide(wiring, c, kind, int(id), viewer.login, now, approved, remark)
    )
    if isinstance(done, Text):
        return await _page(request, done.in_(lang), 409)
    back = form.text("show")
    shown = f"&show={back}" if back in KINDS_SHOWN else ""
    return RedirectResponse(f"/scheduler/inbox?done={act}{shown}", 303)


def _decide(
    wiring: Wiring,
    connection: Connection,
    kind: str,
    id: int,
    by: str,
    now: datetime,
    approved: bool,
    remark: str = "",
) -> Text | None:
    """Decides a request; in words, why nothing came of it, None when it did."""
    ring = wiring.keyring
    done: object
    if kind == "leave":
        step = approve_leave if approved else refuse_leave
        more = () if approved else (remark,)
        done = step(connection, ring, id, by, now, *more)
    elif kind == "swap":
        if approved:
            done = approve_swap(connection, ring, id, by, now)
        else:
            done = refuse_swap(connection, ring, id, by, now, remark)
    else:
        done = decide_correction(connection, ring, id, by, now, approved=approved, remark=remark)
    return done.text if isinstance(done, Gone | NotDone) else None


@allowed("scheduler")
async def bulk(request: Request) -> Response:
    """Approves all that were ticked and are still harmless; the others stay to be looked at."""
    wiring, lang, viewer = wiring_of(request), language_of(request), staff(request)
    form, now, desk = await form_of(request), wiring.clock.now(), desk_of(request)
    wanted = set(form.all("pick"))

    def command(connection: Connection) -> int:
        chosen = [
            one
            for one in items(wiring, desk, connection, now, lang)
            if one.harmless and f"{one.kind}-{one.id}" in wanted
        ]
        by = viewer.login
        return sum(
            _decide(wiring, connection, one.kind, one.id, by, now, approved=True) is None
            for one in chosen
        )

    if not wanted:
        text = translate(lang, "没有勾选任何一件。")
        return await _page(request, text, 422)
    count = await wiring.write(command)
    if count == 0:
        return await _page(request, translate(lang, "勾选的都已经有了结果，或不再无影响。"), 409)
    return RedirectResponse(f"/scheduler/inbox?count={count}", 303)


routes = [
    Route("/scheduler/inbox", inbox),
    Route("/scheduler/inbox/bulk", bulk, methods=["POST"]),
    Route("/scheduler/inbox/{kind}/{id}/{act}", decide, methods=["POST"]),
]
