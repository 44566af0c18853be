"""One county with two stations and a seat, to which the tests add shifts and people."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from zhiban.data.timespan import SHANGHAI
from zhiban.roster.checker import violations
from zhiban.roster.facts import Facts
from zhiban.roster.problem import Division, Firm, Lawyer, Post, RosterProblem, Shift, sound
from zhiban.roster.roster import Duty, Roster
from zhiban.roster.rules import active_rules

MONDAY = date(2026, 11, 30)
HOURS = {
    "am": (time(8, 30), time(12, 0)),
    "pm": (time(13, 30), time(17, 0)),
    "night": (time(22, 0), time(1, 30)),
}
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Town:
    """Counties `c` and `d`, firms `f` and `g`, posts near (10 minutes), far (45) and seat."""

    @staticmethod
    def shift(name: str, **more: Any) -> Shift:
        """`near.mon.am` is the near station's Monday morning; a number counts days instead."""
        post, day_name, half = name.split(".")
        number = DAYS.index(day_name) if day_name in DAYS else int(day_name)
        start, end = HOURS[half]
        day = MONDAY + timedelta(days=number)
        last = day if end > start else day + timedelta(days=1)
        whole = {
            "id": name,
            "post": post,
            "start": datetime.combine(day, start, SHANGHAI),
            "end": datetime.combine(last, end, SHANGHAI),
        }
        return Shift(**(whole | more))

    @staticmethod
    def lawyer(name: str, **more: Any) -> Lawyer:
        """A lawyer of firm `f` in county `c`."""
        return Lawyer(**({"id": name, "name": name, "firm": "f", "division": "c"} | more))

    @classmethod
    def problem(
        cls, shifts: Iterable[str | Shift], lawyers: Iterable[str | Lawyer], **more: Any
    ) -> RosterProblem:
        """A sound problem of shifts and lawyers, by name or made."""
        parts: dict[str, Any] = {
            "start": MONDAY,
            "divisions": (
                Division(code="c", name="甲县", level="county"),
                Division(code="d", name="乙县", level="county"),
            ),
            "firms": (
                Firm(id="f", name="f", division="c"),
                Firm(id="g", name="g", division="c"),
            ),
            "posts": (
                Post(id="near", name="near", kind="station", division="c", minutes=10),
                Post(id="far", name="far", kind="station", division="c", minutes=45),
                Post(id="seat", name="seat", kind="seat", division="c"),
            ),
            "shifts": tuple(cls.shift(s) if isinstance(s, str) else s for s in shifts),
            "lawyers": tuple(cls.lawyer(one) if isinstance(one, str) else one for one in lawyers),
        }
        return sound(RosterProblem(**(parts | more)))

    @staticmethod
    def facts(problem: RosterProblem, *held: str) -> Facts:
        """The problem under its rules; `A near.mon.am` is a duty, `A near.mon.am standby` too."""
        duties = []
        for text in held:
            who, shift, *role = text.split()
            duties.append(Duty(shift=shift, lawyer=who, role="standby" if role else "primary"))
        return Facts(problem, active_rules(problem), Roster.of(duties))

    @classmethod
    def broken(cls, problem: RosterProblem, *held: str) -> set[str]:
        """The rules that a roster breaks."""
        return {one.rule for one in violations(cls.facts(problem, *held))}


@pytest.fixture
def town() -> type[Town]:
    """The made-up town."""
    return Town
