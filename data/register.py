"""The register: everything the bureau knows, as one immutable value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from zhiban.data.categories import Category
from zhiban.data.people import Firm, Lawyer, Leave, Preference
from zhiban.data.places import Division, Neighbour, Post, lifted
from zhiban.data.wording import Faults
from zhiban.data.worktime import WorkCalendar


@dataclass(frozen=True)
class Register:
    """People, places, categories and the calendar; every id that one names, another has."""

    divisions: Mapping[str, Division]
    neighbours: tuple[Neighbour, ...]
    firms: Mapping[str, Firm]
    lawyers: Mapping[str, Lawyer]
    posts: Mapping[str, Post]
    leaves: tuple[Leave, ...]
    preferences: tuple[Preference, ...]
    categories: Mapping[str, Category]
    calendar: WorkCalendar

    def __post_init__(self) -> None:
        faults = Faults()
        for who, field, what, known in self._references():
            faults.unless(
                what in known,
                f"{who}.{field}",
                f"登记册里没有“{what}”",
                f"{what!r} is not registered",
            )
        faults.refuse()

    @cached_property
    def offered(self) -> Mapping[str, Category]:
        """The categories that a new question may have."""
        return {code: one for code, one in self.categories.items() if not one.retired}

    def county_of(self, division: str) -> str:
        """The code of its county or district; a city is its own."""
        return lifted(division, self.divisions, "county", "city")

    def city_of(self, division: str) -> str:
        """The code of its city; the topmost division where there is no city above it."""
        return lifted(division, self.divisions, "city")

    def covering_divisions(self, division: str) -> tuple[str, ...]:
        """Whose seats answer for it, in order: its county, its city, neighbours from the nearest.

        A question goes to the first whose seat is on duty; how far down the list is policy.
        """
        county = self.county_of(division)
        order = (county, self.city_of(division), *self._nearest.get(county, ()))
        return tuple(dict.fromkeys(order))

    @cached_property
    def _nearest(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for row in sorted(self.neighbours, key=lambda row: (row.minutes, row.neighbour)):
            found[row.division] = (*found.get(row.division, ()), row.neighbour)
        return found

    def _references(self) -> list[tuple[str, str, str, Mapping[str, object]]]:
        """Rows of (who, field, the id named, where it must be found)."""
        divisions, lawyers, posts = self.divisions, self.lawyers, self.posts
        firms = self.firms.values()
        rows: list[tuple[str, str, str, Mapping[str, object]]] = [
            (f"division {place.code}", "parent", place.parent, divisions)
            for place in divisions.values()
            if place.parent is not None
        ]
        for pair in self.neighbours:
            who = f"neighbour of {pair.division}"
            rows.append((who, "division", pair.division, divisions))
            rows.append((who, "neighbour", pair.neighbour, divisions))
        for lawyer in lawyers.values():
            rows.append((f"lawyer {lawyer.id}", "firm", lawyer.firm, self.firms))
            rows.append((f"lawyer {lawyer.id}", "division", lawyer.division, divisions))
        for wish in self.preferences:
            rows.append((f"preference of {wish.lawyer}", "lawyer", wish.lawyer, lawyers))
            if wish.post is not None:
                rows.append((f"preference of {wish.lawyer}", "post", wish.post, posts))
        rows += [(f"firm {one.id}", "division", one.division, divisions) for one in firms]
        rows += [(f"post {one.id}", "division", one.division, divisions) for one in posts.values()]
        rows += [(f"leave {one.id}", "lawyer", one.lawyer, lawyers) for one in self.leaves]
        return rows
