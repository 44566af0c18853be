"""The whole register of Jiaxing as one value."""

from __future__ import annotations

from zhiban.data.jiaxing import availability, people, places
from zhiban.data.register import Register
from zhiban.data.week import Week
from zhiban.data.worktime import WorkCalendar

WEEKS_BEFORE, WEEKS_AFTER = 1, 12


def jiaxing_register(calendar: WorkCalendar, around: Week, seed: int = 1) -> Register:
    """88 real posts and 600 invented lawyers, with leave and open days of the weeks around one.

    The same seed gives the same people, and any week the same leave, whatever `around` is.
    """
    weeks = [around.next(number) for number in range(-WEEKS_BEFORE, WEEKS_AFTER + 1)]
    divisions, categories = places.divisions(), places.categories()
    posts = places.posts(calendar, weeks)
    firms = people.firms(seed)
    lawyers = people.lawyers(firms, list(categories), seed)
    county_of = {
        one.code: one.parent if one.level == "town" and one.parent else one.code
        for one in divisions.values()
    }
    return Register(
        divisions=divisions,
        neighbours=places.neighbours(),
        firms=firms,
        lawyers=lawyers,
        posts=posts,
        leaves=availability.leaves(lawyers, weeks, seed),
        preferences=availability.preferences(lawyers, posts, county_of, seed),
        categories=categories,
        calendar=calendar,
    )
