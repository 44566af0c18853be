"""What explanations say, held against trying it: counts, cuts, remedies, differences by rule."""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import Any
from unittest.mock import patch

import pytest

from zhiban.roster import remedies as module
from zhiban.roster import solve as solver
from zhiban.roster.checker import vacant, violations
from zhiban.roster.example import example
from zhiban.roster.explain import DEARER, blocked, why, why_not
from zhiban.roster.facts import Facts
from zhiban.roster.prices import by_rule
from zhiban.roster.problem import Lock, RosterProblem
from zhiban.roster.proposals import Opening, Proposal, cap, leave
from zhiban.roster.remedies import Patience, remedies
from zhiban.roster.roster import Duty, Roster
from zhiban.roster.rosterfile import Remedy, RosterFile
from zhiban.roster.rules import active_rules
from zhiban.roster.shortage import Shortage, shortage

SEEDS = (1, 2, 3, 4, 6, 7)  # in 5 nothing but closing a shift would help
FOR_NOTHING: dict[str, dict[str, Any]] = {
    "travel": {"price": 0},
    "fairness": {"slope": 0},
    "unpopular": {"slope": 0},
    "firm_share": {"price": 0},
    "online_seat": {"price": 0},
    "other_firm": {"price": 0},
    "wishes": {"price": 0},
    "continuity": {"saving": 0},
    "holidays": {"price": 0},
    "cover": {"needed": 1000, "wished": 1000, "standby": 1000},
}


def solve(problem: RosterProblem) -> RosterFile:
    """The best roster, without the vacancies' own explanations."""
    with patch.object(solver, "vacancies", return_value=()):
        solved = solver.solve(problem)
    assert solved.status == "optimal"
    return solved


@cache
def short(seed: int) -> Facts:
    """A small problem with too few lawyers, under its best roster."""
    problem = example(lawyers=15, stations=3, seats=3, seed=seed, short=True)
    return Facts(problem, active_rules(problem), solve(problem).roster)


def total(facts: Facts) -> dict[str, int]:
    return {code: price for code, price in by_rule(facts).items() if price}


def places(facts: Facts) -> list[tuple[str, Any]]:
    found = list(vacant(facts))
    assert found
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_everybody_is_counted_once_where_putting_them_there_breaks_a_rule(seed: int) -> None:
    facts = short(seed)
    for shift, role in places(facts):
        counts = blocked(facts, facts.shifts[shift], role)
        assert sum(counts.values()) == len(facts.lawyers)
        broken: dict[str, int] = {}
        order = [rule.code for rule in facts.rules]
        for lawyer in facts.lawyers:
            duty = Duty(shift=shift, lawyer=lawyer, role=role)
            put = Roster.of({*facts.roster, duty}) if duty not in set(facts.roster) else None
            new = {one.rule for one in violations(facts.with_roster(put))} if put else {"overlap"}
            first = min(new - {"cover"}, key=order.index, default=DEARER)
            broken[first] = broken.get(first, 0) + 1
        assert sum(broken.values()) == sum(counts.values())
        assert broken.get(DEARER, 0) == counts.get(DEARER, 0)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_places_of_a_shortage_hold_no_more_duties_however_their_lawyers_serve(
    seed: int,
) -> None:
    facts = short(seed)
    for shift, role in places(facts)[:4]:
        cut = shortage(facts, (shift, role))
        assert cut.missing >= 1
        if not cut.spare:
            assert most_held(facts, cut) == cut.needed - cut.missing


