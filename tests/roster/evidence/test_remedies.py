"""Vacancies of which the reason and the remedies can be reckoned by hand."""

from __future__ import annotations

from roster_bench.planted import POSTS, Town, lawyer, moment, shift, wish

from zhiban.roster.explain import DEARER
from zhiban.roster.problem import Leave
from zhiban.roster.solve import solve


def test_a_place_that_only_its_price_leaves_vacant_is_not_called_short() -> None:
    # The station weighs 1 %: 20 for the vacancy, 40 for A's wish against it.
    cheap = tuple(post.model_copy(update={"importance": 1}) for post in POSTS)
    case = Town("wishes").case(
        20, ["near.mon.am"], ["A"], posts=cheap, wishes=(wish("A", -10, post="near"),)
    )
    solved = solve(case.problem)
    assert (solved.status, solved.objective) == ("optimal", case.objective)
    (vacancy,) = solved.vacancies
    assert vacancy.blocked == {DEARER: 1}
    assert "但排上比空缺更贵" in vacancy.sentence
    assert "would cost more than the vacancy" in vacancy.sentence_en


def test_a_remedy_may_lead_over_lawyers_who_move_up() -> None:
    # Monday asks for labour law: A has it and, allowed one duty, holds Tuesday, which needs the
    # other skill too. B has that one alone and is on leave on Tuesday: once B's leave is moved,
    # B takes Tuesday and A moves up to Monday.
    monday = shift("near.mon.am", skills=("labour",))
    tuesday = shift("near.tue.am", skills=("family",))
    both = lawyer("A", skills=("family", "labour"), per_week=1)
    away = Leave(lawyer="B", start=moment(1, "0:00"), end=moment(2, "0:00"))
    case = Town("leave").case(
        2000 - 20,
        [monday, tuesday],
        [both, lawyer("B", skills=("family",))],
        leaves=(away,),
        wishes=(wish("A", 5, shift="near.tue.am"),),
    )
    (vacancy,) = solve(case.problem).vacancies
    assert vacancy.shift == "near.mon.am"
    costs = {remedy.kind: remedy.cost for remedy in vacancy.remedies}
    # Monday is held: 2000 saved, A's wish of 20 lost; raising A's cap loses nothing
    assert costs == {"leave": 20 - 2000, "cap": -2000, "close": -2000}
    (moved,) = [remedy for remedy in vacancy.remedies if remedy.kind == "leave"]
    assert moved.what_en.endswith("(A would move up in turn)")
