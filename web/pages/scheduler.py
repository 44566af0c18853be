"""The scheduler's week: the board, asking for a draft, publishing it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from zhiban.data.store import day_names, load_calendar
from zhiban.data.week import Week
from zhiban.data.wording import Refused
from zhiban.roster import service
from zhiban.roster.drafts import Job
from zhiban.roster.job_store import load_jobs
from zhiban.web import words
from zhiban.web.i18n import Lang, language_of, translate
from zhiban.web.notify.inbox import unread
from zhiban.web.pages.desk import desk_of
from zhiban.web.pages.edit_words import Told, logged, touched
from zhiban.web.pages.form import form_of
from zhiban.web.pages.named import broken
from zhiban.web.pages.remedying import remedies_part
from zhiban.web.pages.shown import Boards, Rosters, Shown, rosters
from zhiban.web.pages.week_cell import cell_panel
from zhiban.web.pages.week_view import firms, people, values
from zhiban.web.pages.weeks import called, parsed, this_week, week_of
from zhiban.web.render import page
from zhiban.web.security import allowed, staff
from zhiban.web.wiring import wiring_of


def boards_of(request: Request) -> Boards:
    """The boards this process keeps."""
    state = request.app.state
    if not hasattr(state, "boards"):
        state.boards = Boards(desk_of(request))
    boards: Boards = state.boards
    return boards


@allowed("scheduler", "supervisor", "administrator")
async def scheduler(request: Request) -> Response:
    """The way to the present week's board."""
    now = wiring_of(request).clock.now()
    return RedirectResponse(f"/scheduler/week/{this_week(now)}", 303)


@allowed("scheduler", "supervisor", "administrator")
async def week_page(request: Request) -> Response:
    """The week's board with its panel; the draft where one is open, else the newest version."""
    return await week_shown(request)


async def week_shown(
    request: Request,
    *,
    wanted: str = "",
    cell: str = "",
    told: Told | None = None,
    pending: Mapping[str, Any] | None = None,
    status_code: int = 200,
) -> Response:
    """The page of a week; `cell` is open in the panel, `told` is what came of an act."""
    wiring, lang, week = wiring_of(request), language_of(request), week_of(request)
    now, boards, viewer = wiring.clock.now(), boards_of(request), staff(request)
    query = request.query_params
    wanted, cell = wanted or query.get("show", ""), cell or query.get("cell", "")
    view, day = _view(query)

    def look(connection: Connection) -> dict[str, Any]:
        found = rosters(connection, week)
        which = found.choose(wanted)
        days = _days(connection, week, now, lang)
        common: dict[str, Any] = {
            "board": None,
            "cell": None,
            "editable": False,
            "tabs": _tabs(found, which, lang),
            "can_publish": which == "draft" and found.draft_open,
            "can_change": _can_change(found, which) and now < week.span.end,
            "job": _running(load_jobs(connection, 10), week),
            "days": days,
            "unread": unread(connection, viewer),
        }
        if not which:
            return common
        shown = boards.shown(connection, found, which, lang)
        role, who = query.get("role", ""), query.get("who", "")
        swap = query.get("swap", "")
        panel = cell_panel(shown.at, cell, shown.names, lang, role, who, swap) if cell else None
        message = told or _flash(shown, query.get("edit", ""), lang)
        more = values(request, shown, people(connection), lang, told=message, cell=panel)
        by_firm = firms(shown, query.get("q", ""), lang) if view == "lawyers" else []
        views = _views(shown, view, day, days, lang)
        return (
            common | more | {"views": views, "firms": by_firm, "shown": shown, "just": _just(shown)}
        )

    filled = await wiring.read(look)
    if filled["cell"] and filled["editable"] and query.get("remedies"):
        filled["remedies"] = await remedies_part(request, filled["shown"].draft, cell, query)
    filled.pop("shown", None)
    return page(
        request,
        "week.html",
        status_code=status_code,
        **filled
        | {
            "week": str(week),
            "week_name": called(week, lang),
            "previous": str(week.next(-1)),
            "following": str(week.next()),
            "this_week": str(this_week(now)),
            "said": _said(request, lang),
            "published": _published(request),
            "chosen": request.query_params.get("chosen") == "1",
            "view": view,
            "day": day if view == "day" else None,
            "query": query.get("q", ""),
            "pending": pending,
        },
    )


def _can_change(found: Rosters, which: str) -> bool:
    """Whether this is the newest version, and the draft to change it in is as it is."""
    newest = f"v{found.versions[-1].number}" if found.versions else ""
    return which == newest and found.revision > 0 and not found.draft_open


def _view(query: Mapping[str, str]) -> tuple[str, int]:
    view = query.get("view", "")
    at = query.get("day", "0")
    day = int(at) if at in tuple("0123456") else 0
    return (view if view in ("day", "lawyers") else "posts"), day


