"""Swaps are checked by every rule before they are offered, and none that is possible is missing."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest

from zhiban.data.wording import Refused
from zhiban.roster.checker import violations
from zhiban.roster.example import example
from zhiban.roster.facts import Facts
from zhiban.roster.partners import partners
from zhiban.roster.prices import by_rule
from zhiban.roster.problem import Lock
from zhiban.roster.roster import Duty, Roster
from zhiban.roster.rules import active_rules
from zhiban.roster.solve import solve
from zhiban.roster.swaps import Handover, Moves, chain, exchange, give_away, swap


def after(facts: Facts, moves: Moves) -> Facts:
    """The roster with the moves made, put together from its duties alone."""
    gone = {move.duty for move in moves}
    come = [replace(move.duty, lawyer=move.to) for move in moves]
    return facts.with_roster(Roster.of([*(d for d in facts.roster if d not in gone), *come]))


def more(facts: Facts, moves: Moves) -> int:
    """What the moves cost, from the prices of both whole rosters."""
    return sum(by_rule(after(facts, moves)).values()) - sum(by_rule(facts).values())


def all_moves(facts: Facts, duty: Duty) -> Iterator[Moves]:
    """Every give-away, exchange and chain of three that starts with the duty."""
    others = [one for one in facts.roster if one.lawyer != duty.lawyer]
    for lawyer in facts.lawyers:
        if lawyer != duty.lawyer:
            yield give_away(duty, lawyer)
    for other in others:
        yield exchange(duty, other)
    for other, third in permutations(others, 2):
        if other.lawyer != third.lawyer:
            yield chain(duty, other, third)


def possible(facts: Facts, moves: Moves) -> bool:
    """Whether it makes a difference, and the roster after it breaks no rule and no lock."""
    locks = {Duty(one.shift, one.lawyer, one.role) for one in facts.problem.locks}
    if any(move.duty in locks for move in moves):
        return False
    made = after(facts, moves).roster
    if len(set(made)) < len(facts.roster) or any(move.after in facts.roster for move in moves):
        return False
    return not any(True for _ in violations(facts.with_roster(made)))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_all_that_breaks_no_rule_is_offered_at_its_true_price_and_nothing_else(seed: int) -> None:
    problem = example(lawyers=30, stations=3, seats=1, seed=seed)
    solved = solve(problem)
    facts = Facts(problem, active_rules(problem), solved.roster)
    for duty in random.Random(seed).sample(solved.duties, 2):
        found = partners(facts, duty, chains=True)
        wanted = {moves for moves in all_moves(facts, duty) if possible(facts, moves)}
        by_size = {size: {m for m in wanted if len(m) == size} for size in (1, 2, 3)}
        assert {one.moves for one in found.give_aways} == by_size[1]
        assert {one.moves for one in found.exchanges} == by_size[2]
        chains = {one.moves for one in found.chains}
        assert chains <= by_size[3]
        assert len(chains) == min(40, len(by_size[3]))
        for kind in (found.give_aways, found.exchanges, found.chains):
            assert [one.cost for one in kind] == sorted(one.cost for one in kind)
            assert all(one.cost == more(facts, one.moves) for one in kind)


def test_a_chain_of_three_is_found_where_no_exchange_is(town: Any) -> None:
    # A can hold 2 or 3 but 2's lawyer B cannot hold 1 and 1 needs C, who holds 3 and could not ...
    # skills: 1 wants p, 2 wants q, 3 wants r. A has p and q, B has q and r, C has r and p: each
    # can pass on to one other only, and around the three it goes.
    shifts = [
        town.shift("near.mon.am", skills=("p",)),
        town.shift("near.tue.am", skills=("q",)),
        town.shift("near.wed.am", skills=("r",)),
    ]
    people = [
        town.lawyer("A", skills=("p", "q"), per_week=1),
        town.lawyer("B", skills=("q", "r"), per_week=1),
        town.lawyer("C", skills=("r", "p"), per_week=1),
    ]
    facts = town.facts(
        town.problem(shifts, people), "A near.mon.am", "B near.tue.am", "C near.wed.am"
    )
    a, b, c = facts.roster.duties
    found = partners(facts, a)
    assert (found.give_aways, found.exchanges) == ((), ())
    # A's Monday goes to C, C's Wednesday to B, B's Tuesday to A
    assert [one.moves for one in found.chains] == [chain(a, c, b)]
    assert found.chains[0].allowed
    assert not swap(facts, exchange(a, b)).allowed


def test_what_breaks_is_named_by_rule_and_lawyer_in_both_languages(town: Any) -> None:
    people = [town.lawyer("A"), town.lawyer("B", per_week=1), town.lawyer("C", licence="revoked")]
    facts = town.facts(
        town.problem(["near.mon.am", "near.wed.am"], people), "A near.mon.am", "B near.wed.am"
    )
    first = facts.roster.duties[0]
    weighed = swap(facts, give_away(first, "B"))
    assert [(one.rule, one.lawyer) for one in weighed.broken] == [("per_week", "B")]
    assert "不可行" in weighed.text.zh
    assert "not allowed" in weighed.text.en
    weighed = swap(facts, give_away(first, "C"))
    assert [(one.rule, one.lawyer) for one in weighed.broken] == [("licence", "C")]


def test_what_was_broken_before_is_not_held_against_a_swap(town: Any) -> None:
    people = [town.lawyer("A", per_week=1), town.lawyer("B")]
    shifts = ["near.mon.am", "near.wed.am", "near.fri.am"]
    facts = town.facts(
        town.problem(shifts, people), "A near.mon.am", "A near.wed.am", "B near.fri.am"
    )
    friday, monday, _ = facts.roster.duties
    assert swap(facts, give_away(monday, "B")).allowed
    # A has one duty more than the cap, before and after
    assert swap(facts, exchange(monday, friday)).allowed
    assert not swap(facts, give_away(friday, "A")).allowed


def test_a_locked_duty_is_not_offered_and_giving_it_up_is_told(town: Any) -> None:
    problem = town.problem(
        ["near.mon.am", "near.wed.am"],
        ["A", "B"],
        locks=[Lock(lawyer="B", shift="near.wed.am")],
    )
    facts = town.facts(problem, "A near.mon.am", "B near.wed.am")
    monday, wednesday = facts.roster.duties
    assert partners(facts, monday).exchanges == ()
    weighed = swap(facts, exchange(monday, wednesday))
    assert [(one.rule, one.lawyer) for one in weighed.broken] == [("locks", "B")]


def test_duties_that_have_begun_are_left_alone(town: Any) -> None:
    problem = town.problem(["near.mon.am", "near.wed.am", "near.fri.am"], ["A", "B", "C"])
    facts = town.facts(problem, "A near.fri.am", "B near.mon.am", "C near.wed.am")
    friday = next(one for one in facts.roster if one.lawyer == "A")
    since = facts.shifts["near.wed.am"].start
    assert [one.moves[1].duty.lawyer for one in partners(facts, friday, since=since).exchanges] == [
        "C"
    ]


@pytest.mark.parametrize(
    ("moves", "named"),
    [
        ((), "no duty"),
        ((Handover(Duty("near.mon.am", "B"), "A"),), "B does not hold near.mon.am"),
        ((Handover(Duty("near.mon.am", "A"), "Z"),), "no lawyer Z"),
        ((Handover(Duty("near.mon.am", "A"), "A"),), "near.mon.am cannot go to A"),
        ((Handover(Duty("near.mon.am", "A"), "B"),) * 2, "named twice"),
    ],
)
def test_nonsense_is_refused_in_words(town: Any, moves: Moves, named: str) -> None:
    problem = town.problem(["near.mon.am", "near.wed.am"], ["A", "B"])
    facts = town.facts(problem, "A near.mon.am", "B near.wed.am")
    with pytest.raises(Refused) as refused:
        swap(facts, moves)
    assert named in refused.value.text.en
    assert refused.value.text.zh


def test_a_changed_roster_is_the_same_as_one_made_anew(town: Any) -> None:
    old = Roster.of(Duty(f"s{n % 7}", f"L{n}") for n in range(20))
    gone = [old.duties[3], old.duties[11]]
    come = [Duty("s3", "L99"), Duty("s9", "L1"), replace(gone[0], role="standby")]
    new = old.changed(gone, come)
    anew = Roster.of((set(old) - set(gone)) | set(come))
    assert new == anew
    assert new.by_shift == anew.by_shift
    assert new.by_lawyer == anew.by_lawyer
    # what is not there cannot go, and what is there comes no second time
    assert old.changed([Duty("s0", "nobody")], [old.duties[0]]) == old
