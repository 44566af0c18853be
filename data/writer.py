"""The writer: one thread through which a process writes, many commands to a transaction.

It waits for a command, takes the board, takes along what else is waiting, runs all of it, commits
once, and then answers everybody. Nobody is told that something is done before it is on disk.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from types import TracebackType
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection, Engine

from zhiban.data.checkpoints import checkpoints_of
from zhiban.data.failures import DatabaseBusy, DatabaseUnavailable, SavedOrNot, TookTooLong
from zhiban.data.session import MOMENT, Along, WritingSession
from zhiban.data.wording import Text

_PATIENCE = 0.02  # seconds that an answer may be held back so
_BATCHES = {"sqlite": 64, "postgresql": 32}
T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class LooksAhead(Protocol[T_co]):
    """A command of a kind that reads and writes at once what its neighbours would one by one."""

    def __call__(self, connection: Connection) -> T_co:
        """Runs it."""

    @staticmethod
    def ahead(connection: Connection, commands: Sequence[Any]) -> None:
        """Looks up what these commands of one transaction need, before the first of them runs."""

    @staticmethod
    def afterwards(connection: Connection) -> None:
        """Writes what they have left to be written, after the last of them ran."""


class WriterBusy(Exception):  # noqa: N818 - says what happened
    """More is waiting to be written than the writer takes, or it does not run; try again later."""

    text = Text("系统繁忙，请稍后再试", "The service is busy; please try again shortly")


class Writer:
    """Takes commands from any thread; `depth` may wait, up to `batch` share a transaction.

    Unless said, that is 32, and 64 on SQLite, where no other process waits for the board. A
    transaction lasts `moment` seconds at most, unless a command needs longer by itself. `along`
    says what PostgreSQL is asked together with the board.
    """

    def __init__(
        self,
        engine: Engine,
        depth: int = 512,
        batch: int | None = None,
        moment: float = MOMENT,
        along: Along | None = None,
    ) -> None:
        self._session = WritingSession(engine, moment, along)
        self._batch = batch or _BATCHES[engine.dialect.name]
        self._depth = depth
        self._waiting: queue.SimpleQueue[_Command | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="zhiban-writer", daemon=True)
        self._door = threading.Lock()
        self._open = False
        # When the interpreter is free: on SQLite at a commit, on PostgreSQL waiting for the board.
        self._tells_late = engine.dialect.name == "sqlite"
        self._saved: list[_Outcome] = []
        self._checkpoints = checkpoints_of(engine)

    def start(self) -> None:
        """Starts the thread; once only."""
        self._open = True
        self._thread.start()
        if self._checkpoints is not None:
            self._checkpoints.start()

    def stop(self) -> None:
        """Takes no more commands, writes those that wait, and ends."""
        with self._door:
            was_open, self._open = self._open, False
        if was_open:
            self._waiting.put(None)
            self._thread.join()
            if self._checkpoints is not None:
                self._checkpoints.stop()

    @property
    def alive(self) -> bool:
        """Whether it takes and writes commands."""
        return self._open and self._thread.is_alive()

    @property
    def depth(self) -> int:
        """How many commands wait."""
        return self._waiting.qsize()

    def submit(self, command: Callable[[Connection], T]) -> Future[T]:
        """Queues a command, which must not commit; raises WriterBusy when too many wait.

        The future holds what the command returned, once that is committed, or what it raised.
        A command may run twice: alone again, after a neighbour in its transaction failed.
        """
        future: Future[T] = Future()
        self._take(_Command(command, future))
        return future

    async def write(self, command: Callable[[Connection], T]) -> T:
        """The same for a coroutine: what the command returned, once that is committed."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._take(_Command(command, future, loop))
        return await future

    def _take(self, command: _Command) -> None:
        with self._door:
            if not self.alive:
                raise WriterBusy("the writer is not running")
            if self._waiting.qsize() >= self._depth:
                raise WriterBusy(f"{self._depth} commands are waiting")
            self._waiting.put(command)

    def _run(self) -> None:
        try:
            while (command := self._waiting.get()) is not None:
                if command.begins():
                    self._write([command])
        finally:
            self._tell()
            self._session.close()
            with self._door:
                self._open = False
            while left := self._drained([]):
                _fail(left, WriterBusy("the writer has ended"))

    def _write(self, commands: list[_Command], alone: bool = False) -> None:
        results: list[Any] = []
        with _Caught() as caught, self._session.transaction(patient=alone) as connection:
            if not alone:
                self._drained(commands)
            kinds = _kinds(commands)
            for kind, those in kinds.items():
                kind.ahead(connection, those)
            results = [command.run(connection) for command in commands]
            for kind in kinds:
                kind.afterwards(connection)
            self._tell()
        self._tell()
        if caught.error is None:
            if self._checkpoints is not None:
                self._checkpoints.note()
            self._saved = [(one, got, None) for one, got in zip(commands, results, strict=True)]
            if self._tells_late and not self._waiting.empty():
                _answer(self._saved, _PATIENCE)
            else:
                self._tell()
        elif isinstance(caught.error, TookTooLong) and not alone:
            # Rolled back, so nothing is done twice; who needs long may have it alone.
            for command in commands:
                self._write([command], alone=True)
        elif isinstance(caught.error, SavedOrNot):
            # Perhaps done: nobody's is run again, and those who still wait have not been run.
            _fail(commands, caught.error)
        elif isinstance(caught.error, DatabaseBusy | DatabaseUnavailable):
            # Nobody's fault, and true for those who wait too: let them not wait one by one.
            _fail(commands if alone else self._drained(commands), caught.error)
        elif len(commands) == 1:
            _fail(commands, caught.error)
        else:
            for command in commands:
                self._write([command], alone=True)

    def _tell(self) -> None:
        """Answers those whose commands are saved and who have not been told.

        Best while the next transaction goes to disk: until then this thread needs the interpreter,
        and the event loop, which has much to do for every answer, would take it away.
        """
        saved, self._saved = self._saved, []
        _answer(saved)

    def _drained(self, commands: list[_Command]) -> list[_Command]:
        """Fills `commands` up to a batch from those that wait, and returns it."""
        while len(commands) < self._batch:
            try:
                command = self._waiting.get_nowait()
            except queue.Empty:
                break
            if command is None:
                self._waiting.put(None)  # the end, seen early: for the loop to find
                break
            if command.begins():
                commands.append(command)
        return commands


