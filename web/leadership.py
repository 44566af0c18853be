"""Which of several service processes runs the timers: whoever holds the lease in the database."""

from __future__ import annotations

import os
import secrets
import socket
import time

from zhiban.data import lease
from zhiban.web.clock import SystemClock
from zhiban.web.wiring import Wiring

LEASE_SECONDS = 30.0
RENEW_SECONDS = 8
# Leadership is given up early enough that two machines' clocks may differ a little.
_SAFE_SECONDS = LEASE_SECONDS - 8


class Leadership:
    """One process's hold on the lease `timers`; renewed by a timer of its own.

    The lease runs by the machine's clock even under a demonstration clock, which every process
    starts for itself.
    """

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._clock = SystemClock()
        self._held_since: float | None = None
        self.holder = f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(4)}"

    @property
    def held(self) -> bool:
        """Whether this process leads, safely within the lease."""
        since = self._held_since
        return since is not None and time.monotonic() - since < _SAFE_SECONDS

    def renew(self) -> bool:
        """Takes or renews the lease."""
        asked = time.monotonic()
        now = self._clock.now()
        got = self._wiring.write_now(
            lambda connection: lease.acquire(connection, "timers", self.holder, now, LEASE_SECONDS)
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
