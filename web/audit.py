"""What was done, by whom, when: events, viewings, the trail and publications, as one log.

No texts of people go in: kinds, codes and states alone.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from heapq import merge
from itertools import islice
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Select, Table, literal, select
from sqlmodel import SQLModel

from zhiban.data.places_records import TRAIL
from zhiban.queue.changes import settle_writes
from zhiban.queue.event import CITIZEN, SYSTEM
from zhiban.queue.records import QUESTION, QUESTION_EVENT, VIEWING
from zhiban.roster.records import VERSION

Source = Literal["question", "viewing", "trail", "publication", "register"]
SOURCES: tuple[Source, ...] = ("question", "viewing", "trail", "publication", "register")
DEEPEST = 10_000


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log; `subject` is a ticket code, a week, or the trail's name of a thing.

    `id` is its number in its source.
    """

    at: datetime
    source: str
    actor: str
    act: str
    subject: str
    id: int = 0


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; empty values restrict nothing.

    `actors` are the names under which somebody acts, as in `lawyer:L1`, `staff:anna`, `anna`.
    `people` leaves out what the system and citizens did.
    """

    since: datetime
    until: datetime
    source: str = ""
    actors: Collection[str] = ()
    subject: str = ""
    people: bool = True


def entries(connection: Connection, wanted: Wanted, skip: int, number: int) -> list[Entry]:
    """The newest entries after `skip` of them; at most DEEPEST can be skipped."""
    settle_writes(connection)
    skip = min(max(0, skip), DEEPEST)
    parts = [
        _read(connection, select_of(wanted), skip + number)
        for name, select_of in _SOURCES.items()
        if wanted.source in ("", name)
    ]
    found = merge(*parts, key=lambda one: one.at, reverse=True)
    return list(islice(found, skip, skip + number))


def _read(connection: Connection, wanted: Select[Any] | None, number: int) -> Iterable[Entry]:
    if wanted is None:
        return []
    rows = connection.execute(wanted.limit(number))
    return [Entry(*row) for row in rows]


def _questions(wanted: Wanted) -> Select[Any]:
    event = QUESTION_EVENT.c
    found = (
        select(
            event.at,
            literal("question"),
            event.actor,
            event.kind,
            QUESTION.c.code,
            event.position,
        )
        .join(QUESTION, QUESTION.c.id == event.question)
        .where(*_common(wanted, event.at, event.actor, QUESTION.c.code))
        .order_by(event.position.desc())
    )
    return found.where(event.actor.not_in([SYSTEM, CITIZEN])) if wanted.people else found


def _viewings(wanted: Wanted) -> Select[Any]:
    seen = VIEWING.c
    return (
        select(seen.at, literal("viewing"), seen.viewer, seen.what, QUESTION.c.code, seen.id)
        .join(QUESTION, QUESTION.c.id == seen.question)
        .where(*_common(wanted, seen.at, seen.viewer, QUESTION.c.code))
        .order_by(seen.id.desc())
    )


def _trail(wanted: Wanted) -> Select[Any]:
    mark = TRAIL.c
    found = (
        select(mark.at, literal("trail"), mark.actor, mark.act, mark.subject, mark.id)
        .where(*_common(wanted, mark.at, mark.actor, mark.subject))
        .order_by(mark.id.desc())
    )
    outside = [SYSTEM, CITIZEN, "applicant"]
    return found.where(mark.actor.not_in(outside)) if wanted.people else found


def _publications(wanted: Wanted) -> Select[Any]:
    made = VERSION.c
    return (
        select(
            made.published_at,
            literal("publication"),
            made.published_by,
            _PUBLISHED,
            made.week,
            made.id,
        )
        .where(*_common(wanted, made.published_at, made.published_by, made.week))
        .order_by(made.id.desc())
    )


def _register(wanted: Wanted) -> Select[Any] | None:
    table: Table | None = SQLModel.metadata.tables.get("register_change")
    if table is None:
        return None
    change = table.c
    subject = change.kind + ":" + change.subject
    return (
        select(change.at, literal("register"), change.actor, change.act, subject, change.id)
        .where(*_common(wanted, change.at, change.actor, subject))
        .order_by(change.id.desc())
    )


def _common(
    wanted: Wanted,
    at: ColumnElement[Any],
    actor: ColumnElement[Any],
    subject: ColumnElement[Any],
) -> list[ColumnElement[bool]]:
    found = [at >= wanted.since, at < wanted.until]
    if wanted.actors:
        found.append(actor.in_(sorted(wanted.actors)))
    if wanted.subject:
        found.append(subject.contains(wanted.subject, autoescape=True))
    return found


_PUBLISHED = literal("published")
_SOURCES: dict[str, Callable[[Wanted], Select[Any] | None]] = {
    "question": _questions,
    "viewing": _viewings,
    "trail": _trail,
    "publication": _publications,
    "register": _register,
}
