"""The scheduler's week: the board, asking for a draft, publishing it."""

from __future__ import annotations

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
from zhiban.web.pages.form import form_of
from zhiban.web.pages.shown import Boards, Rosters, rosters
from zhiban.web.pages.weeks import called, parsed, this_week, week_of
from zhiban.web.render import page
from zhiban.web.security import allowed, staff
from zhiban.web.wiring import wiring_of


def boards_of(request: Request) -> Boards:
    """The boards this process keeps."""
    state = request.app.state
    if not hasattr(state, "boards"):
        state.boards = Boards()
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
    wiring, lang, week = wiring_of(request), language_of(request), week_of(request)
    now, boards, viewer = wiring.clock.now(), boards_of(request), staff(request)
    wanted = request.query_params.get("show", "")

    def look(connection: Connection) -> dict[str, Any]:
        found = rosters(connection, week)
        which = found.choose(wanted)
        shown = boards.shown(connection, found, which, lang) if which else None
        return {
            "board": shown.board if shown else None,
            "summary": shown.summary if shown else None,
            "compared": bool(shown and shown.compared),
            "tabs": _tabs(found, which, lang),
            "can_publish": which == "draft" and found.draft_open,
            "job": _running(load_jobs(connection, 10), week),
            "days": _days(connection, week, now, lang),
            "unread": unread(connection, viewer),
        }

    values = await wiring.read(look)
    return page(
        request,
        "week.html",
        week=str(week),
        week_name=called(week, lang),
        previous=str(week.next(-1)),
        following=str(week.next()),
        this_week=str(this_week(now)),
        levels={level: words.name("level", level, lang)[:1] for level in _LEVELS},
        seat_mark=translate(lang, "线"),
        said=_said(request, lang),
        **values,
    )


_LEVELS = ("city", "county", "town", "village")


def _said(request: Request, lang: Lang) -> str:
    number = request.query_params.get("published", "")
    if not number.isdecimal():
        return ""
    return translate(
        lang, "第%(number)s版已公布，从现在起按它分配问题；有变动的律师会收到消息。", number=number
    )


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
