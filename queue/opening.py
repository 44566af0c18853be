"""When a station is open on a day and which lawyers are there; pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from zhiban.data.places import Post
from zhiban.data.timespan import SHANGHAI, Span
from zhiban.queue.knowledge import Knowledge
from zhiban.roster.published import OnDuty, holders_at_end, next_on_shift, on_shift

DOORS = timedelta(minutes=30)
"""Numbers are given from so long before the first lawyer comes."""


@dataclass(frozen=True, slots=True)
class StationDay:
    """A station at a moment: who is there, who comes next, from when and until when it is open.

    `opens` and `closes` are None on a day on which no lawyer is there at all.
    """

    post: Post
    here: tuple[OnDuty, ...]
    coming: OnDuty | None
    opens: datetime | None
    closes: datetime | None

    @property
    def counters(self) -> int:
        """How many lawyers talk with people now."""
        return sum(duty.role == "primary" for duty in self.here)

    def counter_of(self, lawyer: str) -> int:
        """The number of a lawyer's counter: their place among those who are there."""
        there = [duty.lawyer for duty in self.here]
        return there.index(lawyer) + 1 if lawyer in there else 1

    def gives_numbers(self, now: datetime) -> bool:
        """Whether somebody who takes a number now may still be heard today."""
        if self.opens is None or self.closes is None:
            return False
        later = self.coming is not None and self.coming.span.start < self.closes
        return self.opens - DOORS <= now < self.closes and bool(self.counters or later)


def station_day(known: Knowledge, post: Post, now: datetime) -> StationDay:
    """A station as it stands at `now`, by the published roster."""
    here = tuple(duty for duty in on_shift(known.published, now) if duty.post == post.id)
    coming = next_on_shift(
        known.published, now, lambda duty: duty.post == post.id and duty.role == "primary"
    )
    spans = [duty.span for duty in _of_day(known, post.id, now)]
    return StationDay(
        post=post,
        here=here,
        coming=coming,
        opens=min((span.start for span in spans), default=None),
        closes=max((span.end for span in spans), default=None),
    )


def _of_day(known: Knowledge, post: str, now: datetime) -> list[OnDuty]:
    """The post's duties of the day, as held at their end."""
    local = now.astimezone(SHANGHAI)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    ended = Span(midnight, midnight + timedelta(days=1, hours=6))
    return [
        duty
        for duty in holders_at_end(known.published, ended)
        if duty.post == post and duty.span.start.astimezone(SHANGHAI).date() == local.date()
    ]
