"""Bodies of the city beside the bureau, from the table beside this file.

The entries say what such a body is called and does; they describe no real office. Coordinates are
approximate, appointments and desks usual ones, and the telephone is the hotline.
"""

from __future__ import annotations

import csv
from datetime import time
from importlib.resources import files
from typing import cast

from zhiban.data.bodies import Body, BodyKind
from zhiban.data.places import Opening


def bodies() -> tuple[Body, ...]:
    """Legal aid and mediation in each county, notaries and appraisal in some."""
    text = files("zhiban.data.jiaxing").joinpath("bodies.csv").read_text(encoding="utf-8")
    return tuple(_body(row) for row in csv.DictReader(text.splitlines()))


def _body(row: dict[str, str]) -> Body:
    return Body(
        id=row["id"],
        kind=cast(BodyKind, row["kind"]),
        name=row["name"],
        name_en=row["name_en"],
        division=row["division"],
        address=row["address"],
        phone=row["phone"],
        lat=float(row["lat"]),
        lon=float(row["lon"]),
        approximate=True,
        minutes=int(row["minutes"]),
        desks=int(row["desks"]),
        openings=tuple(_openings(row)),
    )


def _openings(row: dict[str, str]) -> list[Opening]:
    """Weekdays are digits, 1 is Monday."""
    pairs = [interval.split("-") for interval in row["hours"].split()]
    return [
        Opening(int(weekday) - 1, time.fromisoformat(start), time.fromisoformat(end))
        for weekday in row["weekdays"]
        for start, end in pairs
    ]
