"""What tells one roster of a week from another: fairness, changes, people; pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta

from zhiban.roster.fairness import fair_shares
from zhiban.roster.problem import RosterProblem
from zhiban.roster.publication import duties_of
from zhiban.roster.published import OnDuty
from zhiban.roster.roster import Roster

Held = tuple[str, str, str]
_WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class Spread:
    """How far lawyers are from their fair share after the week, in points.

    `most` above and `least` below it, and `mean` the average distance; over those with a share.
    """

    most: float
    least: float
    mean: float


def spread(problem: RosterProblem, roster: Roster) -> Spread:
    """The spread after this roster, with what the ledger brought along."""
    duties = duties_of(problem, roster)
    shares = fair_shares(problem, duties)
    held: dict[str, float] = {}
    for duty in duties:
        held[duty.lawyer] = held.get(duty.lawyer, 0.0) + duty.points
    away = [
        one.ledger.points - one.ledger.target + held.get(one.id, 0.0) - shares[one.id].points
        for one in problem.lawyers
        if one.id in shares
    ]
    if not away:
        return Spread(0.0, 0.0, 0.0)
    mean = sum(abs(one) for one in away) / len(away)
    return Spread(round(max(away), 2), round(min(away), 2), round(mean, 2))


def changed_shifts(duties: Collection[OnDuty], before: Iterable[OnDuty]) -> int:
    """Shifts held by other people, or in other roles, than before."""
    now, then = {_key(one) for one in duties}, {_key(one) for one in before}
    return len({shift for shift, _, _ in now ^ then})


def changed_since_last_week(duties: Collection[OnDuty], last: Iterable[OnDuty]) -> int:
    """Places held by somebody else than at the same post and hour a week before."""
    then: dict[tuple[str, object, str], set[str]] = {}
    for one in last:
        then.setdefault((one.post, one.span.start + _WEEK, one.role), set()).add(one.lawyer)
    return sum(
        one.lawyer not in then.get((one.post, one.span.start, one.role), set()) for one in duties
    )


def _key(one: OnDuty) -> Held:
    return one.shift, one.lawyer, one.role
