"""A draft changed step by step is what the checker finds it to be, and goes back the same way."""

from __future__ import annotations

from random import Random
from typing import get_args

import pytest

from zhiban.roster.checker import check, vacant, violations
from zhiban.roster.example import example
from zhiban.roster.goals import goals
from zhiban.roster.intents import Act, Impossible, Intent, differs, state_of, steps_of
from zhiban.roster.prices import by_rule
from zhiban.roster.problem import Leave
from zhiban.roster.reworking import Worked, opened, reworked
from zhiban.roster.roster import Duty
from zhiban.roster.solve import solve
from zhiban.roster.steps import Blocked, Step, between, from_json, undoing

ACTS: tuple[Act, ...] = get_args(Act)


@pytest.fixture(scope="module")
def at() -> Worked:
    """A small solved draft in which every rule is at work."""
    problem = example(lawyers=40, stations=6, seats=2, seed=3)
    return opened(problem, solve(problem, seconds=10, workers=1))


def drawn(at: Worked, random: Random) -> Intent:
    """Some act that a hand may want, sensible or not."""
    shift = random.choice(at.problem.shifts)
    lawyer = random.choice(at.problem.lawyers).id
    held = at.facts.duties_on(shift.id)
    kind = random.choice(ACTS)
    if kind == "assign" or not held:
        return Intent("assign", Duty(shift.id, lawyer))
    if kind == "move":
        start = random.choice(held)
        target = random.choice(at.problem.shifts)
        return Intent("move", Duty(target.id, start.lawyer), start=start)
    return Intent(kind, random.choice(held))


def test_whatever_hands_do_figures_and_violations_are_those_of_the_whole_check(at: Worked) -> None:
    # Reckoned step by step from what the steps touch, and from nothing, must be the same.
    random, now, done = Random(7), at, 0
    for _ in range(120):
        steps = steps_of(now.facts, drawn(now, random))
        if isinstance(steps, Impossible):
            continue
        after = reworked(now, steps, bounded=False)
        assert isinstance(after, Worked)
        whole = opened(after.problem, after.file)
        assert set(after.violations) == set(violations(whole.facts))
        prices = by_rule(whole.facts)
        assert {c: p for c, p in after.file.by_rule.items() if p} == {
            c: p for c, p in prices.items() if p
        }
        assert after.file.objective == sum(prices.values())
        told = {(one.shift, str(one.role)): one.missing for one in after.file.vacancies}
        assert told == vacant(whole.facts)
        back = reworked(after, undoing(steps), bounded=False)
        assert isinstance(back, Worked)
        assert back.file.duties == now.file.duties
        assert set(back.problem.locks) == set(now.problem.locks)
        now, done = after, done + 1
    assert done > 60


def test_a_lock_and_its_going_keep_the_proof_and_claim_nothing_that_is_not_so(at: Worked) -> None:
    duty = at.file.duties[0]
    lock = steps_of(at.facts, Intent("lock", duty))
    assert not isinstance(lock, Impossible)
    locked = reworked(at, lock)
    assert isinstance(locked, Worked)
    assert locked.file.bound == at.file.bound
    assert check(locked.problem, locked.file).sound
    back = reworked(locked, undoing(lock))
    assert isinstance(back, Worked)
    assert check(back.problem, back.file).sound


def test_a_step_that_does_not_find_what_it_needs_changes_nothing(at: Worked) -> None:
    duty = at.file.duties[0]
    gone = Step("drop", "duties", {"shift": duty.shift, "lawyer": duty.lawyer, "role": duty.role})
    assert isinstance(reworked(at, (gone, gone)), Blocked)
    cap = Step("set", "lawyers", {"id": duty.lawyer, "per_week": 9}, {"per_week": 77})
    assert isinstance(reworked(at, (cap,)), Blocked)


def test_steps_between_two_problems_lead_there_and_back_and_can_be_kept(at: Worked) -> None:
    first = at.problem.shifts[0]
    lawyer = at.problem.lawyers[0]
    shifts = tuple(
        one.model_copy(update={"need": 0, "wish": None}) if one is first else one
        for one in at.problem.shifts
    )
    leave = Leave(lawyer=lawyer.id, start=first.start, end=first.end)
    lawyers = (lawyer.model_copy(update={"per_week": 6}), *at.problem.lawyers[1:])
    changed = {"shifts": shifts, "lawyers": lawyers, "leaves": (*at.problem.leaves, leave)}
    problem = at.problem.model_copy(update=changed)
    roster = at.facts.roster.changed([at.file.duties[0]], ())
    steps = between((at.problem, at.facts.roster), (problem, roster))
    kept = tuple(from_json(one.as_json()) for one in steps)
    after = reworked(at, kept, bounded=False)
    assert isinstance(after, Worked)
    assert after.problem.shifts == problem.shifts
    assert after.problem.lawyers == problem.lawyers
    assert set(after.problem.leaves) == set(problem.leaves)
    assert after.facts.roster == roster
    back = reworked(after, undoing(kept), bounded=False)
    assert isinstance(back, Worked)
    assert back.problem.lawyers == at.problem.lawyers
    assert back.file.objective == at.file.objective


def test_what_somebody_saw_is_compared_place_by_place(at: Worked) -> None:
    one, other = at.problem.shifts[0].id, at.problem.shifts[1].id
    seen = {one: state_of(at.facts, one), other: "somebody.primary"}
    assert differs(at.facts, seen) == (other,)


def test_a_goal_costs_what_the_draft_then_costs_and_a_bar_is_a_rule_that_it_then_breaks(
    at: Worked,
) -> None:
    # Every shift for some lawyers, carried from a duty of theirs or not, against the whole draft.
    random, open_ones, barred = Random(5), 0, 0
    before = set(at.violations)
    for start in [*random.sample(list(at.file.duties), 6), None]:
        lawyer = start.lawyer if start else random.choice(at.problem.lawyers).id
        for goal in random.sample(goals(at.facts, lawyer, start), 25):
            duty = Duty(goal.shift, lawyer, goal.role)
            act = Intent("move" if start else "assign", duty, start=start)
            steps = steps_of(at.facts, act)
            if isinstance(steps, Impossible):
                assert goal.bar
                continue
            after = reworked(at, steps, bounded=False)
            assert isinstance(after, Worked)
            broken = {one.rule for one in after.violations if one not in before} - {"cover"}
            assert (goal.bar in broken) if goal.bar else not broken
            if not goal.bar:
                assert goal.cost == after.file.objective - at.file.objective
            open_ones, barred = open_ones + (not goal.bar), barred + bool(goal.bar)
    assert open_ones > 10
    assert barred > 10
