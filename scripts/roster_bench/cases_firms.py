"""Planted cases of shifts given to firms: A of `f`, B of `g`, C of `h`, two of a firm by name.

Whom one would like better held the shift before (15 saved): wishes do not count there.
"""

from __future__ import annotations

from roster_bench.planted import Case, Town, lawyer, shift

from zhiban.roster.problem import Firm, Habit, Half


def cases() -> tuple[Case, ...]:
    """One case for each rule about slots of firms."""
    return (_takes(), _slots())


def _takes() -> Case:
    """`g` and `h` would be liked better; the one has no choice of members, the other takes none."""
    firms = (*_firms("f", "g"), Firm(id="h", name="h", division="c", slots_per_week=0))
    people = [
        *(lawyer(name) for name in ("A", "A2")),
        lawyer("B", firm="g"),
        *(lawyer(name, firm="h") for name in ("C", "C2")),
    ]
    names = ("near.mon.am", "near.mon.pm", "near.tue.am")
    before: list[tuple[int, Half]] = [(0, "am"), (0, "pm"), (1, "am")]
    habits = [_habit(who, day, half) for who in "BC" for day, half in before]
    slots = [shift(name, by_firm=True) for name in names]
    return Town("firm_takes").case(0, slots, people, firms=firms, habits=habits)


def _slots() -> Case:
    """`f` is liked better and may have one slot a week: 15 saved in each of two weeks."""
    firms = (Firm(id="f", name="f", division="c", slots_per_week=1), *_firms("g"))
    people = [
        *(lawyer(name) for name in ("A", "A2")),
        *(lawyer(name, firm="g") for name in ("B", "B2")),
    ]
    halves: tuple[Half, ...] = ("am", "pm")
    habits = [_habit("A", 0, half) for half in halves]
    names = ("near.mon.am", "near.mon.pm", "near.7.am")
    slots = [shift(name, by_firm=True) for name in names]
    return Town("firm_slots").case(-30, slots, people, firms=firms, habits=habits, weeks=2)


def _habit(who: str, day: int, half: Half) -> Habit:
    return Habit(lawyer=who, post="near", weekday=day, half=half)


def _firms(*names: str) -> tuple[Firm, ...]:
    return tuple(Firm(id=name, name=name, division="c") for name in names)
