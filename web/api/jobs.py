"""Calls about roster jobs: ask for drafts, watch, stop."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import anyio
from sqlalchemy import Connection
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.requests import Request
from starlette.responses import Response

from zhiban.data.store import county_of_posts
from zhiban.data.week import Week
from zhiban.data.wording import Text
from zhiban.roster import service
from zhiban.roster.drafts import Job
from zhiban.roster.job_options import JobOptions, chosen_posts, proper_name
from zhiban.roster.job_store import load_job
from zhiban.web.api.call import PREFIX, Answer, Call
from zhiban.web.api.reading import read_number
from zhiban.web.api.roster_shapes import job_out, progress_out
from zhiban.web.api.rosters_model import JobOut, RosterIn
from zhiban.web.i18n import language_of
from zhiban.web.problems import Problem
from zhiban.web.security import staff
from zhiban.web.wiring import Wiring, wiring_of

LOOK_SECONDS = 0.5
_NO_JOB = Text("没有这个排班任务。", "There is no such job.")
_ENDED = Text("这个任务已经结束。", "This job has ended already.")


async def ask_for_roster(request: Request) -> Answer:
    """Queues a job that makes drafts."""
    wiring = wiring_of(request)
    given: RosterIn = request.state.input
    week = Week.parse(given.week)
    seconds = given.seconds or wiring.settings.roster_seconds
    name = "" if given.alternative is None else proper_name(given.alternative, "alternative")
    by, now = staff(request).login, wiring.clock.now()

    def command(connection: Connection) -> Job | None:
        number = service.request_job(
            connection,
            week,
            given.weeks,
            seconds,
            by,
            now,
            alternative=name,
            options=_options(connection, given),
        )
        return load_job(connection, number)

    job = found(await wiring.write(command))
    return Answer(
        job_out(job, language_of(request)), headers={"Location": f"{PREFIX}/jobs/{job.id}"}
    )


def _options(connection: Connection, given: RosterIn) -> JobOptions:
    """What is asked for as the form of the page takes it; raises Refused."""
    posts = None
    if given.posts is not None or given.counties is not None:
        places = county_of_posts(connection)
        posts = chosen_posts(given.posts or (), given.counties or (), places)
    return JobOptions(posts=posts, emphasis=given.emphasis, keep_locks=given.keep_locks)


def found(job: Job | None) -> Job:
    """The job; Problem 404 where there is none."""
    if job is None:
        raise Problem(404, _NO_JOB)
    return job


async def job_of(wiring: Wiring, number: int) -> Job:
    """A job by its number; Problem 404 where there is none."""
    return found(await wiring.read(lambda connection: load_job(connection, number)))


async def show_job(request: Request) -> Answer:
    """How far a job is."""
    job = await job_of(wiring_of(request), read_number(request, "job"))
    return Answer(job_out(job, language_of(request)))


async def stop_job(request: Request) -> Answer:
    """Stops a job with its best so far."""
    wiring = wiring_of(request)
    number, now = read_number(request, "job"), wiring.clock.now()

    def command(connection: Connection) -> tuple[bool, Job | None]:
        stopped = service.request_stop(connection, number, now)
        return stopped, load_job(connection, number)

    stopped, job = await wiring.write(command)
    if not stopped:
        found(job)
        raise Problem(409, _ENDED)
    return Answer(job_out(found(job), language_of(request)))


async def watch_job(request: Request) -> Response:
    """Server-sent events: `progress` rows as they come, then one `end` with the job."""
    wiring = wiring_of(request)
    number = read_number(request, "job")
    await job_of(wiring, number)
    return EventSourceResponse(_events(request, wiring, number), ping=15)


async def _events(request: Request, wiring: Wiring, number: int) -> AsyncIterator[ServerSentEvent]:
    """Rows not told yet, from the one after Last-Event-ID on, until the job has ended."""
    last = request.headers.get("last-event-id", "")
    told = int(last) + 1 if last.isascii() and last.isdigit() and len(last) <= 9 else 0
    while True:
        job = await job_of(wiring, number)
        for index, row in enumerate(job.progress[told:], start=told):
            text = progress_out(row).model_dump_json(exclude_none=True)
            yield ServerSentEvent(text, event="progress", id=str(index))
        told = max(told, len(job.progress))
        if not job.is_open:
            model = job_out(job, language_of(request))
            text = json.dumps(model.model_dump(mode="json", exclude_none=True), ensure_ascii=False)
            yield ServerSentEvent(text, event="end")
            return
        await anyio.sleep(LOOK_SECONDS)


CALLS = (
    Call(
        "POST",
        "/rosters",
        ask_for_roster,
        "Make drafts of one or several weeks; the answer is a job to watch.",
        answer=JobOut,
        status=202,
        body=RosterIn,
        roles=("scheduler",),
        problems=(422,),
    ),
    Call(
        "GET",
        "/jobs/{job}",
        show_job,
        "How far a job is.",
        answer=JobOut,
        roles=("scheduler",),
        problems=(404,),
    ),
    Call(
        "GET",
        "/jobs/{job}/events",
        watch_job,
        "Server-sent events: `progress` with objective, bound, gap and seconds, then `end`.",
        roles=("scheduler",),
        problems=(404,),
        media_type="text/event-stream",
    ),
    Call(
        "POST",
        "/jobs/{job}/stop",
        stop_job,
        "Stop a job with its best so far.",
        answer=JobOut,
        roles=("scheduler",),
        problems=(404, 409),
    ),
)
