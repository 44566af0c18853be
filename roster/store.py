"""Rows of drafts and published versions to values, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from zhiban.data.database import DatabaseBusy
from zhiban.data.timespan import Span
from zhiban.data.upsert import upsert_if
from zhiban.data.week import Week
from zhiban.roster import version_notes
from zhiban.roster.drafts import Draft, DraftSummary, Publication, summary_of
from zhiban.roster.fairness import Share
from zhiban.roster.problem import RosterProblem, load_problem
from zhiban.roster.published import OnDuty, Published, Version
from zhiban.roster.records import DRAFT, DUTY, SHARE, VERSION
from zhiban.roster.rosterfile import RosterFile, load_roster_file

ATTEMPTS = 5
_SUMMARY = ("status", "objective", "bound", "gap", "duties", "vacancies")


def save_draft(
    connection: Connection,
    week: Week,
    problem: RosterProblem,
    file: RosterFile,
    *,
    job: int | None,
    by: str,
    now: datetime,
    expected_revision: int | None = None,
) -> int | None:
    """Puts down a week's draft and returns its new revision.

    With `expected_revision` (0: there is none yet) only if the draft is still at it, else None.
    """
    texts = {"problem": problem.model_dump_json(), "roster": file.model_dump_json()}
    for _ in range(ATTEMPTS):
        at = draft_revision(connection, week)
        if expected_revision is not None and at != expected_revision:
            return None
        row = {
            "week": str(week),
            "revision": at + 1,
            **texts,
            **asdict(summary_of(file)),
            "job": job,
            "created_at": now,
            "created_by": by,
        }
        # Somebody who writes at the same moment leaves another revision, and keeps it.
        if upsert_if(connection, DRAFT, row, DRAFT.c.revision == at):
            return at + 1
    raise DatabaseBusy(f"the draft of {week} was changed {ATTEMPTS} times while being written")


def save_roster(
    connection: Connection, week: Week, file: RosterFile, *, by: str, now: datetime, expected: int
) -> int | None:
    """Puts another roster into a draft whose problem stays; None where it has moved on."""
    values = {
        "revision": expected + 1,
        "roster": file.model_dump_json(),
        **asdict(summary_of(file)),
    }
    at = (DRAFT.c.week == str(week), DRAFT.c.revision == expected)
    changed = update(DRAFT).where(*at).values(**values, created_at=now, created_by=by)
    return expected + 1 if connection.execute(changed).rowcount == 1 else None


def draft_revision(connection: Connection, week: Week) -> int:
    """At which revision a week's draft is; 0 where there is none."""
    found = select(DRAFT.c.revision).where(DRAFT.c.week == str(week))
    return connection.execute(found).scalar_one_or_none() or 0


def draft_head(connection: Connection, week: Week) -> tuple[int, int | None]:
    """At which revision a week's draft is (0: there is none), and which one was published."""
    found = select(DRAFT.c.revision, DRAFT.c.published_revision).where(DRAFT.c.week == str(week))
    row = connection.execute(found).one_or_none()
    return (0, None) if row is None else (row.revision, row.published_revision)


def load_draft(connection: Connection, week: Week) -> Draft | None:
    """The latest draft of a week with problem and roster."""
    row = connection.execute(select(DRAFT).where(DRAFT.c.week == str(week))).one_or_none()
    if row is None:
        return None
    return Draft(
        week=week,
        revision=row.revision,
        problem=load_problem(row.problem),
        file=load_roster_file(row.roster),
        summary=_summary(row),
        job=row.job,
        created_at=row.created_at,
        created_by=row.created_by,
        published_revision=row.published_revision,
    )


def mark_published(connection: Connection, week: Week, revision: int) -> None:
    """Notes on a draft that this revision of it is published."""
    connection.execute(
        update(DRAFT).where(DRAFT.c.week == str(week)).values(published_revision=revision)
    )


def last_number(connection: Connection, week: Week) -> int:
    """The number of a week's newest version; 0 where nothing is published."""
    found = select(func.max(VERSION.c.number)).where(VERSION.c.week == str(week))
    return connection.execute(found).scalar_one() or 0


def first_week(connection: Connection) -> Week | None:
    """The earliest week of which anything is published."""
    found = connection.execute(select(func.min(VERSION.c.week))).scalar_one_or_none()
    return None if found is None else Week.parse(found)


