"""A lawyer's own ledger, week by week, and how each number came about; pure."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass

import numpy as np

from zhiban.data.timespan import Span
from zhiban.data.week import Week
from zhiban.roster.fairness import WINDOW, Share, able_and_there
from zhiban.roster.ground import Ground
from zhiban.roster.problem import RosterProblem
from zhiban.roster.publication import duties_of
from zhiban.roster.published import OnDuty, Published, holders_at_end
from zhiban.roster.roster import Roster
from zhiban.roster.rules import active_rules

NOTHING = Share(0.0, 0.0)


@dataclass(frozen=True, slots=True)
class LedgerWeek:
    """What was served in one week, duty by duty, beside the fair share of that week."""

    week: Week
    served: tuple[OnDuty, ...]
    share: Share
    published: bool

    @property
    def points(self) -> float:
        """The duties by their length and role."""
        return sum(duty.points for duty in self.served)

    @property
    def unpopular(self) -> int:
        """Unpopular ones, one each."""
        return sum(duty.unpopular for duty in self.served)


@dataclass(frozen=True, slots=True)
class Reckoned:
    """How a week's share came about.

    Of `places` duties that the lawyer could have held, in all `points`, each was shared among
    those able to hold it by weight and presence; `others` are how many, on average.
    """

    places: int
    points: float
    weight: int
    presence: float
    others: float
    share: float


def own_weeks(
    published: Published,
    shares: Mapping[int, Mapping[str, Share]],
    lawyer: str,
    week: Week,
    no_shows: Set[tuple[str, str]] = frozenset(),
) -> tuple[LedgerWeek, ...]:
    """The 26 weeks before `week`, oldest first; their sums are the ledger that rosters weigh."""
    first = week.next(-WINDOW)
    window = Span(first.span.start, week.span.start)
    mine = [
        duty
        for duty in holders_at_end(published, window)
        if duty.lawyer == lawyer and (duty.shift, lawyer) not in no_shows
    ]
    found = []
    for number in range(WINDOW):
        at = first.next(number)
        newest = published.newest(at)
        share = shares.get(newest.id, {}).get(lawyer, NOTHING) if newest else NOTHING
        served = tuple(duty for duty in mine if at.span.contains(duty.span.end))
        found.append(LedgerWeek(at, served, share, newest is not None))
    return tuple(found)


def reckoned(problem: RosterProblem, roster: Roster, lawyer: str) -> Reckoned | None:
    """How the lawyer's share of that week's duties came about; None for who is not in it."""
    ids = [one.id for one in problem.lawyers]
    if lawyer not in ids:
        return None
    row = ids.index(lawyer)
    ground = Ground(problem, active_rules(problem))
    able, there = able_and_there(ground)
    presence = (able & there).sum(axis=1) / np.maximum(able.sum(axis=1), 1)
    weight = np.array([one.weight for one in problem.lawyers], dtype=float) * presence
    points = np.zeros(len(ground.places))
    for duty in duties_of(problem, roster):
        points[ground.place_index[duty.shift, duty.role]] += duty.points
    held = able[row] & (points > 0)
    total = (able * weight[:, None]).sum(axis=0)
    fair = np.divide(weight[row] * points, total, out=np.zeros_like(points), where=total > 0)
    count = able.sum(axis=0)[held]
    return Reckoned(
        places=int(held.sum()),
        points=float(points[held].sum()),
        weight=problem.lawyers[row].weight,
        presence=float(presence[row]),
        others=float(count.mean()) if len(count) else 0.0,
        share=round(float(fair[held].sum()), 4),
    )
