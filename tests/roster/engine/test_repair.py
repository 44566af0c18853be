"""Repairs with the fewest changes, and stand-ins that cost what they say."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from zhiban.data.wording import Refused
from zhiban.roster import fewest
from zhiban.roster.checker import check
from zhiban.roster.example import example
from zhiban.roster.facts import Facts
from zhiban.roster.freedom import ALL, Freedom
from zhiban.roster.incidents import Absent, Added, Closed, Incident, Swapped
from zhiban.roster.prices import by_rule
from zhiban.roster.problem import Firm
from zhiban.roster.repair import repair, stand_ins
from zhiban.roster.roster import Duty
from zhiban.roster.rules import active_rules
from zhiban.roster.solve import solve


def test_an_absence_that_somebody_free_can_fill_changes_one_duty(town: Any) -> None:
    problem = town.problem(["near.mon.am", "near.wed.am"], ["A", "B", "C"])
    solved = solve(problem)
    lost = solved.duties[0]
    shift = problem.shifts[0]
    mended = repair(problem, solved, [(lost.lawyer, shift.start, shift.end)])
    assert mended.proved
    assert mended.gone == (lost,)
    assert [duty.shift for duty in mended.come] == ["near.mon.am"]
    assert mended.file.vacancies == ()
    assert check(mended.problem, mended.file).sound


@pytest.mark.parametrize("rules", [{}, {"per_week": {"enabled": False}}])
def test_a_chain_is_taken_when_nobody_free_fits(town: Any, rules: dict[str, Any]) -> None:
    # The labour shift needs A or B; B holds the other shift, which only C could take over from B.
    # A is away: B moves to the labour shift, C takes B's. Two new duties, and no fewer will do.
    labour = town.shift("near.mon.am", skills=("labour",))
    people = [
        town.lawyer("A", skills=("labour",), per_week=1),
        town.lawyer("B", skills=("labour",), per_week=1),
        town.lawyer("C", per_week=1),
    ]
    problem = town.problem([labour, town.shift("far.mon.am")], people, rules=rules)
    solved = solve(problem).model_copy(
        update={"duties": (Duty("far.mon.am", "B"), Duty("near.mon.am", "A"))}
    )
    mended = repair(problem, solved, [("A", labour.start, labour.end)])
    assert mended.proved
    assert set(mended.come) == {Duty("near.mon.am", "B"), Duty("far.mon.am", "C")}
    assert len(mended.gone) == 2


def test_a_duty_nobody_can_take_over_stays_vacant_and_all_others_stay_put(town: Any) -> None:
    problem = town.problem(["near.mon.am", "near.tue.am"], [town.lawyer("A", per_week=2)])
    solved = solve(problem)
    shift = problem.shifts[0]
    mended = repair(problem, solved, [("A", shift.start, shift.end)])
    assert mended.proved
    assert mended.come == ()
    assert [duty.shift for duty in mended.file.duties] == ["near.tue.am"]
    assert [one.shift for one in mended.file.vacancies] == ["near.mon.am"]


@pytest.mark.parametrize("seed", [1, 2])
def test_a_week_of_absence_costs_no_more_changes_than_duties_lost(seed: int) -> None:
    problem = example(lawyers=120, stations=20, seats=4, seed=seed)
    solved = solve(problem)
    busiest = max(solved.roster.by_lawyer.items(), key=lambda item: (len(item[1]), item[0]))
    start = min(shift.start for shift in problem.shifts)
    mended = repair(problem, solved, [(busiest[0], start, start + timedelta(days=7))])
    assert mended.proved
    assert check(mended.problem, mended.file).sound
    assert not any(duty.lawyer == busiest[0] for duty in mended.file.duties)
    # every lost duty needs one new one at least, and more only if stand-ins alone cannot do it
    facts = Facts(mended.problem, active_rules(problem), solved.roster.changed(busiest[1], ()))
    alone = filled(facts, list(busiest[1]))
    assert (len(mended.come) == len(busiest[1])) == alone
    assert len(mended.come) <= len(busiest[1]) + 1


def filled(facts: Facts, lost: list[Duty]) -> bool:
    """Whether stand-ins can fill all of the places, tried one after the other."""
    if not lost:
        return True
    first, rest = lost[0], lost[1:]
    for one in stand_ins(facts, first.shift, first.role):
        taken = Duty(shift=first.shift, lawyer=one.lawyer, role=first.role)
        if filled(facts.with_roster(facts.roster.changed((), [taken])), rest):
            return True
    return False


def test_somebody_unknown_cannot_be_absent(town: Any) -> None:
    problem = town.problem(["near.mon.am"], ["A"])
    shift = problem.shifts[0]
    with pytest.raises(Refused, match="Z"):
        repair(problem, solve(problem), [("Z", shift.start, shift.end)])


def test_stand_ins_come_cheapest_first_with_true_prices(town: Any) -> None:
    people = [
        "A",
        town.lawyer("B", licence="suspended"),
        town.lawyer("C", firm="g"),
        town.lawyer("D"),
    ]
    problem = town.problem(["near.mon.am", "far.mon.am"], people)
    facts = town.facts(problem, "A near.mon.am", "D far.mon.am")
    # B has no licence, D is at the far station then; C for A: firm f had its share of one, g one
    found = stand_ins(facts, "near.mon.am")
    assert [one.lawyer for one in found] == ["C"]
    after = town.facts(problem, "C near.mon.am", "D far.mon.am")
    assert found[0].cost == total(after) - total(facts)


def total(facts: Facts) -> int:
    return sum(by_rule(facts).values())


def test_the_best_stand_in_is_what_the_repair_chooses() -> None:
    problem = example(lawyers=120, stations=20, seats=4, seed=1)
    solved = solve(problem)
    facts = Facts(problem, active_rules(problem), solved.roster)
    shifts = {shift.id: shift for shift in problem.shifts}
    for duty in solved.duties[::60]:
        best = stand_ins(facts, duty.shift, duty.role)
        shift = shifts[duty.shift]
        mended = repair(problem, solved, [(duty.lawyer, shift.start, shift.end)])
        if best and len(mended.come) == 1 and mended.come[0].shift == duty.shift:
            assert mended.file.objective - solved.objective <= best[0].cost


def test_a_lost_senior_is_replaced_or_the_newcomer_goes_too(town: Any) -> None:
    # A newcomer may not stand alone on a shift marked for pairing. N stands there with senior S,
    # who is away; nobody else is a senior, so N cannot stay either, and P takes one of the places.
    shift = town.shift("near.mon.am", need=2, pairing=True)
    people = [
        town.lawyer("S", licensed_on="2000-01-01"),
        town.lawyer("N", licensed_on="2025-01-01"),
        town.lawyer("P", licensed_on="2020-01-01"),
    ]
    problem = town.problem([shift], people)
    solved = solve(problem).model_copy(
        update={"duties": (Duty("near.mon.am", "N"), Duty("near.mon.am", "S"))}
    )
    away = [Absent("S", shift.start, shift.end)]
    for freedom in (ALL, Freedom(spared=frozenset("N")), Freedom(movable=frozenset())):
        # even who is to be left alone goes where no rule allows them to stay
        mended = repair(problem, solved, incidents=away, freedom=freedom)
        assert (mended.proved, mended.cheapest) == (True, True)
        assert [one.lawyer for one in mended.file.duties] == ["P"]
        assert check(mended.problem, mended.file).sound


def test_a_firm_at_its_cap_gives_a_slot_to_another_to_take_a_new_one(town: Any) -> None:
    # Firm f may have one slot a week and has it by A. The new slot wants the labour law of B and
    # C of that firm: B or C comes only when A goes, whom D of the other firm can replace.
    slot = town.shift("near.mon.am", by_firm=True)
    people = [
        town.lawyer("A"),
        *(town.lawyer(name, skills=("labour",)) for name in "BC"),
        *(town.lawyer(name, firm="g") for name in "DE"),
    ]
    firms = (
        Firm(id="f", name="f", division="c", slots_per_week=1),
        Firm(id="g", name="g", division="c"),
    )
    problem = town.problem([slot], people, firms=firms)
    solved = solve(problem).model_copy(update={"duties": (Duty("near.mon.am", "A"),)})
    more = town.shift("far.wed.am", by_firm=True, skills=("labour",))
    mended = repair(problem, solved, incidents=[Added(more)])
    assert mended.proved
    assert mended.gone == (Duty("near.mon.am", "A"),)
    assert [(one.shift, one.lawyer in "BC") for one in mended.come] == [
        ("far.wed.am", True),
        ("near.mon.am", False),
    ]
    assert check(mended.problem, mended.file).sound


def test_a_lock_goes_with_what_an_absence_makes_impossible(town: Any) -> None:
    problem = town.problem(
        ["near.mon.am", "near.wed.am"],
        ["A", "B"],
        locks=[{"lawyer": "A", "shift": "near.mon.am"}, {"lawyer": "A", "shift": "near.wed.am"}],
    )
    monday = problem.shifts[0]
    mended = repair(problem, solve(problem), [("A", monday.start, monday.end)])
    assert [one.shift for one in mended.problem.locks] == ["near.wed.am"]
    assert mended.come == (Duty("near.mon.am", "B"),)


@pytest.mark.parametrize(
    ("incident", "named"),
    [
        (Closed("nowhere"), "no shift nowhere"),
        (Swapped(Duty("near.mon.am", "B"), Duty("near.wed.am", "A")), "B does not hold"),
        (Swapped(Duty("near.mon.am", "A"), Duty("near.wed.am", "B")), "A cannot hold near.wed.am"),
    ],
)
def test_what_cannot_have_happened_is_refused_in_words(
    town: Any, incident: Incident, named: str
) -> None:
    labour = town.shift("near.wed.am", skills=("labour",))
    problem = town.problem(["near.mon.am", labour], ["A", town.lawyer("B", skills=("labour",))])
    solved = solve(problem).model_copy(
        update={"duties": (Duty("near.mon.am", "A"), Duty("near.wed.am", "B"))}
    )
    with pytest.raises(Refused) as refused:
        repair(problem, solved, incidents=[incident])
    assert named in refused.value.text.en


def test_when_time_runs_out_what_was_found_in_the_small_part_still_stands(
    town: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Both Monday shifts want labour, which only A has: one stays vacant, though each alone could be
    # held, so it takes the whole model to prove that. B steps in for C on Wednesday before that.
    labour = [town.shift(f"{post}.mon.am", skills=("labour",)) for post in ("near", "far")]
    wednesday = town.shift("near.wed.am")
    people = [town.lawyer("A", skills=("labour",), per_week=1), "B", "C"]
    problem = town.problem([*labour, wednesday], people)
    held = (Duty("near.mon.am", "A"), Duty("near.wed.am", "C"))
    solved = solve(problem).model_copy(update={"duties": held})
    calls = iter(range(10))
    best = fewest._best

    def twice(model: Any, few: Any, known: Any, clock: Any) -> Any:
        if next(calls) < 2:
            return best(model, few, known, clock)
        return fewest.Best(known, proved=False)

    monkeypatch.setattr(fewest, "_best", twice)
    mended = repair(problem, solved, [("C", wednesday.start, wednesday.end)])
    assert not mended.proved
    assert mended.come == (Duty("near.wed.am", "B"),)
    assert [one.shift for one in mended.file.vacancies] == ["far.mon.am"]


def test_nobody_is_on_a_closed_shift(town: Any) -> None:
    problem = town.problem(["near.mon.am", "near.wed.am"], ["A", "B"])
    mended = repair(problem, solve(problem), incidents=[Closed("near.mon.am")])
    assert [one.shift for one in mended.gone] == ["near.mon.am"]
    assert (mended.come, mended.file.vacancies) == ((), ())
    assert check(mended.problem, mended.file).sound
