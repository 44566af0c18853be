"""Questions of the weeks before the demonstration, asked and answered, for the reports."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from sqlalchemy import Connection, Engine, select

from zhiban.data.crypt import Keyring
from zhiban.data.database import writing
from zhiban.data.store import load_calendar
from zhiban.data.week import Week
from zhiban.queue import service
from zhiban.queue.changes import settle_writes
from zhiban.queue.outcomes import Asked
from zhiban.queue.records import QUESTION
from zhiban.web.demo.replay import Story, stories

WEEKS, A_WEEK = 8, 22
# Mondays and mornings bring most; of a day's two halves each weekday.
_WEIGHTS = (9, 6, 6, 5, 6, 4, 5, 4, 4, 3)
_LATE = 0.06


def play(engine: Engine, keyring: Keyring, week: Week) -> int:
    """Writes some questions a week, once for a database; how many there are."""
    random = Random(20261)  # noqa: S311 - invented questions, the same each time
    told = [story for story in stories() if story.answer]
    with writing(engine) as connection:
        if connection.execute(select(QUESTION.c.id).limit(1)).first():
            return 0
        moments = sorted(
            moment
            for number in range(WEEKS, 0, -1)
            for moment in _moments(connection, week.next(-number), random)
        )
        return sum(_played(connection, keyring, at, random.choice(told), random) for at in moments)


def _moments(connection: Connection, week: Week, random: Random) -> list[datetime]:
    """When somebody asks in a week: in working time, by weekday and half-day."""
    calendar = load_calendar(connection)
    spans = [span for day in week.days[:5] for span in calendar.spans(day)]
    if not spans:
        return []
    weights = (_WEIGHTS * 2)[: len(spans)]
    count = A_WEEK + random.randint(-5, 5)
    chosen = random.choices(spans, weights, k=count)
    return [span.start + (span.end - span.start) * random.random() for span in chosen]


def _played(
    connection: Connection, keyring: Keyring, at: datetime, story: Story, random: Random
) -> bool:
    """Asked, answered by who holds it, and closed; those that nobody holds are not answered."""
    made = service.ask(connection, keyring, story.ask, None, at)
    if not isinstance(made, Asked):
        return False
    holder = _holder(connection, made)
    if holder is None:
        service.withdraw(connection, keyring, made.ticket, made.secret, "", at)
        return True
    wait = timedelta(minutes=35 * random.lognormvariate(0.0, 0.9))
    if random.random() < _LATE:
        wait += timedelta(hours=random.randint(24, 40))
    then = at + wait
    service.answer(connection, keyring, service.Move(made.ticket, holder, then, story.answer))
    service.close(connection, keyring, service.Move(made.ticket, holder, then))
    if random.random() < 0.4:
        score = random.choice((3, 4, 4, 5, 5, 5))
        service.rate(connection, keyring, made.ticket, made.secret, score, "", then)
    return True


def _holder(connection: Connection, made: Asked) -> str | None:
    settle_writes(connection)
    found = select(QUESTION.c.lawyer).where(QUESTION.c.code == made.ticket)
    return connection.execute(found).scalar_one_or_none()
