"""A lawyer's ledger as our own drawing: points served and the fair share, week upon week; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from zhiban.roster.own_ledger import LedgerWeek

LEFT, RIGHT, TOP, BOTTOM = 32.0, 380.0, 12.0, 190.0  # of a drawing 220 high


@dataclass(frozen=True, slots=True)
class Dot:
    """A week in which something was served; `hard` where a duty was unpopular."""

    x: float
    y: float
    hard: bool
    word: str


@dataclass(frozen=True, slots=True)
class LedgerPlot:
    """Two lines over the weeks, in the drawing's units."""

    mine: str
    fair: str
    dots: tuple[Dot, ...]
    xs: tuple[tuple[float, str], ...]
    ys: tuple[tuple[float, str], ...]
    mine_at: float
    fair_at: float


def ledger_plot(weeks: Sequence[LedgerWeek]) -> LedgerPlot | None:
    """The drawing of these weeks' running sums; None where there is nothing to draw."""
    points, shares = _sums([one.points for one in weeks]), _sums([w.share.points for w in weeks])
    top = max([*points, *shares], default=0.0)
    if top <= 0:
        return None
    step = _step(top)
    high = step * (int(top / step) + 1)

    def x(number: int) -> float:
        return LEFT + (RIGHT - LEFT) * number / max(1, len(weeks) - 1)

    def y(value: float) -> float:
        return BOTTOM - (BOTTOM - TOP) * value / high

    mine_at, fair_at = _apart(y(points[-1]), y(shares[-1]))
    return LedgerPlot(
        mine=" ".join(f"{x(n):.1f},{y(value):.1f}" for n, value in enumerate(points)),
        fair=" ".join(f"{x(n):.1f},{y(value):.1f}" for n, value in enumerate(shares)),
        dots=tuple(
            Dot(x(n), y(points[n]), week.unpopular > 0, str(week.week))
            for n, week in enumerate(weeks)
            if week.served
        ),
        xs=tuple(
            (x(n), f"{week.week.days[0]:%-m/%-d}") for n, week in enumerate(weeks) if n % 5 == 0
        ),
        ys=tuple((y(value), f"{value:g}") for value in _ticks(step, high)),
        mine_at=mine_at,
        fair_at=fair_at,
    )


def _sums(values: Sequence[float]) -> list[float]:
    found: list[float] = []
    for value in values:
        found.append((found[-1] if found else 0.0) + value)
    return found


def _step(top: float) -> float:
    """A round distance of the marks, for four of them or so."""
    return next((step for step in (0.5, 1, 2, 5, 10, 20, 50) if top / step <= 5), 100.0)


def _ticks(step: float, high: float) -> list[float]:
    return [step * number for number in range(round(high / step) + 1)]


def _apart(one: float, other: float) -> tuple[float, float]:
    """The heights of two names, moved so that neither covers the other."""
    if abs(one - other) >= 18:
        return one, other
    middle = (one + other) / 2
    return (middle - 9, middle + 9) if one <= other else (middle + 9, middle - 9)
