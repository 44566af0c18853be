"""Cuts a model of several cities into one for each, and finds the rows that bind them together.

A row that lawyers of several cities enter is shared: every city gets it, and what each of them
does in it is settled between them. All other rows belong to one city alone. Whatever binds
cities too closely for that makes one of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from zhiban.roster.columns import Arcs, Columns
from zhiban.roster.ground import Ground, Places
from zhiban.roster.model import Model
from zhiban.roster.problem import RosterProblem
from zhiban.roster.rows import Frame, Rows, Steps, frame, ranges

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
MOST_SHARED = 1 / 8  # of all places: with more shared rows than that, cities are merged


@dataclass(frozen=True)
class Parting:
    """`group` is each lawyer's city; `touched[row, city]` says whose lawyers enter a row.

    `shared` are the rows that several cities enter.
    """

    group: Ints
    touched: Bools
    shared: Ints

    @property
    def cities(self) -> int:
        """How many parts there are."""
        return int(self.touched.shape[1])


@dataclass(frozen=True)
class Part:
    """One city's model in its own numbering.

    `shared` are its rows that others enter too, `link` their numbers among all shared rows.
    """

    model: Model
    shared: Ints
    link: Ints


@dataclass(frozen=True)
class Names:
    """What a part's lawyers, places, columns and rows are called in the whole model."""

    lawyers: Ints
    places: Ints
    columns: Ints
    rows: Ints


class PartGround(Ground):
    """The ground under a part: arrays cut from the whole one, no rules of its own."""

    def __init__(self, whole: Ground, lawyers: Ints, places: Ints, firms: Ints) -> None:
        problem = whole.problem
        part = RosterProblem(
            start=problem.start,
            weeks=problem.weeks,
            firms=tuple(problem.firms[firm] for firm in firms.tolist()),
            lawyers=tuple(problem.lawyers[lawyer] for lawyer in lawyers.tolist()),
        )
        super().__init__(part, ())
        self.places = Places(
            **{one.name: getattr(whole.places, one.name)[places] for one in fields(Places)}
        )
        self.firm = np.searchsorted(firms, whole.firm[lawyers])
        self._limits: Mapping[str, Ints] = {
            rule.code: limits[lawyers]
            for rule in whole.rules
            if (limits := rule.limits(whole)) is not None
        }

    def limits(self, code: str, otherwise: int) -> Ints:
        """Each lawyer's cap under the rule of that code; `otherwise` where it is not active."""
        found = self._limits.get(code)
        return np.full(self.lawyers, otherwise, np.int64) if found is None else found


def city_of(problem: RosterProblem) -> Ints:
    """Number of each lawyer's city: of the division below the province that holds their own."""
    above = {one.code: one for one in problem.divisions}
    found: dict[str, int] = {}
    cities = []
    for lawyer in problem.lawyers:
        code = lawyer.division
        seen = {code}
        while (parent := above[code].parent) in above and parent not in seen:
            if above[code].level == "city" or above[parent or ""].level == "province":
                break
            code = parent or ""
            seen.add(code)
        cities.append(found.setdefault(code, len(found)))
    return np.array(cities, np.int64)


def parting(model: Model, group: Ints) -> Parting:
    """The parting by those groups of lawyers, some merged where they are bound too closely."""
    while True:
        found = _parting(model, group)
        pair = _bound_closely(model, found)
        if pair is None:
            return found
        group = np.where(group == max(pair), min(pair), group)
        group = np.unique(group, return_inverse=True)[1]


def _parting(model: Model, group: Ints) -> Parting:
    whole = model.frame
    touched = np.zeros((len(whole), int(group.max(initial=0)) + 1), bool)
    for arc, row in ((whole.arc, whole.row), (whole.once_arc, whole.once_row)):
        touched[row, group[model.arcs.lawyer[arc]]] = True
    return Parting(group, touched, np.flatnonzero(touched.sum(axis=1) > 1))


def _bound_closely(model: Model, found: Parting) -> tuple[int, int] | None:
    """Two cities to be merged: bound by what cannot be shared out, or by far too many rows."""
    whole = model.frame
    stiff = np.zeros(len(whole), bool)
    stiff[whole.row[whole.weight < 0]] = True
    stiff[whole.once_row] = True
    stiff = stiff[found.shared]
    if not stiff.any() and len(found.shared) <= MOST_SHARED * len(model.ground.places):
        return None
    shared = found.touched[found.shared]
    if stiff.any():
        shared = shared[stiff]
    common = shared.T.astype(float) @ (shared / shared.sum(axis=1, keepdims=True))
    np.fill_diagonal(common, -1.0)
    one, other = np.unravel_index(int(common.argmax()), common.shape)
    return int(one), int(other)


def parts(model: Model, found: Parting) -> Sequence[tuple[Part, Names]]:
    """Each city's model, and what its numbers are called in the whole."""
    owners = _owners(model, found)
    return [_part(model, found, city, owners) for city in range(found.cities)]


