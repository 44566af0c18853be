"""Answers to who follows a ticket: read on the event loop, and kept while they stay true.

Citizens look again and again at what has not changed. An answer holds while the question has no
new event, the register and the rosters are as they were, and no clock has turned; it is kept for a
minute at most, so that what is erased does not stay in memory.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine

from zhiban.data.crypt import Keyring, Undecipherable
from zhiban.data.reader import NotNow, Reader
from zhiban.queue import tickets
from zhiban.queue.citizen import is_right
from zhiban.queue.following import EVENTS, HEAD, Head, view_from
from zhiban.queue.memory import known_already
from zhiban.queue.service import ticket_view
from zhiban.queue.showing import changes_at
from zhiban.queue.views import TicketView

_MOST = 10_000
_SECONDS = 60.0
_LONG = 60  # events; folding more of them would hold the event loop up

Read = Callable[[Callable[[Connection], TicketView | None]], Awaitable[TicketView | None]]
Render = Callable[[TicketView], bytes]


@dataclass(frozen=True, slots=True)
class _Kept:
    head: str
    roster_version: int
    since: datetime
    until: datetime | None
    kept_at: float
    content: bytes

    def holds(self, head: Head, now: datetime) -> bool:
        """Whether it is still what would be answered."""
        same = self.head == head.head and self.roster_version == head.roster_version
        return same and self.since <= now and (self.until is None or now < self.until)


class Following:
    """The answers of one process; `read` is the way through a thread, for what takes longer."""

    def __init__(self, engine: Engine, keyring: Keyring, reader: Reader, read: Read) -> None:
        self._engine = engine
        self._keyring = keyring
        self._reader = reader
        self._read = read
        self._kept: OrderedDict[tuple[str, str], _Kept] = OrderedDict()

    async def answer(
        self, ticket: str, secret: str, now: datetime, lang: str, render: Render
    ) -> bytes | None:
        """The rendered view of a ticket; None for an unknown code and a wrong secret alike."""
        code = tickets.read_code(ticket) or ""
        try:
            rows = await self._reader.rows_of(HEAD, code)
            head = Head(*rows[0]) if rows else None
            if not is_right(code, secret, head and head.secret_hash) or head is None:
                return None
            kept = self._kept.get((code, lang))
            if kept is not None and kept.holds(head, now):
                return kept.content
            view = await self._view(code, head, now)
        except (NotNow, Undecipherable):
            head, view = None, None
        if view is None:
            view = await self._read(lambda c: ticket_view(c, self._keyring, ticket, secret, now))
            return None if view is None else render(view)
        content = render(view)
        if head is not None:
            self._keep((code, lang), head, view, now, content)
        return content

    async def _view(self, code: str, head: Head, now: datetime) -> TicketView | None:
        """The view by what this process knows already; None where a thread has to find out."""
        known = known_already(self._engine, head.roster_version, now)
        if known is None or head.seq > _LONG:
            return None
        rows = await self._reader.rows_of(EVENTS, head.id)
        return view_from(code, head, rows, self._keyring, known, now)

    def _keep(
        self, which: tuple[str, str], head: Head, view: TicketView, now: datetime, content: bytes
    ) -> None:
        until, clock = changes_at(view, now), time.monotonic()
        self._kept.pop(which, None)
        if until is None or now < until:
            self._kept[which] = _Kept(head.head, head.roster_version, now, until, clock, content)
        while self._kept:
            oldest = next(iter(self._kept.values()))
            if len(self._kept) <= _MOST and clock - oldest.kept_at < _SECONDS:
                break
            self._kept.popitem(last=False)
