"""Rows over runs of days: in every window of a lawyer at most so many days on duty."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from zhiban.roster.columns import Arcs
from zhiban.roster.ground import Ground
from zhiban.roster.rows import FREE, Rows
from zhiban.roster.rules.rule import Ints


def window_rows(
    rule: str, ground: Ground, arcs: Arcs, counted: Ints, width: Ints, most: Ints
) -> Iterator[Rows]:
    """One family: windows of `width` days (0: none) with at most `most` of them served.

    `counted` are the arcs that count. Keys are (lawyer, first day). Windows in which a lawyer
    can serve no more days than allowed bind nothing and are left out.
    """
    lawyers = ground.problem.lawyers
    served = np.zeros((ground.lawyers, ground.days + 1), np.int64)
    day = ground.places.day[arcs.place[counted]]
    served[arcs.lawyer[counted], day + 1] = 1
    before = np.cumsum(served, axis=1)
    chosen: list[tuple[int, int]] = []
    for lawyer in np.nonzero(width)[0].tolist():
        span = min(int(width[lawyer]), ground.days)
        inside = before[lawyer, span:] - before[lawyer, : before.shape[1] - span]
        chosen += [(lawyer, int(first)) for first in np.nonzero(inside > most[lawyer])[0]]
    number = np.full((ground.lawyers, ground.days), -1, np.int64)
    for row, (lawyer, first) in enumerate(chosen):
        number[lawyer, first] = row
    parts = _entries(arcs, counted, day, width, number)
    yield Rows(
        rule=rule,
        key=lambda row: (lawyers[chosen[row][0]].id, str(chosen[row][1])),
        lower=np.full(len(chosen), -FREE),
        upper=np.array([most[lawyer] for lawyer, _ in chosen], np.int64),
        arc=parts[0],
        row=parts[1],
        weight=np.ones(len(parts[0]), np.int64),
        once=True,
    )


def _entries(arcs: Arcs, counted: Ints, day: Ints, width: Ints, number: Ints) -> tuple[Ints, Ints]:
    """Each counted arc in every window that holds its day."""
    arc: list[Ints] = [np.zeros(0, np.int64)]
    row: list[Ints] = [np.zeros(0, np.int64)]
    lawyer = arcs.lawyer[counted]
    for back in range(int(width.max(initial=0))):
        first = day - back
        inside = (first >= 0) & (back < width[lawyer])
        found = np.where(inside, number[lawyer, np.maximum(first, 0)], -1)
        arc.append(counted[found >= 0])
        row.append(found[found >= 0])
    return np.concatenate(arc), np.concatenate(row)
