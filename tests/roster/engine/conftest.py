"""One county with two stations and a seat, to which the tests add shifts and people."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from functools import cache
from random import Random
from typing import Any

import pytest

from zhiban.data.timespan import SHANGHAI
from zhiban.roster.checker import violations
from zhiban.roster.facts import Facts
from zhiban.roster.found import FoundRow, Half
from zhiban.roster.halves import Entries
from zhiban.roster.model import build
from zhiban.roster.network import flow, start_columns
from zhiban.roster.pricing import Priced
from zhiban.roster.problem import (
    Away,
    Division,
    Firm,
    Lawyer,
    Ledger,
    Post,
    RosterProblem,
    Shift,
    Wish,
    sound,
)
from zhiban.roster.relaxation import Point, Relaxation
from zhiban.roster.roster import Duty, Roster
from zhiban.roster.rules import active_rules
from zhiban.roster.separation import broken_halves
from zhiban.roster.stars import Stars

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


def made_by_chance(
    seed: int, lawyers: int = 18, days: int = 7, short: bool = False
) -> RosterProblem:
    """A town of three firms in which caps, gaps, pairs, skills and ledgers bind a little each.

    Stations ask for two, one of them a senior beside a newcomer; seats want a standby of another
    firm. `short` takes half of the lawyers away.
    """
    random = Random(seed)
    shifts = []
    for day in range(days):
        for post in ("near", "far", "seat"):
            for half in random.sample(("am", "pm"), random.choice((1, 2, 2))):
                need = random.choice((1, 1, 2)) if post != "seat" else 1
                shifts.append(
                    Town.shift(
                        f"{post}.{day}.{half}",
                        need=need,
                        wish=need + random.choice((0, 0, 1)),
                        standby=random.choice((0, 0, 1)),
                        pairing=need > 1 and random.random() < 0.6,
                        unpopular=random.random() < 0.3,
                        skills=("labour",) if random.random() < 0.3 else (),
                        points=random.choice((1.0, 1.0, 0.5)),
                    )
                )
    people = [
        Town.lawyer(
            f"L{number}",
            firm=random.choice("fgh"),
            skills=("online", "labour") if random.random() < 0.5 else ("online",),
            licensed_on=date(random.choice((2005, 2012, 2020, 2025)), 6, 1),
            per_week=random.choice((None, 2, 3)),
            gap_days=random.choice((None, None, 1, 2)),
            days_running=random.choice((None, 2)),
            ledger=Ledger(
                points=random.randrange(6),
                target=3,
                unpopular=random.randrange(3),
                unpopular_target=1,
            ),
        )
        for number in range(lawyers // 2 if short else lawyers)
    ]
    away = [
        Away(lawyer=one.id, weekday=random.randrange(7), half=random.choice((None, "am", "pm")))
        for one in people
        for _ in range(2)
    ]
    wishes = [
        Wish(lawyer=one.id, value=random.randint(-8, 8), weekday=random.randrange(7))
        for one in people
    ]
    firms = [Firm(id=one, name=one, division="c") for one in "fgh"]
    return Town.problem(
        shifts,
        people,
        away=tuple(away),
        wishes=tuple(wishes),
        firms=tuple(firms),
        weeks=-(-days // 7),
    )


class Cut:
    """The LP of a problem after some rounds of halves.

    `rounds` holds each round's halves with the point that they broke, `values` the LP's optimum
    before them and after each round, `priced` the best bound.
    """

    ROUNDS = 4

    def __init__(self, problem: RosterProblem) -> None:
        self.problem = problem
        self.model = build(problem)
        self.stars = Stars(self.model)
        self.rounds: list[tuple[Point, list[tuple[Half, FoundRow]]]] = []
        self.values: list[float] = []
        start = start_columns(self.model, flow(self.model))
        self._lp = Relaxation(self.model, self.stars, start, lambda: False)
        self.priced = self._solved()
        entries = Entries(self.model)
        for number in range(self.ROUNDS):
            point = self._lp.point()
            halves = broken_halves(self.model, entries, self.stars, point, number, 2 + number)
            if not halves:
                return
            self.stars.add_halves(halves)
            self.rounds.append((point, halves))
            priced = self._solved()
            self.priced = max(self.priced, priced, key=lambda one: one.bound)

    def _solved(self) -> Priced:
        priced = self._lp.solve(lambda _: None, lambda: False)
        self.values.append(self._lp.highs.getInfo().objective_function_value)
        return priced


@cache
def _cut(seed: int, lawyers: int = 18, days: int = 7, short: bool = False) -> Cut:
    return Cut(made_by_chance(seed, lawyers, days, short))


@pytest.fixture(scope="session")
def chance_town() -> Callable[..., RosterProblem]:
    """A town made by chance: seed, lawyers, days, whether it is short."""
    return made_by_chance


@pytest.fixture(scope="session")
def cut() -> Callable[..., Cut]:
    """The LP of a town made by chance, with halves: seed, lawyers, days, whether it is short."""
    return _cut
