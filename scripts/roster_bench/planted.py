"""A small town in which one rule at a time binds: what the planted problems are made of.

Counties `c` and `d`, firms `f` and `g`, a near station (10 minutes), a far one (45) and a seat.
All prices but those of vacancies and wishes are switched off, so that a case's objective can be
reckoned by hand: 2000 for each vacancy, 4 for each unit of a wish.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from zhiban.data.timespan import SHANGHAI
from zhiban.roster.problem import Division, Firm, Lawyer, Post, RosterProblem, Shift, Wish, sound

MONDAY = date(2026, 11, 30)
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HOURS = {"am": "8:30-12:00", "pm": "13:30-17:00", "night": "22:00-1:30"}
QUIET: Mapping[str, dict[str, Any]] = {
    "travel": {"price": 0},
    "fairness": {"slope": 0},
    "unpopular": {"slope": 0},
    "firm_share": {"price": 0},
    "online_seat": {"price": 0},
}
DIVISIONS = tuple(Division(code=code, name=code, level="county") for code in "cd")
FIRMS = tuple(Firm(id=name, name=name, division="c") for name in "fg")
POSTS = (
    Post(id="near", name="near", kind="station", division="c", minutes=10),
    Post(id="far", name="far", kind="station", division="c", minutes=45),
    Post(id="seat", name="seat", kind="seat", division="c"),
)


@dataclass(frozen=True)
class Case:
    """A problem in which the rule binds, and the objective of its best roster, by hand."""

    rule: str
    problem: RosterProblem
    objective: int


@dataclass(frozen=True)
class Town:
    """Makes the cases of one rule; `rules` are the parameters they all share."""

    rule: str
    rules: Mapping[str, dict[str, Any]] = field(default_factory=dict)

    def case(
        self,
        objective: int,
        shifts: Iterable[str | Shift],
        lawyers: Iterable[str | Lawyer],
        **more: Any,
    ) -> Case:
        """One case; shifts and lawyers by name or made."""
        parts: dict[str, Any] = {
            "start": MONDAY,
            "divisions": DIVISIONS,
            "firms": FIRMS,
            "posts": POSTS,
            "shifts": tuple(shift(one) if isinstance(one, str) else one for one in shifts),
            "lawyers": tuple(lawyer(one) if isinstance(one, str) else one for one in lawyers),
        }
        parts |= more
        parts["rules"] = {**QUIET, **self.rules, **more.get("rules", {})}
        return Case(self.rule, sound(RosterProblem(**parts)), objective)


def moment(day: int, clock: str) -> datetime:
    """So many days after the first Monday, at that time of day."""
    hour, minute = map(int, clock.split(":"))
    midnight = datetime.combine(MONDAY + timedelta(days=day), datetime.min.time(), SHANGHAI)
    return midnight + timedelta(hours=hour, minutes=minute)


def shift(name: str, **more: Any) -> Shift:
    """`near.mon.am` or `near.7.9:00-12:00`: post, weekday or number of days, half or hours."""
    post, day, span = name.split(".")
    number = DAYS.index(day) if day in DAYS else int(day)
    first, last = HOURS.get(span, span).split("-")
    start, end = moment(number, first), moment(number, last)
    if end <= start:
        end += timedelta(days=1)
    return Shift(**({"id": name, "post": post, "start": start, "end": end} | more))


def lawyer(name: str, **more: Any) -> Lawyer:
    """A lawyer of firm `f` in county `c` who may serve four times a week."""
    usual = {"id": name, "name": name, "firm": "f", "division": "c", "per_week": 4}
    return Lawyer(**(usual | more))


def wish(name: str, value: int, **fits: Any) -> Wish:
    """A wish for (above 0) or against what fits; of everything where nothing is named."""
    return Wish(lawyer=name, value=value, **fits)
