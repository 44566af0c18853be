"""The solver's progress as our own drawing: cost falling, bound rising, the gap between; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from zhiban.web import words

LEFT, RIGHT, TOP, BOTTOM = 62.0, 384.0, 12.0, 190.0


@dataclass(frozen=True, slots=True)
class Point:
    """One progress row; None where nothing was known yet."""

    seconds: float
    objective: int | None
    bound: int | None
    stage: str = ""


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis: where, and what it says."""

    at: float
    word: str


@dataclass(frozen=True, slots=True)
class Plot:
    """Point lists in the drawing's units (440 x 228), and where the two lines are named."""

    cost: str
    bound: str
    between: str
    xs: tuple[Tick, ...]
    ys: tuple[Tick, ...]
    cost_at: float | None
    bound_at: float | None


def plot(rows: Sequence[Point], elapsed: float) -> Plot | None:
    """The drawing of these rows up to `elapsed` seconds; None before the first roster."""
    # The empty roster, with which every search begins, would flatten all that follows.
    rows = [row for row in rows if row.stage != "empty"]
    costs = [(row.seconds, row.objective) for row in rows if row.objective is not None]
    bounds = [(row.seconds, row.bound) for row in rows if row.bound is not None]
    if not costs:
        return None
    end = max(elapsed, rows[-1].seconds, 0.1)
    low, high = _range([cost for _, cost in costs], [bound for _, bound in bounds])
    scale = _Scale(end, low, high)
    cost_line = scale.steps(costs)
    bound_line = scale.steps(bounds)
    return Plot(
        cost=_text(cost_line),
        bound=_text(bound_line),
        between=_between(cost_line, bound_line),
        xs=tuple(Tick(scale.x(value), f"{value:g}") for value in _ticks(0.0, end)),
        ys=tuple(Tick(scale.y(value), words.number(value)) for value in _ticks(low, high)),
        **_named(cost_line, bound_line),
    )


def _range(costs: Sequence[int], bounds: Sequence[int]) -> tuple[float, float]:
    """What the upright axis spans: first bounds far below would flatten everything else."""
    high = float(max(costs))
    best = float(min(costs))
    near = [bound for bound in bounds if bound >= best - 3 * max(high - best, 0.02 * abs(best), 1)]
    low = float(min([*near, best]))
    pad = max((high - low) * 0.08, 4.0)
    return low - pad, high + pad


class _Scale:
    """From seconds and price points to the drawing's units."""

    def __init__(self, end: float, low: float, high: float) -> None:
        self.end, self.low, self.high = end, low, high

    def x(self, seconds: float) -> float:
        return round(LEFT + (RIGHT - LEFT) * min(seconds, self.end) / self.end, 1)

    def y(self, value: float) -> float:
        inside = min(max(value, self.low), self.high)
        return round(BOTTOM - (BOTTOM - TOP) * (inside - self.low) / (self.high - self.low), 1)

    def steps(self, points: Sequence[tuple[float, int]]) -> list[tuple[float, float]]:
        """What was known holds until something better is known: a line of steps."""
        line: list[tuple[float, float]] = []
        for seconds, value in points:
            if line:
                line.append((self.x(seconds), line[-1][1]))
            line.append((self.x(seconds), self.y(value)))
        if line:
            line.append((self.x(self.end), line[-1][1]))
        return line


def _text(line: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:g},{y:g}" for x, y in line)


def _between(cost: list[tuple[float, float]], bound: list[tuple[float, float]]) -> str:
    """The outline of what lies between both lines, from where both are known."""
    if not bound:
        return ""
    start = max(cost[0][0], bound[0][0])
    both = [*_from(cost, start), *reversed(_from(bound, start))]
    return _text(both)


def _from(line: list[tuple[float, float]], start: float) -> list[tuple[float, float]]:
    height = next((y for x, y in reversed(line) if x <= start), line[0][1])
    return [(start, height), *((x, y) for x, y in line if x > start)]


def _named(
    cost: list[tuple[float, float]], bound: list[tuple[float, float]]
) -> dict[str, float | None]:
    """Where the lines' names stand at their ends, kept a line of text apart."""
    cost_at = cost[-1][1] + 4
    if not bound:
        return {"cost_at": cost_at, "bound_at": None}
    bound_at = bound[-1][1] + 4
    if bound_at - cost_at < 17:
        middle = (cost_at + bound_at) / 2
        cost_at, bound_at = middle - 8.5, middle + 8.5
    return {"cost_at": round(cost_at, 1), "bound_at": round(bound_at, 1)}


def _ticks(low: float, high: float) -> list[float]:
    """Three to six round values inside the range."""
    step = 1.0
    width = (high - low) / 4
    while step * 10 <= width:
        step *= 10
    while step > width:
        step /= 10
    step *= max(factor for factor in (1, 2, 5) if step * factor <= width)
    first = step * -(-low // step)
    count = int((high - first) / step + 1e-9) + 1
    return [round(first + index * step, 6) for index in range(count)]
