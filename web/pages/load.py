"""What each lawyer holds in a week, beside a fair share of it and the ledger before; pure."""

from __future__ import annotations

from dataclasses import dataclass

from zhiban.data.week import Week
from zhiban.roster.fairness import Share, fair_shares
from zhiban.roster.publication import duties_of
from zhiban.roster.reworking import Worked
from zhiban.roster.roster import Duty

BINS = 9  # of the drawing of how far people are from their share


@dataclass(frozen=True, slots=True)
class Load:
    """One lawyer's week: duties, points, the fair share of points, and how far they are now.

    `apart` is what they served beyond their fair share, with the 26 weeks before: negative for
    who has served less.
    """

    lawyer: str
    name: str
    firm: str
    duties: tuple[Duty, ...]
    points: float
    share: float
    apart: float
    unpopular: int


@dataclass(frozen=True, slots=True)
class Spread:
    """How far people are from their fair share: the middle, the ends, and a count by step.

    `bins` are (from, to, people) from the least served to the most.
    """

    people: int
    least: float
    middle: float
    most: float
    bins: tuple[tuple[float, float, int], ...]

    @property
    def peak(self) -> int:
        """The people of the fullest step."""
        return max(count for _, _, count in self.bins)


def loads(at: Worked, week: Week) -> list[Load]:
    """Everybody's load, by firm and name."""
    facts = at.facts
    inside = [
        one for one in duties_of(at.problem, facts.roster) if week.span.contains(one.span.start)
    ]
    shares = fair_shares(at.problem, inside)
    found = []
    for lawyer in at.problem.lawyers:
        held = [
            duty
            for duty in facts.duties_of(lawyer.id)
            if week.span.contains(facts.shifts[duty.shift].start)
        ]
        points = sum(facts.eighths(duty.shift, duty.role) for duty in held) / 8
        share = shares.get(lawyer.id, Share(0.0, 0.0)).points
        ledger = lawyer.ledger
        found.append(
            Load(
                lawyer=lawyer.id,
                name=lawyer.name,
                firm=lawyer.firm,
                duties=tuple(held),
                points=points,
                share=share,
                apart=ledger.points + points - ledger.target - share,
                unpopular=sum(facts.shifts[duty.shift].unpopular for duty in held),
            )
        )
    return sorted(found, key=lambda one: (one.firm, one.name, one.lawyer))


def spread(found: list[Load]) -> Spread | None:
    """The spread over those who have a share or a duty; None where nobody has."""
    apart = sorted(one.apart for one in found if one.share or one.duties)
    if not apart:
        return None
    least, most = apart[0], apart[-1]
    width = max(0.25, (most - least) / BINS)
    counts = [0] * BINS
    for value in apart:
        counts[min(BINS - 1, int((value - least) / width))] += 1
    bins = tuple(
        (least + width * number, least + width * (number + 1), count)
        for number, count in enumerate(counts)
    )
    return Spread(len(apart), least, apart[len(apart) // 2], most, bins)
