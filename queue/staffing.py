"""Seats against questions by half-day, and a roster with one more seat, for trying out; pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

import numpy as np
from numpy.typing import NDArray

from zhiban.data.timespan import SHANGHAI
from zhiban.roster.published import OnDuty

_NOON = time(12)
_HOUR = timedelta(hours=1)
Grid = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Seats:
    """Lawyers on seats: by weekday and half-day in all, by division, and half-days by post."""

    whole: Grid
    divisions: dict[str, Grid]
    posts: dict[str, int]


def seats_of(duties: Iterable[OnDuty]) -> Seats:
    """How many lawyer-half-days these duties put on seats; standbys and stations are left out."""
    whole = np.zeros((7, 2))
    divisions: dict[str, Grid] = {}
    posts: dict[str, int] = {}
    for duty in duties:
        if duty.kind != "seat" or duty.role != "primary":
            continue
        grid = divisions.setdefault(duty.division, np.zeros((7, 2)))
        for day, half in halves_of(duty):
            whole[day, half] += 1
            grid[day, half] += 1
            posts[duty.post] = posts.get(duty.post, 0) + 1
    return Seats(whole, divisions, posts)


def halves_of(duty: OnDuty) -> tuple[tuple[int, int], ...]:
    """The weekday and half-days that a duty fills by an hour at least; noon is the border."""
    start, end = (at.astimezone(SHANGHAI) for at in (duty.span.start, duty.span.end))
    noon = start.replace(hour=12, minute=0, second=0, microsecond=0)
    found = []
    if noon - start >= _HOUR or (start.time() < _NOON and end <= noon):
        found.append((start.weekday(), 0))
    if end - max(start, noon) >= _HOUR:
        found.append((start.weekday(), 1))
    return tuple(found)


def heaviest(asked: Grid, seats: Grid, number: int = 3) -> tuple[tuple[int, int], ...]:
    """The half-days with the most questions a seat; those without a seat count as of one."""
    each = asked / np.maximum(seats, 1)
    order = np.argsort(-each, axis=None, kind="stable")[:number]
    return tuple((int(place) // 2, int(place) % 2) for place in order if each.flat[int(place)] > 0)


def one_more(
    duties: tuple[OnDuty, ...], division: str, lawyer: str, firm: str
) -> tuple[OnDuty, ...]:
    """The duties with this lawyer on the division's seat, too, whenever it is open."""
    spans: dict[datetime, OnDuty] = {}
    for duty in duties:
        if duty.kind == "seat" and duty.role == "primary" and duty.division == division:
            spans.setdefault(duty.span.start, duty)
    more = tuple(
        replace(duty, lawyer=lawyer, lawyer_name=lawyer, firm=firm, firm_name=firm)
        for duty in spans.values()
    )
    return duties + more
