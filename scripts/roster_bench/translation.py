"""A prototype's instance as a problem of ours: the same people, places, times and caps."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from math import hypot
from typing import Any

from zhiban.data.timespan import SHANGHAI
from zhiban.roster.problem import (
    Division,
    Firm,
    Habit,
    Lawyer,
    Leave,
    Ledger,
    Nearby,
    Neighbour,
    Post,
    RosterProblem,
    Shift,
    Wish,
    sound,
)

START = date(2026, 11, 30)
HALVES = ((time(8, 30), time(12, 0)), (time(13, 30), time(17, 0)))
NOON = time(12, 30)
COUNTIES = 10
NEARBY_MINUTES, FAR = 15, 40
OLD, MIDDLE, NEW = date(2010, 1, 1), date(2020, 1, 1), date(2025, 1, 1)
Value = dict[str, Any]


def translated(instance: Value) -> RosterProblem:
    """One city: `law`, `sh`, `sites`, `neigh`, `last` as the instance names them."""
    sites = dict(instance["sites"])
    shifts, people = instance["sh"], instance["law"]
    names = [f"C{county}" for county in range(COUNTIES)]
    return sound(
        RosterProblem(
            start=START,
            divisions=(
                Division(code="C", name="C", level="city"),
                *(Division(code=one, name=one, level="county", parent="C") for one in names),
            ),
            # lawyers of a county also serve in the county before it
            neighbours=tuple(
                Neighbour(division=names[at], neighbour=names[(at + 1) % COUNTIES], minutes=0)
                for at in range(COUNTIES)
            ),
            firms=tuple(
                Firm(id=f"F{one}", name=f"F{one}", division="C")
                for one in sorted({lawyer["firm"] for lawyer in people})
            ),
            posts=(*_stations(sites), *_seats()),
            nearby=tuple(
                Nearby(site=f"S{one}", other=f"S{other}", minutes=NEARBY_MINUTES)
                for one, other in instance["neigh"]
                if one < other
            ),
            shifts=tuple(map(_shift, shifts)),
            lawyers=tuple(map(_lawyer, people)),
            leaves=tuple(leave for one in people for leave in _leaves(one)),
            wishes=tuple(wish for one in people for wish in _wishes(one)),
            habits=tuple(_habits(instance["last"])),
        )
    )


def _stations(sites: dict[int, Any]) -> Iterator[Post]:
    for number, (_, county, x, y) in sorted(sites.items()):
        minutes = min(FAR - 1, int(60 * hypot(x - 0.5, y - 0.5)))
        name = f"S{number}"
        yield Post(id=name, name=name, kind="station", division=f"C{county}", minutes=minutes)


def _seats() -> Iterator[Post]:
    yield Post(id="seat", name="seat", kind="seat", division="C")
    for county in range(COUNTIES):
        yield Post(id=f"seat{county}", name=f"seat{county}", kind="seat", division=f"C{county}")


def _shift(one: Value) -> Shift:
    """A half-day; of a county's seat only that county's lawyers have the skill."""
    day, half = START + timedelta(days=one["d"]), HALVES[one["t"]]
    online, county = one["kind"] == "on", one["cty"]
    seat, skill = ("seat", "online") if county < 0 else (f"seat{county}", f"online{county}")
    return Shift(
        id=str(one["id"]),
        post=seat if online else f"S{one['site']}",
        start=datetime.combine(day, half[0], SHANGHAI),
        end=datetime.combine(day, half[1], SHANGHAI),
        need=one["dem"],
        standby=int(one["standby"]),
        skills=(skill,) if online else (),
        unpopular=one["unpop"],
        pairing=one["pair"],
    )


def _lawyer(one: Value) -> Lawyer:
    return Lawyer(
        id=f"L{one['id']}",
        name=f"L{one['id']}",
        firm=f"F{one['firm']}",
        division=f"C{one['cty']}",
        skills=("online", f"online{one['cty']}") if one["on"] else (),
        licensed_on=OLD if one["senior"] else NEW if one["newc"] else MIDDLE,
        weight=100,
        per_day=one["daycap"],
        per_week=one["mx"],
        gap_days=1 if one["gap"] else None,
        ledger=Ledger(points=one["h"], target=5, unpopular=one["hu"], unpopular_target=1.75),
    )


def _leaves(one: Value) -> Iterator[Leave]:
    for number, half in one["leave"]:
        day = START + timedelta(days=number)
        midnight, noon = (datetime.combine(day, at, SHANGHAI) for at in (time(0), NOON))
        span = (noon, midnight + timedelta(days=1)) if half else (midnight, noon)
        yield Leave(lawyer=f"L{one['id']}", start=span[0], end=span[1])


def _wishes(one: Value) -> Iterator[Wish]:
    for value, halves in ((-10, one["dis"]), (5, one["want"])):
        for number, half in halves:
            name = f"L{one['id']}"
            yield Wish(lawyer=name, value=value, weekday=number, half="pm" if half else "am")


def _habits(last: list[Any]) -> Iterator[Habit]:
    for (site, day, half), lawyer in last:
        yield Habit(lawyer=f"L{lawyer}", post=f"S{site}", weekday=day, half="pm" if half else "am")
