"""A week ahead: its roster, as if in force from its first shift on, and who would ask."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
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
from zhiban.queue.simulate import Arrival, Simulated, simulate
from zhiban.roster.publication import duties_of
from zhiban.roster.published import OnDuty, Published, Version
from zhiban.roster.store import load_draft, load_published

PAST = timedelta(weeks=8)
WHOLE_WEEK = timedelta(weeks=1)
RosterKind = Literal["published", "draft"]
Source = Literal["past", "usual", "file"]


@dataclass(frozen=True, slots=True)
class Ahead:
    """A week to be played through: what is known with its roster, and which one that is.

    `number` is the published version's, or the draft's revision.
    """

    known: Knowledge
    kind: RosterKind
    number: int


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a week's roster would do to those who ask in it."""

    week: Week
    ahead: Ahead
    source: Source
    found: Simulated


def week_ahead(
    connection: Connection, keyring: Keyring, week: Week, which: RosterKind | None = None
) -> Ahead | None:
    """What is known with the week's published roster, else its draft; None without either.

    `which` asks for one of them alone. Shifts of the week before that run into this one count.
    """
    found = _roster(connection, week, which)
    if found is None:
        return None
    return ahead_with(connection, keyring, week, *found)


def ahead_with(
    connection: Connection,
    keyring: Keyring,
    week: Week,
    duties: tuple[OnDuty, ...],
    kind: RosterKind,
    number: int,
) -> Ahead:
    """The same with any duties for the week, as of a draft kept beside the one that is edited."""
    versions = [_in_force(week, duties)]
    before = _roster(connection, week.next(-1), None)
    if before is not None:
        running = tuple(duty for duty in before[0] if duty.span.end > week.span.start)
        versions.append(_in_force(week.next(-1), running))
    register = load_register(connection, keyring)
    known = Knowledge(register, Published(tuple(versions)), load_rules(connection))
    return Ahead(known, kind, number)


def play(
    ahead: Ahead, week: Week, arrivals: Iterable[Arrival], source: Source, seed: int
) -> Outlook:
    """The week played through under its roster; arrivals outside of the week do not count."""
    inside = [one for one in arrivals if week.span.contains(one.at)]
    found = simulate(ahead.known, inside, week.span.end, seed=seed)
    return Outlook(week, ahead, source, found)


def short_posts(outlook: Outlook) -> dict[str, tuple[str, ...]]:
    """The seats of each division that cannot keep up, by division."""
    seats: dict[str, set[str]] = {}
    for version in outlook.ahead.known.published.versions:
        for duty in version.duties:
            if duty.kind == "seat":
                seats.setdefault(duty.division, set()).add(duty.post)
    short = [one.code for one in outlook.found.counties if one.short]
    return {code: tuple(sorted(seats.get(code, ()))) for code in short}


def loads(outlook: Outlook) -> dict[str, int]:
    """How many questions each lawyer would answer, also of those who sat and had none."""
    sat = {
        duty.lawyer: 0
        for version in outlook.ahead.known.published.versions
        for duty in version.duties
        if duty.kind == "seat" and duty.role == "primary"
    }
    return sat | outlook.found.load


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


def _in_force(week: Week, duties: tuple[OnDuty, ...]) -> Version:
    """The duties as a version that counts from before its first shift on."""
    return Version(0, week, 1, week.span.start - timedelta(days=1), duties)


def _roster(
    connection: Connection, week: Week, which: RosterKind | None
) -> tuple[tuple[OnDuty, ...], RosterKind, int] | None:
    """The duties of a week's roster, which one it is, and its number."""
    version = load_published(connection, week, week).newest(week)
    if version is not None and which != "draft":
        return version.duties, "published", version.number
    draft = load_draft(connection, week)
    if draft is None or which == "published":
        return None
    return duties_of(draft.problem, draft.file.roster), "draft", draft.revision
