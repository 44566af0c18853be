"""Lives of invented questions, played through the queue in the order in which things happen."""

from __future__ import annotations

import csv
import heapq
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from importlib.resources import files

from sqlalchemy import Connection, Engine, select

from zhiban.data.crypt import Keyring
from zhiban.data.database import reading, writing
from zhiban.data.store import load_calendar
from zhiban.data.week import Week
from zhiban.data.worktime import WorkCalendar
from zhiban.queue import service
from zhiban.queue.asking import Ask
from zhiban.queue.outcomes import Asked
from zhiban.queue.question import State
from zhiban.queue.records import QUESTION

ACCEPT_AFTER = timedelta(minutes=6)
ANSWER_AFTER = timedelta(minutes=38)
FOLLOW_UP_AFTER = timedelta(minutes=75)
CLOSE_AFTER = timedelta(minutes=150)
RATE_AFTER = timedelta(minutes=170)
# Thin at first, denser towards the present, so that the desks show both past and open work.
SPACING = timedelta(minutes=43)
AGAIN = (
    "不是这样。请按我前面说的步骤先固定证据，再提出书面要求；对方的说法没有依据，不影响您的权利。"
)


@dataclass(frozen=True, slots=True)
class Story:
    """One invented question; without an `answer` it stays open."""

    ask: Ask
    answer: str
    follow_up: str
    rating: int | None


def stories() -> tuple[Story, ...]:
    """The stories in the order in which they are asked."""
    text = files("zhiban.web.demo").joinpath("stories.csv").read_text("utf-8")
    return tuple(_story(row) for row in csv.DictReader(text.splitlines()))


def _story(row: dict[str, str]) -> Story:
    ask = Ask(
        text=row["story"],
        division=row["division"],
        consent=True,
        category=row["category"],
        other_party=row["other_party"] or None,
        green_lane=(row["green_lane"],) if row["green_lane"] else (),
    )
    rating = int(row["rating"]) if row["rating"] else None
    return Story(ask, row["answer"], row["follow_up"], rating)


def replay(engine: Engine, keyring: Keyring, week: Week, now: datetime) -> int:
    """Plays the stories into a queue that holds none of this week; how many were asked."""
    with reading(engine) as connection:
        ours = select(QUESTION.c.id).where(QUESTION.c.asked >= week.span.start)
        if connection.execute(ours.limit(1)).first():
            return 0
        calendar = load_calendar(connection)
    told = stories()
    play = Play(engine, keyring)
    for asked, story in zip(_moments(calendar, week, now, len(told)), told, strict=False):
        play.plan(asked, partial(play.ask, story=story))
    for end in _shift_edges(calendar, week, now):
        play.plan(end, play.hand_over)
    play.run(now)
    return play.asked


def _moments(calendar: WorkCalendar, week: Week, now: datetime, count: int) -> list[datetime]:
    """When each story is asked: in working time of the week, the last shortly before `now`."""
    worked = calendar.between(week.span.start, now)
    gap = min(SPACING, worked / (count + 1))
    if gap < timedelta(minutes=1):
        return []
    behind = [gap * (count - number) + timedelta(minutes=4) for number in range(count)]
    return [calendar.add(week.span.start, worked - back).at for back in behind if back < worked]


def _shift_edges(calendar: WorkCalendar, week: Week, now: datetime) -> list[datetime]:
    """Just after each beginning and end of working time in the week, up to `now`."""
    edges = [
        edge + timedelta(seconds=30)
        for day in week.days
        for span in calendar.spans(day)
        for edge in (span.start, span.end)
    ]
    return [edge for edge in edges if edge < now]


class Play:
    """Acts waiting for their moment; each may plan further ones.

    Nobody acts for lawyers who are `real`.
    """

    def __init__(self, engine: Engine, keyring: Keyring) -> None:
        self._engine, self._keyring = engine, keyring
        self._acts: list[tuple[datetime, int, Callable[[datetime], None]]] = []
        self._planned = 0
        self.real: Collection[str] = ()
        self.asked = 0

    def plan(self, at: datetime, act: Callable[[datetime], None]) -> None:
        """Lets `act` happen then."""
        self._planned += 1
        heapq.heappush(self._acts, (at, self._planned, act))

    def run(self, until: datetime) -> None:
        """Lets everything happen, in its order, that is due by `until`."""
        while self._acts and self._acts[0][0] <= until:
            at, _, act = heapq.heappop(self._acts)
            act(at)

    def hand_over(self, at: datetime) -> None:
        """What the timers do at the edge of a shift."""
        with writing(self._engine) as connection:
            service.hand_over(connection, self._keyring, at)
            service.sweep(connection, self._keyring, at)

    def ask(self, at: datetime, story: Story) -> None:
        """The citizen asks; an answered story's further acts are planned."""
        with writing(self._engine) as connection:
            made = service.ask(connection, self._keyring, story.ask, None, at)
        if not isinstance(made, Asked):
            return
        self.asked += 1
        if not story.answer:
            return
        self.plan(at + ACCEPT_AFTER, lambda then: self._accept(then, made))
        self.plan(at + ANSWER_AFTER, lambda then: self._answer(then, made, story.answer))
        if story.follow_up:
            again = at + FOLLOW_UP_AFTER
            self.plan(again, lambda then: self._message(then, made, story.follow_up))
            self.plan(again + ACCEPT_AFTER * 4, lambda then: self._answer(then, made, AGAIN))
        self.plan(at + CLOSE_AFTER, lambda then: self._close(then, made))
        if story.rating:
            rating = story.rating
            self.plan(at + RATE_AFTER, lambda then: self._rate(then, made, rating))

    def _accept(self, at: datetime, made: Asked) -> None:
        with writing(self._engine) as connection:
            if holder := self._holder(connection, made):
                service.accept(connection, self._keyring, service.Move(made.ticket, holder, at))

    def _answer(self, at: datetime, made: Asked, text: str) -> None:
        with writing(self._engine) as connection:
            if holder := self._holder(connection, made):
                service.answer(
                    connection, self._keyring, service.Move(made.ticket, holder, at, text)
                )

    def _close(self, at: datetime, made: Asked) -> None:
        with writing(self._engine) as connection:
            if holder := self._holder(connection, made, (State.ANSWERED,)):
                service.close(connection, self._keyring, service.Move(made.ticket, holder, at))

    def _message(self, at: datetime, made: Asked, text: str) -> None:
        with writing(self._engine) as connection:
            service.message(connection, self._keyring, made.ticket, made.secret, text, at)

    def _rate(self, at: datetime, made: Asked, rating: int) -> None:
        with writing(self._engine) as connection:
            service.rate(connection, self._keyring, made.ticket, made.secret, rating, "", at)

    def _holder(
        self, connection: Connection, made: Asked, states: Iterable[State] = State
    ) -> str | None:
        """The lawyer who has the question in one of these states, unless they act themselves."""
        wanted = (QUESTION.c.code == made.ticket, QUESTION.c.state.in_(list(states)))
        found = select(QUESTION.c.lawyer).where(*wanted)
        holder: str | None = connection.execute(found).scalar_one_or_none()
        return None if holder in self.real else holder
