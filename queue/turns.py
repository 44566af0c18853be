"""Who sits when, as a list of turns made once, for going through long times quickly; pure."""

from __future__ import annotations

from bisect import bisect_right
from datetime import datetime, timedelta

from zhiban.data.timespan import SHANGHAI
from zhiban.queue.knowledge import Knowledge
from zhiban.roster.published import OnDuty

_BACK = timedelta(days=2)


class Turns:
    """The instants from `start` to `until` at which a seat's lawyers change, and who sits then."""

    def __init__(self, known: Knowledge, start: datetime, until: datetime) -> None:
        edges = {start}
        for version in known.published.versions:
            for duty in version.duties:
                edges |= {duty.span.start, duty.span.end}
        inside = sorted(edge.astimezone(SHANGHAI) for edge in edges if start <= edge < until)
        self._instants = inside
        self._seated = [known.on_seat(edge) for edge in inside]

    def instants(self) -> list[datetime]:
        """Every turn, in order."""
        return self._instants

    def seated(self, at: datetime) -> tuple[OnDuty, ...]:
        """Who is on a seat at a moment not before the start."""
        return self._seated[bisect_right(self._instants, at) - 1]
