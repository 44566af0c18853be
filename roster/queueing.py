"""Requests for drafts: queued, taken in turn, stopped, begun again after an outage."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import Connection

from zhiban.data.week import Week
from zhiban.data.wording import Faults, Text
from zhiban.roster import job_store
from zhiban.roster.drafts import LONGEST_HORIZON, Job
from zhiban.roster.job_options import JobOptions, proper_name

LONGEST_SOLVE = 600
ATTEMPTS = 3


def request_job(
    connection: Connection,
    week: Week,
    weeks: int,
    seconds: float,
    by: str,
    now: datetime,
    seed: int = 1,
    alternative: str = "",
    options: JobOptions | None = None,
) -> int:
    """Queues the making of drafts for `weeks` weeks, at most `seconds` for each; the job's number.

    With `alternative` they are kept beside the drafts under that name. The same request, still
    waiting, is not queued twice. Raises Refused.
    """
    _refuse(weeks, seconds)
    name, asked = proper_name(alternative) if alternative else "", options or JobOptions()
    same = (week, weeks, seconds, seed, name, asked)
    for job in job_store.queued_jobs(connection):
        if (job.week, job.weeks, job.seconds, job.seed, job.alternative, job.options) == same:
            return job.id
    return job_store.insert_job(connection, week, weeks, seconds, seed, by, now, name, asked)


def _refuse(weeks: int, seconds: float) -> None:
    faults = Faults()
    faults.unless(
        1 <= weeks <= LONGEST_HORIZON,
        "weeks",
        f"一次可排1至{LONGEST_HORIZON}周，现为{weeks}",
        f"1 to {LONGEST_HORIZON} weeks at a time, not {weeks}",
    )
    faults.unless(
        1 <= seconds <= LONGEST_SOLVE,
        "seconds",
        f"每周的求解时间须为1至{LONGEST_SOLVE}秒，现为{seconds:g}",
        f"1 to {LONGEST_SOLVE} seconds for each week, not {seconds:g}",
    )
    faults.refuse()


def retry_job(connection: Connection, id: int, by: str, now: datetime) -> int | None:
    """Asks anew for what a failed or stopped job left undone; None where there is no such job.

    Raises Refused when it waits, runs or is done.
    """
    job = job_store.load_job(connection, id)
    if job is None:
        return None
    faults = Faults()
    faults.unless(
        job.state in ("failed", "stopped"),
        "job",
        "这次排班没有失败，不用重试",
        "this job has not failed; there is nothing to try again",
    )
    faults.refuse()
    done = min(job.weeks_done, job.weeks - 1)
    return request_job(
        connection,
        job.week.next(done),
        job.weeks - done,
        job.seconds,
        by,
        now,
        job.seed,
        job.alternative,
        job.options,
    )


def request_stop(connection: Connection, job: int, now: datetime) -> bool:
    """Stops a job: at once if it waits, with its best so far if it runs; false if it has ended."""
    if job_store.ask_to_stop(connection, job):
        return True
    return job_store.finish_job(connection, job, "stopped", None, now)


def next_job(connection: Connection) -> int | None:
    """The job that has waited longest of those whose weeks nobody is making just now."""
    running = job_store.running_jobs(connection)
    queued = job_store.queued_jobs(connection)
    return next((one.id for one in queued if not any(map(one.collides, running))), None)


def place_in_queue(connection: Connection, job: Job) -> tuple[int, int]:
    """How many jobs run, and how many wait before this one."""
    ahead = [one.id for one in job_store.queued_jobs(connection)]
    before = ahead.index(job.id) if job.id in ahead else 0
    return len(job_store.running_jobs(connection)), before


def recover_jobs(connection: Connection, now: datetime, older_than: timedelta) -> tuple[int, ...]:
    """Lets running jobs that were silent for longer be begun again where they were cut off.

    One that was to be stopped is stopped; one cut off too often has failed. Returns their numbers.
    """
    found = []
    for id in job_store.silent_jobs(connection, now - older_than):
        job = job_store.load_job(connection, id)
        if job is not None and _recovered(connection, job, now):
            found.append(id)
    return tuple(found)


def _recovered(connection: Connection, job: Job, now: datetime) -> bool:
    if job.stop_requested:
        return job_store.finish_job(connection, job.id, "stopped", None, now, job.attempt)
    if job.attempt >= ATTEMPTS:
        return job_store.finish_job(connection, job.id, "failed", _LOST, now, job.attempt)
    return job_store.requeue_job(connection, job.id, None, job.attempt)


def interrupt_jobs(connection: Connection, ids: Iterable[int]) -> None:
    """Gives running jobs up, so that whoever serves next goes on with them; for a shutdown."""
    for id in ids:
        job_store.requeue_job(connection, id, None)


_LOST = Text(
    f"服务在排班过程中连续中断{ATTEMPTS}次，这次排班没有完成，请重新生成",
    f"The service was interrupted {ATTEMPTS} times while this roster was being made; "
    "please generate it again",
)
