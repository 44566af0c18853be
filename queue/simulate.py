"""What a roster, draft or published, would do to those who ask; pure.

The run itself is that of `zhiban.queue.virtual`; here it is told in figures.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from zhiban.data.timespan import SHANGHAI
from zhiban.queue.knowledge import Knowledge
from zhiban.queue.report import Quantiles, quantiles
from zhiban.queue.virtual import Arrival, Case, Talks, run

__all__ = ["Arrival", "County", "Simulated", "Talks", "simulate"]


@dataclass(frozen=True, slots=True)
class County:
    """What those of one county would meet; `short` says that its seats cannot keep up.

    `late_halves` counts the `late` by weekday (0-6) and half (0 before noon) of asking; `beyond`
    those that went to the seats of other divisions, by division; `escalated` those of which a
    supervisor was told, by a rung of a ladder or because a clock ran out.
    """

    code: str
    asked: int
    answered: int
    unanswered: int
    waiting: Quantiles
    answering: Quantiles
    attainment: float | None
    short: bool
    late: int
    late_halves: Mapping[tuple[int, int], int]
    beyond: Mapping[str, int]
    escalated: int


@dataclass(frozen=True, slots=True)
class Simulated:
    """A run: the whole, each county, and how many questions each lawyer would answer."""

    asked: int
    answered: int
    waiting: Quantiles
    answering: Quantiles
    attainment: float | None
    counties: tuple[County, ...]
    load: dict[str, int]

    @property
    def beyond(self) -> int:
        """How many questions went to the seats of other divisions."""
        return sum(sum(one.beyond.values()) for one in self.counties)

    @property
    def escalated(self) -> int:
        """Of how many questions a supervisor was told."""
        return sum(one.escalated for one in self.counties)


def simulate(
    known: Knowledge,
    arrivals: Iterable[Arrival],
    until: datetime,
    *,
    seed: int = 1,
    talks: Talks | None = None,
) -> Simulated:
    """What happens to those who ask before `until`, with the rosters that `known` holds."""
    return _result(run(known, arrivals, until, seed=seed, talks=talks), until)


def _result(cases: Sequence[Case], until: datetime) -> Simulated:
    by_county: dict[str, list[Case]] = {}
    for case in cases:
        by_county.setdefault(case.begun.county, []).append(case)
    load: Counter[str] = Counter()
    for case in cases:
        if case.answered is not None and case.duty is not None:
            load[case.duty.lawyer] += 1
    whole = _county("", cases, until)
    return Simulated(
        asked=whole.asked,
        answered=whole.answered,
        waiting=whole.waiting,
        answering=whole.answering,
        attainment=whole.attainment,
        counties=tuple(_county(code, by_county[code], until) for code in sorted(by_county)),
        load=dict(sorted(load.items())),
    )


def _county(code: str, cases: Sequence[Case], until: datetime) -> County:
    answered = [case for case in cases if case.answered is not None]
    kept = late = 0
    halves: Counter[tuple[int, int]] = Counter()
    beyond: Counter[str] = Counter()
    for case in cases:
        if case.duty is not None and case.duty.division != case.begun.county:
            beyond[case.duty.division] += 1
        end = case.due
        if end is None:
            continue
        on_time = case.answered is not None and case.answered <= end
        kept += on_time
        if not on_time and (case.answered is not None or end < until):
            late += 1
            asked = case.arrival.at.astimezone(SHANGHAI)
            halves[asked.weekday(), int(asked.hour >= 12)] += 1
    attainment = kept / (kept + late) if kept + late else None
    return County(
        code=code,
        asked=len(cases),
        answered=len(answered),
        unanswered=len(cases) - len(answered),
        waiting=quantiles(c.given - c.begun.asked for c in cases if c.given),
        answering=quantiles(c.answered - c.begun.asked for c in answered if c.answered),
        attainment=attainment,
        short=attainment is not None and attainment < 0.9,
        late=late,
        late_halves=halves,
        beyond=dict(sorted(beyond.items())),
        escalated=sum(case.escalated or case.late for case in cases),
    )
