"""What is at risk now: running clocks past due or soon to be, counted and listed by SQL."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, exists, func, select

from zhiban.queue.changes import settle_writes
from zhiban.queue.event import Kind
from zhiban.queue.question import ENDED, State
from zhiban.queue.records import QUESTION, QUESTION_CLOCK, QUESTION_EVENT
from zhiban.queue.timers import ClockKind

_OPEN = QUESTION.c.state.not_in([state.value for state in sorted(ENDED)])
_CLOCK_OF = QUESTION_CLOCK.c.question == QUESTION.c.id


@dataclass(frozen=True, slots=True)
class Risk:
    """Open questions of a county: all, with nobody, warned of, late."""

    county: str
    open: int
    waiting: int
    soon: int
    late: int


@dataclass(frozen=True, slots=True)
class OpenCase:
    """One open question in the supervisor's list; `version` guards against acting on old news."""

    id: int
    ticket: str
    version: int
    state: State
    county: str
    division: str
    category: str | None
    channel: str
    green: bool
    lawyer: str | None
    asked: datetime
    clock: ClockKind | None
    due: datetime | None


def risk_now(connection: Connection, now: datetime) -> tuple[Risk, ...]:
    """How open questions stand, by county."""
    settle_writes(connection)
    late, soon = _clock_exists(_late(now)), _clock_exists(_soon(now))

    def count(which: ColumnElement[bool]) -> ColumnElement[int]:
        return func.sum(case((which, 1), else_=0))

    rows = connection.execute(
        select(
            QUESTION.c.county,
            func.count(),
            count(QUESTION.c.state == State.WAITING.value),
            count(and_(soon, ~late)),
            count(late),
        )
        .where(_OPEN)
        .group_by(QUESTION.c.county)
        .order_by(QUESTION.c.county)
    )
    return tuple(Risk(row[0], *(int(value) for value in row[1:])) for row in rows)


def open_cases(
    connection: Connection,
    now: datetime,
    which: str,
    *,
    county: str = "",
    division: str = "",
    limit: int = 100,
) -> tuple[OpenCase, ...]:
    """Open questions that need a supervisor, the most urgent first.

    `which` is late, soon, waiting, conflict (someone stepped back from it), or anything else: all.
    """
    settle_writes(connection)
    first = (
        select(func.min(QUESTION_CLOCK.c.due))
        .where(_CLOCK_OF)
        .correlate(QUESTION)
        .scalar_subquery()
    )
    wanted = [_OPEN, *_which(which, now)]
    if county:
        wanted.append(QUESTION.c.county == county)
    if division:
        wanted.append(QUESTION.c.division == division)
    named = (
        select(QUESTION_CLOCK.c.clock)
        .where(_CLOCK_OF, QUESTION_CLOCK.c.due.is_not(None))
        .order_by(QUESTION_CLOCK.c.due)
        .limit(1)
        .correlate(QUESTION)
        .scalar_subquery()
    )
    columns = ("id", "code", "version", "state", "county", "division", "category", "channel")
    more = ("green", "lawyer", "asked")
    rows = connection.execute(
        select(*(QUESTION.c[name] for name in columns + more), named, first.label("due"))
        .where(*wanted)
        .order_by(first.is_(None), first, QUESTION.c.id)
        .limit(limit)
    )
    return tuple(_case(list(row)) for row in rows)


def _case(values: list[Any]) -> OpenCase:
    values[3] = State(values[3])
    return OpenCase(*values)


def open_counts_by_need(connection: Connection, now: datetime) -> dict[str, int]:
    """How many open questions there are of each kind that `open_cases` knows."""
    settle_writes(connection)
    return {
        which: int(
            connection.execute(
                select(func.count()).select_from(QUESTION).where(_OPEN, *_which(which, now))
            ).scalar_one()
        )
        for which in ("late", "soon", "waiting", "conflict", "all")
    }


def _which(which: str, now: datetime) -> list[ColumnElement[bool]]:
    if which == "late":
        return [_clock_exists(_late(now))]
    if which == "soon":
        return [_clock_exists(_soon(now)), ~_clock_exists(_late(now))]
    if which == "waiting":
        return [QUESTION.c.state == State.WAITING.value]
    if which == "conflict":
        kinds = [Kind.RECUSED.value, Kind.CONFLICT.value]
        stepped = (QUESTION_EVENT.c.question == QUESTION.c.id, QUESTION_EVENT.c.kind.in_(kinds))
        return [exists(select(QUESTION_EVENT.c.position).where(*stepped))]
    return []


def _clock_exists(which: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists(select(QUESTION_CLOCK.c.question).where(_CLOCK_OF, which))


def _late(now: datetime) -> ColumnElement[bool]:
    return QUESTION_CLOCK.c.due <= now


def _soon(now: datetime) -> ColumnElement[bool]:
    return and_(QUESTION_CLOCK.c.due > now, QUESTION_CLOCK.c.warned > 0)
