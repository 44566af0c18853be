"""A week ahead: its roster, as if in force from its first shift on, and who would ask."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import Connection, select

from zhiban.data.crypt import Keyring
from zhiban.data.register import Register
from zhiban.data.store import load_register
from zhiban.data.timespan import Span
from zhiban.data.week import Week
from zhiban.queue.arrivals import drawn, fitted, usual
from zhiban.queue.knowledge import Knowledge
from zhiban.queue.memory import load_rules
from zhiban.queue.records import QUESTION
from zhiban.queue.simulate import Arrival
from zhiban.roster.publication import duties_of
from zhiban.roster.published import OnDuty, Published, Version
from zhiban.roster.store import load_draft, load_published

PAST = timedelta(weeks=8)
WHOLE_WEEK = timedelta(weeks=1)
RosterKind = Literal["published", "draft"]
Source = Literal["past", "usual"]


def week_ahead(
    connection: Connection, keyring: Keyring, week: Week
) -> tuple[Knowledge, RosterKind] | None:
    """What is known with the week's published roster, else its draft; None without either."""
    found = _duties(connection, week)
    if found is None:
        return None
    duties, kind = found
    # It counts from before its first shift on: the week is played through under this roster alone.
    version = Version(0, week, 1, week.span.start - timedelta(days=1), duties)
    register = load_register(connection, keyring)
    return Knowledge(register, Published((version,)), load_rules(connection)), kind


def expected(
    connection: Connection, register: Register, week: Week, now: datetime, seed: int, a_day: float
) -> tuple[list[Arrival], Source]:
    """Arrivals of the week: drawn after the eight weeks before, or as a usual bureau's.

    A past of less than a whole week says nothing of some hours, and so is not drawn after.
    """
    until = min(now, week.span.start)
    past = asked_in(connection, Span(until - PAST, until))
    since = min((one.at for one in past), default=until)
    if until - since >= WHOLE_WEEK:
        return drawn(fitted(past, Span(since, until)), week.span, seed), "past"
    counties = {register.county_of(code) for code in register.divisions}
    return drawn(usual(counties, a_day), week.span, seed), "usual"


def asked_in(connection: Connection, during: Span) -> list[Arrival]:
    """The questions asked in a time, as arrivals."""
    columns = ("asked", "division", "category", "channel", "green")
    rows = connection.execute(
        select(*(QUESTION.c[name] for name in columns))
        .where(QUESTION.c.asked >= during.start, QUESTION.c.asked < during.end)
        .order_by(QUESTION.c.id)
    )
    return [Arrival(r.asked, r.division, r.category, r.channel, r.green) for r in rows]


def _duties(connection: Connection, week: Week) -> tuple[tuple[OnDuty, ...], RosterKind] | None:
    version = load_published(connection, week, week).newest(week)
    if version is not None:
        return version.duties, "published"
    draft = load_draft(connection, week)
    return None if draft is None else (duties_of(draft.problem, draft.file.roster), "draft")
