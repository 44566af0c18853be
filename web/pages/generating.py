"""A roster being made: how far it is, live, and stopping it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection
from sse_starlette.event import ServerSentEvent
from sse_starlette.sse import EventSourceResponse
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from zhiban.data.week import Week
from zhiban.roster import service
from zhiban.roster.drafts import Job
from zhiban.roster.job_store import load_job
from zhiban.roster.keeping import note_of
from zhiban.roster.queueing import place_in_queue, retry_job
from zhiban.web.i18n import Lang, language_of, translate
from zhiban.web.pages.plot import Plot, Point, plot
from zhiban.web.pages.weeks import called, number
from zhiban.web.problems import Problem
from zhiban.web.render import page
from zhiban.web.security import allowed, staff
from zhiban.web.wiring import wiring_of

# How often a follower is shown what is new, and for how long at most before it asks again.
BEAT = 0.5
LONGEST = 900
SILENT = 8.0  # a sign of life comes every two seconds
_NUMBERS = 2**31


@dataclass(frozen=True, slots=True)
class WeekLine:
    """A week of a job: its address and name, how far it is, and its figures as last known."""

    code: str
    name: str
    state: Literal["made", "making", "waiting", "none"]
    objective: int | None
    gap: float | None


@dataclass(frozen=True, slots=True)
class JobPage:
    """A job as its page shows it; the figures are those of the week being made."""

    id: int
    state: str
    stopping: bool
    stage: str
    error: str
    objective: int | None
    bound: int | None
    gap: float | None
    elapsed: float
    limit: float
    share: float
    plot: Plot | None
    rows: tuple[Point, ...]
    weeks: tuple[WeekLine, ...]
    current: str
    span: str
    alternative: str
    note: str
    resumed: bool
    silent: float
    running: int
    before: int
    mending: bool


def job_page(job: Job, now: datetime, lang: Lang, queue: tuple[int, int] = (0, 0)) -> JobPage:
    """The page of a job at `now`; `queue` tells how many run, and how many wait before it."""
    weeks = [job.week.next(step) for step in range(job.weeks)]
    current = job.progress[-1].week if job.progress else str(job.week)
    rows = tuple(
        Point(row.seconds, row.objective, row.bound, row.stage)
        for row in job.progress
        if row.week == current
    )
    last = rows[-1] if rows else Point(0.0, None, None)
    # The search begins with nobody anywhere; what that would cost is no roster's figure.
    begun = last.stage != "empty"
    elapsed = _elapsed(job, now)
    limit = job.seconds * job.weeks
    return JobPage(
        id=job.id,
        state=job.state,
        stopping=job.is_open and job.stop_requested,
        stage=last.stage,
        error=job.error.in_(lang) if job.error else "",
        objective=last.objective if begun else None,
        bound=last.bound,
        gap=job.progress[-1].gap if job.progress and begun else None,
        elapsed=elapsed,
        limit=limit,
        share=max(0.0, min(1.0, 1.0 - elapsed / limit)),
        # What is best holds until now; of several weeks, now is not on this week's own watch.
        plot=plot(rows, elapsed if job.is_open and job.weeks == 1 else last.seconds),
        rows=rows,
        weeks=tuple(_week(job, at, week, lang) for at, week in enumerate(weeks)),
        current=number(Week.parse(current), lang) if job.weeks > 1 and job.progress else "",
        span=called(weeks[0], lang) if len(weeks) == 1 else _several(job, lang),
        alternative=job.alternative,
        note=note_of(job).in_(lang),
        resumed=job.attempt > 1 and job.state == "running",
        silent=_silent(job, now),
        running=queue[0],
        before=queue[1],
        mending=job.options.mend,
    )


def _week(job: Job, at: int, week: Week, lang: Lang) -> WeekLine:
    rows = [row for row in job.progress if row.week == str(week)]
    state: Literal["made", "making", "waiting", "none"] = "waiting" if job.is_open else "none"
    if job.state == "done" or at < job.weeks_done:
        state = "made"
    elif job.state == "running" and at == job.weeks_done:
        state = "making"
    last = rows[-1] if rows and rows[-1].stage != "empty" and state != "none" else None
    figures = (None, None) if last is None else (last.objective, last.gap)
    return WeekLine(str(week), number(week, lang), state, *figures)


def _silent(job: Job, now: datetime) -> float:
    """For how many seconds a running job has given no sign of life; 0 where that is usual."""
    if job.state != "running" or job.heartbeat_at is None:
        return 0.0
    since = (now - job.heartbeat_at).total_seconds()
    return since if since > SILENT else 0.0


def _several(job: Job, lang: Lang) -> str:
    first, last = number(job.week, lang), number(job.week.next(job.weeks - 1), lang)
    return translate(lang, "%(first)s至%(last)s", first=first, last=last)


def _elapsed(job: Job, now: datetime) -> float:
    if job.started_at is None:
        return 0.0
    return max(0.0, ((job.finished_at or now) - job.started_at).total_seconds())


async def _job(request: Request) -> tuple[Job, tuple[int, int]]:
    """The job, how many run, and how many wait before it; Problem 404 where there is none."""
    sent: int = request.path_params["id"]
    if sent >= _NUMBERS:
        raise Problem(404)

    def look(connection: Connection) -> tuple[Job, tuple[int, int]] | None:
        job = load_job(connection, sent)
        return None if job is None else (job, place_in_queue(connection, job))

    found = await wiring_of(request).read(look)
    if found is None:
        raise Problem(404)
    return found


@allowed("scheduler", "supervisor", "administrator")
async def show(request: Request) -> Response:
    """How far a job is."""
    (job, queue), now = await _job(request), wiring_of(request).clock.now()
    return page(request, "job.html", job=job_page(job, now, language_of(request), queue))


@allowed("scheduler", "supervisor", "administrator")
async def events(request: Request) -> Response:
    """The changing part of the page, sent anew whenever there is something to see."""
    await _job(request)
    return EventSourceResponse(_parts(request), ping=15)


async def _parts(request: Request) -> AsyncIterator[ServerSentEvent]:
    wiring, lang = wiring_of(request), language_of(request)
    for _ in range(int(LONGEST / BEAT)):
        (job, queue), now = await _job(request), wiring.clock.now()
        part = page(request, "job_live.html", job=job_page(job, now, lang, queue))
        text = bytes(part.body).decode()
        yield ServerSentEvent(text, event="part" if job.is_open else "end")
        if not job.is_open or await request.is_disconnected():
            return
        await asyncio.sleep(BEAT)


@allowed("scheduler")
async def stop(request: Request) -> Response:
    """Stops a job; what was best so far stays."""
    wiring, (job, _) = wiring_of(request), await _job(request)
    now = wiring.clock.now()

    def command(connection: Connection) -> bool:
        return service.request_stop(connection, job.id, now)

    await wiring.write(command)
    return RedirectResponse(f"/scheduler/jobs/{job.id}", 303)


@allowed("scheduler")
async def retry(request: Request) -> Response:
    """Asks anew for what a failed or stopped job left undone."""
    wiring, (job, _) = wiring_of(request), await _job(request)
    by, now = staff(request).login, wiring.clock.now()
    again = await wiring.write(lambda connection: retry_job(connection, job.id, by, now))
    return RedirectResponse(f"/scheduler/jobs/{again or job.id}", 303)


routes = [
    Route("/scheduler/jobs/{id:int}", show),
    Route("/scheduler/jobs/{id:int}/events", events),
    Route("/scheduler/jobs/{id:int}/stop", stop, methods=["POST"]),
    Route("/scheduler/jobs/{id:int}/retry", retry, methods=["POST"]),
]
