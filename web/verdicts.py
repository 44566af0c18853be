"""The checker's verdicts on drafts, begun while somebody still reads what would be published.

Re-proving a city week's bound takes seconds of one core. Whoever has read the page and signed it
should not wait for that again, whatever else this process reckons just then.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from zhiban.data.week import Week
from zhiban.roster.drafts import Verdict

KEPT = 8
# A week's draft by its revision, beside the rosters published by then, which bind its edges.
Key = tuple[Week, int, int]
Check = Callable[[], Verdict | None]


class Verdicts:
    """Verdicts of one process; one is reckoned at a time."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Key, Future[Verdict | None]] = OrderedDict()
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(1, "verdict")

    def ask(self, key: Key, check: Check) -> Future[Verdict | None]:
        """The verdict, or the promise of it; `check` is called where nobody has asked before."""
        with self._lock:
            known = self._kept.get(key)
            if known is not None and not _failed(known):
                self._kept.move_to_end(key)
                return known
            self._kept[key] = begun = self._pool.submit(check)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return begun

    def stop(self) -> None:
        """Takes no more, drops what waits, and returns when nobody reads the database any more."""
        self._pool.shutdown(wait=True, cancel_futures=True)


def _failed(verdict: Future[Verdict | None]) -> bool:
    return verdict.cancelled() or (verdict.done() and verdict.exception() is not None)