def _owners(model: Model, found: Parting) -> Ints:
    """City of every row that belongs to one alone, -1 for shared rows."""
    whole, ground = model.frame, model.ground
    owner = np.where(found.touched.any(axis=1), found.touched.argmax(axis=1), 0)
    firm = np.zeros(len(ground.problem.firms), np.int64)
    firm[ground.firm[::-1]] = found.group[::-1]
    for family, offset in zip(whole.families, whole.offset.tolist(), strict=True):
        if family.along is None:
            continue
        of_row = (found.group if family.along == "lawyer" else firm)[family.owner]
        rows = offset + np.arange(len(family))
        owner[rows] = np.where(found.touched[rows].any(axis=1), owner[rows], of_row)
    owner[found.shared] = -1
    return owner


def _part(model: Model, found: Parting, city: int, owners: Ints) -> tuple[Part, Names]:
    ground, whole = model.ground, model.frame
    lawyers = np.flatnonzero(found.group == city)
    entered = np.zeros((len(ground.places), found.cities), bool)
    entered[model.arcs.place, found.group[model.arcs.lawyer]] = True
    nobody = ~entered.any(axis=1) & (city == 0)
    places = np.flatnonzero(entered[:, city] | nobody)
    firms = np.unique(ground.firm[lawyers])
    if city == 0:
        idle = np.setdiff1d(np.arange(len(ground.problem.firms)), ground.firm)
        firms = np.union1d(firms, idle)
    rows = np.flatnonzero((owners == city) | ((owners < 0) & found.touched[:, city]))
    arc = np.flatnonzero(found.group[model.arcs.lawyer] == city)
    arcs = _arcs(model, arc, lawyers, places)
    index = np.full(len(model.arcs), -1, np.int64)
    index[arc] = np.arange(len(arc))
    families = [
        _family(family, rows[(rows >= at) & (rows < at + len(family))] - at, index, lawyers, firms)
        for family, at in zip(whole.families, whole.offset.tolist(), strict=True)
    ]
    own = frame(families, len(arc))
    names, columns = _columns(model, found.group == city, index)
    part = PartGround(ground, lawyers, places, firms)
    local = Model(
        ground=part,
        arcs=arcs,
        columns=columns,
        frame=own,
        cost=model.cost[names],
        single=_single(columns, len(arc)),
        once_first=np.concatenate([[0], np.cumsum(np.diff(model.once_first)[names])]),
        once_row=np.searchsorted(rows, model.once_row[ranges(model.once_first, names)[1]]),
        later={rule: clash[np.ix_(places, places)] for rule, clash in model.later.items()},
    )
    shared = np.flatnonzero(owners[rows] < 0)
    link = np.searchsorted(found.shared, rows[shared])
    return Part(local, shared, link), Names(lawyers, places, names, rows)


def _arcs(model: Model, arc: Ints, lawyers: Ints, places: Ints) -> Arcs:
    lawyer = np.searchsorted(lawyers, model.arcs.lawyer[arc])
    place = np.searchsorted(places, model.arcs.place[arc])
    at = np.full((len(lawyers), len(places)), -1, np.int64)
    at[lawyer, place] = np.arange(len(arc))
    return Arcs(lawyer, place, model.arcs.price[arc], at)


def _columns(model: Model, chosen: Bools, index: Ints) -> tuple[Ints, Columns]:
    """The columns of those lawyers: their numbers in the whole, and in their own numbering."""
    columns, days = model.columns, model.ground.days
    names = np.flatnonzero(chosen[columns.day // days])
    first, position = ranges(columns.first, names)
    size = np.diff(columns.group).reshape(-1, days)[chosen].ravel()
    group = np.concatenate([[0], np.cumsum(size)]).astype(np.int64)
    day = np.repeat(np.arange(len(size)), size)
    return names, Columns(first, index[columns.arc[position]], day, group)


def _single(columns: Columns, arcs: int) -> Ints:
    alone = np.flatnonzero(np.diff(columns.first) == 1)
    single = np.full(arcs, -1, np.int64)
    single[columns.arc[columns.first[alone]]] = alone
    return single


def _family(family: Rows, rows: Ints, index: Ints, lawyers: Ints, firms: Ints) -> Rows:
    """The family's rows of one part; the whole model knows their keys."""
    arc = index[family.arc]
    inside = arc >= 0
    steps = family.steps
    row = np.full(len(family) + 1, -1, np.int64)
    row[rows] = np.arange(len(rows))
    own = row[steps.row] >= 0
    owner = family.owner[rows] if family.along else family.owner
    return Rows(
        rule=family.rule,
        key=_unnamed,
        lower=family.lower[rows],
        upper=family.upper[rows],
        arc=arc[inside],
        row=row[family.row[inside]],
        weight=family.weight[inside],
        steps=Steps(row[steps.row[own]], steps.sign[own], steps.price[own], steps.units[own]),
        once=family.once,
        along=family.along,
        owner=np.searchsorted(lawyers if family.along == "lawyer" else firms, owner),
    )


def _unnamed(row: int) -> tuple[str, ...]:
    return (str(row),)


def frame_of(part: Part, lower: Ints, upper: Ints, steps: Steps) -> Frame:
    """The part's frame with other limits for its shared rows, and other steps altogether."""
    base = part.model.frame
    low, high = base.lower.copy(), base.upper.copy()
    low[part.shared], high[part.shared] = lower, upper
    return Frame(
        families=base.families,
        offset=base.offset,
        lower=low,
        upper=high,
        steps=steps,
        arc=base.arc,
        row=base.row,
        weight=base.weight,
        first=base.first,
        once_arc=base.once_arc,
        once_row=base.once_row,
    )
