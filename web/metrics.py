"""What operations watch: requests and their times, what waits, in Prometheus' text form."""

from __future__ import annotations

import time

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from zhiban.web.problems import route_of

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.3, 1, 3, 10)


class Metrics:
    """The figures of one process, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "zhiban_requests",
            "Answered requests",
            ("method", "route", "status"),
            registry=self.registry,
        )
        self.seconds = Histogram(
            "zhiban_request_seconds",
            "Time to the first byte of the answer",
            ("route",),
            buckets=_SECONDS,
            registry=self.registry,
        )
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


class Observe:
    """Counts and times each request by its route's pattern."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self.metrics = metrics
        self._counts: dict[tuple[str, str, int], Counter] = {}
        self._times: dict[str, Histogram] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the call on and notes when its answer begins."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = time.perf_counter()

        async def noted(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._note(scope, message["status"], time.perf_counter() - began)
            await send(message)

        await self.app(scope, receive, noted)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        """Counts one answer; a label's own counter is looked up once."""
        route = route_of(scope)
        which = (_method(scope), route, status)
        if which not in self._counts:
            self._counts[which] = self.metrics.requests.labels(*map(str, which))
            self._times[route] = self.metrics.seconds.labels(route)
        self._counts[which].inc()
        self._times[route].observe(seconds)


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def _method(scope: Scope) -> str:
    """The method, where it is a known one: strangers may not make up label values."""
    return scope["method"] if scope["method"] in _METHODS else "other"
