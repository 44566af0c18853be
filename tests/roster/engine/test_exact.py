"""The exact step: what it leaves out is proved needless, and HiGHS is not simply believed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from zhiban.roster import exact, improve
from zhiban.roster.exact import Outcome, Search, search
from zhiban.roster.example import example
from zhiban.roster.model import Model, build
from zhiban.roster.plan import activity_of, objective_of, steps_of
from zhiban.roster.pricing import ONE, Priced
from zhiban.roster.problem import RosterProblem
from zhiban.roster.relaxation import Relaxation
from zhiban.roster.solve import solve
from zhiban.roster.stars import Stars

Ints = NDArray[np.int64]


def town(seed: int) -> RosterProblem:
    """A small town."""
    return example(lawyers=60, stations=10, seats=3, seed=seed)


def bounded(model: Model) -> tuple[Stars, Priced]:
    """The model's rows found and its best bound, from the LP over all columns."""
    stars = Stars(model)
    relaxation = Relaxation(model, stars, np.arange(len(model.columns)), lambda: False)
    return stars, relaxation.solve(lambda priced: None, lambda: False)


def everything(model: Model, stars: Stars, **how: Any) -> Outcome:
    """The exact step over all columns."""
    return search(
        model,
        stars,
        np.arange(len(model.columns)),
        Search(lambda: False, lambda c: None, 60, **how),
    )


def apart(model: Model, priced: Priced, chosen: Ints) -> int:
    """What a roster's columns, idle days and steps cost above the bound's choice (2^-20 points)."""
    steps, columns = model.frame.steps, model.columns
    used = steps_of(model.frame, activity_of(model, chosen))
    by_step = np.where(priced.steps > 0, used, used - steps.units) * priced.steps
    best = np.zeros(len(columns.group) - 1, np.int64)
    np.minimum.at(best, columns.day, priced.reduced)
    idle = np.ones(len(best), bool)
    idle[columns.day[chosen]] = False
    return int(by_step.sum() + priced.above[chosen].sum() - best[idle].sum())


@pytest.mark.parametrize("seed", [3, 7, 20])
def test_no_step_that_the_best_roster_needs_lies_out_of_reach(seed: int) -> None:
    model = build(town(seed))
    stars, priced = bounded(model)
    best = everything(model, stars)
    assert best.proved
    assert best.chosen is not None
    # The prices of what departs from the bound's choice are part of what lies between the two.
    slack = objective_of(model, best.chosen) * ONE - priced.bound
    assert 0 <= apart(model, priced, best.chosen) <= slack
    low, high = priced.step_range(model.frame.steps, slack)
    used = steps_of(model.frame, activity_of(model, best.chosen))
    assert (low <= used).all()
    assert (used <= high).all()
    assert (high - low).sum() < model.frame.steps.units.sum()  # and some are left out


def test_steps_are_reached_by_so_many_units_as_the_slack_pays_for() -> None:
    model = build(town(3))
    _, priced = bounded(model)
    steps = replace(model.frame.steps, units=np.full(len(priced.steps), 3))
    known = replace(priced, steps=np.resize(np.array([2, -2, 0, 9]) * ONE, len(priced.steps)))
    low, high = known.step_range(steps, 5 * ONE)
    # 5 points pay for two units at 2 points each, in either direction; for any at none; none at 9.
    assert low[:4].tolist() == [0, 1, 0, 0]
    assert high[:4].tolist() == [2, 3, 3, 0]


@pytest.mark.parametrize("seed", [3, 7, 20])
def test_the_best_roster_is_found_from_a_worse_one_within_the_slack(seed: int) -> None:
    model = build(town(seed))
    stars, priced = bounded(model)
    best = everything(model, stars)
    assert best.chosen is not None
    # All but the costliest day of the best roster: a worse one, with a vacancy.
    worse = best.chosen[:-1]
    slack = (objective_of(model, worse) - 1) * ONE - priced.bound
    found = everything(model, stars, start=worse, steps=priced.step_range(model.frame.steps, slack))
    assert found.proved
    assert found.chosen is not None
    assert objective_of(model, found.chosen) == objective_of(model, best.chosen)


class Boastful(exact.Quiet):
    """Says of every roster that it costs ten points less than it does."""

    def getInfo(self) -> Any:  # noqa: N802 # its name in HiGHS
        info = super().getInfo()
        info.objective_function_value -= 10
        return info


def test_a_price_below_that_of_the_roster_itself_proves_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    model = build(town(3))
    assert everything(model, Stars(model)).proved
    monkeypatch.setattr(exact, "Quiet", Boastful)
    found = everything(model, Stars(model))
    assert found.chosen is not None
    assert not found.proved


def test_a_week_whose_bound_leaves_points_open_ends_with_the_roster_of_an_unlimited_search(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(improve, "IDLE", 0)  # no halves: all that is open is left to the exact step
    monkeypatch.setattr(improve, "SMALL", 1 << 20)  # and no dives
    for seed in (3, 7, 20):
        problem = town(seed)
        file = solve(problem, seconds=60)
        model = build(problem)
        best = everything(model, Stars(model)).chosen
        assert best is not None
        assert (file.status, file.objective) == ("optimal", objective_of(model, best))
