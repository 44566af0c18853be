"""How much memory a piece of work takes: the peaks of this process and its children, summed."""

from __future__ import annotations

import resource
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from types import TracebackType
from typing import Self

SECONDS = 0.1  # between two looks at the children
PROC = Path("/proc")


@dataclass
class Memory:
    """Watches from `with` to its end; `peak` is in GiB. Without /proc only this process counts."""

    peaks: dict[int, int] = field(default_factory=dict)  # KiB by process
    _over: Event = field(default_factory=Event)
    _thread: Thread | None = None

    def __enter__(self) -> Self:
        with suppress(OSError):
            (PROC / "self/clear_refs").write_text("5")  # forgets this process's peak so far
        self._thread = Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        if self._thread is not None:
            self._thread.join()
        self._look()

    @property
    def peak(self) -> float:
        """GiB of all processes' own peaks together."""
        known = sum(self.peaks.values()) or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return known / 1024**2

    def _watch(self) -> None:
        while not self._over.wait(SECONDS):
            self._look()

    def _look(self) -> None:
        todo = ["self"]
        while todo:
            process = todo.pop()
            with suppress(OSError, ValueError, StopIteration):
                lines = (PROC / process / "status").read_text().splitlines()
                number, peak = (_number(lines, name) for name in ("Pid:", "VmHWM:"))
                self.peaks[number] = max(peak, self.peaks.get(number, 0))
                for task in (PROC / process / "task").iterdir():
                    todo += (task / "children").read_text().split()


def _number(lines: list[str], name: str) -> int:
    return int(next(line for line in lines if line.startswith(name)).split()[1])
