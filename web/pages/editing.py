"""A draft changed on the board: each act answered with what it did, costs and breaks."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, get_args

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from zhiban.data.wording import Text
from zhiban.roster import hand_edits, service
from zhiban.roster.hand_edits import Change, Clash, Nothing, Open
from zhiban.roster.intents import Act, Impossible, Intent
from zhiban.roster.job_options import JobOptions
from zhiban.roster.problem import Role
from zhiban.roster.roster import Duty
from zhiban.web.i18n import language_of
from zhiban.web.pages.board_answer import Outcome, news_json, outcome_json, pending_of, told
from zhiban.web.pages.desk import desk_of
from zhiban.web.pages.form import Form, form_of
from zhiban.web.pages.remedying import options, remedies_of, remedies_part, role_of
from zhiban.web.pages.scheduler import boards_of, week_shown
from zhiban.web.pages.shown import rosters
from zhiban.web.pages.week_cell import cell_panel
from zhiban.web.pages.week_parts import part
from zhiban.web.pages.week_view import people, values
from zhiban.web.pages.weeks import week_of
from zhiban.web.problems import Problem
from zhiban.web.security import allowed, staff
from zhiban.web.wiring import wiring_of

TRIES = 5  # times a change is planned anew because somebody was faster
MEND_SECONDS = 60
Plan = Callable[[Open], Change | Clash | Impossible | Nothing]
_NO_DRAFT = Text("这一周还没有草稿，先生成一份。", "There is no draft of this week yet; make one.")
_BUSY = Text(
    "草稿一直有人在改，这一步没有记下；请再试一次。",
    "The draft was being changed all the while and this was not noted; please try again.",
)
_UNKNOWN = Text("看不懂要改什么，没有改动。", "What to change is unclear; nothing was changed.")


@allowed("scheduler")
async def edit(request: Request) -> Response:
    """One act on one place: assign, remove, lock, unlock, move."""
    form = await form_of(request)
    intent, seen = _intent(form), _seen(form)
    return await _changed(
        request, lambda draft: hand_edits.by_hand(draft, intent, seen), form, intent
    )


@allowed("scheduler")
async def undo(request: Request) -> Response:
    """Takes back the last change that this person made of the draft."""
    form, by = await form_of(request), staff(request).login
    return await _changed(request, lambda draft: hand_edits.undone(draft, by), form)


@allowed("scheduler")
async def redo(request: Request) -> Response:
    """Does again what this person took back last."""
    form, by = await form_of(request), staff(request).login
    return await _changed(request, lambda draft: hand_edits.redone(draft, by), form)


@allowed("scheduler")
async def remedy(request: Request) -> Response:
    """Applies a remedy that was verified for the draft as it is."""
    form = await form_of(request)
    shift, role, key = form.text("shift"), role_of(form.text("role")), form.text("key")
    wiring, week, asked = wiring_of(request), week_of(request), remedies_of(request)
    draft = await wiring.read(lambda connection: desk_of(request).draft(connection, week))
    if draft is None:
        raise Problem(404, _NO_DRAFT)
    if shift not in draft.at.facts.shifts:
        raise Problem(422, _UNKNOWN)
    await asyncio.wait({asyncio.wrap_future(asked.ask(draft, shift, role))})

    def plan(at: Open) -> Change | Clash | Impossible | Nothing:
        future = asked.ask(at, shift, role)
        found = future.result() if future.done() else options(at.at.facts, shift, role, 1.0)
        chosen = next((one for one in found if one.key == key), None)
        if chosen is None:
            return Impossible(_GONE)
        note = Text(chosen.remedy.what, chosen.remedy.what_en)
        return hand_edits.planned(at, "remedy", chosen.steps, note=note)

    return await _changed(request, plan, form)


_GONE = Text(
    "草稿变了，这个办法已不适用；看看现在的办法",
    "the draft has changed and this no longer applies; see what would help now",
)


@allowed("scheduler")
async def mend(request: Request) -> Response:
    """Asks for the draft to be made whole around its locks with the fewest changes."""
    wiring, week = wiring_of(request), week_of(request)
    by, now = staff(request).login, wiring.clock.now()
    seconds = min(MEND_SECONDS, wiring.settings.roster_seconds)

    def command(connection: Connection) -> int | None:
        if not rosters(connection, week).revision:
            return None
        how = JobOptions(mend=True)
        return service.request_job(connection, week, 1, seconds, by, now, options=how)

    job = await wiring.write(command)
    if job is None:
        raise Problem(404, _NO_DRAFT)
    return RedirectResponse(f"/scheduler/jobs/{job}", 303)


@allowed("scheduler", "supervisor", "administrator")
async def cell(request: Request) -> Response:
    """The panel of one shift, as a part of the page."""
    wiring, lang, week = wiring_of(request), language_of(request), week_of(request)
    query, boards = request.query_params, boards_of(request)

    def look(connection: Connection) -> dict[str, Any] | None:
        found = rosters(connection, week)
        which = found.choose(query.get("show", ""))
        if not which:
            return None
        shown = boards.shown(connection, found, which, lang)
        panel = cell_panel(
            shown.at,
            query.get("shift", ""),
            shown.names,
            lang,
            query.get("role", ""),
            query.get("who", ""),
            query.get("swap", ""),
        )
        if panel is None:
            return None
        return values(request, shown, people(connection), lang, cell=panel, week=False)

    filled = await wiring.read(look)
    if filled is None:
        raise Problem(404)
    return HTMLResponse(
        part(request, lang, "week_cell.html", filled), headers={"Cache-Control": "no-store"}
    )


@allowed("scheduler", "supervisor", "administrator")
async def panel(request: Request) -> Response:
    """The summary of the week, as a part of the page."""
    wiring, lang, week = wiring_of(request), language_of(request), week_of(request)
    wanted, boards = request.query_params.get("show", ""), boards_of(request)

    def look(connection: Connection) -> dict[str, Any] | None:
        found = rosters(connection, week)
        which = found.choose(wanted)
        if not which:
            return None
        shown = boards.shown(connection, found, which, lang)
        return values(request, shown, people(connection), lang, late=True)

    filled = await wiring.read(look)
    if filled is None:
        raise Problem(404)
    return HTMLResponse(
        part(request, lang, "week_panel.html", filled), headers={"Cache-Control": "no-store"}
    )


@allowed("scheduler", "administrator")
async def remedies(request: Request) -> Response:
    """What would fill a vacancy: worked out beside the requests, shown when it is there."""
    wiring, week, query = wiring_of(request), week_of(request), request.query_params
    shift = query.get("shift", "")
    draft = await wiring.read(lambda connection: desk_of(request).draft(connection, week))
    if draft is None or shift not in draft.at.facts.shifts:
        raise Problem(404)
    body = await remedies_part(request, draft, shift, query)
    return HTMLResponse(body, headers={"Cache-Control": "no-store"})


@allowed("scheduler", "supervisor", "administrator")
async def news(request: Request) -> Response:
    """What others changed since a revision; nothing where nobody did."""
    wiring, lang, week = wiring_of(request), language_of(request), week_of(request)
    sent = request.query_params.get("since", "0")
    since = int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 9 else 0
    boards = boards_of(request)

    def look(connection: Connection) -> dict[str, Any] | None:
        found = rosters(connection, week)
        if found.revision in (0, since):
            return None
        shown = boards.shown(connection, found, "draft", lang)
        return news_json(request, shown, boards, since, people(connection), lang)

    found = await wiring.read(look)
    return Response(status_code=204) if found is None else JSONResponse(found)


async def _changed(
    request: Request, plan: Plan, form: Form, intent: Intent | None = None
) -> Response:
    """Plans a change on the draft as it is and writes it, anew where somebody was faster."""
    wiring, week, desk = wiring_of(request), week_of(request), desk_of(request)
    by, now = staff(request).login, wiring.clock.now()

    def look(connection: Connection) -> tuple[Open, Any] | None:
        draft = desk.draft(connection, week)
        return None if draft is None else (draft, plan(draft))

    for _ in range(TRIES):
        found = await wiring.read(look)
        if found is None:
            raise Problem(404, _NO_DRAFT)
        draft, planned = found
        if not isinstance(planned, Change):
            return await _answered(request, Outcome(draft, draft, planned, intent), form)
        change = planned

        def command(
            connection: Connection, draft: Open = draft, change: Change = change
        ) -> Open | None:
            return hand_edits.save(connection, draft, change, by, now)

        saved = await wiring.write(command)
        if saved is not None:
            desk.keep(saved)
            return await _answered(request, Outcome(draft, saved, change, intent), form)
    raise Problem(409, _BUSY)


async def _answered(request: Request, outcome: Outcome, form: Form) -> Response:
    """For the script: what changed on the page; else the page again."""
    wiring, lang, week = wiring_of(request), language_of(request), week_of(request)
    shift = form.text("shift")
    status = 200 if isinstance(outcome.result, Change | Nothing) else 409
    if request.headers.get("x-part"):
        boards = boards_of(request)
        query = request.query_params.get("open", shift)

        def look(connection: Connection) -> dict[str, Any]:
            return outcome_json(request, connection, outcome, boards, query, form, lang)

        return JSONResponse(await wiring.read(look), status)
    if isinstance(outcome.result, Change):
        at = f"/scheduler/week/{week}?show=draft&edit={outcome.after.chain[-1].id}"
        return RedirectResponse(at + (f"&cell={shift}#panel" if shift else ""), 303)

    def look_again(connection: Connection) -> tuple[Any, Mapping[str, Any] | None]:
        shown = boards_of(request).shown(connection, rosters(connection, week), "draft", lang)
        who = people(connection)
        return told(outcome, shown, who, form, lang), pending_of(outcome, shown, form, lang)

    said, pending = await wiring.read(look_again)
    return await week_shown(
        request, wanted="draft", cell=shift, told=said, pending=pending, status_code=status
    )


def _intent(form: Form) -> Intent:
    act = form.text("act")
    if act not in get_args(Act) or not form.text("shift") or not form.text("lawyer"):
        raise Problem(422, _UNKNOWN)
    duty = Duty(shift=form.text("shift"), lawyer=form.text("lawyer"), role=_role(form, "role"))
    start = None
    if act == "move":
        start = Duty(
            shift=form.text("from_shift"), lawyer=duty.lawyer, role=_role(form, "from_role")
        )
    return Intent(act, duty, form.some("instead"), start)  # type: ignore[arg-type]  # looked up above


def _role(form: Form, field: str) -> Role:
    return role_of(form.text(field))


def _seen(form: Form) -> dict[str, str]:
    pairs = [one.partition("=") for one in form.all("saw")]
    return {shift: state for shift, _, state in pairs}


routes = [
    Route("/scheduler/week/{week}/edit", edit, methods=["POST"]),
    Route("/scheduler/week/{week}/undo", undo, methods=["POST"]),
    Route("/scheduler/week/{week}/redo", redo, methods=["POST"]),
    Route("/scheduler/week/{week}/remedy", remedy, methods=["POST"]),
    Route("/scheduler/week/{week}/mend", mend, methods=["POST"]),
    Route("/scheduler/week/{week}/cell", cell),
    Route("/scheduler/week/{week}/panel", panel),
    Route("/scheduler/week/{week}/remedies", remedies),
    Route("/scheduler/week/{week}/news", news),
]
