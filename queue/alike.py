"""Which questions may be one and the same, asked twice: by contact, or by their words; pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

WITHIN = timedelta(days=7)
# Of invented stories about different things no two share a quarter of their words; one told twice
# shares half of them and more. A few words say too little: 老板拖欠工资 is told by many.
SHARE, FEWEST = 0.5, 5


@dataclass(frozen=True, slots=True)
class Told:
    """What is compared of a question; `words` are those of its story."""

    id: int
    division: str
    asked: datetime
    contact: str | None
    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class Pair:
    """A question and the earlier one that it may repeat; `share` of their words stand in both."""

    later: int
    earlier: int
    why: Literal["contact", "words"]
    share: float


def pairs(told: Iterable[Told]) -> list[Pair]:
    """Each question with the earlier one that it repeats most likely, the newest first.

    They were asked within days of each other, and name the same contact, or tell nearly the same
    in the same division.
    """
    found: list[Pair] = []
    before: list[Told] = []
    for one in sorted(told, key=lambda one: (one.asked, one.id)):
        near = (other for other in before if one.asked - other.asked <= WITHIN)
        likely = [pair for other in near if (pair := _pair(one, other)) is not None]
        if likely:
            found.append(max(likely, key=lambda pair: (pair.why == "contact", pair.share)))
        before.append(one)
    return found[::-1]


def _pair(one: Told, other: Told) -> Pair | None:
    both = one.words & other.words
    share = len(both) / max(1, len(one.words | other.words))
    if one.contact is not None and one.contact == other.contact:
        return Pair(one.id, other.id, "contact", share)
    if one.division == other.division and len(both) >= FEWEST and share >= SHARE:
        return Pair(one.id, other.id, "words", share)
    return None
