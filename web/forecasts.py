"""Rosters played through in virtual time, off the request, a few seeds each; kept by revision."""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from statistics import median
from typing import Literal

import structlog

from zhiban.queue.simulate import County, Simulated

RUNS = 5
KEPT = 64
log = structlog.get_logger(__name__)
Player = Callable[[int], Simulated]


@dataclass(frozen=True, slots=True)
class Playing:
    """What those who ask in one division would meet; `late` questions in all and by half-day.

    A half-day is a weekday (0-6) and 0 before noon, 1 from noon on: that of asking.
    """

    asked: float
    late: float
    attainment: float | None
    most_wait: float | None
    halves: Mapping[tuple[int, int], float]


@dataclass(frozen=True, slots=True)
class Forecast:
    """What those who ask would meet, as medians over the runs so far; waits are in seconds.

    `beyond` questions go to the seats of other divisions than their own; of `escalated` ones a
    supervisor is told. `flows` are means: how many go from one division to the seats of another,
    the most first.
    """

    state: Literal["running", "done", "failed"] = "running"
    runs: int = 0
    asked: float = 0.0
    attainment: float | None = None
    half_wait: float | None = None
    most_wait: float | None = None
    short: tuple[str, ...] = ()
    beyond: float = 0.0
    escalated: float = 0.0
    flows: Mapping[tuple[str, str], float] = field(default_factory=dict)
    places: Mapping[str, Playing] = field(default_factory=dict)


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
        beyond=median(one.beyond for one in found),
        escalated=median(one.escalated for one in found),
        flows=_flows(found),
        places=_places(found),
    )


def _flows(found: Sequence[Simulated]) -> dict[tuple[str, str], float]:
    """Between which divisions questions go, as the mean of the runs, the most first."""
    counts: Counter[tuple[str, str]] = Counter()
    for one in found:
        for county in one.counties:
            for to, number in county.beyond.items():
                counts[county.code, to] += number
    return {pair: number / len(found) for pair, number in counts.most_common()}


def _places(found: Sequence[Simulated]) -> dict[str, Playing]:
    """Each division as the middle of the runs; a half-day's late ones as their mean."""
    by_code: dict[str, list[County]] = {}
    for one in found:
        for county in one.counties:
            by_code.setdefault(county.code, []).append(county)
    return {code: _playing(runs) for code, runs in by_code.items()}


def _playing(runs: Sequence[County]) -> Playing:
    kept = [one.attainment for one in runs if one.attainment is not None]
    halves = {half for one in runs for half in one.late_halves}
    return Playing(
        asked=median(one.asked for one in runs),
        late=median(one.late for one in runs),
        attainment=median(kept) if kept else None,
        most_wait=_wait([one.waiting.p90 for one in runs]),
        halves={h: sum(one.late_halves.get(h, 0) for one in runs) / len(runs) for h in halves},
    )


def _wait(values: list[float | None]) -> float | None:
    known = [one for one in values if one is not None]
    return median(known) if known else None
