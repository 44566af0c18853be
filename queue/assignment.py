"""Choosing the lawyer for a question, with the reasons kept; pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from zhiban.data.wording import Text
from zhiban.queue.assignment_rules import (
    FILTERS,
    RANKS,
    Candidate,
    Loads,
    Wanted,
    busy_only,
)
from zhiban.roster.published import OnDuty

Upcoming = Callable[[Callable[[OnDuty], bool]], OnDuty | None]
"""Finds the earliest duty, later than now, that a test accepts."""


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a question goes beyond the seat of its own county, by how much of its clock has run.

    The city seat takes part at once where the own seat has nobody on duty who may take the
    question, else (all there are full) from `city_after` on; neighbouring counties' seats, nearest
    first, from `neighbours_after` on. A share above 1 means never.
    """

    city_after: float = 0.5
    neighbours_after: float = 0.75


class Scene(NamedTuple):
    """All that a choice looks at, at one moment; a tuple, as every choice makes one.

    `covering` lists the divisions whose seats answer for the question: its county, the city,
    neighbours from the nearest. `skills` are the category codes of lawyers. `share` is how much of
    the question's nearest clock has run. `pools` keeps each division's candidates, for who chooses
    in one scene again.
    """

    covering: tuple[str, ...]
    on_shift: tuple[OnDuty, ...]
    loads: Loads
    skills: Mapping[str, frozenset[str]]
    reach: Reach = Reach()
    share: float = 0.0
    city: str = ""
    pools: dict[str, tuple[Candidate, ...]] | None = None


class Chosen(NamedTuple):
    """The lawyer, the duty by which, why in words, and the counts that each rule left."""

    duty: OnDuty
    tier: int
    reason: Text
    steps: tuple[tuple[str, int], ...]

    @property
    def lawyer(self) -> str:
        """Who was chosen."""
        return self.duty.lawyer


@dataclass(frozen=True, slots=True)
class NobodyFree:
    """Nobody may take it now: why, and the next duty that covers it, where one is published.

    `cause` is off_shift, recused (everybody on shift), barred (recused or declined) or full.
    """

    cause: str
    reason: Text
    next: OnDuty | None
    steps: tuple[tuple[str, int], ...] = field(default=())


def choose(wanted: Wanted, scene: Scene, upcoming: Upcoming) -> Chosen | NobodyFree:
    """Who takes the question: the first seat in reach with somebody free, there the best ranked."""
    tried: list[tuple[str, int]] = []
    served = False
    full = False
    for tier, division in enumerate(scene.covering):
        if not _within_reach(scene, tier, served, full):
            break
        pool = _candidates(scene, division)
        left = _filtered(wanted, scene, pool, tried)
        if left:
            return _best(wanted, scene, left, tier, len(pool), tuple(tried))
        served = served or bool(pool)
        full = full or any(busy_only(wanted, one, scene.loads) for one in pool)
    return _nobody(wanted, scene, upcoming, served, full, tuple(tried))


def covers(scene_covering: Iterable[str], duty: OnDuty) -> bool:
    """Whether a duty is one by which questions are answered for these divisions."""
    return duty.kind == "seat" and duty.role == "primary" and duty.division in scene_covering


def line(asked: datetime, number: int, green: bool, lead: timedelta) -> tuple[datetime, int]:
    """The place of a waiting question in the line; the smallest goes first.

    The green lane counts as asked `lead` earlier, so that it goes first, and yet whoever has
    waited longer by more than that goes before it: nobody starves.
    """
    return (asked - lead if green else asked, number)


def _within_reach(scene: Scene, tier: int, served: bool, full: bool) -> bool:
    if tier == 0:
        return True
    if scene.covering[tier] == scene.city:
        return not full or scene.share >= scene.reach.city_after
    return scene.share >= scene.reach.neighbours_after


def _candidates(scene: Scene, division: str) -> tuple[Candidate, ...]:
    """One candidate for each lawyer on shift at the division's seats."""
    if scene.pools is not None and division in scene.pools:
        return scene.pools[division]
    found: dict[str, Candidate] = {}
    for duty in scene.on_shift:
        if covers((division,), duty) and duty.lawyer not in found:
            skills = scene.skills.get(duty.lawyer, frozenset())
            found[duty.lawyer] = Candidate(duty, skills)
    candidates = tuple(found.values())
    if scene.pools is not None:
        scene.pools[division] = candidates
    return candidates


def _filtered(
    wanted: Wanted, scene: Scene, pool: Sequence[Candidate], tried: list[tuple[str, int]]
) -> list[Candidate]:
    tried.append(("on_shift", len(pool)))
    left = list(pool)
    for rule in FILTERS:
        if not left:
            break
        if rule.matters(wanted):
            left = rule.left(wanted, left, scene.loads)
        tried.append((rule.code, len(left)))
    return left


def _best(
    wanted: Wanted,
    scene: Scene,
    left: list[Candidate],
    tier: int,
    on_shift: int,
    steps: tuple[tuple[str, int], ...],
) -> Chosen:
    able = len(left)
    decided = (_ONLY.zh, _ONLY.en)
    for rank in RANKS:
        if len(left) == 1:
            break
        if not rank.matters(wanted):
            continue
        keys = rank.keys(wanted, left, scene.loads)
        best = min(keys)
        if keys.count(best) == len(left):
            continue
        left = [one for one, own in zip(left, keys, strict=True) if own == best]
        decided = (rank.why.zh, rank.why.en)
        steps = (*steps, (rank.code, len(left)))
    duty = left[0].duty
    return Chosen(duty, tier, _reason(duty.post_name, on_shift, able, *decided), steps)


@lru_cache(maxsize=4096)
def _reason(post: str, on_shift: int, able: int, zh: str, en: str) -> Text:
    """Why in words: the same for many choices."""
    return Text(
        f"{post}当班{on_shift}人，可接{able}人：{zh}",
        f"{post}: {on_shift} on shift, {able} could take it; {en}",
    )


_ONLY = Text("仅此一位可接", "the only one who could take it")
_WHY = {
    "off_shift": Text("现在没有值班律师", "no lawyer is on duty now"),
    "recused": Text(
        "当班律师都不便接手这件咨询，等候其他律师",
        "none of the lawyers on duty may take this one; it waits for another",
    ),
    "barred": Text("当班律师不便接手这件咨询", "the lawyers on duty cannot take this one"),
    "full": Text("当班律师手头的咨询已满", "the lawyers on duty have their hands full"),
}


def _kept_from(tried: tuple[tuple[str, int], ...]) -> str:
    """What keeps those on shift from it: that all have to step back, or that some declined."""
    return "barred" if any(code == "recused" and left for code, left in tried) else "recused"


def _nobody(
    wanted: Wanted,
    scene: Scene,
    upcoming: Upcoming,
    served: bool,
    full: bool,
    steps: tuple[tuple[str, int], ...],
) -> NobodyFree:
    cause = "full" if full else _kept_from(steps) if served else "off_shift"
    near = scene.covering[:2] if scene.city in scene.covering[:2] else scene.covering[:1]
    coming = upcoming(lambda duty: covers(near, duty) and not wanted.barred(duty))
    return NobodyFree(cause, _WHY[cause], coming, steps)
