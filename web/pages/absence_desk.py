"""A published duty whose lawyer is away: a stand-in in two clicks, or the whole week mended."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from zhiban.data.wording import Refused, Text
from zhiban.roster.absences import Absence, Mending, mended, who_could
from zhiban.roster.changing_now import NotChanged, change_now
from zhiban.roster.current import newest
from zhiban.roster.editing import Edit
from zhiban.roster.problem import Role
from zhiban.roster.roster import Duty
from zhiban.web.i18n import Lang, language_of
from zhiban.web.notify.inbox import unread
from zhiban.web.pages.form import Form, form_of
from zhiban.web.pages.offer_lines import Person, called, duty_line, in_words, people, shift_line
from zhiban.web.pages.places import names
from zhiban.web.pages.todo import to_mend
from zhiban.web.pages.weeks import parsed
from zhiban.web.problems import Problem
from zhiban.web.render import page
from zhiban.web.security import allowed, staff
from zhiban.web.wiring import Wiring, wiring_of

SECONDS = 8.0
_ROLES: Mapping[str, Role] = {"primary": "primary", "standby": "standby"}


@allowed("scheduler", "supervisor", "administrator")
async def absence_page(request: Request) -> Response:
    """Who could stand in, ranked with reasons; with `repair`, the fewest changes for the week."""
    return await _page(request)


async def _page(request: Request, problem: str = "", status: int = 200) -> Response:
    wiring, lang, viewer = wiring_of(request), language_of(request), staff(request)
    now, query = wiring.clock.now(), request.query_params

    def look(connection: Connection) -> dict[str, Any]:
        lost = to_mend(wiring, connection, now)
        one = _named(lost, query)
        at = newest(connection, one.week) if one else None
        if one is None or at is None:
            return {"one": None, "problem": problem, "unread": unread(connection, viewer)}
        who, place = people(connection), names(connection, lang)
        plan = mended(at, lost, now, SECONDS) if query.get("repair") == "1" else None
        shifts = {d.shift: duty_line(d, place, now, lang) for d in at.version.duties}
        return {
            "one": one,
            "problem": in_words(problem, who, place, now, lang),
            "what": duty_line(one.duty, place, now, lang),
            "number": at.version.number,
            "same_week": sum(other.week == one.week for other in lost),
            "stand_ins": [
                {
                    "name": called(who, found.stand_in.lawyer),
                    "firm": who[found.stand_in.lawyer].firm if found.stand_in.lawyer in who else "",
                    "standby": found.standby,
                    "reason": found.stand_in.reason.in_(lang),
                    "edits": _as_json(found.edits),
                }
                for found in who_could(at, one)
            ],
            "plan": _plan(plan, who, place, shifts, wiring, lang) if plan else None,
            "unread": unread(connection, viewer),
        }

    values = await wiring.read(look)
    template = "absence.html" if values["one"] else "absence_gone.html"
    return page(request, template, status_code=status, **values)


def _named(lost: Sequence[Absence], query: Mapping[str, str]) -> Absence | None:
    wanted = tuple(query.get(name, "") for name in ("week", "shift", "lawyer", "role"))
    for one in lost:
        if (str(one.week), one.duty.shift, one.duty.lawyer, one.duty.role) == wanted:
            return one
    return None


def _plan(
    plan: Mending,
    who: Mapping[str, Person],
    place: Mapping[str, str],
    shifts: Mapping[str, str],
    wiring: Wiring,
    lang: Lang,
) -> dict[str, Any]:
    now = wiring.clock.now()

    def row(duty: Duty) -> tuple[str, str]:
        what = shifts.get(duty.shift) or shift_line(duty.shift, place, now, lang)
        return what, called(who, duty.lawyer)

    told = sorted({duty.lawyer for duty in (*plan.gone, *plan.come)})
    return {
        "gone": [row(duty) for duty in plan.gone],
        "come": [row(duty) for duty in plan.come],
        "vacant": [row(duty)[0] for duty in plan.vacant],
        "proved": plan.proved,
        "told": [called(who, one) for one in told],
        "edits": _as_json(plan.edits),
    }


def _as_json(edits: Sequence[Edit]) -> str:
    rows = [[one.act, one.duty.shift, one.duty.lawyer, one.duty.role] for one in edits]
    return json.dumps(rows, separators=(",", ":"))


def _edits(form: Form) -> list[Edit]:
    """The changes that were looked at; raises Refused for what cannot be read."""
    found = []
    try:
        for act, shift, lawyer, role in json.loads(form.text("edits")):
            if act not in ("add", "remove"):
                raise ValueError(act)
            duty = Duty(shift=str(shift), lawyer=str(lawyer), role=_ROLES[role])
            found.append(Edit("add" if act == "add" else "remove", duty))
    except (ValueError, TypeError, KeyError, RecursionError):
        raise Refused.one(
            "edits", "改动读不出来，请刷新后再试", "the changes cannot be read; reload the page"
        ) from None
    return found


@allowed("scheduler")
async def mend(request: Request) -> Response:
    """Puts the changes in force that were looked at, if they still hold."""
    wiring, lang, viewer = wiring_of(request), language_of(request), staff(request)
    form, now = await form_of(request), wiring.clock.now()
    week, number = parsed(form.text("week")), form.number("number") or 0
    edits = _edits(form)
    if not edits:
        raise Problem(422, _NOTHING)
    done = await wiring.write(
        lambda c: change_now(c, wiring.keyring, week, number, edits, viewer.login, now)
    )
    if isinstance(done, NotChanged):
        return await _page(request, done.text.in_(lang), 409)
    return RedirectResponse(f"/scheduler/inbox?number={done.number}", 303)


_NOTHING = Text("没有改动", "nothing would change")

routes = [
    Route("/scheduler/inbox/absence", absence_page),
    Route("/scheduler/inbox/absence", mend, methods=["POST"]),
]
