"""The fairness ledger: what each lawyer served in the weeks before, beside a fair share of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zhiban.data.timespan import Span
from zhiban.data.week import Week
from zhiban.roster.ground import Ground
from zhiban.roster.problem import Ledger, RosterProblem
from zhiban.roster.published import OnDuty, Published, Version, held_at_end
from zhiban.roster.rules import active_rules

WINDOW = 26
AWAY = frozenset({"leave", "away"})  # rules that bar for a time, not for good
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Share:
    """A fair share of one week's duties: in points, and in unpopular ones by number."""

    points: float
    unpopular: float


def ledger(
    published: Published,
    shares: Mapping[int, Mapping[str, Share]],
    week: Week,
    *,
    weeks: int = WINDOW,
    no_shows: Set[tuple[str, str]] = frozenset(),
) -> dict[str, Ledger]:
    """What everybody served in the `weeks` before `week`, beside the sum of their fair shares.

    A duty is served by who holds it when its shift ends, unless (shift, lawyer) is a no-show;
    for shifts still to come that is who holds it now. Unpopular duties count one each, whatever
    their length or role. `shares` are by version and lawyer; a
    week's newest version says what its shares are.
    """
    first = week.next(-weeks)
    window = Span(first.span.start, week.span.start)
    served: dict[str, list[OnDuty]] = {}
    for duty in held_at_end(published, window):
        if (duty.shift, duty.lawyer) not in no_shows:
            served.setdefault(duty.lawyer, []).append(duty)
    fair: dict[str, list[Share]] = {}
    for version in _newest(published, first, week):
        for lawyer, share in shares.get(version.id, {}).items():
            fair.setdefault(lawyer, []).append(share)
    return {
        lawyer: Ledger(
            points=sum(duty.points for duty in served.get(lawyer, ())),
            target=round(sum(share.points for share in fair.get(lawyer, ())), 4),
            unpopular=sum(duty.unpopular for duty in served.get(lawyer, ())),
            unpopular_target=round(sum(share.unpopular for share in fair.get(lawyer, ())), 4),
        )
        for lawyer in sorted(served.keys() | fair.keys())
    }


def fair_shares(problem: RosterProblem, duties: Iterable[OnDuty]) -> dict[str, Share]:
    """Everybody's fair share of a week's duties.

    Each duty is shared out among those whom the rules let hold it, whether or not they are away
    just then, by weight times the part of their places for which they are there. Neighbours, who
    help out at a price, take no share.
    """
    ground = Ground(problem, active_rules(problem))
    able, there = able_and_there(ground)
    presence = (able & there).sum(axis=1) / np.maximum(able.sum(axis=1), 1)
    weight = np.array([lawyer.weight for lawyer in problem.lawyers], dtype=float) * presence
    points, unpopular = np.zeros(len(ground.places)), np.zeros(len(ground.places))
    for duty in duties:
        place = ground.place_index[duty.shift, duty.role]
        points[place] += duty.points
        unpopular[place] += duty.unpopular
    claims = able * weight[:, None]
    total = claims.sum(axis=0)
    each = np.divide(claims, total, out=np.zeros_like(claims), where=total > 0)
    shares = zip(problem.lawyers, each @ points, each @ unpopular, strict=True)
    return {
        lawyer.id: Share(round(float(fair), 6), round(float(hard), 6))
        for lawyer, fair, hard in shares
        if fair or hard
    }


def carried_over(
    before: Mapping[str, Share], undone: Mapping[str, Share], new: Mapping[str, Share]
) -> dict[str, Share]:
    """The shares of a week whose roster changed while it ran.

    What the version `before` came to, without the part of it that was `undone` because the new
    one took its place first, and with what the new one has from then on.
    """
    nothing = Share(0.0, 0.0)
    found = {}
    for lawyer in sorted(before.keys() | new.keys()):
        was, less, more = (part.get(lawyer, nothing) for part in (before, undone, new))
        points = round(was.points - less.points + more.points, 6)
        unpopular = round(was.unpopular - less.unpopular + more.unpopular, 6)
        if points or unpopular:
            found[lawyer] = Share(points, unpopular)
    return found


def able_and_there(ground: Ground) -> tuple[Bools, Bools]:
    """Whom the rules let hold which place, and who is not away at its time."""
    able = ground.ways.price[ground.division][:, ground.places.post] == 0
    there = np.ones_like(able)
    for rule in ground.rules:
        barred = rule.bars(ground) if rule.kind == "eligibility" else None
        if barred is not None and rule.code in AWAY:
            there &= ~barred
        elif barred is not None:
            able &= ~barred
    return able, there


def _newest(published: Published, first: Week, end: Week) -> list[Version]:
    weeks = {version.week for version in published.versions if first <= version.week < end}
    return [version for week in sorted(weeks) if (version := published.newest(week))]