def _views(
    shown: Shown, view: str, day: int, days: Sequence[Mapping[str, Any]], lang: Lang
) -> list[dict[str, Any]]:
    """The ways to look at the week: posts, lawyers, or one day of those that are open."""
    base = f"/scheduler/week/{shown.week}?show={shown.which}"
    posts, lawyers = translate(lang, "按岗位"), translate(lang, "按律师")
    found = [
        {"href": base, "label": posts, "current": view == "posts"},
        {"href": f"{base}&view=lawyers", "label": lawyers, "current": view == "lawyers"},
    ]
    return found + [
        {
            "href": f"{base}&view=day&day={at}",
            "label": days[at]["weekday"],
            "current": view == "day" and day == at,
        }
        for at, busy in enumerate(shown.board.busy)
        if busy
    ]


def _just(shown: Shown) -> str:
    """The shifts that mending has just changed, to be marked."""
    chain = shown.draft.chain if shown.draft else ()
    return " ".join(sorted(touched(chain[-1].steps))) if chain and chain[-1].kind == "mend" else ""


def _flash(shown: Shown, id: str, lang: Lang) -> Told | None:
    """What a change did that has just been made, for a page that was sent without scripts."""
    chain = shown.draft.chain if shown.draft else ()
    one = next((one for one in chain if str(one.id) == id), None)
    if one is None and chain and chain[-1].kind == "mend":
        one = chain[-1]  # a job did it; who comes to the board next is told
    if one is None:
        return None
    facts, names = shown.at.facts, shown.names
    shifts = touched(one.steps)
    found = tuple(broken(facts, v, names, lang) for v in shown.at.violations if v.shift in shifts)
    more = translate(lang, "总代价%(cost)s", cost=f"{one.cost:+d}")
    return Told("done", logged(one, facts, names, lang), more, found)


def _said(request: Request, lang: Lang) -> str:
    number = _published(request)
    if not number:
        chosen = request.query_params.get("chosen") == "1"
        words_ = translate(lang, "您选的一份现在是草稿；换下的草稿存为备选，随时可以换回。")
        return words_ if chosen else ""
    return translate(
        lang, "第%(number)s版已公布，从现在起按它分配问题；有变动的律师会收到消息。", number=number
    )


def _published(request: Request) -> str:
    """The version that was published just now; empty where none was."""
    number = request.query_params.get("published", "")
    return number if number.isascii() and number.isdecimal() and len(number) < 7 else ""


def _tabs(found: Rosters, which: str, lang: Lang) -> list[dict[str, Any]]:
    """The draft and the versions, newest first; none where there is but one to see."""
    tabs = [
        {
            "href": f"/scheduler/week/{found.week}?show=v{version.number}",
            "label": translate(lang, "第%(number)s版", number=version.number),
            "current": which == f"v{version.number}",
        }
        for version in reversed(found.versions[-5:])
    ]
    if found.draft_open or which == "draft":
        href = f"/scheduler/week/{found.week}?show=draft"
        label = translate(lang, "草稿")
        tabs.insert(0, {"href": href, "label": label, "current": which == "draft"})
    return tabs


def _running(jobs: tuple[Job, ...], week: Week) -> int | None:
    """The newest open job that makes this week's draft."""
    ours = [job.id for job in jobs if job.is_open and job.week <= week < job.week.next(job.weeks)]
    return max(ours, default=None)


def _days(connection: Connection, week: Week, now: datetime, lang: Lang) -> list[dict[str, Any]]:
    """The heads of the table: weekday, date, and whether the day is off or worked in exchange."""
    calendar, called_ = load_calendar(connection), day_names(connection)
    today = words.local(now).date()

    def mark(day: date) -> str:
        if calendar.is_holiday(day) and day in called_:
            return translate(lang, "休")
        return translate(lang, "补班") if calendar.is_makeup(day) else ""

    return [
        {
            "weekday": words.weekday(day, lang),
            "date": words.date_of(day, lang),
            "mark": mark(day),
            "today": day == today,
            "off": not calendar.is_workday(day),
        }
        for day in week.days
    ]


@allowed("scheduler")
async def generate(request: Request) -> Response:
    """Asks for the drafts of one or some weeks, and shows how far that is."""
    wiring, week, form = wiring_of(request), week_of(request), await form_of(request)
    weeks = form.number("weeks") if form.text("weeks") else 1
    if weeks is None:
        raise Refused.one("weeks", "须为周数，1至13", "is a number of weeks, 1 to 13")
    parsed(str(week.next(max(0, min(weeks, 99) - 1))))
    by, now, seconds = staff(request).login, wiring.clock.now(), wiring.settings.roster_seconds
    job = await wiring.write(
        lambda connection: service.request_job(connection, week, weeks, seconds, by, now)
    )
    return RedirectResponse(f"/scheduler/jobs/{job}", 303)


routes = [
    Route("/scheduler", scheduler),
    Route("/scheduler/week/{week}", week_page),
    Route("/scheduler/week/{week}/generate", generate, methods=["POST"]),
]
