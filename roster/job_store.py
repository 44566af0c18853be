"""Rows of roster jobs to values, and back; every change of state is conditional."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, insert, select, update

from zhiban.data.week import Week
from zhiban.data.wording import Text
from zhiban.roster.drafts import OPEN_STATES, Job, JobProgress, JobState
from zhiban.roster.job_options import JobOptions, options_from
from zhiban.roster.records import JOB


def insert_job(
    connection: Connection,
    week: Week,
    weeks: int,
    seconds: float,
    seed: int,
    by: str,
    now: datetime,
    alternative: str = "",
    options: JobOptions | None = None,
) -> int:
    """Queues a job and returns its number."""
    row = {
        "week": str(week),
        "weeks": weeks,
        "seconds": seconds,
        "seed": seed,
        "state": "queued",
        "requested_by": by,
        "requested_at": now,
        "stop_requested": False,
        "progress": [],
        "error_zh": "",
        "error_en": "",
        "alternative": alternative,
        "options": (options or JobOptions()).row(),
        "attempt": 0,
        "weeks_done": 0,
        "queued_at": now,
    }
    return int(connection.execute(insert(JOB).values(row).returning(JOB.c.id)).scalar_one())


def load_job(connection: Connection, id: int) -> Job | None:
    """A job by its number."""
    row = connection.execute(select(JOB).where(JOB.c.id == id)).one_or_none()
    return None if row is None else _job(row)


def load_jobs(connection: Connection, limit: int = 100) -> tuple[Job, ...]:
    """The newest jobs, newest first."""
    found = select(JOB).order_by(JOB.c.id.desc()).limit(limit)
    return tuple(_job(row) for row in connection.execute(found))


def queued_jobs(connection: Connection) -> tuple[Job, ...]:
    """The jobs that wait, in the order in which they will run."""
    since = func.coalesce(JOB.c.queued_at, JOB.c.requested_at)
    found = select(JOB).where(JOB.c.state == "queued").order_by(since, JOB.c.attempt, JOB.c.id)
    return tuple(_job(row) for row in connection.execute(found))


def running_jobs(connection: Connection) -> tuple[Job, ...]:
    """The jobs that run."""
    found = select(JOB).where(JOB.c.state == "running").order_by(JOB.c.id)
    return tuple(_job(row) for row in connection.execute(found))


def start_job(connection: Connection, id: int, now: datetime) -> bool:
    """Takes a queued job; false when somebody else has, or nobody may any more."""
    values = {
        "state": "running",
        "started_at": now,
        "heartbeat_at": now,
        "attempt": JOB.c.attempt + 1,
    }
    queued = (JOB.c.id == id, JOB.c.state == "queued")
    return connection.execute(update(JOB).where(*queued).values(values)).rowcount == 1


def touch_job(
    connection: Connection,
    id: int,
    progress: Iterable[JobProgress],
    now: datetime,
    attempt: int | None = None,
    weeks_done: int | None = None,
) -> bool | None:
    """Says that a running job lives and how far it is.

    Returns whether it is asked to stop; None when it, or that attempt, is not running any more.
    """
    values: dict[str, Any] = {"progress": [asdict(row) for row in progress], "heartbeat_at": now}
    if weeks_done is not None:
        values["weeks_done"] = weeks_done
    row = connection.execute(
        update(JOB).where(*_running(id, attempt)).values(values).returning(JOB.c.stop_requested)
    ).one_or_none()
    return None if row is None else bool(row.stop_requested)


def beat(connection: Connection, id: int, now: datetime, attempt: int) -> None:
    """Says that an attempt at a job lives; nothing where it is not running any more."""
    connection.execute(update(JOB).where(*_running(id, attempt)).values(heartbeat_at=now))


def requeue_job(
    connection: Connection, id: int, now: datetime | None, attempt: int | None = None
) -> bool:
    """Puts a running job back into the queue: at its end, or (now None) where it was before."""
    values: dict[str, Any] = {"state": "queued", "stop_requested": False}
    if now is not None:
        values["queued_at"] = now
    done = connection.execute(update(JOB).where(*_running(id, attempt)).values(values))
    return done.rowcount == 1


def _running(id: int, attempt: int | None) -> list[ColumnElement[bool]]:
    """A job that runs, in that attempt of it where one is named."""
    found = [JOB.c.id == id, JOB.c.state == "running"]
    return found if attempt is None else [*found, JOB.c.attempt == attempt]


def finish_job(
    connection: Connection,
    id: int,
    state: JobState,
    error: Text | None,
    now: datetime,
    attempt: int | None = None,
) -> bool:
    """Ends a job that waits or runs (that attempt of it, where one is named); false otherwise."""
    said = error or Text("", "")
    values = {"state": state, "finished_at": now, "error_zh": said.zh, "error_en": said.en}
    is_open = (JOB.c.id == id, JOB.c.state.in_(OPEN_STATES))
    which = is_open if attempt is None else _running(id, attempt)
    return connection.execute(update(JOB).where(*which).values(values)).rowcount == 1


def ask_to_stop(connection: Connection, id: int) -> bool:
    """Asks a running job to stop; false when it does not run."""
    running = (JOB.c.id == id, JOB.c.state == "running")
    return connection.execute(update(JOB).where(*running).values(stop_requested=True)).rowcount == 1


def asked_to_stop(connection: Connection, id: int, attempt: int | None = None) -> bool | None:
    """Whether a running job is asked to stop; None when it is not running any more."""
    running = select(JOB.c.stop_requested).where(*_running(id, attempt))
    row = connection.execute(running).one_or_none()
    return None if row is None else bool(row.stop_requested)


def silent_jobs(connection: Connection, before: datetime) -> tuple[int, ...]:
    """Running jobs that have not been heard of since `before`."""
    last = func.coalesce(JOB.c.heartbeat_at, JOB.c.started_at, JOB.c.requested_at)
    rows = select(JOB.c.id).where(JOB.c.state == "running", last < before)
    return tuple(connection.execute(rows.order_by(JOB.c.id)).scalars())


def _job(row: Row[Any]) -> Job:
    fields = dict(row._mapping)
    error = Text(fields.pop("error_zh"), fields.pop("error_en"))
    return Job(
        **fields
        | {
            "week": Week.parse(row.week),
            "progress": tuple(JobProgress(**one) for one in row.progress),
            "error": error if error.zh else None,
            "options": options_from(row.options or {}),
        }
    )