def most_held(facts: Facts, cut: Shortage) -> int:
    """The most duties that the places can hold beside what their lawyers hold elsewhere."""
    problem, roles = facts.problem, dict[str, set[str]]()
    elsewhere = [
        duty
        for duty in facts.roster
        if duty.lawyer in cut.lawyers and (duty.shift, duty.role) not in cut.places
    ]
    assert len(elsewhere) == cut.elsewhere
    for shift, role in cut.places:
        roles.setdefault(shift, set()).add(role)
    shifts = []
    for shift in problem.shifts:
        held = Counter(duty.role for duty in elsewhere if duty.shift == shift.id)
        if shift.id in roles or held:
            own = roles.get(shift.id, set())
            primary = {} if "primary" in own else {"need": held["primary"], "wish": None}
            standby = {} if "standby" in own else {"standby": held["standby"]}
            shifts.append(shift.model_copy(update={**primary, **standby}))
    posts = tuple(post.model_copy(update={"importance": 100}) for post in problem.posts)
    locks = tuple(Lock(lawyer=one.lawyer, shift=one.shift, role=one.role) for one in elsewhere)
    change = {"shifts": tuple(shifts), "posts": posts, "locks": locks}
    rules = {**problem.rules, **FOR_NOTHING}
    found = solve(problem.model_copy(update={**change, "rules": rules})).duties
    assert set(elsewhere) <= set(found)
    return len(found) - len(elsewhere)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_remedy_is_a_roster_of_the_changed_problem_that_holds_more_at_that_price(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    facts = short(seed)
    before, solved_again = sum(total(facts).values()), 0
    tried: list[tuple[Facts, Roster]] = []
    resolve, try_one = module.resolved, module._tried
    proposals: list[Proposal] = []

    def resolved(*given: Any) -> Roster:
        tried.append((proposals[-1].facts, resolve(*given)))
        return tried[-1][1]

    def one_tried(*given: Any) -> Remedy | None:
        proposals.append(given[3])
        return try_one(*given)

    monkeypatch.setattr(module, "resolved", resolved)
    monkeypatch.setattr(module, "_tried", one_tried)
    for shift, role in places(facts):
        tried.clear()
        ways = shortage(facts, (shift, role)).ways
        found = remedies(facts, facts.shifts[shift], role, Patience(1e9), ways)
        costs = []
        for changed, roster in tried:
            fresh = Facts(changed.problem, active_rules(changed.problem), roster)
            if vacant(fresh).get((shift, role), 0) < vacant(facts)[shift, role]:
                assert list(violations(fresh)) == []
                costs.append(sum(by_rule(fresh).values()) - before)
                # the whole solved again is at least as good as the part
                assert solve(changed.problem).objective <= sum(by_rule(fresh).values())
        told = [remedy.cost for remedy in found if remedy.kind != "close"]
        assert sorted(told) == sorted(costs)
        assert all(remedy.verified for remedy in found)
        assert [remedy.cost for remedy in found] == sorted(remedy.cost for remedy in found)
        solved_again += len(costs)
    assert solved_again


@pytest.mark.parametrize("seed", SEEDS)
def test_where_moving_one_leave_or_raising_one_cap_helps_directly_such_a_remedy_is_told(
    seed: int,
) -> None:
    facts = short(seed)
    for shift, role in places(facts)[:5]:
        opening = Opening(facts, facts.shifts[shift], role, ())
        found = remedies(facts, facts.shifts[shift], role, Patience(1e9))
        kinds = {remedy.kind for remedy in found}
        for kind, propose in (("leave", leave), ("cap", cap)):
            helps = [helped(facts, one, shift, role) for one in propose(facts, opening)]
            if any(helps[: module.TRIED]):
                assert kind in kinds


def helped(facts: Facts, proposal: Proposal, shift: str, role: Any) -> bool:
    """Whether the lawyer brought in just like that would make the roster cheaper."""
    (lawyer,) = proposal.lawyers
    duty = Duty(shift=shift, lawyer=lawyer, role=role)
    with_duty = proposal.facts.with_roster(Roster.of({*facts.roster, duty}))
    sound = not any(violations(with_duty))
    return sound and sum(by_rule(with_duty).values()) < sum(by_rule(facts).values())


@pytest.mark.parametrize("seed", SEEDS)
def test_differences_by_rule_are_those_of_the_whole_rosters(seed: int) -> None:
    problem = example(lawyers=24, stations=3, seats=3, seed=seed)
    facts = Facts(problem, active_rules(problem), solve(problem).roster)
    before, priced = total(facts), 0
    for duty in facts.roster:
        without = total(facts.with_roster(Roster.of(set(facts.roster) - {duty})))
        assert why(facts, duty).prices == difference(before, without)
        if len([one for one in facts.duties_on(duty.shift) if one.role == duty.role]) > 1:
            continue  # any of them could give way
        for lawyer in facts.lawyers:
            answer = why_not(facts, lawyer, facts.shifts[duty.shift], duty.role)
            if answer.rule != DEARER or lawyer == duty.lawyer:
                continue
            instead = Duty(shift=duty.shift, lawyer=lawyer, role=duty.role)
            swapped = facts.with_roster(Roster.of({*facts.roster, instead} - {duty}))
            assert answer.prices == difference(total(swapped), before)
            # the roster is the best: nobody is cheaper, if no rule is broken
            assert sum(answer.prices.values()) >= 0 or any(violations(swapped))
            priced += 1
    assert priced


def difference(one: dict[str, int], other: dict[str, int]) -> dict[str, int]:
    codes = one.keys() | other.keys()
    found = {code: one.get(code, 0) - other.get(code, 0) for code in codes}
    return {code: price for code, price in found.items() if price}
