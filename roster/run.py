"""One solve under way: the best roster and bound so far, the clock, and who is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import RLock
from time import monotonic

import numpy as np
from numpy.typing import NDArray

from zhiban.roster.model import Model
from zhiban.roster.plan import objective_of
from zhiban.roster.pricing import ONE, Priced
from zhiban.roster.rosterfile import Progress
from zhiban.roster.stars import Stars

Ints = NDArray[np.int64]
BOUNDING = 0.5  # share of the time that goes into the bound at most


@dataclass
class Run:
    """One solve under way: the best roster and bound so far, and when they came."""

    model: Model
    seconds: float
    on_progress: Callable[[Progress], None] | None
    stopped: Callable[[], bool] | None
    started: float
    seed: int
    stars: Stars = field(init=False)
    best: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    objective: int = 0
    priced: Priced | None = None
    proved: bool = False
    asked: bool = False
    rows: list[Progress] = field(default_factory=list)
    covered: list[tuple[float, int]] = field(default_factory=list)
    _told: RLock = field(default_factory=RLock)  # offers may come from beside the main course

    def __post_init__(self) -> None:
        self.stars = Stars(self.model)

    @property
    def elapsed(self) -> float:
        """Seconds since the start."""
        return monotonic() - self.started

    @property
    def left(self) -> float:
        """Seconds until time is up."""
        return self.seconds - self.elapsed

    def late(self) -> bool:
        """Whether no further round of the bound is to be begun."""
        return self.elapsed > BOUNDING * self.seconds

    def interrupted(self) -> bool:
        """Whether time is up or somebody asked to stop."""
        if self.stopped is not None and self.stopped():
            self.asked = True
        return self.asked or self.elapsed >= self.seconds

    def offer(self, chosen: Ints, stage: str) -> None:
        """Keeps the roster if it is better than the best."""
        objective = objective_of(self.model, chosen)
        with self._told:
            if self.covered and objective >= self.objective:
                return
            self.best, self.objective = chosen, objective
            self.covered.append((self.elapsed, len(self.model.columns.arcs_of(chosen))))
            self.report(stage)

    def bounded(self, priced: Priced) -> None:
        """Takes note of a better bound."""
        if self.priced is None or priced.bound > self.priced.bound:
            self.priced = priced
            self.report("bound")

    @property
    def bound(self) -> int | None:
        """No roster costs less than this."""
        if self.proved:
            return self.objective
        return None if self.priced is None else -(-self.priced.bound // ONE)

    def report(self, stage: str) -> None:
        """Tells of where the run stands."""
        with self._told:
            row = Progress(
                seconds=round(self.elapsed, 4),
                objective=self.objective,
                bound=self.bound,
                stage=stage,
            )
            self.rows.append(row)
            if self.on_progress is not None:
                self.on_progress(row)

    @property
    def slack(self) -> int:
        """What a better roster's columns may cost at most above their best, in 2^-20 points."""
        if self.priced is None:
            return 1 << 62
        return (self.objective - 1) * ONE - self.priced.bound

    @property
    def met(self) -> bool:
        """Whether the bound has met the best roster."""
        return self.slack < 0

    def settle(self) -> bool:
        """Whether the best roster is proved by the bound alone."""
        self.proved = self.proved or self.met
        return self.proved
