"""The draft of next week's roster, asked for once when its day has come."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from zhiban.data.store import get_setting
from zhiban.data.timespan import SHANGHAI
from zhiban.data.week import Week
from zhiban.roster import service, store
from zhiban.roster.job_store import load_jobs

SETTING = "next_week_draft"
# Thursday, 9:00: leave is in by then, and there is time to publish before the weekend.
DEFAULT = {"enabled": True, "weekday": 3, "hour": 9}


def is_time(now: datetime, weekday: int, hour: int) -> bool:
    """Whether the week's moment for the next draft has come."""
    local = now.astimezone(SHANGHAI)
    return (local.weekday(), local.hour) >= (weekday, hour)


def request_next_week(connection: Connection, now: datetime, seconds: float) -> int | None:
    """Queues the draft of next week, unless there is one, or a version, or a job for it."""
    chosen = {**DEFAULT, **get_setting(connection, SETTING, {})}
    if not chosen["enabled"] or not is_time(now, int(chosen["weekday"]), int(chosen["hour"])):
        return None
    week = Week.of(now.astimezone(SHANGHAI).date()).next()
    if store.draft_revision(connection, week) or store.last_number(connection, week):
        return None
    # A job that failed is not repeated by itself: its reason stands for a scheduler to read.
    if any(week in _weeks(job.week, job.weeks) for job in load_jobs(connection)):
        return None
    job: int = service.request_job(connection, week, 1, seconds, "timer", now)
    return job


def _weeks(first: Week, number: int) -> tuple[Week, ...]:
    return tuple(first.next(step) for step in range(number))
