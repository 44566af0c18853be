"""What the service is made of: database, writer, keys, clock, and the copies it keeps."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import TypeVar

from anyio import CapacityLimiter, to_thread
from sqlalchemy import Connection, Engine
from starlette.applications import Starlette
from starlette.requests import HTTPConnection

from zhiban.data import board
from zhiban.data.crypt import Keyring
from zhiban.data.database import make_engine, reading
from zhiban.data.reader import reader_for
from zhiban.data.writer import Writer
from zhiban.queue.memory import follow_queries
from zhiban.roster.published import Published
from zhiban.roster.store import load_published
from zhiban.web import saved
from zhiban.web.clock import Clock, clock_from
from zhiban.web.fairness import Fairness
from zhiban.web.following import Following
from zhiban.web.keys import keyring_for
from zhiban.web.limits import Limiter
from zhiban.web.notify.channels import Apprise, Channels
from zhiban.web.settings import Settings
from zhiban.web.verdicts import Verdicts

T = TypeVar("T")


class Wiring:
    """The parts of one service process; made with the app, started and stopped by its lifespan."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self.settings = settings
        self.clock = clock
        self.keyring: Keyring = keyring_for(settings)
        self.engine: Engine = make_engine(settings.database_url)
        self.writer = Writer(self.engine, along=follow_queries)
        self.fairness = Fairness()
        self.limiter = Limiter(settings)
        self.channels: Channels = Apprise()
        self.reader = reader_for(self.engine)
        self.following = Following(self.engine, self.keyring, self.reader, self.read)
        # Each check takes 19 MiB and a core for some 20 ms; more at once would slow the others.
        self.password_checks = asyncio.Semaphore(2)
        # More readers at once would not read more, but wait for each other after every statement.
        self._readers = CapacityLimiter(4)
        # The roster jobs that this process runs just now.
        self.rostering: set[int] = set()
        self.verdicts = Verdicts()
        # What works beside the requests, to be ended before the database is closed.
        self.endings: list[Callable[[], None]] = [self.verdicts.stop]
        self._published: tuple[int, Published] | None = None
        self._published_lock = threading.Lock()

    def start(self) -> None:
        """Starts the writer."""
        self.writer.start()

    def stop(self) -> None:
        """Stops the writer after what it holds is written, then closes the database."""
        self.writer.stop()
        for end in self.endings:
            end()
        self.engine.dispose()

    async def read(self, question: Callable[[Connection], T]) -> T:
        """What `question` finds in one consistent view of the database; runs in a thread."""
        return await to_thread.run_sync(self.read_now, question, limiter=self._readers)

    def read_now(self, question: Callable[[Connection], T]) -> T:
        """The same, for callers that are in a thread already."""
        with self.fairness.short_turns(), reading(self.engine) as connection:
            return question(connection)

    async def write(self, command: Callable[[Connection], T]) -> T:
        """What `command` gives once the writer has committed it."""
        result = await self.writer.write(command)
        saved.note()
        return result

    def write_now(self, command: Callable[[Connection], T]) -> T:
        """The same, for callers that are in a thread already."""
        with self.fairness.short_turns():  # timers' work, which may be long
            result = self.writer.submit(command).result()
        saved.note()
        return result

    def published(self, connection: Connection) -> Published:
        """All published rosters, read again only when the board says that they changed."""
        version = board.look(connection).roster_version
        kept = self._published
        if kept is not None and kept[0] == version:
            return kept[1]
        with self._published_lock:
            loaded = load_published(connection, known=None if kept is None else kept[1])
            self._published = (version, loaded)
        return loaded


def wired(settings: Settings) -> Wiring:
    """The parts for these settings, with the clock that they name."""
    return Wiring(settings, clock_from(settings.clock, settings.clock_since))


def wiring_of(request: HTTPConnection) -> Wiring:
    """The parts of the process that serves this request."""
    app: Starlette = request.app
    wiring: Wiring = app.state.wiring
    return wiring
