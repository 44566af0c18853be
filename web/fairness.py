"""How long one thread may keep the interpreter while others wait for it.

Handing it over costs more than a short piece of work. The event loop gives it back by itself after
every callback and the writer at every statement, so between the two the interpreter's usual 5 ms
are best. A thread that reads and reckons for long gives it back to nobody: a writer that comes back
from the database would wait so long after each of its statements.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

USUAL_SECONDS = 0.005
SHORT_SECONDS = 0.0005


class Fairness:
    """Short turns for everybody as long as somebody reckons; the interpreter is the process's."""

    def __init__(self) -> None:
        self._door = threading.Lock()
        self._reckoning = 0

    @contextmanager
    def short_turns(self) -> Iterator[None]:
        """For a thread that may keep the interpreter for long."""
        self._count(+1)
        try:
            yield
        finally:
            self._count(-1)

    def _count(self, by: int) -> None:
        with self._door:
            self._reckoning += by
            sys.setswitchinterval(SHORT_SECONDS if self._reckoning else USUAL_SECONDS)
