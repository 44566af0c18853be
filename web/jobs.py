"""Timers of the service."""

from __future__ import annotations

from zhiban.web.metrics import Metrics
from zhiban.web.wiring import Wiring


class Timers:
    """Runs the timers of one process."""

    def __init__(self, wiring: Wiring, metrics: Metrics) -> None:
        self.wiring = wiring
        self.metrics = metrics

    def start(self) -> None:
        """Starts them."""

    def stop(self) -> None:
        """Stops them."""
