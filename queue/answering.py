"""How long a first answer takes today, from today's answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from sqlalchemy import Connection, func, select

from zhiban.data.timespan import SHANGHAI
from zhiban.queue.asking import COUNTERS
from zhiban.queue.event import Kind
from zhiban.queue.records import QUESTION, QUESTION_EVENT

# The newest so many questions are looked at: days of a city's, and enough of a province's.
_NEWEST = 2000


@dataclass(frozen=True, slots=True)
class Answering:
    """Today's first answers to what was asked online: how many, and the median wait."""

    answers: int
    median: timedelta | None


def answering_today(connection: Connection, now: datetime) -> Answering:
    """The figures of the calendar day in Shanghai, up to `now`."""
    midnight = now.astimezone(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
    newest = select(func.coalesce(func.max(QUESTION.c.id), 0)).scalar_subquery()
    first = func.min(QUESTION_EVENT.c.at)
    rows = connection.execute(
        select(QUESTION.c.asked, first.label("answered"))
        .join(QUESTION_EVENT, QUESTION_EVENT.c.question == QUESTION.c.id)
        .where(
            QUESTION.c.id > newest - _NEWEST,
            QUESTION.c.channel.not_in(COUNTERS),
            QUESTION_EVENT.c.kind == Kind.ANSWERED.value,
            QUESTION_EVENT.c.at <= now,
        )
        .group_by(QUESTION.c.id, QUESTION.c.asked)
        .having(first >= midnight)
    )
    waits = [row.answered - row.asked for row in rows]
    return Answering(len(waits), median(waits) if waits else None)
