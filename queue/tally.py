"""What choices need to know of all questions at once: loads of lawyers and the waiting line; pure.

A tally can be kept from one transaction to the next, as long as nobody else has written; it follows
events one by one.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from zhiban.queue.assignment import line
from zhiban.queue.event import Kind
from zhiban.queue.question import HELD, QuestionState, State

GIVEN = frozenset({Kind.ASSIGNED, Kind.HANDED_OVER, Kind.TRANSFERRED})
"""The events by which a lawyer is given a question."""


class Line(NamedTuple):
    """One waiting question, as little of it as the order of the line needs."""

    id: int
    asked: datetime
    green: bool
    county: str
    due: datetime | None


Placed = tuple[datetime, int, Line]
"""A waiting question behind its place, so that these are in order as the line is."""


@dataclass
class Tally:
    """Open questions and the last one given, by lawyer; the waiting questions, by county.

    `by_shift` counts the open ones by shift, where shifts have limits; None where nobody counts.
    `given` is what each lawyer held with the last one given, and might hold.
    """

    open: dict[str, int] = field(default_factory=dict)
    last: dict[str, datetime] = field(default_factory=dict)
    waiting: dict[str, dict[int, Line]] = field(default_factory=dict)
    by_shift: dict[str, int] | None = None
    given: dict[str, tuple[int, int]] = field(default_factory=dict)
    _kept: dict[str, tuple[timedelta, list[Placed]]] = field(
        default_factory=dict, compare=False, repr=False
    )

    def follow(
        self, before: QuestionState | None, state: QuestionState, kind: Kind, at: datetime
    ) -> None:
        """Takes in one event, from the state before it and after it."""
        if before is not None and before.state in HELD:
            self._count(before, -1)
        if state.state in HELD:
            self._count(state, +1)
        if kind in GIVEN and state.lawyer is not None:
            self.last[state.lawyer] = at
        if state.state is not State.WAITING and before is not None:
            self.leave(state.county, state.id)

    def wait(self, one: Line) -> None:
        """Puts a question into the line."""
        self.leave(one.county, one.id)
        self.waiting.setdefault(one.county, {})[one.id] = one
        kept = self._kept.get(one.county)
        if kept is not None:
            insort(kept[1], placed(one, kept[0]))

    def leave(self, county: str, id: int) -> None:
        """Takes a question out of the line, if it stands there."""
        waiting = self.waiting.get(county)
        one = waiting.pop(id, None) if waiting else None
        kept = self._kept.get(county)
        if one is not None and kept is not None:
            del kept[1][bisect_left(kept[1], placed(one, kept[0]))]

    def in_order(self, county: str, lead: timedelta) -> Iterator[Placed]:
        """Those of a county who wait, in their order; sorted once, and kept so.

        Whoever leaves meanwhile is passed by, and who comes behind is met.
        """
        kept = self._kept.get(county)
        if kept is None or kept[0] != lead:
            lines = self.waiting.get(county, {}).values()
            kept = self._kept[county] = (lead, sorted(placed(one, lead) for one in lines))
        return _walk(kept[1])

    def due_anew(self, dues: Mapping[int, datetime]) -> None:
        """Takes in that other moments stand as due of questions; not all of them wait."""
        self._kept.clear()
        for county in self.waiting.values():
            for id in county.keys() & dues.keys():
                one = county[id]
                county[id] = Line(one.id, one.asked, one.green, one.county, dues[id])

    def lines(self) -> Iterator[Line]:
        """All who wait, in no order."""
        for county in self.waiting.values():
            yield from county.values()

    def _count(self, state: QuestionState, by: int) -> None:
        if state.lawyer is not None:
            self.open[state.lawyer] = self.open.get(state.lawyer, 0) + by
        if self.by_shift is not None and state.hold is not None:
            shift = state.hold.shift
            self.by_shift[shift] = self.by_shift.get(shift, 0) + by


def placed(one: Line, lead: timedelta) -> Placed:
    """A waiting question with its place; the smallest goes first."""
    return (*line(one.asked, one.id, one.green, lead), one)


def _walk(lines: list[Placed]) -> Iterator[Placed]:
    """The line from its head, which may change under way."""
    index = 0
    while index < len(lines):
        one = lines[index]
        yield one
        if index < len(lines) and lines[index] is one:
            index += 1
        else:
            index = bisect_right(lines, one[:2], key=_place)


def _place(one: Placed) -> tuple[datetime, int]:
    return one[:2]
