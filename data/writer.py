"""The writer: one thread through which a process writes, many commands to a transaction.

It waits for a command, takes the board, takes along what else is waiting, runs all of it, commits
once, and then answers everybody. Nobody is told that something is done before it is on disk.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from types import TracebackType
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine

from zhiban.data import board
from zhiban.data.database import DatabaseBusy, DatabaseUnavailable, writing
from zhiban.data.wording import Text

T = TypeVar("T")


class WriterBusy(Exception):  # noqa: N818 - says what happened
    """More is waiting to be written than the writer takes, or it does not run; try again later."""

    text = Text("系统繁忙，请稍后再试", "The service is busy; please try again shortly")


class Writer:
    """Takes commands from any thread; `depth` may wait, up to `batch` share a transaction."""

    def __init__(self, engine: Engine, depth: int = 512, batch: int = 32) -> None:
        self._engine = engine
        self._batch = batch
        self._waiting: queue.Queue[_Command | None] = queue.Queue(depth)
        self._thread = threading.Thread(target=self._run, name="zhiban-writer", daemon=True)
        self._door = threading.Lock()
        self._open = False

    def start(self) -> None:
        """Starts the thread; once only."""
        self._open = True
        self._thread.start()

    def stop(self) -> None:
        """Takes no more commands, writes those that wait, and ends."""
        with self._door:
            was_open, self._open = self._open, False
        if was_open:
            self._waiting.put(None)
            self._thread.join()

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
        with self._door:
            if not self.alive:
                raise WriterBusy("the writer is not running")
            try:
                self._waiting.put_nowait(_Command(command, future))
            except queue.Full:
                raise WriterBusy(f"{self._waiting.maxsize} commands are waiting") from None
        return future

    def _run(self) -> None:
        try:
            while (command := self._waiting.get()) is not None:
                if command.future.set_running_or_notify_cancel():
                    self._write([command])
        finally:
            with self._door:
                self._open = False
            while left := self._drained([]):
                self._fail(left, WriterBusy("the writer has ended"))

    def _write(self, commands: list[_Command], alone: bool = False) -> None:
        results: list[Any] = []
        with _Caught() as caught, writing(self._engine) as connection:
            board.lock(connection)
            if not alone:
                self._drained(commands)
            results = [command.run(connection) for command in commands]
        if caught.error is None:
            for command, result in zip(commands, results, strict=True):
                command.future.set_result(result)
        elif isinstance(caught.error, DatabaseBusy | DatabaseUnavailable):
            # Nobody's fault, and true for those who wait too: let them not wait one by one.
            self._fail(commands if alone else self._drained(commands), caught.error)
        elif len(commands) == 1:
            self._fail(commands, caught.error)
        else:
            for command in commands:
                self._write([command], alone=True)

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
            if command.future.set_running_or_notify_cancel():
                commands.append(command)
        return commands

    @staticmethod
    def _fail(commands: list[_Command], error: BaseException) -> None:
        for command in commands:
            command.future.set_exception(error)


class _Command:
    """A function to run in the transaction, and the future that waits for its result."""

    def __init__(self, run: Callable[[Connection], Any], future: Future[Any]) -> None:
        self.run = run
        self.future = future


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
