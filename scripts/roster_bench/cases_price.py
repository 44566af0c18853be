"""Planted cases of the rules that only have a price, each with its optimum by hand.

Whatever a mutation does to a price of Monday or of an afternoon is seen, for some of it is paid
in every roster.
"""

from __future__ import annotations

from roster_bench.planted import Case, Town, lawyer, shift, wish

from zhiban.roster.problem import Away, Habit, Lawyer, Ledger, Neighbour, Shift

TWO = ("near.mon.am", "near.tue.pm")


def cases() -> tuple[Case, ...]:
    """One case or more for each cost rule."""
    return (*_likes(), *_ways(), *_balances(), _shares())


def _likes() -> tuple[Case, ...]:
    monday = (Away(lawyer="B", weekday=0),)
    wishes = (
        wish("A", -3, weekday=0, half="am"),
        wish("A", 2, shift="near.tue.pm"),
        wish("B", -2, post="near"),
    )
    habits = tuple(
        Habit(lawyer="A", post="near", weekday=day, half=half)
        for day, half in ((0, "am"), (1, "pm"))
    )
    feast = [shift(name, holiday="spring") for name in (*TWO, "near.wed.am")]
    only_wednesday = (*monday, Away(lawyer="B", weekday=1))
    return (
        # only A can Monday: 12; Tuesday saves 8 with A and costs 8 with B; on Wednesday's, which
        # is given to firms, no wish counts
        Town("wishes").case(
            12 - 8,
            [*TWO, shift("near.wed.am", by_firm=True)],
            ["A", "B"],
            away=monday,
            wishes=(*wishes, wish("A", 5, weekday=2)),
        ),
        # both were A's before: 15 saved each
        Town("continuity").case(-30, TWO, ["A", "B"], habits=habits),
        # only A, who served it last year, can Monday and Tuesday; Wednesday goes to B, although
        # A would save 20
        Town("holidays").case(
            2000,
            feast,
            [lawyer("A", holidays=("spring",)), "B"],
            away=only_wednesday,
            wishes=(wish("A", 5, weekday=2),),
        ),
    )


def _ways() -> tuple[Case, ...]:
    # A: 10 on Monday, 45 on Tuesday; B of the next county comes 25 minutes further: half of
    # 70 as a standby. The seat on Wednesday is at no distance
    shifts: list[str | Shift] = ["near.mon.am", shift("far.tue.pm", standby=1), "seat.wed.am"]
    beside = (Neighbour(division="c", neighbour="d", minutes=25, price=0),)
    return (
        Town("travel", {"travel": {"price": 1}}).case(
            10 + 45 + 35, shifts, ["A", lawyer("B", division="d", firm="g")], neighbours=beside
        ),
    )


def _balances() -> tuple[Case, ...]:
    three = [*TWO, "near.thu.am"]
    ahead = lawyer("A", ledger=Ledger(points=3.0, target=2.0))
    double = shift("near.mon.am", points=2.0, standby=1)
    served = lawyer("A", ledger=Ledger(unpopular=3.0, unpopular_target=1.0))
    dull: list[str | Shift] = [*(shift(name, unpopular=True) for name in TWO), "near.thu.am"]
    fair = Town("fairness", {"fairness": {"slope": 1}})
    return (
        # B pays 8 for a duty, A, a point ahead, 16; the second duty of either is 8 dearer.
        # Two of B and one of A: 8 + 16 + 16; three of B would be 48
        fair.case(40, three, [ahead, "B"]),
        # two points as primary, half of that as standby
        fair.case(16 + 8, [double], ["A", lawyer("B", firm="g")]),
        # A is two ahead: 24; both of B: 8 + 16
        Town("unpopular", {"unpopular": {"slope": 1}}).case(24, dull, [served, "B"]),
    )


def _shares() -> Case:
    # Weights 100 and 300 on four duties: shares of one and three. B can serve twice only, so
    # each firm is one away: 2 x (1 + 1)
    four = [*TWO, "near.wed.am", "near.thu.am"]
    people: list[str | Lawyer] = ["A", lawyer("B", firm="g", weight=300, per_week=2)]
    return Town("firm_share", {"firm_share": {"price": 2}}).case(4, four, people)
