"""Puts a changed roster in force at once, and changes a draft that has moved on alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import Connection

from zhiban.data.crypt import Keyring
from zhiban.data.week import Week
from zhiban.data.wording import Refused
from zhiban.roster import service, store
from zhiban.roster.drafts import Draft, summary_of
from zhiban.roster.editing import Edit, edited
from zhiban.roster.problem import RosterProblem
from zhiban.roster.published import Version
from zhiban.roster.rosterfile import RosterFile

Files = tuple[RosterProblem, RosterFile]
Again = Callable[[RosterProblem, RosterFile], Files | None]


def put_in_force(
    connection: Connection,
    keyring: Keyring,
    week: Week,
    changed: Files,
    again: Again,
    by: str,
    now: datetime,
) -> Version:
    """The version made of it; what is drafted for the week keeps to it.

    A draft that was changed since it was published is not published by this. The change is made in
    it `again`, which gives None, or raises Refused, where it does not fit there.
    """
    problem, file = changed
    revision, published = store.draft_head(connection, week)
    moved_on = revision != published
    if not moved_on:
        saved = store.save_draft(connection, week, problem, file, job=None, by=by, now=now)
        revision = saved or revision
    draft = Draft(
        week=week,
        revision=revision,
        problem=problem,
        file=file,
        summary=summary_of(file),
        job=None,
        created_at=now,
        created_by=by,
        published_revision=published,
    )
    version = service.put_in_force(connection, keyring, draft, by, now)
    if moved_on:
        _carry_over(connection, week, again, by, now)
    else:
        store.mark_published(connection, week, revision)
    return version


def same_edits(edits: Sequence[Edit]) -> Again:
    """The same edits, unless they break a rule in the draft that nothing breaks there now."""

    def again(problem: RosterProblem, file: RosterFile) -> Files | None:
        before = edited(problem, file, ()).violations
        there = edited(problem, file, edits)
        return (problem, there.file) if set(there.violations) <= set(before) else None

    return again


def _carry_over(connection: Connection, week: Week, again: Again, by: str, now: datetime) -> None:
    draft = store.load_draft(connection, week)
    if draft is None:
        return
    try:
        there = again(draft.problem, draft.file)
    except Refused:  # the draft has others there already, or nobody
        return
    if there is not None:
        store.save_draft(connection, week, *there, job=draft.job, by=by, now=now)
