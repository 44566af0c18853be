"""The one place where the wall clock is read."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the time; everything below web/ gets it as an argument."""

    @property
    def demo(self) -> bool:
        """Whether this is a demonstration clock, which every page must say."""
        ...

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    demo = False

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        return datetime.now(UTC)


class DemoClock:
    """Starts at a given moment and runs on at the usual speed.

    `since` is the real moment at which it started, so that every server process tells the same
    time, also one that is started again later; None: now.
    """

    demo = True

    def __init__(self, start: datetime, since: datetime | None = None) -> None:
        if start.tzinfo is None:
            raise ValueError("a demonstration clock starts at an aware time")
        ran = timedelta() if since is None else datetime.now(UTC) - since
        self._start = start.astimezone(UTC) + ran
        self._began = time.monotonic()

    def now(self) -> datetime:
        """The demonstration's present moment, aware, in UTC."""
        return self._start + timedelta(seconds=time.monotonic() - self._began)


def clock_from(start: datetime | None, since: datetime | None = None) -> Clock:
    """The machine's clock, or a demonstration clock that started at `start`."""
    return SystemClock() if start is None else DemoClock(start, since)
