"""Links into the navigation of 高德 and 百度, each in its own coordinates; pure.

Where a point is only approximate, the link searches by name and address instead: a pin on the
wrong house would send people astray.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from zhiban.data.coordinates import Point, bd09_from_wgs84, gcj02_from_wgs84

_SOURCE = "zhiban"


@dataclass(frozen=True, slots=True)
class Ways:
    """Where the two services show a place, or look for it."""

    amap: str
    baidu: str
    exact: bool


def ways_to(name: str, address: str, city: str, point: Point | None, approximate: bool) -> Ways:
    """The links to a place in a city."""
    if point is None or approximate:
        return _searches(name, address, city)
    lat, lon = gcj02_from_wgs84(point)
    lat_2, lon_2 = bd09_from_wgs84(point)
    amap = {
        "to": f"{lon:.6f},{lat:.6f},{name}",
        "mode": "car",
        "src": _SOURCE,
        "coordinate": "gaode",
        "callnative": "1",
    }
    baidu = {
        "location": f"{lat_2:.6f},{lon_2:.6f}",
        "title": name,
        "content": address or name,
        "coord_type": "bd09ll",
        "output": "html",
        "src": _SOURCE,
    }
    return Ways(
        f"https://uri.amap.com/navigation?{urlencode(amap)}",
        f"https://api.map.baidu.com/marker?{urlencode(baidu)}",
        exact=True,
    )


def _searches(name: str, address: str, city: str) -> Ways:
    # The name alone, where the address says no more: a longer text finds less.
    words = name if not address or name in address or address in name else f"{name} {address}"
    amap = {"keyword": words, "city": city, "view": "map", "src": _SOURCE, "callnative": "1"}
    baidu = {"query": words, "region": city, "output": "html", "src": _SOURCE}
    return Ways(
        f"https://uri.amap.com/search?{urlencode(amap)}",
        f"https://api.map.baidu.com/place/search?{urlencode(baidu)}",
        exact=False,
    )
