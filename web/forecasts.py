"""Rosters played through in virtual time, off the request, a few seeds each; kept by revision."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from statistics import median
from typing import Literal

import structlog

from zhiban.queue.simulate import Simulated

RUNS = 5
KEPT = 64
log = structlog.get_logger(__name__)
Player = Callable[[int], Simulated]


@dataclass(frozen=True, slots=True)
class Forecast:
    """What those who ask would meet, as medians over the runs so far; waits are in seconds."""

    state: Literal["running", "done", "failed"] = "running"
    runs: int = 0
    asked: float = 0.0
    attainment: float | None = None
    half_wait: float | None = None
    most_wait: float | None = None
    short: tuple[str, ...] = ()


class Forecasts:
    """The forecasts of one process; one is reckoned at a time, so that requests are not slowed."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, Forecast] = OrderedDict()
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(1, "forecast")
        self._stopping = threading.Event()

    def ask(self, key: Hashable, player: Callable[[], Player]) -> Forecast:
        """What is known for the key; begins to reckon where nothing is. `player` reads what it is
        played with, in the thread that reckons."""
        with self._lock:
            known = self._kept.get(key)
            if known is not None and known.state != "failed":
                self._kept.move_to_end(key)
                return known
            self._kept[key] = begun = Forecast()
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        self._pool.submit(self._reckon, key, player).add_done_callback(
            lambda ended: self._ended(key, ended)
        )
        return begun

    def _reckon(self, key: Hashable, player: Callable[[], Player]) -> None:
        found: list[Simulated] = []
        play = player()
        for seed in range(1, RUNS + 1):
            if self._stopping.is_set():
                return
            found.append(play(seed))
            self._put(key, _told(found))

    def _ended(self, key: Hashable, ended: Future[None]) -> None:
        """What went wrong is said on the page; the thread goes on with the next one."""
        error = None if ended.cancelled() else ended.exception()
        if error is not None:
            log.error("forecast_failed", error=type(error).__name__)
            self._put(key, Forecast(state="failed"))

    def _put(self, key: Hashable, forecast: Forecast) -> None:
        with self._lock:
            self._kept[key] = forecast

    def stop(self) -> None:
        """Takes no more, drops what waits, and returns when nobody reads the database any more."""
        self._stopping.set()
        self._pool.shutdown(wait=True, cancel_futures=True)


def _told(found: list[Simulated]) -> Forecast:
    kept = [one.attainment for one in found if one.attainment is not None]
    short: dict[str, int] = {}
    for one in found:
        for county in one.counties:
            short[county.code] = short.get(county.code, 0) + county.short
    return Forecast(
        state="done" if len(found) == RUNS else "running",
        runs=len(found),
        asked=median(one.asked for one in found),
        attainment=median(kept) if kept else None,
        half_wait=_wait([one.waiting.p50 for one in found]),
        most_wait=_wait([one.waiting.p90 for one in found]),
        short=tuple(sorted(code for code, times in short.items() if times * 2 > len(found))),
    )


def _wait(values: list[float | None]) -> float | None:
    known = [one for one in values if one is not None]
    return median(known) if known else None