def insert_version(
    connection: Connection,
    draft: Draft,
    number: int,
    duties: tuple[OnDuty, ...],
    shares: Mapping[str, Share],
    by: str,
    now: datetime,
) -> Version:
    """Writes a version with its duties and fair shares; never to be changed again."""
    values = {
        "week": str(draft.week),
        "number": number,
        "published_at": now,
        "published_by": by,
        "draft_revision": draft.revision,
        "problem": draft.problem.model_dump_json(),
        "roster": draft.file.model_dump_json(),
        **asdict(draft.summary),
    }
    id = int(
        connection.execute(insert(VERSION).values(values).returning(VERSION.c.id)).scalar_one()
    )
    rows = [_duty_row(id, duty) for duty in duties]
    if rows:
        connection.execute(insert(DUTY), rows)
    shared = [{"version": id, "lawyer": who, **asdict(share)} for who, share in shares.items()]
    if shared:
        connection.execute(insert(SHARE), shared)
    return Version(id, draft.week, number, now, duties)


def load_published(
    connection: Connection,
    since: Week | None = None,
    until: Week | None = None,
    known: Published | None = None,
) -> Published:
    """Every version of the weeks `since` to `until`, both included.

    Versions never change: those in `known` are taken from there instead of being read again.
    """
    heads = select(VERSION.c.id, VERSION.c.week, VERSION.c.number, VERSION.c.published_at)
    if since is not None:
        heads = heads.where(VERSION.c.week >= str(since))
    if until is not None:
        heads = heads.where(VERSION.c.week <= str(until))
    rows = connection.execute(heads.order_by(VERSION.c.id)).all()
    kept = {version.id: version for version in known.versions} if known else {}
    duties = _load_duties(connection, [row.id for row in rows if row.id not in kept])
    return Published(
        tuple(
            kept.get(row.id)
            or Version(
                row.id,
                Week.parse(row.week),
                row.number,
                row.published_at,
                tuple(duties.get(row.id, ())),
            )
            for row in rows
        )
    )


def load_shares(connection: Connection, since: Week, until: Week) -> dict[int, dict[str, Share]]:
    """Fair shares by version and lawyer, of the weeks `since` to `until`, both included."""
    weeks = (VERSION.c.week >= str(since), VERSION.c.week <= str(until))
    rows = connection.execute(select(SHARE).join(VERSION).where(*weeks))
    found: dict[int, dict[str, Share]] = {}
    for row in rows:
        found.setdefault(row.version, {})[row.lawyer] = Share(row.points, row.unpopular)
    return found


def load_history(connection: Connection, week: Week) -> tuple[Publication, ...]:
    """The versions of a week by their figures, oldest first."""
    figures = [column for column in VERSION.c if column.name not in ("problem", "roster")]
    rows = connection.execute(
        select(*figures).where(VERSION.c.week == str(week)).order_by(VERSION.c.number)
    ).all()
    notes = version_notes.load(connection, [row.id for row in rows])
    return tuple(
        Publication(
            *(row.id, week, row.number, row.published_at, row.published_by, _summary(row)),
            **notes.get(row.id, {}),
        )
        for row in rows
    )


def load_version_files(connection: Connection, id: int) -> tuple[RosterProblem, RosterFile] | None:
    """The problem and the roster that a version was made of."""
    found = select(VERSION.c.problem, VERSION.c.roster).where(VERSION.c.id == id)
    row = connection.execute(found).one_or_none()
    return None if row is None else (load_problem(row.problem), load_roster_file(row.roster))


def _load_duties(connection: Connection, versions: list[int]) -> dict[int, list[OnDuty]]:
    found: dict[int, list[OnDuty]] = {}
    if versions:
        wanted = select(*_WHOLE).where(DUTY.c.version.in_(versions))
        for version, start, end, *plain in connection.execute(
            wanted.order_by(DUTY.c.version, *_ORDER)
        ):
            duty = OnDuty(span=Span(start, end), **dict(zip(_PLAIN, plain, strict=True)))
            found.setdefault(version, []).append(duty)
    return found


_ORDER = (DUTY.c.post, DUTY.c.start_at, DUTY.c.role, DUTY.c.lawyer)
_PLAIN = (
    *("shift", "post", "post_name", "kind", "division", "lawyer", "lawyer_name"),
    *("firm", "firm_name", "role", "points", "unpopular", "name_by", "named"),
)
_WHOLE = (DUTY.c.version, DUTY.c.start_at, DUTY.c.end_at, *(DUTY.c[name] for name in _PLAIN))


def _duty_row(version: int, duty: OnDuty) -> dict[str, Any]:
    plain = {name: getattr(duty, name) for name in _PLAIN}
    return {"version": version, "start_at": duty.span.start, "end_at": duty.span.end, **plain}


def _summary(row: Row[Any]) -> DraftSummary:
    return DraftSummary(**{name: getattr(row, name) for name in _SUMMARY})
