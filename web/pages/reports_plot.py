"""The reports' drawings in our own units: lines by week, dots by firm, a map of half-days; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, LEFT, RIGHT, TOP, BOTTOM = 640.0, 52.0, 556.0, 14.0, 196.0
STEPS = (0.25, 0.5, 1, 2, 5, 10, 20, 25, 50, 100, 200, 500, 1000)


@dataclass(frozen=True, slots=True)
class Line:
    """One line: a name, a class of its look, its parts without gaps, and where its name stands."""

    name: str
    look: str
    parts: tuple[str, ...]
    dots: tuple[tuple[float, float], ...]
    name_at: float


@dataclass(frozen=True, slots=True)
class Mark:
    """A value beside its dot, and the look of its line."""

    x: float
    y: float
    word: str
    look: str


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines over weeks, with the words on both axes and the values of the marks that tell most."""

    lines: tuple[Line, ...]
    marks: tuple[Mark, ...]
    xs: tuple[tuple[float, str], ...]
    ys: tuple[tuple[float, str], ...]


def lines(
    series: Sequence[tuple[str, str, Sequence[float | None]]],
    labels: Sequence[str],
    *,
    top: float | None = None,
    unit: str = "",
) -> Lines | None:
    """Series (name, look, a value a week) as lines; None where there is no value at all."""
    known = [value for _, _, values in series for value in values if value is not None]
    if not known:
        return None
    high = top if top is not None else _high(max(known))
    step = high / 4 if top is not None else _step(high)

    def x(number: int) -> float:
        return round(LEFT + (RIGHT - LEFT) * number / max(1, len(labels) - 1), 1)

    def y(value: float) -> float:
        return round(BOTTOM - (BOTTOM - TOP) * min(value, high) / high, 1)

    found = []
    for name, look, values in series:
        dots = [(x(n), y(v)) if v is not None else None for n, v in enumerate(values)]
        last = next((dot for dot in reversed(dots) if dot), None)
        if last is not None:
            there = tuple(dot for dot in dots if dot)
            found.append(Line(name, look, _parts(dots), there, last[1] + 4))
    every = max(1, -(-len(labels) // 9))
    told = [
        (x(n), y(value), f"{round(value, 1):g}{unit}", look)
        for name, look, values in series
        if look != "rule"
        for n, value in _telling(values, low=top is not None)
    ]
    return Lines(
        lines=_apart(found),
        marks=_beside(told, low=top is not None),
        xs=tuple((x(n), one) for n, one in enumerate(labels) if n % every == 0),
        ys=tuple((y(value), f"{value:g}{unit}") for value in _ticks(high, step)),
    )


@dataclass(frozen=True, slots=True)
class Dot:
    """A lawyer: how far from the fair share, and the words of it."""

    x: float
    y: float
    who: str
    look: str


@dataclass(frozen=True, slots=True)
class Strip:
    """A firm's row: name and dots."""

    name: str
    y: float
    dots: tuple[Dot, ...]


@dataclass(frozen=True, slots=True)
class Strips:
    """Firms as rows over one axis of points beyond the fair share."""

    rows: tuple[Strip, ...]
    xs: tuple[tuple[float, str], ...]
    middle: float
    height: float


STRIP_LEFT, STRIP_RIGHT, STRIP = 190.0, 620.0, 22.0


def strips(firms: Sequence[tuple[str, Sequence[tuple[str, float]]]]) -> Strips | None:
    """Firms with their lawyers' distances (who, points); None without any lawyer."""
    values = [value for _, people in firms for _, value in people]
    if not values:
        return None
    far = _high(max(1.0, *(abs(value) for value in values)))

    def x(value: float) -> float:
        return round(STRIP_LEFT + (STRIP_RIGHT - STRIP_LEFT) * (value + far) / (2 * far), 1)

    rows = []
    for number, (name, people) in enumerate(firms):
        y = 26 + STRIP * number
        dots = tuple(
            Dot(
                x(value), y, who, "over" if value > far / 2 else "under" if value < -far / 2 else ""
            )
            for who, value in people
        )
        rows.append(Strip(name, y, dots))
    step = _step(far)
    marks = [m for n in range(round(far / step) + 1) for m in ({n * step, -n * step})]
    return Strips(
        rows=tuple(rows),
        xs=tuple((x(mark), f"{mark:+g}" if mark else "0") for mark in sorted(marks)),
        middle=x(0),
        height=26 + STRIP * len(rows) + 34,
    )


@dataclass(frozen=True, slots=True)
class Cell:
    """A half-day of the map: `shade` from 0 to 5, and how dark words must be on it."""

    x: float
    y: float
    shade: int
    asked: float
    seats: float
    each: float | None


CELL_LEFT, CELL_TOP, CELL_WIDE, CELL_HIGH = 64.0, 30.0, 80.0, 48.0


def heat(asked: Sequence[Sequence[float]], seats: Sequence[Sequence[float]]) -> tuple[Cell, ...]:
    """Questions a week against seats on duty, by weekday and half-day."""
    each = [
        [a / s if s else None for a, s in zip(*pair, strict=True)]
        for pair in zip(asked, seats, strict=True)
    ]
    most = max([value for row in each for value in row if value is not None] or [0.0])
    cells = []
    for day in range(7):
        for half in range(2):
            value = each[day][half]
            shade = 0 if not value or not most else min(5, 1 + int(4.999 * value / most))
            if value is None and asked[day][half]:
                shade = 6  # somebody asks, nobody sits
            at = (CELL_LEFT + CELL_WIDE * day, CELL_TOP + CELL_HIGH * half)
            cells.append(Cell(*at, shade, asked[day][half], seats[day][half], value))
    return tuple(cells)


def _parts(dots: Sequence[tuple[float, float] | None]) -> tuple[str, ...]:
    parts: list[list[str]] = [[]]
    for dot in dots:
        if dot is None:
            parts.append([])
        else:
            parts[-1].append(f"{dot[0]:g},{dot[1]:g}")
    return tuple(" ".join(part) for part in parts if len(part) > 1)


def _apart(found: Sequence[Line]) -> tuple[Line, ...]:
    """Names moved down, so that none covers the one above."""
    placed: list[Line] = []
    lowest = -100.0
    for one in sorted(found, key=lambda line: line.name_at):
        at = max(one.name_at, lowest + 15)
        lowest = at
        placed.append(Line(one.name, one.look, one.parts, one.dots, at))
    return tuple(placed)


def _telling(values: Sequence[float | None], *, low: bool) -> list[tuple[int, float]]:
    """Of a line its newest value and its worst: the lowest where that is what matters."""
    known = [(n, value) for n, value in enumerate(values) if value is not None]
    worst = (min if low else max)(known, key=lambda one: one[1], default=None)
    return list(dict.fromkeys((known[-1], worst))) if worst is not None else []


def _beside(told: Sequence[tuple[float, float, str, str]], *, low: bool) -> tuple[Mark, ...]:
    """The values beside their dots, but for those that would stand on an earlier one."""
    placed: list[Mark] = []
    for x, dot, word, look in told:
        y = dot + 18 if low else dot - 8
        if all(abs(one.x - x) > 40 or abs(one.y - y) > 13 for one in placed):
            placed.append(Mark(x, y, word, look))
    return tuple(placed)


def _step(top: float) -> float:
    return next((float(step) for step in STEPS if top / step <= 5), top / 4)


def _high(top: float) -> float:
    step = _step(top)
    return step * -(-top // step) or step


def _ticks(high: float, step: float) -> list[float]:
    return [round(step * number, 4) for number in range(round(high / step) + 1)]


def _beyond(value: float, far: float) -> str:
    if abs(value) <= far:
        return ""
    return "over" if value > 0 else "under"
