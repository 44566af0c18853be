"""Rows over runs of days: in every window of a lawyer at most so many days on duty."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from zhiban.roster.columns import Arcs
from zhiban.roster.ground import Ground
from zhiban.roster.rows import FREE, NONE, Rows
from zhiban.roster.rules.rule import Bools, Ints

Windows = dict[tuple[int, int], int]  # (lawyer, first day): days that may be served


def window_rows(
    rule: str,
    ground: Ground,
    arcs: Arcs,
    counted: Ints,
    width: Ints,
    most: Ints,
    held: tuple[Ints, Ints] = (NONE, NONE),
) -> Iterator[Rows]:
    """One family: windows of `width` days (0: none) with at most `most` of them served.

    `counted` are the arcs that count, `held` lawyers and days served across the border. Keys are
    (lawyer, first day). Windows in which a lawyer can serve no more days than allowed bind
    nothing and are left out.
    """
    lawyers = ground.problem.lawyers
    can = np.zeros((ground.lawyers, ground.days), dtype=bool)
    day = ground.places.day[arcs.place[counted]]
    can[arcs.lawyer[counted], day] = True
    windows = _inside(can, width, most) | _across(can, width, most, held)
    chosen = list(windows)
    pad = int(width.max(initial=1)) - 1 if len(held[0]) else 0
    number = np.full((ground.lawyers, pad + ground.days), -1, np.int64)
    for row, (lawyer, first) in enumerate(chosen):
        number[lawyer, pad + first] = row
    parts = _entries(arcs, counted, day, width, number, pad)
    yield Rows(
        rule=rule,
        key=lambda row: (lawyers[chosen[row][0]].id, str(chosen[row][1])),
        lower=np.full(len(chosen), -FREE),
        upper=np.array([windows[window] for window in chosen], np.int64),
        arc=parts[0],
        row=parts[1],
        weight=np.ones(len(parts[0]), np.int64),
        once=True,
    )


def _inside(can: Bools, width: Ints, most: Ints) -> Windows:
    """Windows within the horizon (all of it where they are wider)."""
    days = can.shape[1]
    before = np.concatenate([np.zeros((len(can), 1), np.int64), np.cumsum(can, axis=1)], axis=1)
    found: Windows = {}
    for size in np.unique(width[width > 0]).tolist():
        group = np.flatnonzero(width == size)
        span = min(size, days)
        served = before[group, span:] - before[group, : days + 1 - span]
        lawyer, first = np.nonzero(served > most[group][:, None])
        found |= {
            (who, day): int(most[who])
            for who, day in zip(group[lawyer].tolist(), first.tolist(), strict=True)
        }
    return found


def _across(can: Bools, width: Ints, most: Ints, held: tuple[Ints, Ints]) -> Windows:
    """Windows that hold days served across the border, which leave fewer to be served."""
    served: dict[int, set[int]] = {}
    for lawyer, day in zip(held[0].tolist(), held[1].tolist(), strict=True):
        served.setdefault(lawyer, set()).add(day)
    days, found = can.shape[1], Windows()
    for lawyer, beside in served.items():
        size = int(width[lawyer])
        for first in range(1 - size, days) if size else ():
            taken = sum(first <= day < first + size for day in beside)
            left = max(0, int(most[lawyer]) - taken)
            if taken and can[lawyer, max(0, first) : first + size].sum() > left:
                found[lawyer, first] = left
    return found


def _entries(
    arcs: Arcs, counted: Ints, day: Ints, width: Ints, number: Ints, pad: int
) -> tuple[Ints, Ints]:
    """Each counted arc in every window that holds its day."""
    arc, row = [NONE], [NONE]
    lawyer = arcs.lawyer[counted]
    for back in range(int(width.max(initial=0))):
        first = pad + day - back
        inside = (first >= 0) & (back < width[lawyer])
        found = np.where(inside, number[lawyer, np.maximum(first, 0)], -1)
        arc.append(counted[found >= 0])
        row.append(found[found >= 0])
    return np.concatenate(arc), np.concatenate(row)
