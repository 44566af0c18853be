"""Drafts made and published in one go, as the command line does."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine

from zhiban.data import board
from zhiban.data.crypt import Keyring
from zhiban.data.database import reading, writing
from zhiban.data.week import Week
from zhiban.roster import service
from zhiban.roster.drafts import Job, Unpublished, Verdict
from zhiban.roster.holiday_history import notes
from zhiban.roster.job_store import load_job
from zhiban.roster.published import Version
from zhiban.roster.store import load_published
from zhiban.roster.worker import run_job
from zhiban.web.clock import SystemClock

BY = "command line"
LOOK_SECONDS = 0.5


def drafted(
    engine: Engine,
    keyring: Keyring,
    first: Week,
    weeks: int,
    seconds: float,
    *,
    workers: int,
    tell: Callable[[str], None],
) -> Job:
    """Asks for drafts and waits until they are made; `tell` gets a line for each step.

    The job runs here, unless a running service takes it first.
    """
    clock = SystemClock()
    with writing(engine) as connection:
        board.lock(connection)
        number = service.request_job(connection, first, weeks, seconds, BY, clock.now())
    runner = threading.Thread(
        target=run_job,
        args=(engine, keyring, number, clock.now),
        kwargs={"workers": workers},
        daemon=True,
    )
    runner.start()
    job = _watched(engine, number, tell)
    runner.join()
    return job


def _watched(engine: Engine, number: int, tell: Callable[[str], None]) -> Job:
    told = 0
    while True:
        with reading(engine) as connection:
            job = load_job(connection, number)
        if job is None:
            raise LookupError(f"job {number} has vanished")
        for row in job.progress[told:]:
            figures = f"{row.objective!s:>12} {row.bound!s:>12}"
            tell(f"{row.week} {row.seconds:8.2f} s {figures}  {row.stage}")
        told = len(job.progress)
        if not job.is_open:
            return job
        time.sleep(LOOK_SECONDS)


def published_week(
    engine: Engine, keyring: Keyring, week: Week, *, publish: bool
) -> dict[str, Any]:
    """The figures of a week's draft, and of its version where it is to be published."""
    with reading(engine) as connection:
        draft = service.draft(connection, week)
        verdict = service.check_draft(connection, week)
    if draft is None or verdict is None:
        return {"week": str(week), "status": "none", "published": None}
    version = _publish(engine, keyring, week, draft.revision, verdict) if publish else None
    return {
        "week": str(week),
        "revision": draft.revision,
        "status": draft.summary.status,
        "objective": draft.summary.objective,
        "bound": draft.summary.bound,
        "gap": draft.summary.gap,
        "duties": draft.summary.duties,
        "vacancies": draft.summary.vacancies,
        "violations": len(verdict.violations),
        "notes": [{"zh": note.zh, "en": note.en} for note in notes(draft.problem)],
        "published": None if version is None else version.number,
    }


def _publish(
    engine: Engine, keyring: Keyring, week: Week, revision: int, verdict: Verdict
) -> Version | None:
    now = SystemClock().now()
    with writing(engine) as connection:
        done = service.publish(connection, keyring, week, BY, now, revision, verdict)
        if not isinstance(done, Unpublished):
            return done
        if done.why != "published_already":
            return None
        return load_published(connection, week, week).newest(week)
