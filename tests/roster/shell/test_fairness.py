"""The ledger: what was served, and what a fair share of it would have been."""

from datetime import date, datetime, timedelta

import pytest

from zhiban.data.timespan import SHANGHAI, Span
from zhiban.data.week import Week
from zhiban.roster.fairness import Share, fair_shares, ledger
from zhiban.roster.problem import (
    Division,
    Firm,
    Lawyer,
    Leave,
    Ledger,
    Neighbour,
    Post,
    RosterProblem,
    Shift,
)
from zhiban.roster.publication import duties_of
from zhiban.roster.published import OnDuty, Published, Version
from zhiban.roster.roster import Duty, Roster

WEEK = Week.parse("2026-W48")
BEFORE = WEEK.next(-1)


def at(day: int, hour: float, week: Week = BEFORE) -> datetime:
    return datetime.combine(week.days[day], datetime.min.time(), SHANGHAI) + timedelta(hours=hour)


def problem(*lawyers: Lawyer, leaves: tuple[Leave, ...] = (), days: int = 5) -> RosterProblem:
    """So many days of a morning and an afternoon at one station; Friday afternoon is unpopular."""
    shifts = tuple(
        Shift(
            id=f"s{day}{half}",
            post="p",
            start=at(day, start),
            end=at(day, start + 3),
            unpopular=(day, half) == (4, "pm"),
            standby=1,
        )
        for day in range(days)
        for half, start in (("am", 8.5), ("pm", 13.5))
    )
    return RosterProblem(
        start=BEFORE.monday,
        divisions=(
            Division(code="c", name="市", level="city"),
            Division(code="a", name="甲县", level="county", parent="c"),
            Division(code="b", name="乙县", level="county", parent="c"),
        ),
        neighbours=(Neighbour(division="a", neighbour="b", price=30),),
        firms=(Firm(id="F", name="所", division="a"),),
        posts=(Post(id="p", name="站", kind="station", division="a"),),
        shifts=shifts,
        lawyers=lawyers,
        leaves=leaves,
    )


def lawyer(id: str, division: str = "a", weight: int = 100, **more: object) -> Lawyer:
    return Lawyer(id=id, name=id, firm="F", division=division, weight=weight, **more)


def held(asked: RosterProblem, *duties: tuple[str, str, str]) -> tuple[OnDuty, ...]:
    return duties_of(
        asked,
        Roster.of(Duty(shift=s, lawyer=who, role=role) for s, who, role in duties),
    )


def all_mornings(asked: RosterProblem, who: str) -> tuple[OnDuty, ...]:
    return held(asked, *((f"s{day}am", who, "primary") for day in range(5)))


def version(
    duties: tuple[OnDuty, ...], number: int = 1, published: datetime | None = None
) -> Version:
    return Version(number, BEFORE, number, published or at(0, 0), duties)


def test_a_standby_counts_half() -> None:
    asked = problem(lawyer("A"), lawyer("B"))
    duties = held(asked, ("s0am", "A", "primary"), ("s0am", "B", "standby"))
    assert [(d.lawyer, d.points) for d in duties] == [("A", 1.0), ("B", 0.5)]


def test_duties_are_shared_equally_among_equals() -> None:
    asked = problem(lawyer("A"), lawyer("B"))
    # five mornings, 1 point each, for two equals: 2.5 each, whoever holds them
    assert fair_shares(asked, all_mornings(asked, "A")) == {
        "A": Share(2.5, 0.0),
        "B": Share(2.5, 0.0),
    }


def test_unpopular_duties_are_shared_apart() -> None:
    asked = problem(lawyer("A"), lawyer("B"))
    shares = fair_shares(asked, held(asked, ("s4pm", "A", "primary"), ("s4am", "A", "primary")))
    assert shares["B"] == Share(points=1.0, unpopular=0.5)


def test_an_unpopular_duty_counts_one_whatever_its_points() -> None:
    # a standby is half a point, and still one unpopular duty: with the primary's, two to share
    asked = problem(lawyer("A"), lawyer("B"))
    duties = held(asked, ("s4pm", "A", "primary"), ("s4pm", "B", "standby"))
    assert fair_shares(asked, duties)["A"] == Share(points=0.75, unpopular=1.0)
    row = ledger(Published((version(duties),)), {}, WEEK)["B"]
    assert (row.points, row.unpopular) == (0.5, 1)


