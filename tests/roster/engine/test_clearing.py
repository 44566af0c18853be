"""What several cities can fill: who owes what, and what halves of a city come with its answer."""

from __future__ import annotations

from typing import Any

import numpy as np

from zhiban.roster.cities import City, Terms
from zhiban.roster.clearing import Clearing
from zhiban.roster.example import example
from zhiban.roster.model import build
from zhiban.roster.multipliers import SharedRows
from zhiban.roster.parting import city_of, parting, parts
from zhiban.roster.pricing import ONE
from zhiban.roster.rows import FREE

SIZE: dict[str, Any] = {"lawyers": 60, "stations": 10, "seats": 8, "cities": 3}


def test_a_city_owes_the_least_that_its_own_shares_of_places_give() -> None:
    model = build(example(**SIZE, seed=3))
    found = parting(model, city_of(model.ground.problem))
    rows = SharedRows.of(model.frame, found.shared)
    clearing = Clearing(model, found, rows)
    asked = (rows.upper >= FREE) & (rows.lower > 0)
    assert asked.any()
    shares = np.zeros((found.cities, len(rows)), np.int64)
    shares[1] = np.where(rows.places, rows.upper, 0)
    none = np.zeros(len(rows), np.int64)
    owed = [
        rows.lower[link][asked[link]] - terms.others[asked[link]]
        for link, terms in zip(clearing.links, clearing.terms(shares, shares, none), strict=True)
    ]
    # The second city holds every place, so it owes each least; the others owe nothing.
    assert [int(one.sum()) for one in owed] == [0, int(rows.lower[asked].sum()), 0]


def test_a_citys_halves_never_lower_its_bound_and_come_with_its_answer() -> None:
    model = build(example(**SIZE, seed=3))
    part = parts(model, parting(model, city_of(model.ground.problem)))[0][0]
    none = np.zeros(len(part.shared), np.int64)
    city = City(part, 1, lambda: False)
    city.first(Terms(part.model.frame.lower[part.shared], none, none))
    prices, most = none + 30 * ONE, none + 1
    sold, tight = city.sell(prices, most), city.tighten(prices, most)
    assert sold is not None
    assert tight is not None
    assert tight.bound >= sold.bound - ONE // 4
    halves = [found for found in tight.proof.news if len(found) == 2]
    shared = set(part.shared.tolist())
    assert all(shared.isdisjoint(half.rows) for half, _ in halves)
    again = city.tighten(prices, most)
    assert again is not None
    assert not set(map(id, halves)) & set(map(id, again.proof.news))
