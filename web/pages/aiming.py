"""Where on the board a lawyer who was picked up could go: asked for while the hand still moves."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from zhiban.roster.facts import Facts
from zhiban.roster.goals import Goal, goals
from zhiban.roster.roster import Duty
from zhiban.web.i18n import Lang, language_of, translate
from zhiban.web.pages.desk import desk_of
from zhiban.web.pages.remedying import role_of
from zhiban.web.pages.week_summary import TITLES
from zhiban.web.pages.weeks import week_of
from zhiban.web.problems import Problem
from zhiban.web.security import allowed
from zhiban.web.wiring import wiring_of


@allowed("scheduler", "administrator")
async def aims(request: Request) -> Response:
    """Every shift with its price, or with the rule in the way; 404 for a lawyer nobody knows."""
    wiring, week, query = wiring_of(request), week_of(request), request.query_params
    lang, desk, lawyer = language_of(request), desk_of(request), query.get("lawyer", "")
    start = query.get("from", "")

    def look(connection: Any) -> dict[str, Any] | None:
        draft = desk.draft(connection, week)
        if draft is None or lawyer not in draft.at.facts.lawyers:
            return None
        facts = draft.at.facts
        held = Duty(shift=start, lawyer=lawyer, role=role_of(query.get("role", "")))
        carried = held if held in facts.duties_of(lawyer) else None
        inside = [one for one in facts.problem.shifts if week.span.contains(one.start)]
        return _answer(facts, lawyer, goals(facts, lawyer, carried, inside), lang)

    found = await wiring.read(look)
    if found is None:
        raise Problem(404)
    return JSONResponse(found, headers={"Cache-Control": "no-store"})


def _answer(facts: Facts, lawyer: str, found: tuple[Goal, ...], lang: Lang) -> dict[str, Any]:
    can = {one.shift: one.cost for one in found if not one.bar}
    name = facts.lawyers[lawyer].name
    said = translate(
        lang, "%(name)s可以放到标出的%(count)s格，数字是总代价的变化。", name=name, count=len(can)
    )
    if not can:
        said = translate(lang, "没有不违反规则的格子可以放%(name)s。", name=name)
    codes = {one.bar for one in found if one.bar}
    titles = {code: TITLES[code].in_(lang) if code in TITLES else code for code in codes}
    return {
        "can": can,
        "bars": {one.shift: one.bar for one in found if one.bar},
        "titles": {
            code: translate(lang, "%(name)s放到这里会违反：%(rule)s", name=name, rule=title)
            for code, title in titles.items()
        },
        "said": said,
    }


routes = [Route("/scheduler/week/{week}/aims", aims)]