class _Command:
    """A function to run in the transaction, and the future that waits for its result.

    A future of an event loop names that loop, where alone it may be touched.
    """

    __slots__ = ("future", "loop", "run")

    def __init__(
        self,
        run: Callable[[Connection], Any],
        future: Future[Any] | asyncio.Future[Any],
        loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        self.run = run
        self.future = future
        self.loop = loop

    def begins(self) -> bool:
        """Whether somebody still waits for it."""
        if isinstance(self.future, Future):
            return self.future.set_running_or_notify_cancel()
        return not self.future.cancelled()


_Outcome = tuple[_Command, Any, BaseException | None]


def _kinds(commands: list[_Command]) -> dict[type[LooksAhead[Any]], list[Any]]:
    """The commands that look ahead, by their kind."""
    kinds: dict[type[LooksAhead[Any]], list[Any]] = {}
    for command in commands:
        kind: Any = type(command.run)
        if hasattr(kind, "ahead"):
            kinds.setdefault(kind, []).append(command.run)
    return kinds


def _fail(commands: list[_Command], error: BaseException) -> None:
    _answer([(command, None, error) for command in commands])


def _answer(outcomes: list[_Outcome], patience: float = 0.0) -> None:
    """Gives threads what they wait for, and each event loop all of its own in one call.

    With patience (in seconds) an event loop takes it up after so long, unless it is told before.
    """
    by_loop: dict[asyncio.AbstractEventLoop, list[_Outcome]] = {}
    for outcome in outcomes:
        loop = outcome[0].loop
        if loop is None:
            _settle([outcome])
        else:
            by_loop.setdefault(loop, []).append(outcome)
    for loop, those in by_loop.items():
        if not loop.is_closed():  # else nobody waits any more
            if patience:
                loop.call_soon_threadsafe(loop.call_later, patience, _settle, those)
            else:
                loop.call_soon_threadsafe(_settle, those)


def _settle(outcomes: list[_Outcome]) -> None:
    for command, result, error in outcomes:
        if command.future.done():  # given up meanwhile
            continue
        if error is None:
            command.future.set_result(result)
        else:
            command.future.set_exception(error)


class _Caught:
    """Holds what its block raised, to be handed to whoever waits for the result."""

    error: BaseException | None = None

    def __enter__(self) -> _Caught:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        self.error = error
        return True
