"""A simple map of our own: places as numbers, towns or counties by name, where one is; pure.

Flat, north up: over one city the earth's curve is less than a line's width.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import cos, radians

from zhiban.data.coordinates import Point

WIDTH, HEIGHT = 360.0, 260.0
_MARGIN, _FOOT = 26.0, 44.0  # the foot holds the scale
_TEXT, _MARK = 12.0, 9.0
_SMALLEST = 0.04  # degrees of latitude shown at least, about 4 km
_KM = 1 / 111.195  # in degrees of latitude
_BARS = (20, 10, 5, 2, 1)


@dataclass(frozen=True, slots=True)
class Label:
    """A name at a point of the drawing."""

    x: float
    y: float
    text: str
    anchor: str = "middle"


@dataclass(frozen=True, slots=True)
class Mark:
    """A place, by its number in the list beside the map; `numbers` names all at one spot."""

    x: float
    y: float
    numbers: str
    open: bool


@dataclass
class Map:
    """What is drawn: dots with names, numbered marks, oneself, and how long so many km are."""

    dots: list[Label] = field(default_factory=list)
    names: list[Label] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    me: Label | None = None
    me_name: Label | None = None
    bar: float = 0.0
    bar_km: int = 0


@dataclass(frozen=True, slots=True)
class _Frame:
    """From points on the ground to points of the drawing."""

    west: float
    north: float
    scale: float  # units of the drawing a degree of latitude
    narrowing: float  # a degree of longitude in degrees of latitude
    left: float
    top: float

    def at(self, point: Point) -> tuple[float, float]:
        lat, lon = point
        x = self.left + (lon - self.west) * self.narrowing * self.scale
        return round(x, 1), round(self.top + (self.north - lat) * self.scale, 1)


def draw(
    divisions: Sequence[tuple[str, Point]],
    places: Sequence[tuple[Point, bool]],
    me: Point | None,
) -> Map | None:
    """The map of these places (whether each is open) among named divisions; None without points.

    Places at one spot share a mark; a name that would lie on another or on a mark is left out.
    """
    points = [point for point, _ in places] + ([me] if me is not None else [])
    if not points:
        return None
    # Around oneself the places matter, and of the divisions those that lie among them.
    frame = _frame(points + ([] if me is not None else [point for _, point in divisions]))
    drawn = Map(marks=_marks(frame, places))
    boxes = [_around(mark.x, mark.y, _MARK * 2) for mark in drawn.marks]
    if me is not None:
        drawn.me = Label(*frame.at(me), "")
        boxes.append(_around(drawn.me.x, drawn.me.y, _MARK * 2.6))
        drawn.me_name = _placed(drawn.me.x, drawn.me.y, "Me", boxes)
    for name, point in divisions:
        x, y = frame.at(point)
        if not (0 < x < WIDTH and 0 < y < HEIGHT):
            continue
        drawn.dots.append(Label(x, y, name))
        label = _placed(x, y, name, boxes)
        if label is not None:
            drawn.names.append(label)
    drawn.bar_km = next((km for km in _BARS if km * _KM * frame.scale <= 110), 1)
    drawn.bar = round(drawn.bar_km * _KM * frame.scale, 1)
    return drawn


def _frame(points: Sequence[Point]) -> _Frame:
    lats, lons = [lat for lat, _ in points], [lon for _, lon in points]
    narrowing = cos(radians((min(lats) + max(lats)) / 2))
    tall = max(max(lats) - min(lats), _SMALLEST)
    wide = max((max(lons) - min(lons)) * narrowing, _SMALLEST)
    scale = min((WIDTH - 2 * _MARGIN) / wide, (HEIGHT - _MARGIN - _FOOT) / tall)
    middle = (min(lons) + max(lons)) / 2 - (WIDTH / 2) / scale / narrowing
    north = (min(lats) + max(lats)) / 2 + (HEIGHT + _MARGIN - _FOOT) / 2 / scale
    return _Frame(middle, north, scale, narrowing, 0.0, 0.0)


def _marks(frame: _Frame, places: Iterable[tuple[Point, bool]]) -> list[Mark]:
    """One mark for all places within a mark's width of the first of them."""
    spots: list[tuple[float, float, list[int], list[bool]]] = []
    for number, (point, open_now) in enumerate(places, 1):
        x, y = frame.at(point)
        for at_x, at_y, numbers, opens in spots:
            if abs(at_x - x) < 2 * _MARK and abs(at_y - y) < 2 * _MARK:
                numbers.append(number)
                opens.append(open_now)
                break
        else:
            spots.append((x, y, [number], [open_now]))
    return [Mark(x, y, _said(numbers), any(opens)) for x, y, numbers, opens in spots]


def _said(numbers: list[int]) -> str:
    return str(numbers[0]) if len(numbers) == 1 else f"{numbers[0]}+"


_Box = tuple[float, float, float, float]


def _around(x: float, y: float, width: float) -> _Box:
    return (x - width / 2, y - _MARK, x + width / 2, y + _MARK)


def _placed(x: float, y: float, name: str, boxes: list[_Box]) -> Label | None:
    """The name below, above, right or left of its point, wherever it is free first."""
    width = sum(_TEXT if ord(letter) > 255 else _TEXT * 0.56 for letter in name)
    tries = (
        (x, y + 22, "middle", x - width / 2),
        (x, y - 12, "middle", x - width / 2),
        (x + 13, y + 4, "start", x + 13),
        (x - 13, y + 4, "end", x - 13 - width),
    )
    for at_x, at_y, anchor, left in tries:
        box = (left, at_y - _TEXT, left + width, at_y + 3)
        inside = box[0] >= 2 and box[2] <= WIDTH - 2 and box[1] >= 2 and box[3] <= HEIGHT - 20
        if inside and not any(_overlap(box, other) for other in boxes):
            boxes.append(box)
            return Label(at_x, round(at_y, 1), name, anchor)
    return None


def _overlap(one: _Box, other: _Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
