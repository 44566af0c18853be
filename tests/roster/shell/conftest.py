"""A small bureau, and rosters for it that need no solver."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from itertools import cycle

import pytest

from zhiban.data.people import Firm, Lawyer
from zhiban.data.places import Division, Opening, Post
from zhiban.data.register import Register
from zhiban.data.timespan import SHANGHAI
from zhiban.data.week import Week
from zhiban.data.worktime import WorkCalendar
from zhiban.roster.problem import RosterProblem
from zhiban.roster.roster import Duty
from zhiban.roster.rosterfile import RosterFile

Rostered = Callable[..., RosterFile]


@pytest.fixture
def week() -> Week:
    return Week.parse("2026-W48")


@pytest.fixture
def now() -> datetime:
    """The Friday before that week."""
    return datetime(2026, 11, 20, 9, tzinfo=SHANGHAI)


@pytest.fixture
def bureau(calendar: WorkCalendar) -> Register:
    """One county with a seat and a station, open all working days, and eight lawyers."""
    openings = tuple(
        Opening(day, start, end)
        for day in range(5)
        for start, end in ((time(8, 30), time(11, 30)), (time(13, 30), time(17)))
    )
    firms = {id: Firm(id, f"{id}律师事务所", "330421") for id in ("F1", "F2")}
    lawyers = [
        Lawyer(
            f"L{number}",
            f"律师{number}",
            "F1" if number < 5 else "F2",
            "330421",
            date(2015, 1, 1),
            frozenset({"online"}),
        )
        for number in range(1, 9)
    ]
    seat = Post(
        *("seat", "嘉善坐席", "Jiashan seat", "seat", "county", "330421"),
        skills=frozenset({"online"}),
        openings=openings,
    )
    station = Post(
        *("station", "嘉善站", "Jiashan station", "station", "county", "330421"), openings=openings
    )
    return Register(
        divisions={
            "3304": Division("3304", "嘉兴市", "city", None, "Jiaxing"),
            "330421": Division("330421", "嘉善县", "county", "3304", "Jiashan"),
        },
        neighbours=(),
        firms=firms,
        lawyers={lawyer.id: lawyer for lawyer in lawyers},
        posts={post.id: post for post in (seat, station)},
        leaves=(),
        preferences=(),
        categories={},
        calendar=calendar,
    )


@pytest.fixture
def rostered() -> Rostered:
    """Gives each shift the next lawyer in turn; those in `without` are passed over."""

    def make(problem: RosterProblem, without: tuple[str, ...] = ()) -> RosterFile:
        people = cycle([one.id for one in problem.lawyers if one.id not in without])
        duties = tuple(Duty(shift=shift.id, lawyer=next(people)) for shift in problem.shifts)
        return RosterFile(
            status="feasible",
            objective=100,
            bound=90,
            gap=0.1,
            gap_without_vacancies=0.1,
            seconds=1.5,
            first_seconds=0.5,
            by_rule={},
            duties=duties,
            vacancies=(),
        )

    return make
