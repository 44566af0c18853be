"""A shared place that alone makes up a head count is priced together with it."""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np
import pytest

from zhiban.roster.example import example
from zhiban.roster.model import build
from zhiban.roster.multipliers import SharedRows
from zhiban.roster.parting import city_of, parting
from zhiban.roster.priced_as_one import PricedAsOne
from zhiban.roster.pricing import ONE

SIZE: dict[str, Any] = {"lawyers": 60, "stations": 10, "seats": 8, "cities": 3}


@pytest.mark.parametrize("seed", [3, 7, 12])
def test_apart_the_prices_bound_as_much_as_together_and_no_column_pays_otherwise(seed: int) -> None:
    model = build(example(**SIZE, seed=seed))
    found = parting(model, city_of(model.ground.problem))
    rows = SharedRows.of(model.frame, found.shared)
    priced = PricedAsOne.of(model, found.shared, rows)
    assert 20 in priced.vacancy  # a seat wished for at 20 points, but worth 3,000 as a head count
    random = Random(seed)
    prices = np.zeros(len(rows), np.int64)
    prices[priced.place] = [random.randrange(6000 * ONE) for _ in priced.place]
    apart = priced.apart(prices)

    assert priced.rows.value(prices) == rows.value(apart)
    # Left as they are, prices above the place's own vacancy promise nothing more than it.
    assert rows.value(prices) < rows.value(apart)
    assert np.array_equal(_paid(model, found.shared, prices), _paid(model, found.shared, apart))
    assert (apart >= 0).all()


def test_a_head_count_that_another_place_enters_keeps_its_own_price() -> None:
    model = build(example(**SIZE, seed=1))
    found = parting(model, city_of(model.ground.problem))
    rows = SharedRows.of(model.frame, found.shared)
    priced = PricedAsOne.of(model, found.shared, rows)
    counts = np.flatnonzero((rows.lower == 1) & (rows.upper > 2))
    others = np.setdiff1d(counts, priced.count)
    assert len(others)  # seats that open in the morning and in the afternoon
    assert np.array_equal(priced.rows.lower[others], rows.lower[others])


def _paid(model: Any, shared: Any, prices: Any) -> Any:
    """What the shared rows pay for each arc."""
    of_row = np.zeros(len(model.frame), np.int64)
    of_row[shared] = prices
    paid = np.zeros(len(model.arcs), np.int64)
    np.add.at(paid, model.frame.arc, of_row[model.frame.row] * model.frame.weight)
    return paid
