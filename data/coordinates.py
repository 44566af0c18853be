"""Coordinates of the three systems in use, by the published formulae, and distances; pure.

WGS-84 is what satellites and our register give; GCJ-02 is what maps of mainland China must show
(高德); BD-09 is 百度's own shift on top of it. Points are (latitude, longitude) in degrees.
"""

from __future__ import annotations

from collections.abc import Callable
from math import asin, atan2, cos, hypot, pi, radians, sin, sqrt

Point = tuple[float, float]

_AXIS = 6_378_245.0  # of Krasovsky's ellipsoid, in metres
_ECCENTRICITY = 0.006_693_421_622_965_943  # squared
_TURN = pi * 3000.0 / 180.0
_EARTH = 6_371_008.8  # mean radius in metres
# Each round of the way back shrinks what is left of the error to a few thousandths.
_ROUNDS = 6


def gcj02_from_wgs84(point: Point) -> Point:
    """Where a map of mainland China shows a point; the same point outside of it."""
    if not in_china(point):
        return point
    lat, lon = point
    d_lat, d_lon = _shift(lon - 105.0, lat - 35.0)
    flat = 1 - _ECCENTRICITY * sin(radians(lat)) ** 2
    d_lat = d_lat * 180.0 / (_AXIS * (1 - _ECCENTRICITY) / (flat * sqrt(flat)) * pi)
    d_lon = d_lon * 180.0 / (_AXIS / sqrt(flat) * cos(radians(lat)) * pi)
    return lat + d_lat, lon + d_lon


def wgs84_from_gcj02(point: Point) -> Point:
    """The point that a map of mainland China shows there, to a millimetre."""
    return _inverse(gcj02_from_wgs84, point) if in_china(point) else point


def bd09_from_gcj02(point: Point) -> Point:
    """Where 百度 shows what other maps show at a point."""
    lat, lon = point
    radius = hypot(lon, lat) + 0.00002 * sin(lat * _TURN)
    angle = atan2(lat, lon) + 0.000003 * cos(lon * _TURN)
    return radius * sin(angle) + 0.006, radius * cos(angle) + 0.0065


def gcj02_from_bd09(point: Point) -> Point:
    """What other maps show at the point that 百度 shows there, to a millimetre."""
    return _inverse(bd09_from_gcj02, point)


def bd09_from_wgs84(point: Point) -> Point:
    """Where 百度 shows a point."""
    return bd09_from_gcj02(gcj02_from_wgs84(point))


def in_china(point: Point) -> bool:
    """Whether a point lies in the box within which mainland maps are shifted."""
    lat, lon = point
    return 0.8293 <= lat <= 55.8271 and 72.004 <= lon <= 137.8347


def metres(here: Point, there: Point) -> float:
    """The way between two points as the crow flies."""
    (lat, lon), (lat_2, lon_2) = here, there
    half_lat, half_lon = radians(lat_2 - lat) / 2, radians(lon_2 - lon) / 2
    height = sin(half_lat) ** 2 + cos(radians(lat)) * cos(radians(lat_2)) * sin(half_lon) ** 2
    return 2 * _EARTH * asin(min(1.0, sqrt(height)))


def rounded(point: Point) -> Point:
    """The point to three places, about 100 m: near enough to find what is near."""
    return round(point[0], 3), round(point[1], 3)


def _inverse(forward: Callable[[Point], Point], point: Point) -> Point:
    lat, lon = point
    for _ in range(_ROUNDS):
        there = forward((lat, lon))
        lat, lon = lat + point[0] - there[0], lon + point[1] - there[1]
    return lat, lon


def _shift(x: float, y: float) -> Point:
    """The shift in metres north and east, by degrees east of 105 and north of 35."""
    common = (20.0 * sin(6.0 * x * pi) + 20.0 * sin(2.0 * x * pi)) * 2.0 / 3.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x)) + common
    north += (20.0 * sin(y * pi) + 40.0 * sin(y / 3.0 * pi)) * 2.0 / 3.0
    north += (160.0 * sin(y / 12.0 * pi) + 320.0 * sin(y * pi / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x)) + common
    east += (20.0 * sin(x * pi) + 40.0 * sin(x / 3.0 * pi)) * 2.0 / 3.0
    east += (150.0 * sin(x / 12.0 * pi) + 300.0 * sin(x / 30.0 * pi)) * 2.0 / 3.0
    return north, east
