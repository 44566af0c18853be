"""Every question's figures, kept by a process and brought up to date from the newest events."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import numpy as np
from sqlalchemy import Connection, func, select

from zhiban.queue import store
from zhiban.queue.changes import settle_writes
from zhiban.queue.event import Event
from zhiban.queue.figures import GROUPS, ROW, Cases, Group, row_of
from zhiban.queue.records import QUESTION_EVENT
from zhiban.queue.report import Case, case_of


class CaseBook:
    """The rows of all questions; reading what is new is the only work that a look costs."""

    def __init__(self) -> None:
        self._rows = np.zeros(0, ROW)
        self._place: dict[int, int] = {}
        self._numbers: dict[Group, dict[str, int]] = {group: {} for group in GROUPS}
        self._position = 0
        self._lock = threading.Lock()
        self._progress = (0, 0)
        self._ended = threading.Event()

    @property
    def position(self) -> int:
        """The last event that was read."""
        return self._position

    @property
    def progress(self) -> tuple[int, int]:
        """How many of how many questions have been read just now, while some are being read."""
        return self._progress

    def end(self) -> None:
        """Lets a reading stop at once; what it had read is read again another time."""
        self._ended.set()

    def behind(self, connection: Connection) -> int:
        """How many events there are to be read, about."""
        return _newest(connection) - self._position

    def follow(self, connection: Connection) -> Cases:
        """All questions as of now; the first time everything is read, later what is new."""
        settle_writes(connection)
        with self._lock:
            newest = _newest(connection)
            if newest > self._position and self._read(connection):
                self._position = newest
            names = {group: tuple(numbers) for group, numbers in self._numbers.items()}
            return Cases(self._rows[: len(self._place)], names)

    def _read(self, connection: Connection) -> bool:
        """Reads what is new; False where it was told to end before all was read."""
        moved = (
            select(QUESTION_EVENT.c.question)
            .where(QUESTION_EVENT.c.position > self._position)
            .distinct()
        )
        ids = sorted(connection.execute(moved).scalars())
        done = 0
        for part in store.chunks(ids):
            self._progress = (done, len(ids))
            done += len(part)
            if self._ended.is_set():
                return False
            for id, events in store.read_events(connection, part).items():
                self._put(id, events)
        return True

    def _put(self, id: int, events: Sequence[Event]) -> None:
        place = self._place.setdefault(id, len(self._place))
        if place >= len(self._rows):
            # A new array, so that rows handed out before stay as they were.
            self._rows = np.resize(self._rows, max(256, len(self._rows) * 2))
        case = case_of(events)
        self._rows[place] = row_of(case, self._numbered(case))

    def _numbered(self, case: Case) -> dict[Group, int]:
        keys: dict[Group, str] = {
            "county": case.state.county,
            "post": case.post,
            "lawyer": case.lawyer,
            "category": case.state.category or "",
            "channel": case.state.channel,
        }
        found: dict[Group, int] = {}
        for group, key in keys.items():
            numbers = self._numbers[group]
            found[group] = numbers.setdefault(key, len(numbers))
        return found


def _newest(connection: Connection) -> int:
    newest = connection.execute(select(func.max(QUESTION_EVENT.c.position))).scalar_one()
    return int(newest or 0)
