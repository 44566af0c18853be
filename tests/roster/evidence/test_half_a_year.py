"""Half a year of a small bureau: planted groups of equals, each week on the product's own ledger.

Equals are alike in all that counts: what they may hold, when they are there, their weight and
the ledger they began with. Groups differ from each other in every one of these.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any
from unittest.mock import patch

import pytest
from roster_bench.planted import moment, shift

from zhiban.data.week import Week
from zhiban.roster import solve as solver
from zhiban.roster.fairness import Share, fair_shares, ledger
from zhiban.roster.problem import (
    Division,
    Firm,
    Lawyer,
    Leave,
    Ledger,
    Post,
    RosterProblem,
    Shift,
    sound,
)
from zhiban.roster.publication import duties_of
from zhiban.roster.published import Published, Version

WEEKS = 26
FIRST = Week.parse("2026-W48").next(1)  # the Monday of the planted shifts


@dataclass(frozen=True)
class Group:
    """So many equals, and what they are like."""

    name: str
    size: int
    likeness: dict[str, Any]
    away: int = 0  # of every so many weeks one is spent away, by all of the group

    @property
    def members(self) -> list[str]:
        return [f"{self.name}{number}" for number in range(self.size)]


GROUPS = (
    Group("full", 5, {}),
    Group("half", 4, {"weight": 50, "per_week": 1}),
    Group("young", 3, {"licensed_on": date(2025, 1, 1)}),
    Group("labour", 3, {"skills": ("labour",), "firm": "g"}),
    Group("away", 3, {"firm": "g", "gap_days": 1}, away=3),
    Group("other", 4, {"division": "d", "firm": "g"}),
)
DIVISIONS = (
    Division(code="city", name="市", level="city"),
    Division(code="c", name="甲县", level="county", parent="city"),
    Division(code="d", name="乙县", level="county", parent="city"),
)
POSTS = (
    Post(id="near", name="near", kind="station", division="c", minutes=10),
    Post(id="far", name="far", kind="station", division="d", minutes=45),
    Post(id="seat", name="seat", kind="seat", division="city"),
)


def shifts(random: Random, number: int) -> Iterator[Shift]:
    """Of one week: uneven numbers, standbys here and there, Friday afternoon unpopular."""
    days = ["mon", "tue", "wed", "thu", "fri"]
    for day in days:
        for half in ("am", "pm"):
            last = (day, half) == ("fri", "pm")
            yield shift(f"seat.{day}.{half}", unpopular=last)
            if random.random() < 0.6:
                standby = int(random.random() < 0.3)
                asked = ("labour",) if random.random() < 0.2 else ()
                more = {"standby": standby, "skills": asked, "unpopular": last}
                yield shift(f"near.{day}.{half}", **more)
        if random.random() < 0.5:
            yield shift(f"far.{day}.am", unpopular=number % 2 == 0)


def week_of(number: int, ledgers: dict[str, Ledger]) -> RosterProblem:
    """That week's problem, moved to the first one's dates: rules know no dates but these."""
    people, leaves = [], []
    for group in GROUPS:
        for name in group.members:
            likeness = {"firm": "f", "division": "c", "per_week": 2, **group.likeness}
            own = ledgers.get(name, Ledger())
            people.append(Lawyer(id=name, name=name, ledger=own, **likeness))
            if group.away and number % group.away == 0:
                leaves.append(Leave(lawyer=name, start=moment(0, "0:00"), end=moment(7, "0:00")))
    return sound(
        RosterProblem(
            start=FIRST.monday,
            divisions=DIVISIONS,
            firms=(
                Firm(id="f", name="f", division="c"),
                Firm(id="g", name="g", division="c"),
            ),
            posts=POSTS,
            shifts=tuple(shifts(Random(number), number)),
            lawyers=tuple(people),
            leaves=tuple(leaves),
        )
    )


def later(problem: RosterProblem, number: int) -> RosterProblem:
    """The problem at its true dates, with ids of its own, as it is published."""
    gone = timedelta(weeks=number)
    moved = tuple(
        one.model_copy(
            update={
                "id": f"{number} {one.id}",
                "start": one.start + gone,
                "end": one.end + gone,
            }
        )
        for one in problem.shifts
    )
    return problem.model_copy(update={"start": problem.start + gone, "shifts": moved, "leaves": ()})


def half_a_year() -> dict[str, Ledger]:
    """Each week solved on the ledger of those before, then published: the ledger at the end."""
    versions: list[Version] = []
    shares: dict[int, dict[str, Share]] = {}
    for number in range(WEEKS):
        week = FIRST.next(number)
        problem = week_of(number, ledger(Published(tuple(versions)), shares, week))
        with patch.object(solver, "vacancies", return_value=()):
            solved = solver.solve(problem)
        assert solved.status == "optimal"
        shares[number] = fair_shares(problem, duties_of(problem, solved.roster))
        at = later(problem, number)
        renamed = type(solved.roster).of(
            type(duty)(f"{number} {duty.shift}", duty.lawyer, duty.role) for duty in solved.roster
        )
        duties = duties_of(at, renamed)
        versions.append(Version(number, week, number, at.shifts[0].start, duties))
    return ledger(Published(tuple(versions)), shares, FIRST.next(WEEKS))


@pytest.fixture(scope="module")
def end() -> dict[str, Ledger]:
    return half_a_year()


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group.name)
def test_equals_end_at_most_one_duty_of_points_and_one_unpopular_duty_apart(
    group: Group, end: dict[str, Ledger]
) -> None:
    # a duty is a point, a standby half of one
    rows = [end.get(name, Ledger()) for name in group.members]
    points = [row.points for row in rows]
    unpopular = [row.unpopular for row in rows]
    assert max(points) - min(points) <= 1
    assert max(unpopular) - min(unpopular) <= 1
    targets = [(row.target, row.unpopular_target) for row in rows]
    assert all(target == pytest.approx(targets[0]) for target in targets)


def test_the_half_year_was_no_idle_one(end: dict[str, Ledger]) -> None:
    for group in GROUPS:
        assert sum(end[name].points for name in group.members) > 20
    assert sum(row.unpopular for row in end.values()) > 40
