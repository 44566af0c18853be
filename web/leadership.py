"""Which of several service processes runs the timers: whoever holds the lease in the database."""

from __future__ import annotations

import os
import secrets
import socket
import time
from collections.abc import Callable
from datetime import timedelta

from zhiban.data import lease
from zhiban.data.lease import Lease
from zhiban.web.clock import SystemClock
from zhiban.web.wiring import Wiring

# A leader that dies right after a renewal is seen a second later, taken for dead 2.5 s after that,
# and followed at the next look: four seconds at most, besides what the database takes.
RENEW_SECONDS = 1
DEAD_SECONDS = 2.5
# The leader itself stops well before anybody can have taken its place: it counts from before it
# asked, the others from when they saw what it wrote.
_SAFE_SECONDS = DEAD_SECONDS - 0.5


class Leadership:
    """One process's hold on the lease `timers`; renewed by a timer of its own.

    Only stopwatches count: clocks of several machines may differ, jump, or be a demonstration's.
    """

    def __init__(self, wiring: Wiring, stopwatch: Callable[[], float] = time.monotonic) -> None:
        self._wiring = wiring
        self._clock = SystemClock()
        self._stopwatch = stopwatch
        self._held_since: float | None = None
        self._seen: Lease | None = None
        self._seen_since = 0.0
        self.holder = f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(4)}"

    @property
    def held(self) -> bool:
        """Whether this process leads, safely within the lease."""
        since = self._held_since
        return since is not None and self._stopwatch() - since < _SAFE_SECONDS

    def renew(self) -> bool:
        """Takes or renews the lease; another's only after it was not renewed for long enough."""
        seen = self._wiring.read_now(lambda connection: lease.look(connection, "timers"))
        asked = self._stopwatch()
        if not self._is_free(seen, asked):
            self._held_since = None
            return False
        until = self._clock.now() + timedelta(seconds=DEAD_SECONDS)
        got = self._wiring.write_now(
            lambda connection: lease.acquire(connection, "timers", self.holder, until, seen)
        )
        self._held_since = asked if got else None
        return got

    def give_back(self) -> None:
        """Lets another process lead at once."""
        if self._held_since is not None and self._wiring.writer.alive:
            self._held_since = None
            self._wiring.write_now(
                lambda connection: lease.release(connection, "timers", self.holder)
            )

    def _is_free(self, seen: Lease | None, asked: float) -> bool:
        if seen is None or seen.holder == self.holder:
            return True
        if seen != self._seen:
            self._seen, self._seen_since = seen, asked
        return asked - self._seen_since >= DEAD_SECONDS
