"""Rounds in which lawyers look through their entries, and what happens by itself."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from zhiban.data.register_service import change_setting
from zhiban.data.timespan import SHANGHAI, parse_day
from zhiban.data.wording import Refused
from zhiban.roster import entry_store as rows
from zhiban.roster.correcting import close_round, open_round, remind_members
from zhiban.roster.request_policy import NAMED, RequestPolicy, policy_from
from zhiban.roster.request_store import load_policy
from zhiban.web.i18n import language_of
from zhiban.web.notify.inbox import unread
from zhiban.web.pages.form import Form, form_of
from zhiban.web.pages.offer_lines import people
from zhiban.web.problems import Problem
from zhiban.web.render import page
from zhiban.web.security import allowed, staff
from zhiban.web.wiring import wiring_of

CLOSING = time(17)


@allowed("scheduler", "supervisor", "administrator")
async def members_page(request: Request) -> Response:
    """How far the round is, and who has not looked yet."""
    return await _page(request)


async def _page(
    request: Request,
    form: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    wiring, viewer = wiring_of(request), staff(request)
    now = wiring.clock.now()

    def look(connection: Connection) -> dict[str, Any]:
        found, who = rows.newest_round(connection), people(connection)
        done = rows.confirmations(connection, found.id) if found else {}
        missing = [one for id, one in who.items() if id not in done]
        firms: dict[str, list[str]] = {}
        for one in sorted(missing, key=lambda one: (one.firm, one.name)):
            firms.setdefault(one.firm, []).append(one.name)
        return {
            "round": found,
            "running": found is not None and found.open_at(now),
            "all": len(who),
            "done": sum(id in done for id in who),
            "corrected": sum(corrected for id, (_, corrected) in done.items() if id in who),
            "missing": firms,
            "unread": unread(connection, viewer),
        }

    values = await wiring.read(look)
    return page(
        request,
        "members.html",
        status_code=status,
        form={"title": "", "deadline": "", **(form or {})},
        errors=errors or {},
        said=request.query_params.get("done", ""),
        count=request.query_params.get("count", "0"),
        **values,
    )


@allowed("scheduler")
async def members(request: Request) -> Response:
    """Opens a round, reminds who is missing, or ends it."""
    wiring, lang, viewer = wiring_of(request), language_of(request), staff(request)
    form, now = await form_of(request), wiring.clock.now()
    act = form.text("act")
    if act == "open":
        try:
            day = parse_day(form.text("deadline"), "deadline")
            deadline = datetime.combine(day, CLOSING, SHANGHAI)
            title = form.text("title")
            await wiring.write(
                lambda c: open_round(c, wiring.keyring, title, deadline, viewer.login, now)
            )
        except Refused as error:
            errors = {one.field: one.text.in_(lang) for one in error.errors}
            sent = {name: form.text(name) for name in ("title", "deadline")}
            return await _page(request, sent, errors, 422)
        return RedirectResponse("/scheduler/members?done=open", 303)
    if act == "remind":
        count = await wiring.write(lambda c: remind_members(c, wiring.keyring, now, at_once=True))
        return RedirectResponse(f"/scheduler/members?done=remind&count={count}", 303)
    id = form.number("round")
    if act != "close" or id is None:
        raise Problem(422)
    await wiring.write(lambda c: close_round(c, id, now))
    return RedirectResponse("/scheduler/members?done=close", 303)


@allowed("scheduler", "supervisor", "administrator")
async def policy_page(request: Request) -> Response:
    """What happens by itself, and who names for a firm."""
    return await _policy(request)


async def _policy(
    request: Request, errors: dict[str, str] | None = None, status: int = 200
) -> Response:
    wiring, viewer = wiring_of(request), staff(request)

    def look(connection: Connection) -> dict[str, Any]:
        who = people(connection)
        return {
            "policy": load_policy(connection),
            "lawyers": sorted(who.values(), key=lambda one: (one.firm, one.name)),
            "unread": unread(connection, viewer),
        }

    values = await wiring.read(look)
    said = request.query_params.get("done", "")
    return page(
        request, "request_policy.html", status_code=status, errors=errors or {}, said=said, **values
    )


@allowed("scheduler")
async def policy(request: Request) -> Response:
    """Sets them."""
    wiring, lang = wiring_of(request), language_of(request)
    form = await form_of(request)
    try:
        wanted = _policy_of(form)
    except Refused as error:
        errors = {one.field.rpartition(".")[2]: one.text.in_(lang) for one in error.errors}
        return await _policy(request, errors, 422)
    by, now, value = staff(request).login, wiring.clock.now(), wanted.as_setting()
    await wiring.write(lambda c: change_setting(c, wiring.keyring, NAMED, value, by, now))
    return RedirectResponse("/scheduler/requests?done=kept", 303)


def _policy_of(form: Form) -> RequestPolicy:
    days = form.number("leave_days")
    return policy_from(
        {
            "leave_automatic": form.text("leave_automatic") == "yes",
            "leave_days": -1 if days is None else days,
            "swap_automatic": form.text("swap_automatic") == "yes",
            "speakers": form.text("speakers"),
            "contacts": list(form.all("contact")),
        }
    )


routes = [
    Route("/scheduler/members", members_page),
    Route("/scheduler/members", members, methods=["POST"]),
    Route("/scheduler/requests", policy_page),
    Route("/scheduler/requests", policy, methods=["POST"]),
]
