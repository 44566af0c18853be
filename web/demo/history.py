"""Weeks before the demonstration began, as a bureau takes them over: who was on duty, no more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import Connection, Engine

from zhiban.data.database import writing
from zhiban.data.timespan import Span
from zhiban.data.week import Week
from zhiban.roster import store
from zhiban.roster.assembly import shift_id
from zhiban.roster.drafts import Draft, summary_of
from zhiban.roster.fairness import Share
from zhiban.roster.problem import RosterProblem
from zhiban.roster.published import OnDuty, Version
from zhiban.roster.rosterfile import RosterFile
from zhiban.web.demo.seeding import publishing_moment

WEEKS = 10


def play(engine: Engine, week: Week) -> int:
    """Writes the weeks before `week`, once for a database; how many there are."""
    with writing(engine) as connection:
        if store.first_week(connection) != week:
            return 0
        published = store.load_published(connection, week, week.next())
        shares = store.load_shares(connection, week, week.next())
        newest = [one for one in map(published.newest, (week, week.next())) if one is not None]
        for number in range(WEEKS, 0, -1):
            like = newest[number % len(newest)]  # in turns, so that it is not always the same
            _write(connection, like, shares.get(like.id, {}), week.next(-number))
        return WEEKS


def _write(connection: Connection, like: Version, shares: Mapping[str, Share], week: Week) -> None:
    """A week before, with the duties of another handed round within each county's posts."""
    moved = week.span.start - like.week.span.start
    back = -moved.days // 7
    duties = tuple(_moved(duty, moved) for duty in _handed_round(like.duties, back))
    kept = RosterFile(
        status="feasible",
        objective=0,
        bound=0,
        gap=0.0,
        gap_without_vacancies=0.0,
        seconds=0.0,
        first_seconds=0.0,
        by_rule={},
        duties=(),
        vacancies=(),
    )
    at = publishing_moment(week)
    draft = Draft(
        week=week,
        revision=1,
        problem=RosterProblem(start=week.monday),
        file=kept,
        summary=summary_of(kept),
        job=None,
        created_at=at,
        created_by="scheduler",
        published_revision=1,
    )
    store.insert_version(connection, draft, 1, duties, shares, "scheduler", at)


def _handed_round(duties: tuple[OnDuty, ...], back: int) -> list[OnDuty]:
    """Each duty held by who held another one in that division, role and half-day of the week."""
    groups: dict[tuple[str, str, str], list[OnDuty]] = {}
    for duty in duties:
        half = duty.span.start.isoformat()
        groups.setdefault((duty.division[:6], duty.role, half), []).append(duty)
    found = []
    for group in groups.values():
        for number, duty in enumerate(group):
            other = group[(number + back) % len(group)]
            found.append(
                replace(
                    duty,
                    lawyer=other.lawyer,
                    lawyer_name=other.lawyer_name,
                    firm=other.firm,
                    firm_name=other.firm_name,
                    name_by=None,
                    named=False,
                )
            )
    return found


def _moved(duty: OnDuty, by: timedelta) -> OnDuty:
    span = Span(duty.span.start + by, duty.span.end + by)
    return replace(duty, span=span, shift=shift_id(duty.post, span.start))
