"""One piece of work beside the main course, whose result is taken at a fixed point of it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType


class Aside:
    """A second thread for searches: HiGHS lets go of the interpreter while it works.

    What is begun must share nothing that the main course changes, and is waited for at a place
    that the course alone decides: the same roster comes out whichever of the two is quicker, and
    also with one worker, where the work is done at once.
    """

    def __init__(self, workers: int) -> None:
        self._pool = ThreadPoolExecutor(1) if workers > 1 else None
        self._begun: Future[None] | None = None

    @property
    def beside(self) -> bool:
        """Whether there is a second thread, so that work costs the main course no time."""
        return self._pool is not None

    def begin(self, work: Callable[[], None]) -> None:
        """Starts the work, after what was begun before."""
        self.join()
        if self._pool is None:
            work()
        else:
            self._begun = self._pool.submit(work)

    def join(self) -> None:
        """Waits for what was begun; raises what it raised."""
        if self._begun is not None:
            begun, self._begun = self._begun, None
            begun.result()

    def __enter__(self) -> Aside:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Ends the thread; what is under way ends first."""
        if self._pool is not None:
            self._pool.shutdown(wait=True)
        if error is None:
            self.join()
