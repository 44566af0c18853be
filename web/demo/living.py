"""The demonstration goes on: invented people come, ask, accept and answer while it is served."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from itertools import cycle

from sqlalchemy import Connection, Engine, select

from zhiban.data.crypt import Keyring
from zhiban.data.database import DatabaseBusy, DatabaseUnavailable, reading, writing
from zhiban.data.store import load_calendar
from zhiban.roster.published import Published
from zhiban.roster.store import load_published
from zhiban.web.clock import Clock
from zhiban.web.demo.coming import arrivals, sign_in
from zhiban.web.demo.replay import SPACING, Play, stories
from zhiban.web.records import ACCOUNT, SESSION

TICK_SECONDS = 20
SEEN_LATELY = timedelta(minutes=30)


class Living:
    """What invented people do from `now` on; every act is due at a moment of the clock.

    They leave alone what was open then, for whoever looks at the demonstration, and they do not
    act for a lawyer as whom somebody is logged in.
    """

    def __init__(self, engine: Engine, keyring: Keyring, now: datetime) -> None:
        self._engine = engine
        self._play = Play(engine, keyring)
        self._stories = cycle(stories())
        self._published: Published | None = None
        with reading(engine) as connection:
            self._calendar = load_calendar(connection)
        self._plan_next(now)

    def tick(self, now: datetime) -> None:
        """Lets everything happen that has become due."""
        with reading(self._engine) as connection:
            self._published = load_published(connection, known=self._published)
            self._play.real = _real(connection, now)
            came = arrivals(connection, self._published, now, self._play.real)
        if came:
            with writing(self._engine) as connection:
                sign_in(connection, came)
        self._play.run(now)

    def _plan_next(self, after: datetime) -> None:
        self._play.plan(self._calendar.add(after, SPACING).at, self._ask)

    def _ask(self, at: datetime) -> None:
        self._plan_next(at)
        self._play.ask(at, next(self._stories))


def _real(connection: Connection, now: datetime) -> set[str]:
    """The lawyers as whom somebody was logged in lately."""
    found = (
        select(ACCOUNT.c.lawyer)
        .join(SESSION, SESSION.c.account == ACCOUNT.c.id)
        .where(ACCOUNT.c.lawyer.is_not(None), SESSION.c.seen_at > now - SEEN_LATELY)
    )
    return set(connection.execute(found).scalars())


@contextmanager
def living(engine: Engine, keyring: Keyring, clock: Clock) -> Iterator[None]:
    """They act beside whatever is done within, in a thread of their own."""
    ended = threading.Event()
    people = Living(engine, keyring, clock.now())

    def go_on() -> None:
        while not ended.wait(TICK_SECONDS):
            # What could not be written now is due still, or is left out: it is invented.
            with suppress(DatabaseBusy, DatabaseUnavailable):
                people.tick(clock.now())

    thread = threading.Thread(target=go_on, name="demonstration", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
