"""What operations watch: requests and their times, what waits, in Prometheus' text form."""

from __future__ import annotations

import time
from bisect import bisect_left
from collections import Counter as Counts
from collections.abc import Iterator
from itertools import accumulate

from prometheus_client import CollectorRegistry, Counter, Gauge, Metric
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from zhiban.web.problems import route_of

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.3, 1.0, 3.0, 10.0)
_NAMES = (*map(str, _SECONDS), "+Inf")


class Metrics:
    """The figures of one process, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Requests()
        self.registry.register(self.requests)
        self.jobs = Counter(
            "zhiban_timer_runs", "Runs of a timer", ("job", "outcome"), registry=self.registry
        )
        self.writer_alive = Gauge(
            "zhiban_writer_alive", "1 while the writer runs", registry=self.registry
        )
        self.outbox = Gauge("zhiban_outbox_waiting", "Notices not yet sent", registry=self.registry)
        self.questions = Gauge(
            "zhiban_questions_open", "Open questions by state", ("state",), registry=self.registry
        )


class Requests(Collector):
    """Answered requests and their times, noted by the event loop alone.

    Every request comes by here, so noting one is no more than counting; the library's own counters
    take a lock for each figure and add an observation up bucket by bucket.
    """

    def __init__(self) -> None:
        self._counts: Counts[tuple[str, str, int]] = Counts()
        self._times: dict[str, list[int]] = {}
        self._sums: dict[str, float] = {}

    def note(self, method: str, route: str, status: int, seconds: float) -> None:
        """Counts one answer, whose first byte took so long."""
        self._counts[method, route, status] += 1
        if route not in self._times:
            self._times[route], self._sums[route] = [0] * (len(_SECONDS) + 1), 0.0
        self._times[route][bisect_left(_SECONDS, seconds)] += 1
        self._sums[route] += seconds

    def collect(self) -> Iterator[Metric]:
        """The figures as the registry shows them."""
        counted = CounterMetricFamily(
            "zhiban_requests", "Answered requests", labels=("method", "route", "status")
        )
        for which, number in self._counts.items():
            counted.add_metric([str(one) for one in which], number)
        yield counted
        timed = HistogramMetricFamily(
            "zhiban_request_seconds", "Time to the first byte of the answer", labels=("route",)
        )
        for route, numbers in self._times.items():
            up_to = zip(_NAMES, accumulate(numbers), strict=True)
            timed.add_metric([route], [*up_to], self._sums[route])
        yield timed


class Observe:
    """Counts and times each request by its route's pattern."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the call on and notes when its answer begins."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began, note = time.perf_counter(), self.metrics.requests.note

        async def noted(message: Message) -> None:
            if message["type"] == "http.response.start":
                seconds = time.perf_counter() - began
                note(_method(scope), route_of(scope), message["status"], seconds)
            await send(message)

        await self.app(scope, receive, noted)


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def _method(scope: Scope) -> str:
    """The method, where it is a known one: strangers may not make up label values."""
    return scope["method"] if scope["method"] in _METHODS else "other"
