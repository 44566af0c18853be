"""On whose hours a clock counts: the bureau's, or those of the seat that answers; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from zhiban.data.deadline import Worked
from zhiban.data.places import Post
from zhiban.data.posttime import PostTime
from zhiban.data.register import Register
from zhiban.data.worktime import WorkCalendar
from zhiban.queue.policy import Hours


@dataclass(frozen=True)
class WorkedTime:
    """The bureau's calendar, and by division the seats that answer for it.

    A division whose seats have no hours, its own and its city's, counts on the bureau's.
    """

    bureau: WorkCalendar
    seats: Mapping[str, tuple[Post, ...]] = field(default_factory=dict)

    @classmethod
    def of_register(cls, register: Register) -> WorkedTime:
        """With the seats of each county, or else of its city."""
        by_division: dict[str, list[Post]] = {}
        for post in sorted(register.posts.values(), key=lambda post: post.id):
            if post.kind == "seat" and post.openings:
                by_division.setdefault(post.division, []).append(post)
        seats = {}
        for division in register.divisions:
            places = (register.county_of(division), register.city_of(division))
            found = next((by_division[one] for one in places if one in by_division), ())
            seats[division] = tuple(found)
        return cls(register.calendar, seats)

    def on(self, hours: Hours, division: str) -> Worked:
        """The time that a promise by such hours counts in, for questions of a division."""
        seats = self.seats.get(division) if hours == "post" else None
        if not seats:
            return self.bureau
        if division not in self._known:
            self._known[division] = PostTime(seats, self.bureau)
        return self._known[division]

    @cached_property
    def _known(self) -> dict[str, PostTime]:
        return {}


def hours_of_seats(seats: Iterable[Post]) -> list[str]:
    """All of the seats' hours that due moments lean on, to tell whether they have changed."""
    return [f"{one.id} {one.openings} {one.closures} {one.extra_days}" for one in seats]
