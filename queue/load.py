"""Load from events: how much each lawyer was given and did, and when people asked; pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Literal

from zhiban.data.timespan import SHANGHAI
from zhiban.queue.event import Event, Kind, plain
from zhiban.roster.published import OnDuty

Half = Literal["am", "pm"]
GIVEN = frozenset({Kind.ASSIGNED, Kind.HANDED_OVER, Kind.TRANSFERRED})
COUNTED = GIVEN | {Kind.ASKED, Kind.ANSWERED, Kind.RECORDED, Kind.DECLINED, Kind.RECUSED}
"""The kinds of event that the report counts."""


@dataclass(frozen=True, slots=True)
class LawyerLoad:
    """What one lawyer was given in a time, and did in it; `talks` are those recorded at once."""

    lawyer: str
    given: int
    answers: int
    talks: int
    declined: int
    recused: int


@dataclass(frozen=True, slots=True)
class HalfLoad:
    """One half-day of one county: questions asked, and lawyers on its seats.

    Noon belongs to the afternoon.
    """

    day: date
    half: Half
    county: str
    asked: int
    seats: int


@dataclass(frozen=True, slots=True)
class Load:
    """The load of a time: by lawyer, and by county and half-day."""

    since: datetime
    until: datetime
    lawyers: tuple[LawyerLoad, ...]
    halves: tuple[HalfLoad, ...]


def load_of(
    events: Iterable[Event], duties: Iterable[OnDuty], since: datetime, until: datetime
) -> Load:
    """The load of the events of a time; `duties` are those in force that begin in it."""
    by_lawyer: dict[str, Counter[str]] = {}
    asked: Counter[tuple[date, Half, str]] = Counter()
    for event in events:
        if not since <= event.at < until:
            continue
        if event.kind is Kind.ASKED:
            asked[(*half_of(event.at), event.data["county"])] += 1
        elif event.kind in COUNTED:
            who = _lawyer(event)
            by_lawyer.setdefault(who, Counter())[_column(event.kind)] += 1
    seats: dict[tuple[date, Half, str], set[str]] = {}
    for duty in duties:
        if duty.kind == "seat" and duty.role == "primary" and since <= duty.span.start < until:
            seats.setdefault((*half_of(duty.span.start), duty.division), set()).add(duty.lawyer)
            by_lawyer.setdefault(duty.lawyer, Counter())
    halves = tuple(
        HalfLoad(*key, asked[key], len(seats.get(key, ()))) for key in sorted({*asked, *seats})
    )
    return Load(since, until, tuple(_row(who, by_lawyer[who]) for who in sorted(by_lawyer)), halves)


def half_of(at: datetime) -> tuple[date, Half]:
    """The day and half-day of a moment, on the bureau's wall clock."""
    local = at.astimezone(SHANGHAI)
    return local.date(), "am" if local.hour < 12 else "pm"


def load_text(found: Load) -> str:
    """The load as the one JSON text of it."""
    value = asdict(found)
    value["since"], value["until"] = found.since.isoformat(), found.until.isoformat()
    for half in value["halves"]:
        half["day"] = half["day"].isoformat()
    return plain(value)


def _lawyer(event: Event) -> str:
    """Whom an event counts for: whoever was given it, else who acted."""
    if event.kind in GIVEN:
        return str(event.data["lawyer"])
    return event.actor.partition(":")[2]


def _column(kind: Kind) -> str:
    if kind in GIVEN:
        return "given"
    return {
        Kind.ANSWERED: "answers",
        Kind.RECORDED: "talks",
        Kind.DECLINED: "declined",
        Kind.RECUSED: "recused",
    }[kind]


def _row(lawyer: str, counts: Counter[str]) -> LawyerLoad:
    return LawyerLoad(
        lawyer,
        counts["given"],
        counts["answers"],
        counts["talks"],
        counts["declined"],
        counts["recused"],
    )
