"""Before a generation: what is asked for, demand against supply, warnings; then it begins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from zhiban.data.store import county_of_posts, load_register
from zhiban.data.week import Week
from zhiban.data.wording import Refused
from zhiban.roster import service, store
from zhiban.roster.demand import CountyDemand, cautions, demand
from zhiban.roster.drafts import LONGEST_HORIZON
from zhiban.roster.ground import Ground
from zhiban.roster.job_options import EMPHASES, LONGEST_NAME, JobOptions, chosen_posts
from zhiban.roster.problem import RosterProblem
from zhiban.roster.rules import active_rules
from zhiban.web import words
from zhiban.web.i18n import Lang, language_of, translate
from zhiban.web.pages.form import Form, form_of
from zhiban.web.pages.places import names
from zhiban.web.pages.weeks import called, parsed, week_of
from zhiban.web.render import page
from zhiban.web.security import allowed, staff
from zhiban.web.wiring import wiring_of

HIGH, TOP = 34, 26
WIDE, LEFT = 440.0, 110.0


@dataclass(frozen=True, slots=True)
class Bar:
    """One county in the drawing: where, how long demand and supply are, in its units."""

    name: str
    y: int
    places: int
    capacity: int
    demand_width: float
    supply_width: float
    short: int


@dataclass(frozen=True, slots=True)
class Asked:
    """What is written in the form."""

    weeks: str
    seconds: str
    which: str
    counties: tuple[str, ...]
    posts: tuple[str, ...]
    emphasis: str
    name: str
    keep_locks: bool


def _blank(request: Request, seconds: float) -> Asked:
    query = request.query_params
    beside = bool(query.get("beside"))
    return Asked(
        weeks=query.get("weeks", "1"),
        seconds=f"{seconds:g}",
        which="all",
        counties=(),
        posts=(),
        emphasis="fair" if beside else "usual",
        name=EMPHASES["fair"].in_(language_of(request)) if beside else "",
        keep_locks=True,
    )


def _written(form: Form) -> Asked:
    return Asked(
        weeks=form.text("weeks"),
        seconds=form.text("seconds"),
        which=form.text("which") or "all",
        counties=form.all("county"),
        posts=form.all("post"),
        emphasis=form.text("emphasis") or "usual",
        name=form.text("name"),
        keep_locks=bool(form.text("keep_locks")),
    )


@allowed("scheduler", "supervisor", "administrator")
async def prepare(request: Request) -> Response:
    """The summary of the problem and the form that begins."""
    seconds = wiring_of(request).settings.roster_seconds
    return await _page(request, _blank(request, seconds), {}, 200)


async def _page(
    request: Request, asked: Asked, errors: dict[str, str], status_code: int
) -> Response:
    wiring, lang, week = wiring_of(request), language_of(request), week_of(request)
    number = int(asked.weeks) if asked.weeks.isdecimal() and len(asked.weeks) <= 2 else 1
    weeks = [week.next(step) for step in range(max(1, min(number, LONGEST_HORIZON)))]

    def look(connection: Connection) -> dict[str, Any]:
        register = load_register(connection, wiring.keyring)
        try:
            read = service.Read(register, wiring.published(connection))
            problem = service.assemble(connection, wiring.keyring, week, read=read)
        except Refused as refused:
            return {"refused": refused.text.in_(lang), **_NOTHING}
        return _values(connection, problem, register, weeks, lang)

    values = await wiring.read(look)
    return page(
        request,
        "prepare.html",
        status_code=status_code,
        week=str(week),
        week_name=called(week, lang),
        span=called(weeks[0], lang) if len(weeks) == 1 else f"{weeks[0]} – {weeks[-1]}",
        asked=asked,
        errors=errors,
        emphases=[(code, text.in_(lang)) for code, text in EMPHASES.items()],
        longest_name=LONGEST_NAME,
        longest_solve=service.LONGEST_SOLVE,
        longest=LONGEST_HORIZON,
        **values,
    )


_NOTHING: dict[str, Any] = {
    "counties": [],
    "days": [],
    "bars": [],
    "high": 0,
    "posts": [],
    "warnings": [],
    "draft": "",
    "locks": 0,
    "shifts": 0,
    "lawyers": 0,
}


def _values(
    connection: Connection, problem: RosterProblem, register: Any, weeks: list[Week], lang: Lang
) -> dict[str, Any]:
    said = names(connection, lang)
    ground = Ground(problem, active_rules(problem))
    counties = demand(ground)
    draft = store.load_draft(connection, weeks[0])
    days = sorted({one.day for county in counties for one in county.days})
    open_still = draft is not None and draft.published_revision != draft.revision
    return {
        "refused": "",
        "counties": [(one, said.get(one.code, one.name), _by_day(one, days)) for one in counties],
        "days": [(words.weekday(day, lang), words.date_of(day, lang)) for day in days],
        "bars": _bars(counties, said),
        "high": TOP + HIGH * len(counties),
        "posts": [(one.id, said.get(one.id, one.name)) for one in problem.posts],
        "warnings": [
            (one.serious, one.text.in_(lang)) for one in cautions(register, ground, weeks)
        ],
        "draft": translate(lang, "草稿第%(revision)s稿", revision=draft.revision)
        if draft is not None and open_still
        else "",
        "locks": len(draft.problem.locks) if draft else 0,
        "shifts": len(problem.shifts),
        "lawyers": len(problem.lawyers),
    }


def _by_day(county: CountyDemand, days: list[Any]) -> list[Any]:
    found = {one.day: one for one in county.days}
    return [found.get(day) for day in days]


def _bars(counties: tuple[CountyDemand, ...], said: dict[str, str]) -> list[Bar]:
    most = max((max(one.places, one.capacity) for one in counties), default=1) or 1
    return [
        Bar(
            name=said.get(one.code, one.name),
            y=TOP + number * HIGH,
            places=one.places,
            capacity=one.capacity,
            demand_width=round(WIDE * one.places / most, 1),
            supply_width=round(WIDE * one.capacity / most, 1),
            short=one.short,
        )
        for number, one in enumerate(counties)
    ]


@allowed("scheduler")
async def start(request: Request) -> Response:
    """Begins, or says what is wrong at each field and keeps what was written."""
    wiring, lang, week = wiring_of(request), language_of(request), week_of(request)
    asked = _written(await form_of(request))
    by, now = staff(request).login, wiring.clock.now()
    try:
        weeks, seconds = _number(asked.weeks, "weeks"), _number(asked.seconds, "seconds")
        parsed(str(week.next(min(weeks, 99) - 1)))
        places = await wiring.read(county_of_posts)
        options = JobOptions(
            posts=_posts(asked, places),
            emphasis=asked.emphasis,  # type: ignore[arg-type]  # refused there in words
            keep_locks=asked.keep_locks,
        )
        job = await wiring.write(
            lambda c: service.request_job(
                c, week, weeks, seconds, by, now, alternative=asked.name, options=options
            )
        )
    except Refused as refused:
        errors = {one.field: one.text.in_(lang) for one in refused.errors}
        return await _page(request, asked, errors, 422)
    return RedirectResponse(f"/scheduler/jobs/{job}", 303)


def _number(text: str, field: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 4) or int(text) < 1:
        raise Refused.one(field, "须为1以上的整数", "is a whole number from 1 on")
    return int(text)


def _posts(asked: Asked, places: dict[str, str]) -> tuple[str, ...] | None:
    if asked.which == "all":
        return None
    if asked.which == "counties":
        return chosen_posts((), asked.counties, places)
    return chosen_posts(asked.posts, (), places)


routes = [
    Route("/scheduler/week/{week}/prepare", prepare),
    Route("/scheduler/week/{week}/prepare", start, methods=["POST"]),
]