def test_shares_follow_the_weights() -> None:
    asked = problem(lawyer("A", weight=100), lawyer("B", weight=25))
    shares = fair_shares(asked, all_mornings(asked, "B"))
    assert (shares["A"].points, shares["B"].points) == (4.0, 1.0)  # 5 points as 4 to 1


def test_shares_are_prorated_by_the_days_for_which_one_is_there() -> None:
    away = Leave(lawyer="B", start=at(0, 0), end=at(2, 0))  # four of ten half-days
    asked = problem(lawyer("A"), lawyer("B"), leaves=(away,))
    shares = fair_shares(asked, all_mornings(asked, "A"))
    # weights 1 and 0.6: 5 x 1 / 1.6 = 3.125 and 5 x 0.6 / 1.6 = 1.875
    assert (shares["A"].points, shares["B"].points) == (3.125, 1.875)


def test_who_may_not_serve_has_no_share() -> None:
    asked = problem(
        lawyer("A"),
        lawyer("suspended", licence="suspended"),
        lawyer("newcomer", licensed_on=date(2026, 10, 1)),
        lawyer("neighbour", division="b"),
    )
    assert list(fair_shares(asked, all_mornings(asked, "A"))) == ["A"]


def test_a_duty_that_nobody_else_could_hold_is_nobody_elses_share() -> None:
    asked = problem(lawyer("neighbour", division="b"))
    assert fair_shares(asked, all_mornings(asked, "neighbour")) == {}


def test_the_ledger_adds_what_was_served_and_the_fair_shares_of_it() -> None:
    asked = problem(lawyer("A"), lawyer("B"))
    duties = held(asked, ("s0am", "A", "primary"), ("s4pm", "A", "primary"))
    published = Published((version(duties),))
    shares = {1: fair_shares(asked, duties)}
    assert ledger(published, shares, WEEK) == {
        "A": Ledger(points=2, target=1, unpopular=1, unpopular_target=0.5),
        "B": Ledger(points=0, target=1, unpopular=0, unpopular_target=0.5),
    }


def test_a_duty_taken_over_counts_for_who_took_it_and_a_no_show_for_nobody() -> None:
    asked = problem(lawyer("A"), lawyer("B"))
    first = version(held(asked, ("s0am", "A", "primary"), ("s1am", "A", "primary")))
    second = version(held(asked, ("s0am", "B", "primary"), ("s1am", "A", "primary")), 2, at(0, 10))
    published = Published((first, second))
    assert {who: row.points for who, row in ledger(published, {}, WEEK).items()} == {
        "A": 1,
        "B": 1,
    }
    absent = ledger(published, {}, WEEK, no_shows={("s0am", "B")})
    assert list(absent) == ["A"]


def test_targets_are_those_of_the_newest_version() -> None:
    asked = problem(lawyer("A"), lawyer("B"))
    one, two = held(asked, ("s0am", "A", "primary")), all_mornings(asked, "A")
    published = Published((version(one), version(two, 2, at(6, 0))))
    shares = {1: fair_shares(asked, one), 2: fair_shares(asked, two)}
    assert ledger(published, shares, WEEK)["B"].target == 2.5


@pytest.mark.parametrize(("weeks", "points"), [(1, 5), (26, 5)])
def test_the_window_ends_where_the_planned_week_begins(weeks: int, points: float) -> None:
    asked = problem(lawyer("A"))
    published = Published((version(all_mornings(asked, "A")),))
    assert ledger(published, {}, WEEK, weeks=weeks)["A"].points == points
    assert ledger(published, {}, BEFORE, weeks=weeks) == {}  # the week itself is being planned
    assert ledger(published, {}, WEEK.next(weeks), weeks=weeks) == {}  # fallen out of the window


def test_a_night_that_ends_in_the_window_counts_in_it() -> None:
    night = OnDuty(
        "n",
        Span(at(6, 20), at(6, 32)),
        "p",
        "站",
        "station",
        "a",
        "A",
        "A",
        "F",
        "F",
        "primary",
    )
    published = Published((version((night,)),))
    assert ledger(published, {}, WEEK) == {}  # it ends on the Monday of the planned week
    assert ledger(published, {}, WEEK.next())["A"].points == 1
