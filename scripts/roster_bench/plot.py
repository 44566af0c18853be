"""Cost and bound over time as a picture: our own SVG, light on ink."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from zhiban.roster.rosterfile import RosterFile

WIDTH, HEIGHT = 640, 300
LEFT, RIGHT, TOP, BOTTOM = 76, 96, 44, 40
NEAR = 0.01  # of the final bound: what lies farther off is cut, it would flatten all else
INK, SOFT, COST, BOUND = "#333", "#e4e4e4", "#b4502d", "#2d6aa0"
Point = tuple[float, int]


@dataclass(frozen=True)
class Scale:
    """Seconds and objective points to picture points."""

    seconds: float
    low: float
    high: float

    def x(self, seconds: float) -> float:
        """Across."""
        return LEFT + (WIDTH - LEFT - RIGHT) * seconds / self.seconds

    def y(self, value: float) -> float:
        """Down."""
        share = (value - self.low) / (self.high - self.low)
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * share


def plotted(file: RosterFile, title: str) -> str:
    """The picture, of what lies within 1 % of the final bound."""
    costs = [(r.seconds, r.objective) for r in file.progress if r.objective is not None]
    bounds = [(r.seconds, r.bound) for r in file.progress if r.bound is not None]
    lines = (_kept(costs, file), _kept(bounds, file))
    values = [value for line in lines for _, value in line]
    room = NEAR * abs(file.bound)
    near = [value for value in values if abs(value - file.bound) <= room] or [file.bound]
    scale = _scale(near, max(file.seconds, 0.01))
    return "\n".join(
        [
            (
                f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
                'font-family="system-ui, sans-serif" font-size="12" role="img">'
            ),
            f"<title>{_safe(title)}</title>",
            f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
            f'<text x="{LEFT}" y="22" fill="{INK}" font-size="14">{_safe(title)}</text>',
            *_grid(scale),
            (
                f'<clipPath id="inside"><rect x="{LEFT}" y="{TOP}" '
                f'width="{WIDTH - LEFT - RIGHT + 3}" height="{HEIGHT - TOP - BOTTOM}"/></clipPath>'
                '<g clip-path="url(#inside)">'
            ),
            _area(lines, scale),
            *_line(lines[1], scale, BOUND),
            *_line(lines[0], scale, COST),
            "</g>",
            *_names(lines, scale, file),
            "</svg>\n",
        ]
    )


def _kept(line: Sequence[Point], file: RosterFile) -> list[Point]:
    """To the end of the solve."""
    return [*line, (file.seconds, line[-1][1])] if line else []


def _scale(values: Sequence[int], seconds: float) -> Scale:
    low, high = min(values), max(values)
    room = max(1.0, 0.06 * (high - low))
    return Scale(seconds, low - room, high + room)


def _steps(low: float, high: float, most: int) -> list[float]:
    """Round numbers between two others, no more than that many."""
    raw = (high - low) / most
    power = 10.0 ** floor(log10(raw))
    step = next(power * times for times in (1, 2, 5, 10) if power * times >= raw)
    return [step * number for number in range(ceil(low / step), floor(high / step) + 1)]


def _grid(scale: Scale) -> list[str]:
    parts = []
    for value in _steps(scale.low, scale.high, 4):
        if value != round(value):
            continue
        y = scale.y(value)
        parts += [
            f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="{SOFT}"/>',
            (
                f'<text x="{LEFT - 8}" y="{y + 4:.1f}" fill="{INK}" text-anchor="end">'
                f"{value:,.0f}</text>"
            ),
        ]
    base = HEIGHT - BOTTOM
    for seconds in _steps(0, scale.seconds, 6):
        x = scale.x(seconds)
        parts += [
            f'<path d="M{x:.1f} {base}v4" stroke="{INK}"/>',
            (
                f'<text x="{x:.1f}" y="{base + 18}" fill="{INK}" text-anchor="middle">'
                f"{seconds:g} s</text>"
            ),
        ]
    return [*parts, f'<path d="M{LEFT} {base}H{WIDTH - RIGHT}" stroke="{INK}"/>']


def _corners(line: Sequence[Point], scale: Scale) -> list[tuple[float, float]]:
    """The line as stairs: a value holds until the next one comes."""
    corners = [(scale.x(line[0][0]), scale.y(line[0][1]))]
    for seconds, value in line[1:]:
        corners += [(scale.x(seconds), corners[-1][1]), (scale.x(seconds), scale.y(value))]
    return corners


def _line(line: Sequence[Point], scale: Scale, colour: str) -> list[str]:
    if not line:
        return []
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in _corners(line, scale))
    dots = [
        f'<circle cx="{scale.x(seconds):.1f}" cy="{scale.y(value):.1f}" r="2.2" fill="{colour}"/>'
        for seconds, value in line[:-1]
    ]
    path = f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="1.6"/>'
    return [path, *dots]


def _area(lines: tuple[list[Point], list[Point]], scale: Scale) -> str:
    """What is still open between cost and bound, once both are known."""
    costs, bounds = lines
    if not costs or not bounds:
        return ""
    start = max(costs[0][0], bounds[0][0])
    edges = [_corners(_from(line, start), scale) for line in lines]
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in (*edges[0], *reversed(edges[1])))
    return f'<polygon points="{points}" fill="{COST}" fill-opacity="0.08"/>'


def _from(line: Sequence[Point], start: float) -> list[Point]:
    before = [value for seconds, value in line if seconds <= start]
    return [(start, before[-1]), *(row for row in line if row[0] > start)]


def _names(lines: tuple[list[Point], list[Point]], scale: Scale, file: RosterFile) -> list[str]:
    """What each line is, at its end; apart where they meet."""
    x = WIDTH - RIGHT + 8
    cost, bound = scale.y(file.objective), scale.y(file.bound)
    if abs(cost - bound) < 30:
        middle = (cost + bound) / 2
        cost, bound = middle - 15, middle + 15
    texts = [("cost", file.objective, COST, cost)]
    texts += [("bound", file.bound, BOUND, bound)] if lines[1] else []
    return [
        f'<text x="{x}" y="{y - 1:.1f}" fill="{colour}">{name}</text>'
        f'<text x="{x}" y="{y + 12:.1f}" fill="{colour}">{value:,}</text>'
        for name, value, colour, y in texts
    ]


def _safe(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
