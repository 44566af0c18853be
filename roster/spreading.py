"""How evenly duties were shared, week upon week: the ledger's distances as they grew; pure."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zhiban.data.timespan import Span
from zhiban.data.week import Week
from zhiban.roster.fairness import WINDOW, Share
from zhiban.roster.published import Published, holders_at_end


@dataclass(frozen=True, slots=True)
class WeekSpread:
    """How far people were from their fair share at the end of a week, since the first one.

    `mean` is the mean distance in points, `least` and `most` the ends; `hard` the mean distance
    in unpopular duties. None before anything was published.
    """

    week: Week
    mean: float | None
    least: float | None
    most: float | None
    hard: float | None


def spread_by_week(
    published: Published,
    shares: Mapping[int, Mapping[str, Share]],
    week: Week,
    no_shows: Set[tuple[str, str]] = frozenset(),
    weeks: int = WINDOW,
) -> tuple[WeekSpread, ...]:
    """The spread at the end of each of the `weeks` before `week`, oldest first."""
    first = week.next(-weeks)
    people: dict[str, int] = {}
    apart, hard, active = _distances(published, shares, first, week, no_shows, people)
    if not people:
        return tuple(WeekSpread(first.next(n), None, None, None, None) for n in range(weeks))
    points, unpopular = np.cumsum(apart, axis=0), np.cumsum(hard, axis=0)
    # Whoever had neither a duty nor a share until then does not count.
    there = np.logical_or.accumulate(active, axis=0)
    return tuple(
        _spread(first.next(n), points[n][there[n]], unpopular[n][there[n]]) for n in range(weeks)
    )


def _spread(week: Week, points: NDArray[np.float64], hard: NDArray[np.float64]) -> WeekSpread:
    if not len(points):
        return WeekSpread(week, None, None, None, None)
    return WeekSpread(
        week,
        float(np.abs(points).mean()),
        float(points.min()),
        float(points.max()),
        float(np.abs(hard).mean()),
    )


def _distances(
    published: Published,
    shares: Mapping[int, Mapping[str, Share]],
    first: Week,
    until: Week,
    no_shows: Set[tuple[str, str]],
    people: dict[str, int],
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
    """Served less shared, by week and person: points, unpopular duties, whether any was."""
    window = Span(first.span.start, until.span.start)
    steps: list[tuple[int, int, float, float]] = []
    for duty in holders_at_end(published, window):
        if (duty.shift, duty.lawyer) in no_shows:
            continue
        number = int((duty.span.end - first.span.start).total_seconds() // (7 * 86_400))
        who = people.setdefault(duty.lawyer, len(people))
        steps.append((number, who, duty.points, float(duty.unpopular)))
    weeks = round((until.span.start - first.span.start).days / 7)
    for number in range(weeks):
        newest = published.newest(first.next(number))
        for lawyer, share in shares.get(newest.id, {}).items() if newest else ():
            who = people.setdefault(lawyer, len(people))
            steps.append((number, who, -share.points, -share.unpopular))
    apart, hard = np.zeros((weeks, len(people))), np.zeros((weeks, len(people)))
    active = np.zeros((weeks, len(people)), dtype=bool)
    for number, who, points, unpopular in steps:
        active[number, who] = True
        apart[number, who] += points
        hard[number, who] += unpopular
    return apart, hard, active
