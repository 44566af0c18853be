"""Puts a changed roster in force at once, beside whatever the draft has become since."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from zhiban.data.crypt import Keyring
from zhiban.data.week import Week
from zhiban.roster import service, store
from zhiban.roster.drafts import Draft, summary_of
from zhiban.roster.problem import RosterProblem
from zhiban.roster.published import Version
from zhiban.roster.rosterfile import RosterFile


def put_in_force(
    connection: Connection,
    keyring: Keyring,
    week: Week,
    changed: tuple[RosterProblem, RosterFile],
    by: str,
    now: datetime,
) -> tuple[Version, bool]:
    """The version made of it, and whether the draft had moved on and was left as it was."""
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
    if not moved_on:
        store.mark_published(connection, week, revision)
    return version, moved_on
