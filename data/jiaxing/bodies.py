"""Bodies of the city beside the bureau, from the table beside this file.

The entries say what such a body is called and does; they describe no real office. Coordinates are
approximate, appointments and desks usual ones, and the telephone is the hotline.
"""

from __future__ import annotations

from importlib.resources import files

from zhiban.data.bodies import Body
from zhiban.data.bodies_file import read_bodies


def bodies() -> tuple[Body, ...]:
    """Legal aid and mediation in each county, notaries and appraisal in some."""
    file = files("zhiban.data.jiaxing").joinpath("bodies.csv")
    return read_bodies(file.read_text(encoding="utf-8"))
