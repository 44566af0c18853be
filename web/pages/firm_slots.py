"""A firm names who comes to the places given to it, until each one's deadline."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from zhiban.data.wording import Text
from zhiban.roster.current import newest
from zhiban.roster.firm_naming import Slot, candidates, name_for_firm, slots
from zhiban.roster.nominations import NotNamed
from zhiban.roster.request_store import lawyer_firms, load_policy
from zhiban.web import words
from zhiban.web.i18n import language_of
from zhiban.web.notify.inbox import unread
from zhiban.web.pages.form import form_of
from zhiban.web.pages.lawyer import lawyer_of
from zhiban.web.pages.offer_lines import duty_line, in_words, people
from zhiban.web.pages.places import names
from zhiban.web.pages.weeks import parsed
from zhiban.web.problems import Problem
from zhiban.web.render import page
from zhiban.web.security import allowed, staff
from zhiban.web.wiring import wiring_of


@allowed("lawyer")
async def firm_page(request: Request) -> Response:
    """The firm's places, those that wait for a name first."""
    return await _page(request)


async def _page(request: Request, problem: str = "", status: int = 200) -> Response:
    wiring, lang, viewer = wiring_of(request), language_of(request), staff(request)
    now, lawyer = wiring.clock.now(), lawyer_of(viewer)

    def look(connection: Connection) -> dict[str, Any]:
        firm, called = lawyer_firms(connection).get(lawyer, ("", ""))
        may = load_policy(connection).may_name(lawyer)
        found = slots(connection, wiring.published(connection), now, firm) if may else ()
        place, who = names(connection, lang), people(connection)
        weeks = {week: newest(connection, week) for week in {one.week for one in found if one.open}}

        def row(one: Slot) -> dict[str, Any]:
            at = weeks.get(one.week)
            could = candidates(at, one.duty) if at is not None and one.open else []
            by = one.duty.name_by or one.duty.span.start
            return {
                "week": str(one.week),
                "shift": one.duty.shift,
                "role": one.duty.role,
                "what": duty_line(one.duty, place, now, lang),
                "who": one.duty.lawyer_name,
                "by": words.before(by, now, lang),
                "named": one.duty.named,
                "could": [(c.lawyer, c.name) for c in could if c.why_not is None],
                "cannot": [
                    (c.name, in_words(c.why_not.in_(lang), who, place, now, lang))
                    for c in could
                    if c.why_not is not None
                ],
                "now": one.duty.lawyer,
            }

        return {
            "firm": called,
            "problem": in_words(problem, who, place, now, lang),
            "may": may,
            "waiting": [row(one) for one in found if one.open],
            "settled": [row(one) for one in found if not one.open],
            "unread": unread(connection, viewer),
        }

    values = await wiring.read(look)
    said = request.query_params.get("done") == "named"
    return page(request, "firm_slots.html", status_code=status, said=said, **values)


@allowed("lawyer")
async def name(request: Request) -> Response:
    """Names one of the firm's lawyers: a new version of the week at once."""
    wiring, lang, viewer = wiring_of(request), language_of(request), staff(request)
    form, now, lawyer = await form_of(request), wiring.clock.now(), lawyer_of(viewer)
    week, shift = parsed(form.text("week")), form.text("shift")[:160]
    named = form.text("lawyer")[:40]
    if not shift or not named:
        raise Problem(422, _NOBODY)

    def command(connection: Connection) -> object:
        by = viewer.login
        return name_for_firm(connection, wiring.keyring, week, shift, named, lawyer, by, now)

    done = await wiring.write(command)
    if isinstance(done, NotNamed):
        return await _page(request, done.text.in_(lang), 409)
    return RedirectResponse("/lawyer/firm?done=named", 303)


_NOBODY = Text("请选择由谁值班", "choose who comes")

routes = [
    Route("/lawyer/firm", firm_page),
    Route("/lawyer/firm", name, methods=["POST"]),
]
