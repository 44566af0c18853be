"""Drafts kept beside the one that is edited: put down, listed, chosen, let go."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from zhiban.data import trail
from zhiban.data.week import Week
from zhiban.data.wording import Refused, Text
from zhiban.roster import store
from zhiban.roster.drafts import Alternative, Draft, DraftSummary, Stale, summary_of
from zhiban.roster.job_options import proper_name
from zhiban.roster.problem import RosterProblem, load_problem
from zhiban.roster.records import ALTERNATIVE
from zhiban.roster.rosterfile import RosterFile, load_roster_file

DROPPED = timedelta(days=1)
MOST = 12  # of one week, so that they can still be told apart side by side
REPLACED = "原草稿第"
KEPT_BY_ITSELF = 3
_COLUMNS = [column for column in ALTERNATIVE.c if column.name not in ("problem", "roster")]


def put(
    connection: Connection,
    week: Week,
    name: str,
    problem: RosterProblem,
    file: RosterFile,
    *,
    note: Text,
    by: str,
    now: datetime,
    job: int | None = None,
    revision: int = 0,
) -> int:
    """Keeps a draft under a name, in place of one of that name; its number. Raises Refused."""
    known = proper_name(name)
    others = [one for one in of_week(connection, week) if one.name != known]
    _room(week, len(others))
    connection.execute(_of(week).where(ALTERNATIVE.c.name == known))
    row = {
        "week": str(week),
        "name": known,
        "note_zh": note.zh,
        "note_en": note.en,
        "problem": problem.model_dump_json(),
        "roster": file.model_dump_json(),
        **asdict(summary_of(file)),
        "job": job,
        "revision": revision,
        "created_at": now,
        "created_by": by,
    }
    made = insert(ALTERNATIVE).values(row).returning(ALTERNATIVE.c.id)
    return int(connection.execute(made).scalar_one())


def of_week(connection: Connection, week: Week) -> tuple[Alternative, ...]:
    """The alternatives of a week by their figures, oldest first."""
    there = (ALTERNATIVE.c.week == str(week), ALTERNATIVE.c.dropped_at.is_(None))
    found = select(*_COLUMNS).where(*there).order_by(ALTERNATIVE.c.id)
    return tuple(_alternative(row) for row in connection.execute(found))


def files_of(
    connection: Connection, week: Week, id: int
) -> tuple[Alternative, RosterProblem, RosterFile] | None:
    """One of a week's alternatives whole."""
    mine = (ALTERNATIVE.c.id == id, ALTERNATIVE.c.week == str(week))
    there = select(ALTERNATIVE).where(*mine, ALTERNATIVE.c.dropped_at.is_(None))
    row = connection.execute(there).one_or_none()
    if row is None:
        return None
    return _alternative(row), load_problem(row.problem), load_roster_file(row.roster)


def let_go(connection: Connection, week: Week, id: int) -> bool:
    """Removes an alternative; false where there is none."""
    return connection.execute(_of(week).where(ALTERNATIVE.c.id == id)).rowcount == 1


def drop(connection: Connection, week: Week, id: int, now: datetime) -> str | None:
    """Puts an alternative away for a day, from where it can come back; its name if it was there."""
    connection.execute(_of(week).where(ALTERNATIVE.c.dropped_at < now - DROPPED))
    mine = (ALTERNATIVE.c.week == str(week), ALTERNATIVE.c.id == id)
    there = update(ALTERNATIVE).where(*mine, ALTERNATIVE.c.dropped_at.is_(None))
    gone = there.values(dropped_at=now).returning(ALTERNATIVE.c.name)
    name: str | None = connection.execute(gone).scalar_one_or_none()
    return name


def dropped(connection: Connection, week: Week, id: int) -> str | None:
    """The name of an alternative that was put away and can come back."""
    mine = (ALTERNATIVE.c.week == str(week), ALTERNATIVE.c.id == id)
    found = select(ALTERNATIVE.c.name).where(*mine, ALTERNATIVE.c.dropped_at.is_not(None))
    name: str | None = connection.execute(found).scalar_one_or_none()
    return name


def bring_back(connection: Connection, week: Week, id: int) -> bool:
    """Brings back what was put away; false where it is gone for good. Raises Refused."""
    if dropped(connection, week, id) is None:
        return False
    _room(week, len(of_week(connection, week)))
    mine = (ALTERNATIVE.c.week == str(week), ALTERNATIVE.c.id == id)
    connection.execute(update(ALTERNATIVE).where(*mine).values(dropped_at=None))
    return True


def _room(week: Week, others: int) -> None:
    if others >= MOST:
        raise Refused.one(
            "name",
            f"{week} 已有{others}份备选，请先删去不用的",
            f"{week} has {others} alternatives already; let go of some first",
        )


def choose(
    connection: Connection,
    week: Week,
    id: int,
    by: str,
    now: datetime,
    expected_revision: int,
) -> int | Stale | None:
    """Makes an alternative the week's draft; the new revision, None where it is gone.

    The draft until then, where it was not published, is kept as an alternative.
    """
    found = files_of(connection, week, id)
    if found is None:
        return None
    chosen, problem, file = found
    keep_replaced(connection, week, expected_revision, by, now)
    revision = store.save_draft(
        connection,
        week,
        problem,
        file,
        job=chosen.job,
        by=by,
        now=now,
        expected_revision=expected_revision,
    )
    if revision is None:
        return Stale(store.draft_revision(connection, week), _CHANGED)
    let_go(connection, week, id)
    trail.note(connection, f"roster:{week}", by, "chosen", now, revision=str(revision))
    return revision


def keep_replaced(
    connection: Connection, week: Week, revision: int, by: str, now: datetime
) -> None:
    """Keeps the draft at that revision, if it is not published, before another takes its place.

    Of those kept so, the last few stay.
    """
    at, published = store.draft_head(connection, week)
    if at != revision or at in (0, published):
        return
    draft = store.load_draft(connection, week)
    if draft is None:
        return
    before = [one for one in of_week(connection, week) if one.name.startswith(REPLACED)]
    for old in before[: max(0, len(before) - KEPT_BY_ITSELF + 1)]:
        let_go(connection, week, old.id)
    if len(of_week(connection, week)) < MOST:
        keep(connection, draft, f"{REPLACED}{at}稿", _REPLACED, by, now)


def keep(
    connection: Connection, draft: Draft, name: str, note: Text, by: str, now: datetime
) -> int:
    """Keeps a draft as it stands under a name; the alternative's number."""
    return put(
        connection,
        draft.week,
        name,
        draft.problem,
        draft.file,
        note=note,
        by=by,
        now=now,
        job=draft.job,
        revision=draft.revision,
    )


def _of(week: Week) -> Any:
    return delete(ALTERNATIVE).where(ALTERNATIVE.c.week == str(week))


def _alternative(row: Row[Any]) -> Alternative:
    names = ("status", "objective", "bound", "gap", "duties", "vacancies")
    return Alternative(
        id=row.id,
        week=Week.parse(row.week),
        name=row.name,
        note=Text(row.note_zh, row.note_en),
        summary=DraftSummary(**{name: getattr(row, name) for name in names}),
        job=row.job,
        revision=row.revision,
        created_at=row.created_at,
        created_by=row.created_by,
    )


_CHANGED = Text(
    "草稿已被他人修改，请刷新后再选", "somebody else changed the draft; reload it and choose again"
)
_REPLACED = Text("被另一份取代前的草稿", "the draft before another took its place")
