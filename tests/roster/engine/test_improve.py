"""What is searched on the way from a bound to a proved roster, and what is not searched again."""

from __future__ import annotations

from typing import Any

import pytest

from zhiban.roster import improve as improving
from zhiban.roster.exact import Outcome, Search
from zhiban.roster.example import example
from zhiban.roster.problem import RosterProblem
from zhiban.roster.solve import solve


def town() -> RosterProblem:
    """A small town whose programme holds halves of duties that one round of rows leaves open."""
    return example(lawyers=60, stations=10, seats=3, seed=3)


def counted(name: str, monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """The calls of a function of the way, as they come."""
    real, calls = getattr(improving, name), []

    def noted(*given: Any) -> Any:
        calls.append(given)
        return real(*given)

    monkeypatch.setattr(improving, name, noted)
    return calls


def test_no_search_is_made_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(improving, "FAR", 0.0)  # the wide dive follows the first narrow one
    calls = counted("search", monkeypatch)
    solve(town(), seconds=60)
    asked = [
        (columns.tobytes(), how.fixed.tobytes(), how.whole_steps) for _, _, columns, how in calls
    ]
    assert len(asked) > 1
    assert len(set(asked)) == len(asked)


def test_with_few_points_open_the_exact_step_comes_before_more_rounds_of_halves(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(improving, "GAIN", 1 << 60)  # no round counts as a gain
    ended = []
    for small in (-1, 1 << 20):  # points: too few for any slack, enough for every one
        monkeypatch.setattr(improving, "SMALL", small)
        rounds = counted("broken_halves", monkeypatch)
        file = solve(town(), seconds=60)
        ended.append((file.status, file.objective, len(rounds)))
    (_, objective, more), (_, same, once) = ended
    assert [status for status, _, _ in ended] == ["optimal", "optimal"]
    assert objective == same
    assert once == 2 < more  # the first, and the one beside the dive from where the bound halts


@pytest.mark.parametrize("seed", range(1, 7))
def test_one_worker_or_two_give_the_same_roster_and_the_same_proof(seed: int) -> None:
    problem = example(lawyers=60, stations=10, seats=3, seed=seed)
    one, two = (solve(problem, seconds=60, workers=workers) for workers in (1, 2))
    assert (one.status, one.duties) == (two.status, two.duties)
    assert one.certificate == two.certificate


def test_a_dive_whose_fixed_duties_need_costlier_steps_looks_at_all_steps(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    calls = counted("search", monkeypatch)
    real = improving.search

    def nothing_within(model: Any, stars: Any, columns: Any, how: Search) -> Outcome:
        found: Outcome = real(model, stars, columns, how)
        limited = how.steps is not None and how.start is None
        return Outcome(None, False) if limited else found

    monkeypatch.setattr(improving, "search", nothing_within)
    file = solve(town(), seconds=60)
    dives = [how for *_, how in calls if how.start is None]
    assert [how.steps is None for how in dives] == [False, True] * (len(dives) // 2)
    assert "dive" in [row.stage for row in file.progress]
    assert file.status == "optimal"
