"""The first roster: a min-cost flow that leaves out what is not a network, then mended greedily.

source -> firm -> lawyer -> lawyer's week -> lawyer's day -> half of the day -> place -> sink,
with a bypass from the source to every place that stays vacant. The flow proves nothing by
itself; its potentials tell which day columns the LP should start from.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from ortools.graph.python import min_cost_flow

from zhiban.roster.columns import LARGEST_DAY
from zhiban.roster.filling import fill, put
from zhiban.roster.model import Model, segment_sums
from zhiban.roster.plan import Plan
from zhiban.roster.rows import Rows

Ints = NDArray[np.int64]
PROMISING = 2  # reduced cost up to which a column joins the first LP
CHOICE = 10  # lawyers of each place who join it alone in any case, the cheapest first


@dataclass(frozen=True)
class Links:
    """Links of the network: from, to, capacity, cost."""

    tail: Ints
    head: Ints
    capacity: Ints
    cost: Ints


@dataclass(frozen=True)
class Flow:
    """Which arcs the flow uses, and each arc's reduced cost under its potentials."""

    used: NDArray[np.bool_]
    reduced: Ints


def flow(model: Model) -> Flow:
    """Solves the network over all arcs of the model."""
    ground, arcs = model.ground, model.arcs
    places, problem = ground.places, ground.problem
    weeks, days = problem.weeks, ground.days
    firm0 = 1
    lawyer0 = firm0 + len(problem.firms)
    week0 = lawyer0 + ground.lawyers
    day0 = week0 + ground.lawyers * weeks
    half0 = day0 + ground.lawyers * days
    place0 = half0 + ground.lawyers * days * 2
    sink = place0 + len(places)
    week = np.arange(ground.lawyers * weeks)
    day = np.unique(arcs.lawyer * days + places.day[arcs.place])
    half = np.unique(_half(model))
    lawyers, firms, extra = _prices(model)
    ones = np.ones(len(arcs), np.int64)
    vacancy = _vacancies(model)
    parts = [
        _ladder(firms, np.zeros(len(problem.firms), np.int64), firm0),
        _ladder(lawyers, firm0 + ground.firm, lawyer0),
        _links(lawyer0 + week // weeks, week0 + week, _week_caps(model)),
        _links(week0 + (day // days) * weeks + day % days // 7, day0 + day, _day_caps(model, day)),
        _links(day0 + half // 2, half0 + half, np.ones(len(half), np.int64)),
        Links(half0 + _half(model), place0 + arcs.place, ones, arcs.price + extra),
        _links(place0 + np.arange(len(places)), np.full(len(places), sink), places.room),
        Links(np.zeros(len(vacancy[0]), np.int64), place0 + vacancy[0], vacancy[1], vacancy[2]),
    ]
    links = Links(*(np.concatenate(list(part)) for part in zip(*map(_fields, parts), strict=True)))
    amount = _solve(links, sink, int(places.room.sum()))
    at = sum(len(part.tail) for part in parts[:5])
    own = slice(at, at + len(arcs))
    potential = _potentials(links, amount, sink + 1)
    reduced = links.cost[own] + potential[links.tail[own]] - potential[links.head[own]]
    return Flow(amount[own] > 0, reduced)


def _half(model: Model) -> Ints:
    """Lawyer's half-day of each arc."""
    places, arcs = model.ground.places, model.arcs
    day = arcs.lawyer * model.ground.days + places.day[arcs.place]
    return day * 2 + places.afternoon[arcs.place]


def _links(tail: Ints, head: Ints, capacity: Ints) -> Links:
    return Links(tail, head, capacity, np.zeros(len(tail), np.int64))


def _fields(links: Links) -> tuple[Ints, Ints, Ints, Ints]:
    return links.tail, links.head, links.capacity, links.cost


def _week_caps(model: Model) -> Ints:
    ground = model.ground
    return np.repeat(ground.limits("per_week", 28), ground.problem.weeks)


def _day_caps(model: Model, day: Ints) -> Ints:
    ground = model.ground
    return ground.limits("per_day", LARGEST_DAY)[day // ground.days]


def _vacancies(model: Model) -> tuple[Ints, Ints, Ints]:
    """Place, room and price of what may stay vacant, from the steps that fill single places."""
    frame = model.frame
    found = [np.zeros(0, np.int64)] * 3
    for family, offset in zip(frame.families, frame.offset.tolist(), strict=True):
        if family.rule == "cover":
            own = (frame.steps.row >= offset) & (frame.steps.row < offset + len(family))
            row = frame.steps.row[own] - offset
            found = [row, frame.steps.units[own], frame.steps.price[own]]
    rest = model.ground.places.room.copy()
    np.subtract.at(rest, found[0], found[1])
    place = np.flatnonzero(rest)
    free = np.zeros(len(place), np.int64)
    joined = [np.concatenate(pair) for pair in zip(found, (place, rest[place], free), strict=True)]
    return joined[0], joined[1], joined[2]


def _prices(model: Model) -> tuple[list[list[int]], list[list[int]], Ints]:
    """Rising prices of a lawyer's and a firm's next duty; what counts some arcs only, by arc."""
    ground, arcs = model.ground, model.arcs
    lawyers: list[list[int]] = [[0] * 4 * ground.days for _ in range(ground.lawyers)]
    firms: list[list[int]] = [[0] * int(ground.places.room.sum()) for _ in ground.problem.firms]
    extra = np.zeros(len(arcs), np.int64)
    for family in model.frame.families:
        if family.rule == "cover":
            continue
        if family.along is None:
            arc, price = _alone(family)
            np.add.at(extra, arc, -price)
            continue
        ladders = [list(ladder) for ladder in _duty_prices(family)]
        if 2 * len(family.arc) < len(arcs):
            first = np.array([one[0] if one else 0 for one in ladders], np.int64)
            np.add.at(extra, family.arc, first[family.row])
            continue
        owners = lawyers if family.along == "lawyer" else firms
        for owner, ladder in zip(family.owner.tolist(), ladders, strict=True):
            owners[owner] = [a + b for a, b in zip(owners[owner], ladder, strict=False)]
    return lawyers, firms, extra


def _alone(family: Rows) -> tuple[Ints, Ints]:
    """Duties each of which alone fills a row, such as a lock, and what their lack would cost."""
    lack = np.zeros(len(family), np.int64)
    fills = family.steps.sign > 0
    np.add.at(lack, family.steps.row[fills], family.steps.price[fills])
    alone = np.bincount(family.row, minlength=len(family))[family.row] == 1
    return family.arc[alone], lack[family.row[alone]]


def _duty_prices(family: Rows) -> Iterator[list[int]]:
    """Row by row the price of one duty after the other, a duty being the usual weight."""
    weight = int(np.median(family.weight)) if len(family.weight) else 1
    steps = family.steps
    order = np.lexsort((steps.price, steps.row))
    bounds = np.searchsorted(steps.row[order], np.arange(len(family) + 1))
    for row in range(len(family)):
        own = order[bounds[row] : bounds[row + 1]]
        prices = np.repeat(steps.price[own], steps.units[own])
        signs = np.repeat(steps.sign[own], steps.units[own])
        rising = np.concatenate([-prices[signs > 0][::-1], prices[signs < 0]])
        yield [int(rising[at : at + weight].sum()) for at in range(0, len(rising), weight)]


def _ladder(prices: list[list[int]], tail: Ints, head0: int) -> Links:
    """One link for each next duty."""
    size = np.array([len(one) for one in prices], np.int64)
    owner = np.repeat(np.arange(len(prices)), size)
    cost = np.array([price for one in prices for price in one], np.int64)
    return Links(tail[owner], head0 + owner, np.ones(len(owner), np.int64), cost)


def _solve(links: Links, sink: int, demand: int) -> Ints:
    solver = min_cost_flow.SimpleMinCostFlow()
    index = solver.add_arcs_with_capacity_and_unit_cost(
        links.tail.astype(np.int32), links.head.astype(np.int32), links.capacity, links.cost
    )
    solver.set_node_supply(0, demand)
    solver.set_node_supply(sink, -demand)
    if solver.solve() != solver.OPTIMAL:
        return np.zeros(len(links.tail), np.int64)
    return np.asarray(solver.flows(index), np.int64)


def _potentials(links: Links, amount: Ints, nodes: int) -> Ints:
    """Shortest distances in the residual network (Bellman-Ford, all links at once)."""
    forth, back = amount < links.capacity, amount > 0
    tail = np.concatenate([links.tail[forth], links.head[back]])
    head = np.concatenate([links.head[forth], links.tail[back]])
    cost = np.concatenate([links.cost[forth], -links.cost[back]])
    order = np.argsort(head, kind="stable")
    tail, head, cost = tail[order], head[order], cost[order]
    start = np.flatnonzero(np.diff(head, prepend=-1))
    target = head[start]
    potential = np.zeros(nodes, np.int64)
    for _ in range(nodes):
        least = np.minimum(potential[target], np.minimum.reduceat(potential[tail] + cost, start))
        if (least == potential[target]).all():
            break
        potential[target] = least
    return potential


def start_columns(model: Model, found: Flow) -> Ints:
    """The columns the flow finds promising, the single ones it uses, and a choice for each place.

    Without a choice the LP's first duals would price scarce places as if they stayed vacant.
    """
    columns = model.columns
    reduced = segment_sums(found.reduced[columns.arc], columns.first)
    chosen = reduced <= PROMISING
    used = model.single[np.flatnonzero(found.used)]
    chosen[used[used >= 0]] = True
    single = np.flatnonzero(np.diff(columns.first) == 1)
    place = model.arcs.place[columns.arc[columns.first[single]]]
    order = np.lexsort((reduced[single], place))
    place = place[order]
    rank = np.arange(len(place)) - np.searchsorted(place, place)
    chosen[single[order[rank < CHOICE]]] = True
    return np.flatnonzero(chosen)


def first_plan(model: Model, found: Flow) -> Plan:
    """The flow's roster without what breaks a rule, its vacancies filled one by one."""
    plan = Plan(model)
    for arc in np.flatnonzero(found.used).tolist():
        put(plan, arc)
    while broken := plan.broken_days():
        plan.drop(broken[-1])
    fill(plan)
    return plan
