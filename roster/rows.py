"""Rows of the model: sums over duties, with steps that fill or count them at a rising price."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
FREE = 1 << 40  # no limit on that side: far above any sum of duties
NONE: Ints = np.zeros(0, np.int64)


@dataclass(frozen=True)
class Steps:
    """Extra columns of a family of rows: `row` by number, whole units from 0 to `units`."""

    row: Ints = field(default_factory=lambda: NONE)
    sign: Ints = field(default_factory=lambda: NONE)
    price: Ints = field(default_factory=lambda: NONE)
    units: Ints = field(default_factory=lambda: NONE)


@dataclass(frozen=True)
class Rows:
    """A family: lower <= sum of weight x duty + sum of sign x step <= upper, row by row.

    `arc`, `row`, `weight` are the entries. With `once`, a lawyer's day counts each row at most
    once, whatever it holds. `along` says that each row belongs to one lawyer or firm (`owner`),
    which the first roster's network can use.
    """

    rule: str
    key: Callable[[int], tuple[str, ...]]
    lower: Ints
    upper: Ints
    arc: Ints
    row: Ints
    weight: Ints
    steps: Steps = field(default_factory=Steps)
    once: bool = False
    along: Literal["lawyer", "firm"] | None = None
    owner: Ints = field(default_factory=lambda: NONE)

    def __len__(self) -> int:
        return len(self.lower)


@dataclass(frozen=True)
class Frame:
    """All families under one numbering of rows and of steps.

    Entries are sorted by arc: those of arc a are `first[a]` to `first[a + 1]`; the entries of
    `once` families are kept apart.
    """

    families: Sequence[Rows]
    offset: Ints
    lower: Ints
    upper: Ints
    steps: Steps
    arc: Ints
    row: Ints
    weight: Ints
    first: Ints
    once_arc: Ints
    once_row: Ints

    def __len__(self) -> int:
        return len(self.lower)

    def key(self, row: int) -> tuple[str, tuple[str, ...]]:
        """Rule and key of a row."""
        family = int(np.searchsorted(self.offset, row, side="right")) - 1
        return self.families[family].rule, self.families[family].key(row - int(self.offset[family]))


def frame(families: Sequence[Rows], arcs: int) -> Frame:
    """Numbers the rows of all families one after the other."""
    offset = np.cumsum([0] + [len(one) for one in families])[:-1].astype(np.int64)
    shifted = list(zip(families, offset.tolist(), strict=True))
    plain = [(one, at) for one, at in shifted if not one.once]
    once = [(one, at) for one, at in shifted if one.once]
    arc = _joined([one.arc for one, _ in plain])
    order = np.argsort(arc, kind="stable")
    arc = arc[order]
    return Frame(
        families=tuple(families),
        offset=offset,
        lower=_joined([one.lower for one in families]),
        upper=_joined([one.upper for one in families]),
        steps=_merged(
            _joined([one.steps.row + at for one, at in shifted]),
            _joined([one.steps.sign for one in families]),
            _joined([one.steps.price for one in families]),
            _joined([one.steps.units for one in families]),
        ),
        arc=arc,
        row=_joined([one.row + at for one, at in plain])[order],
        weight=_joined([one.weight for one, _ in plain])[order],
        first=np.searchsorted(arc, np.arange(arcs + 1)),
        once_arc=_joined([one.arc for one, _ in once]),
        once_row=_joined([one.row + at for one, at in once]),
    )


def _merged(row: Ints, sign: Ints, price: Ints, units: Ints) -> Steps:
    """Steps of the same row, sign and price are one."""
    order = np.lexsort((price, sign, row))
    row, sign, price, units = row[order], sign[order], price[order], units[order]
    fresh = (np.diff(row, prepend=-1) != 0) | (np.diff(sign, prepend=0) != 0)
    head = np.flatnonzero(fresh | (np.diff(price, prepend=-1) != 0))
    if not len(head):
        return Steps()
    return Steps(row[head], sign[head], price[head], np.add.reduceat(units, head))


def _joined(parts: Sequence[Ints]) -> Ints:
    return np.concatenate([NONE, *parts])


def ranges(first: Ints, chosen: Ints) -> tuple[Ints, Ints]:
    """Positions `first[c]` to `first[c + 1]` for every chosen c, and where each one's start."""
    length = first[chosen + 1] - first[chosen]
    start = np.concatenate([[0], np.cumsum(length)]).astype(np.int64)
    position = np.repeat(first[chosen] - start[:-1], length) + np.arange(start[-1])
    return start, position
