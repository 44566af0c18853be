"""Rows of the model that are written down only once they are found to bind."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from zhiban.roster.model import Model

Ints = NDArray[np.int64]
NONE: Ints = np.zeros(0, np.int64)


@dataclass(frozen=True)
class FoundRow:
    """Sum of weight x column + sum of step weight x step <= upper, over the whole model."""

    columns: Ints
    weights: Ints
    upper: int
    steps: Ints = field(default_factory=lambda: NONE)
    step_weights: Ints = field(default_factory=lambda: NONE)


@dataclass(frozen=True)
class Half:
    """What is added up before it is halved, each once; see `zhiban.roster.halves`.

    Numbers of the frame's `rows` (at most the upper limit; at least the lower one for a row
    that has no other), of lawyers' `days` (one column at most), of rows `found` before, halves
    among them, and of `steps` (their units at most).
    """

    rows: tuple[int, ...]
    days: tuple[int, ...]
    found: tuple[int, ...]
    steps: tuple[int, ...]


@dataclass
class Found:
    """The rows found so far, in the order in which they were found; `half` numbers the halves."""

    model: Model
    rows: list[FoundRow] = field(default_factory=list)
    half: dict[Half, int] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.rows)

    def add_halves(self, halves: Sequence[tuple[Half, FoundRow]]) -> None:
        """Adds rows made by halving others."""
        for half, row in halves:
            self.half[half] = len(self)
            self.rows.append(row)

    def among(self, numbers: Collection[int]) -> Found:
        """Those rows alone."""
        return Found(self.model, [self.rows[number] for number in sorted(set(numbers))])

    @property
    def upper(self) -> Ints:
        """The limits of all rows."""
        return np.array([row.upper for row in self.rows], np.int64)

    def entries(self) -> tuple[Ints, Ints, Ints]:
        """All entries of columns: row, column, weight."""
        return self._joined([(row.columns, row.weights) for row in self.rows])

    def step_entries(self) -> tuple[Ints, Ints, Ints]:
        """All entries of steps: row, step, weight."""
        return self._joined([(row.steps, row.step_weights) for row in self.rows])

    @staticmethod
    def _joined(parts: list[tuple[Ints, Ints]]) -> tuple[Ints, Ints, Ints]:
        row = np.repeat(np.arange(len(parts)), [len(own) for own, _ in parts])
        return (
            row.astype(np.int64),
            np.concatenate([NONE, *(own for own, _ in parts)]),
            np.concatenate([NONE, *(weights for _, weights in parts)]),
        )
