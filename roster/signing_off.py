"""What whoever publishes a draft answers for: its differences, its warnings, the signature."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from zhiban.data.store import load_calendar
from zhiban.data.week import Week
from zhiban.roster import store
from zhiban.roster.changes import Change, differences
from zhiban.roster.drafts import Draft, SignOff, Unpublished
from zhiban.roster.publication import duties_of
from zhiban.roster.published import Version
from zhiban.roster.publishing_checks import UNSIGNED, Warned, faults_of, warnings_of


@dataclass(frozen=True, slots=True)
class Plan:
    """A draft that is about to be published, beside the version before it."""

    draft: Draft
    earlier: Version | None
    version: Version
    changes: tuple[Change, ...]
    warnings: tuple[Warned, ...]


def planned(connection: Connection, week: Week, now: datetime) -> Plan | None:
    """What publishing a week's draft at `now` would do; None where nothing is to be published."""
    draft = store.load_draft(connection, week)
    if draft is None or draft.published_revision == draft.revision:
        return None
    return _plan(connection, draft, now)


def _plan(connection: Connection, draft: Draft, now: datetime) -> Plan:
    week = draft.week
    earlier = store.load_published(connection, week, week).newest(week)
    number = earlier.number + 1 if earlier else 1
    version = Version(0, week, number, now, duties_of(draft.problem, draft.file.roster))
    changes, calendar = differences(earlier, version), load_calendar(connection)
    warned = warnings_of(draft.problem, draft.file, week, calendar, changes, now)
    return Plan(draft, earlier, version, changes, warned)


def unsigned(
    connection: Connection, draft: Draft, signed: SignOff, now: datetime
) -> Unpublished | None:
    """What the sign-off of a draft lacks, were it published at `now`; None where nothing."""
    faults = faults_of(signed, _plan(connection, draft, now).warnings)
    return Unpublished("unsigned", UNSIGNED, faults=faults) if faults else None
