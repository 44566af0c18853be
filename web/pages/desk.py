"""Rosters laid open on the scheduler's desk: kept ready, so that an answer comes at once."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from sqlalchemy import Connection
from starlette.requests import Request

from zhiban.data.week import Week
from zhiban.roster import hand_edits, store
from zhiban.roster.current import Newest, with_leave
from zhiban.roster.hand_edits import Open
from zhiban.roster.published import Version
from zhiban.roster.reworking import Worked, opened

V = TypeVar("V")


class Kept(Generic[V]):
    """The values used last, by key; made once, and safe to use from several threads."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._values: OrderedDict[Hashable, V] = OrderedDict()
        self._lock = threading.Lock()

    def look(self, key: Hashable) -> V | None:
        """The value of a key, if it is still there."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
            return self._values.get(key)

    def put(self, key: Hashable, value: V) -> V:
        """Keeps a value, in place of the one used longest ago."""
        with self._lock:
            self._values[key] = value
            self._values.move_to_end(key)
            while len(self._values) > self._size:
                self._values.popitem(last=False)
        return value

    def get(self, key: Hashable, make: Callable[[], V]) -> V:
        """The value of a key, made where there is none."""
        found = self.look(key)
        return self.put(key, make()) if found is None else found


class Desk:
    """What one process keeps of drafts and versions."""

    def __init__(self) -> None:
        self._drafts: Kept[Open] = Kept(6)
        self._versions: Kept[Worked] = Kept(4)

    def draft(self, connection: Connection, week: Week) -> Open | None:
        """The newest draft of a week."""
        known = self._drafts.look(week)
        found = hand_edits.open_draft(connection, week, known)
        return None if found is None else self._drafts.put(week, found)

    def keep(self, draft: Open) -> None:
        """Keeps a draft that this process has just written."""
        self._drafts.put(draft.draft.week, draft)

    def version(self, connection: Connection, id: int) -> Worked | None:
        """A published version by its id."""
        known = self._versions.look(id)
        files = store.load_version_files(connection, id) if known is None else None
        if known is not None or files is None:
            return known
        return self._versions.put(id, opened(*files))

    def newest(self, connection: Connection, version: Version | None) -> Newest | None:
        """A published version under the leave of today; None where there is none."""
        at = None if version is None else self.version(connection, version.id)
        if version is None or at is None:
            return None
        problem = with_leave(connection, at.problem)
        return Newest(version, problem, at.file, at.facts)


def desk_of(request: Request) -> Desk:
    """The desk of this process."""
    state = request.app.state
    if not hasattr(state, "desk"):
        state.desk = Desk()
    desk: Desk = state.desk
    return desk
