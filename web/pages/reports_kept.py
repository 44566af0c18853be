"""What this process keeps for the reports: the book of questions, and values reckoned before."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import Connection
from starlette.requests import Request

from zhiban.queue.casebook import CaseBook
from zhiban.queue.figures import Cases
from zhiban.web.forecasts import Forecasts
from zhiban.web.pages.desk import Kept
from zhiban.web.wiring import Wiring, wiring_of

SOON = 0.2  # seconds until it is looked at again
MANY = 20_000  # events; more than these are not read while somebody waits


class ReportsKept:
    """The book, read off the request when much is to be read; forecasts; a few kept values."""

    def __init__(self) -> None:
        self.book = CaseBook()
        self.values: Kept[object] = Kept(24)
        self.forecasts = Forecasts()
        self._pool = ThreadPoolExecutor(1, "reports")
        self._reading = threading.Event()

    def cases(self, connection: Connection, wiring: Wiring) -> Cases | None:
        """All questions as of now; None while they are being read for the first time."""
        if self.book.behind(connection) <= MANY:
            return self.book.follow(connection)
        if not self._reading.is_set():
            self._reading.set()
            self._pool.submit(self._read, wiring)
        return None

    async def ready(self, wiring: Wiring) -> None:
        """Returns when all questions have been read; other requests go on meanwhile."""
        while await wiring.read(lambda connection: self.cases(connection, wiring)) is None:
            await asyncio.sleep(SOON)

    def stop(self) -> None:
        """Ends what reads beside the requests, when the service ends."""
        self.book.end()
        self.forecasts.stop()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _read(self, wiring: Wiring) -> None:
        try:
            wiring.read_now(self.book.follow)
        finally:
            self._reading.clear()


def reports_of(request: Request) -> ReportsKept:
    """What this process keeps for the reports."""
    state = request.app.state
    if not hasattr(state, "reports"):
        state.reports = ReportsKept()
        wiring_of(request).endings.append(state.reports.stop)
    kept: ReportsKept = state.reports
    return kept
