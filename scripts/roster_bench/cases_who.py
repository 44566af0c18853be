"""Planted cases of the eligibility rules: whom each rule bars is the lawyer one would like best.

A wishes for every duty (5 units: 20 saved each), B stands by and costs nothing. The optimum is
thus 20 less for each duty that A may hold; a rule that lets A hold more is broken, one that lets
A hold fewer misses the optimum. Each case has a Monday and an afternoon that are barred.
"""

from __future__ import annotations

from datetime import date

from roster_bench.planted import Case, Town, lawyer, moment, shift, wish

from zhiban.roster.problem import Away, Firm, Forbidden, Leave, Neighbour

THREE = ("near.mon.am", "near.mon.pm", "near.tue.am")
WANTED = (wish("A", 5),)


def cases() -> tuple[Case, ...]:
    """One case or more for each eligibility rule."""
    return (*_people(), *_places(), *_times())


def _people() -> tuple[Case, ...]:
    """Barred for what A is: nothing is left for A, but where a date falls on Tuesday."""
    firms = (
        Firm(id="f", name="f", division="c"),
        Firm(id="g", name="g", division="c", consents=False),
    )
    silent = lawyer("A", firm="g")
    suspended = lawyer("A", licence="suspended")
    # a year in practice is full on Tuesday: one duty of A
    young = lawyer("A", licensed_on=date(2025, 12, 1))
    # Monday is the last day of the window: one duty of A
    punished = lawyer("A", sanctioned_until=date(2026, 11, 30))
    return (
        Town("consent").case(0, THREE, [silent, "B"], firms=firms, wishes=WANTED),
        Town("licence").case(0, THREE, [suspended, "B"], wishes=WANTED),
        Town("experience").case(-20, THREE, [young, "B"], wishes=WANTED),
        Town("sanction").case(-20, THREE, [punished, "B"], wishes=WANTED),
    )


def _places() -> tuple[Case, ...]:
    """Barred from where the duty is done, or from what it asks for."""
    asked = [shift(name, skills=("labour",)) for name in THREE]
    able = lawyer("B", skills=("labour",))
    away = lawyer("A", division="d")
    beside = (Neighbour(division="c", neighbour="d", minutes=25, price=30),)
    pairs = (Forbidden(lawyer="A", post="near"), Forbidden(lawyer="A", shift="far.wed.am"))
    town = Town("division")
    return (
        town.case(0, THREE, [away, "B"], wishes=WANTED),
        # nobody but a neighbour, at a price of 30 for each of three duties
        town.case(90, THREE, [away], neighbours=beside),
        Town("skill").case(0, asked, ["A", able], wishes=WANTED),
        Town("forbidden").case(
            0,
            ["near.mon.am", "near.mon.pm", "far.wed.am"],
            ["A", "B"],
            forbidden=pairs,
            wishes=WANTED,
        ),
    )


def _times() -> tuple[Case, ...]:
    """Barred for when: Tuesday morning is left for A."""
    # one minute of Monday morning, and up to the very minute Tuesday morning starts
    leave = Leave(lawyer="A", start=moment(0, "11:59"), end=moment(1, "8:30"))
    never = (Away(lawyer="A", weekday=0), Away(lawyer="A", weekday=1, half="pm"))
    return (
        Town("leave").case(-20, THREE, ["A", "B"], leaves=(leave,), wishes=WANTED),
        Town("away").case(-20, [*THREE, "near.tue.pm"], ["A", "B"], away=never, wishes=WANTED),
    )
