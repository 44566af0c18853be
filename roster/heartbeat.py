"""A running job's sign of life, from a thread of its own while the job is busy with anything."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from types import TracebackType

from sqlalchemy import Engine

from zhiban.data.database import DatabaseBusy, DatabaseUnavailable, writing
from zhiban.roster import job_store

EVERY = 2.0  # seconds


class Heartbeat:
    """Says every EVERY seconds, as long as the `with` lasts, that an attempt at a job lives.

    Putting a week's problem together or checking its roster may take longer on a busy machine
    than the silence after which a job counts as cut off, and says nothing of itself meanwhile.
    """

    def __init__(
        self, engine: Engine, job: int, attempt: int, clock: Callable[[], datetime]
    ) -> None:
        self._engine, self._job, self._attempt, self._clock = engine, job, attempt, clock
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat, name=f"job {job}", daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._thread.join()

    def _beat(self) -> None:
        while not self._over.wait(EVERY):
            try:
                with writing(self._engine) as connection:
                    job_store.beat(connection, self._job, self._clock(), self._attempt)
            except (DatabaseBusy, DatabaseUnavailable):
                continue  # the next one comes soon
