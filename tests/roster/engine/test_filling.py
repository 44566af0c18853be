"""What a first roster leaves vacant is filled by moving one day, the lawyer's own or another's."""

from __future__ import annotations

from typing import Any

from zhiban.roster.filling import fill, put
from zhiban.roster.model import build
from zhiban.roster.plan import Plan
from zhiban.roster.problem import Firm, Leave, Shift

Town = Any
MONDAY, TUESDAY = "near.mon.am", "near.tue.am"


def plan_of(town: Town, *lawyers: Any, off: dict[str, str]) -> Plan:
    """Two shifts given to firms, of which `f` takes one a week; who of `off` is away from which."""
    shifts: dict[str, Shift] = {name: town.shift(name, by_firm=True) for name in (MONDAY, TUESDAY)}
    leaves = tuple(
        Leave(lawyer=who, start=shifts[name].start, end=shifts[name].end)
        for who, name in off.items()
    )
    firms = (
        Firm(id="f", name="f", division="c", slots_per_week=1),
        Firm(id="g", name="g", division="c"),
    )
    rules = {"firm_takes": {"members": 1}}
    return Plan(
        build(town.problem(shifts.values(), lawyers, leaves=leaves, firms=firms, rules=rules))
    )


def assign(plan: Plan, lawyer: int, place: int) -> bool:
    """Puts a lawyer on a place where that breaks nothing."""
    return put(plan, int(plan.model.arcs.at[lawyer, place]))


def held(plan: Plan) -> set[tuple[str, str]]:
    """Who holds what."""
    return {(duty.lawyer, duty.shift) for duty in plan.model.roster(plan.chosen)}


def test_a_place_kept_from_a_lawyer_by_a_colleague_is_freed_where_another_firm_takes_over(
    town: Town,
) -> None:
    # Firm f's one slot is A's on Monday. Only B can serve on Tuesday, and D of g only on Monday.
    off = {"A": TUESDAY, "B": MONDAY, "D": TUESDAY}
    plan = plan_of(town, "A", "B", town.lawyer("D", firm="g"), off=off)
    assert assign(plan, 0, 0)
    assert not assign(plan, 1, 1)
    fill(plan)
    assert held(plan) == {("D", MONDAY), ("B", TUESDAY)}


def test_where_nobody_takes_over_all_stays_as_it_was(town: Town) -> None:
    plan = plan_of(town, "A", "B", off={"A": TUESDAY, "B": MONDAY})
    assert assign(plan, 0, 0)
    before = plan.activity.copy()
    fill(plan)
    assert held(plan) == {("A", MONDAY)}
    assert (plan.activity == before).all()
