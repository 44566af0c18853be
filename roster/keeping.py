"""What a job finds of a week before it solves it, and where its roster is put afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from zhiban.data.crypt import Keyring
from zhiban.data.week import Week
from zhiban.data.wording import Text
from zhiban.roster import alternatives, service, store
from zhiban.roster.drafts import Job
from zhiban.roster.job_options import EMPHASES
from zhiban.roster.looking_back import Planned
from zhiban.roster.narrowing import with_locks
from zhiban.roster.problem import RosterProblem
from zhiban.roster.roster import Duty
from zhiban.roster.rosterfile import RosterFile


@dataclass(frozen=True, slots=True)
class Start:
    """The problem of a week, who holds what there now, and at which revision its draft is."""

    week: Week
    problem: RosterProblem
    present: tuple[Duty, ...]
    revision: int


def start_of(
    connection: Connection, keyring: Keyring, job: Job, week: Week, planned: Planned
) -> Start:
    """The problem of one week of a job; locks of its draft hold where they are to be kept.

    Raises Refused where the register cannot be rostered.
    """
    problem = service.assemble(connection, keyring, week, planned)
    draft = store.load_draft(connection, week)
    if draft is not None and job.options.keep_locks:
        problem = with_locks(problem, draft.problem.locks)
    present = () if job.options.posts is None else _present(connection, week)
    return Start(week, problem, present, draft.revision if draft else 0)


def _present(connection: Connection, week: Week) -> tuple[Duty, ...]:
    """The duties of the draft, or else of the newest version."""
    draft = store.load_draft(connection, week)
    if draft is not None:
        return draft.file.duties
    newest = store.load_published(connection, week, week).newest(week)
    if newest is None:
        return ()
    return tuple(Duty(shift=d.shift, lawyer=d.lawyer, role=d.role) for d in newest.duties)


def made_already(connection: Connection, job: Job) -> dict[Week, tuple[RosterProblem, RosterFile]]:
    """The weeks that an earlier attempt of the job finished, with what it made of them."""
    found = {}
    for number in range(job.weeks_done):
        week = job.week.next(number)
        if job.alternative:
            named = [
                one for one in alternatives.of_week(connection, week) if one.name == job.alternative
            ]
            files = alternatives.files_of(connection, week, named[0].id) if named else None
            if files is not None:
                found[week] = files[1:]
        elif (draft := store.load_draft(connection, week)) is not None:
            found[week] = (draft.problem, draft.file)
    return found


def save(connection: Connection, job: Job, start: Start, file: RosterFile, now: datetime) -> None:
    """Puts a roster down as the job asked: under its name, or as the week's draft.

    A draft that somebody changed while the job ran is left alone, and the roster kept beside it;
    one that was not published is kept beside the roster that takes its place.
    """
    if job.alternative:
        _beside(connection, job, start, file, job.alternative, now)
        return
    alternatives.keep_replaced(connection, start.week, start.revision, job.requested_by, now)
    saved = store.save_draft(
        connection,
        start.week,
        start.problem,
        file,
        job=job.id,
        by=job.requested_by,
        now=now,
        expected_revision=start.revision,
    )
    if saved is None:
        _beside(connection, job, start, file, f"第{job.id}次生成", now)


def _beside(
    connection: Connection, job: Job, start: Start, file: RosterFile, name: str, now: datetime
) -> None:
    alternatives.put(
        connection,
        start.week,
        name,
        start.problem,
        file,
        note=note_of(job),
        by=job.requested_by,
        now=now,
        job=job.id,
    )


def note_of(job: Job) -> Text:
    """How a job's roster came about, in words."""
    emphasis, posts = EMPHASES[job.options.emphasis], job.options.posts
    zh = [emphasis.zh, f"每周至多{job.seconds:g}秒"]
    en = [emphasis.en, f"{job.seconds:g} s a week at most"]
    if posts is not None:
        zh.append(f"只排{len(posts)}个岗位")
        en.append(f"only {len(posts)} posts")
    return Text("，".join(zh), ", ".join(en))
