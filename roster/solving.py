"""A solve in a process of its own: it reports as it goes, can be stopped, and may die alone."""

from __future__ import annotations

import os
import signal
import threading
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import wait
from types import TracebackType
from typing import Any, Self

from zhiban.data.wording import Refused, Text
from zhiban.roster.problem import RosterProblem, load_problem
from zhiban.roster.rosterfile import Progress, RosterFile, load_roster_file


@dataclass(frozen=True, slots=True)
class Failed:
    """A solve that gave no roster, and why."""

    text: Text


class Solving:
    """One running solve; leave the `with` block and its process is gone.

    With `start` that roster is made whole again with the fewest changes, instead of a new one
    being made. The process is spawned, not forked: it has none of our database connections.
    """

    def __init__(
        self,
        problem: RosterProblem,
        *,
        seconds: float,
        workers: int,
        seed: int,
        start: RosterFile | None = None,
    ) -> None:
        context = get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(
            target=_solve,
            args=(theirs, seconds, workers, seed),
            name="zhiban-solver",
            daemon=True,
        )
        self._process.start()
        theirs.close()  # so that the pipe ends when the process does
        # Sent, not given as an argument: a process that dies while it starts would leave us
        # writing for ever into a pipe that only we hold open. Its death is read by `outcome`.
        with suppress(BrokenPipeError, ConnectionResetError):
            given = None if start is None else start.model_dump_json()
            self._pipe.send((problem.model_dump_json(), given))
        self.progress: list[Progress] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._process.join()
        self._process.close()
        self._pipe.close()

    @property
    def pid(self) -> int:
        """The number of its process."""
        return self._process.pid or 0

    def ask_to_stop(self) -> None:
        """Asks for the best roster found so far."""
        # It may have ended already: what it left is read by `outcome`.
        with suppress(BrokenPipeError, ConnectionResetError):
            self._pipe.send("stop")

    def outcome(self, seconds: float) -> RosterFile | Failed | None:
        """What came of it; None while it runs. Waits at most that long for news."""
        if not wait([self._pipe], seconds):
            return None
        try:
            while self._pipe.poll():
                kind, content = self._pipe.recv()
                if kind == "roster":
                    return load_roster_file(content)
                if kind == "refused":
                    return Failed(content)
                self.progress.append(content)
        except (EOFError, ConnectionResetError):
            return Failed(self._death())
        return None

    def _death(self) -> Text:
        self._process.join()
        code = self._process.exitcode or 0
        if code < 0:
            name = signal.Signals(-code).name
            return Text(
                f"求解进程被系统终止（{name}），没有得到值班表；可能是内存不足，请重试",
                f"the solver's process was killed ({name}) and left no roster; "
                f"memory may have run out; please try again",
            )
        return Text(
            f"求解进程意外退出（代码 {code}），没有得到值班表，请重试",
            f"the solver's process ended unexpectedly (code {code}) and left no roster; "
            f"please try again",
        )


def _solve(pipe: Any, seconds: float, workers: int, seed: int) -> None:
    """The other side: runs in the spawned process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the service; it will tell us
    problem, start = pipe.recv()
    stop = threading.Event()
    threading.Thread(target=_listen, args=(pipe, stop), daemon=True).start()
    try:
        if start is not None:
            file = _mended(pipe, load_problem(problem), load_roster_file(start), seconds, seed)
        else:
            file = _solved(pipe, load_problem(problem), stop, seconds, workers, seed)
    except Refused as error:
        pipe.send(("refused", error.text))
        return
    pipe.send(("roster", file.model_dump_json()))


def _solved(
    pipe: Any,
    problem: RosterProblem,
    stop: threading.Event,
    seconds: float,
    workers: int,
    seed: int,
) -> RosterFile:
    from zhiban.roster.solve import solve  # the solver's libraries are loaded in here only

    return solve(
        problem,
        seconds=seconds,
        workers=workers,
        seed=seed,
        on_progress=lambda progress: pipe.send(("progress", progress)),
        stopped=stop.is_set,
    )


def _mended(
    pipe: Any, problem: RosterProblem, start: RosterFile, seconds: float, seed: int
) -> RosterFile:
    from zhiban.roster.repair import repair

    pipe.send(
        ("progress", Progress(seconds=0.0, objective=start.objective, bound=None, stage="mend"))
    )
    done = repair(problem, start, seconds=seconds, seed=seed)
    last = Progress(seconds=done.seconds, objective=done.file.objective, bound=None, stage="mend")
    pipe.send(("progress", last))
    return done.file.model_copy(update={"stopped": "proof" if done.proved else "time"})


def _listen(pipe: Any, stop: threading.Event) -> None:
    try:
        pipe.recv()
        stop.set()
        pipe.recv()  # blocks until the other side is gone
    except (EOFError, OSError):
        os._exit(0)  # nobody is left to read a roster
