"""The processes that hold a province's cities: each is told what to do and answers in its turn.

They are started afresh, not forked, and end when told, or by themselves when nobody is left to
read their answers.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from multiprocessing.connection import Connection, Pipe, wait
from queue import SimpleQueue
from types import TracebackType
from typing import Any, Self

from zhiban.data.wording import Text

TICK = 0.1  # seconds between looks whether to stop
TELLING = ("roster", "finish")  # what a city tells more of than its answer


class LostError(Exception):
    """A process of the crew is gone before its time."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


class Crew:
    """So many processes; leave the `with` block and they are gone."""

    def __init__(self, size: int, seed: int) -> None:
        self._seed = seed
        self._told = False
        self._open: set[int] = set()
        self._pipes: list[Any] = []
        self._processes: list[subprocess.Popen[bytes]] = []
        for _ in range(size):
            ours, theirs = Pipe()
            self._processes.append(_started(theirs))
            self._pipes.append(ours)
            theirs.close()  # so that the pipe ends when the process does

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for pipe, process in zip(self._pipes, self._processes, strict=True):
            process.kill()
            process.wait()
            pipe.close()

    @property
    def pids(self) -> tuple[int, ...]:
        """The numbers of its processes."""
        return tuple(process.pid for process in self._processes)

    def settle(self, city: int, part: object) -> None:
        """Hands a city to the process that will hold it."""
        self._send(self._holder(city), ("settle", city, part, self._seed))

    def tell(self, city: int, name: str, *arguments: Any) -> None:
        """Has a city do something after all that it was told before; `collect` gets the answer."""
        self._send(self._holder(city), ("call", city, name, arguments))
        self._open.add(city)

    def collect(
        self,
        stopped: Callable[[], bool],
        news: Callable[[int, Any], None] = lambda city, what: None,
    ) -> dict[int, Any]:
        """The answers of all cities that were told something; `news` gets what they say before.

        When we are stopped, those still at work are told so, and answer soon. Raises LostError
        when a process is gone.
        """
        answers: dict[int, Any] = {}
        while self._open:
            for pipe in wait(self._pipes, TICK):
                kind, city, what = self._receive(self._pipes.index(pipe))
                if kind == "news":
                    news(city, what)
                else:
                    answers[city] = what
                    self._open.discard(city)
            if not self._told and stopped():
                self._told = True
                for holder in range(len(self._pipes)):
                    self._send(holder, ("stop",))
        return dict(sorted(answers.items()))

    def _holder(self, city: int) -> int:
        return city % len(self._pipes)

    def _send(self, holder: int, message: tuple[Any, ...]) -> None:
        try:
            self._pipes[holder].send(message)
        except (BrokenPipeError, ConnectionResetError):
            raise LostError(self._death(holder)) from None

    def _receive(self, holder: int) -> Any:
        try:
            return self._pipes[holder].recv()
        except (EOFError, ConnectionResetError):
            raise LostError(self._death(holder)) from None

    def _death(self, holder: int) -> Text:
        code = self._processes[holder].wait()
        how = signal.Signals(-code).name if code < 0 else str(code)
        return Text(f"求解子进程意外退出（{how}）", f"a process of the solver is gone ({how})")


def _started(theirs: Any) -> subprocess.Popen[bytes]:
    """A process that talks to us through the pipe, out of reach of a terminal's Ctrl-C."""
    number = theirs.fileno()
    return subprocess.Popen(  # noqa: S603 # our own interpreter, our own module
        [sys.executable, "-m", "zhiban.roster.crew", str(number)],
        pass_fds=(number,),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        process_group=0,
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
    )


def _work(pipe: Any) -> None:
    """The other side: does one call after the other, until nobody is left to answer."""
    tasks: SimpleQueue[tuple[Any, ...]] = SimpleQueue()
    stop = threading.Event()
    threading.Thread(target=_listen, args=(pipe, tasks, stop), daemon=True).start()
    from zhiban.roster.cities import City, one_thread  # the solver's libraries, once we listen

    one_thread()
    cities: dict[int, City] = {}
    while True:
        kind, city, *rest = tasks.get()
        if kind == "settle":
            part, seed = rest
            cities[city] = City(part, seed, stop.is_set)
            continue
        name, arguments = rest
        answer = getattr(cities[city], name)(*arguments, *_newsman(pipe, city, name))
        with suppress(BrokenPipeError, ConnectionResetError):  # the listener ends us
            pipe.send(("answer", city, answer))


def _newsman(pipe: Any, city: int, name: str) -> Iterable[Callable[[Any], None]]:
    """What a call takes besides, to tell how far it is."""
    if name in TELLING:
        yield lambda what: pipe.send(("news", city, what))


def _listen(pipe: Any, tasks: SimpleQueue[tuple[Any, ...]], stop: threading.Event) -> None:
    try:
        while True:
            message = pipe.recv()
            if message[0] == "stop":
                stop.set()
            else:
                tasks.put(message)
    except (EOFError, OSError):
        os._exit(0)  # nobody is left to read an answer


if __name__ == "__main__":
    _work(Connection(int(sys.argv[1])))
