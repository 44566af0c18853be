"""Reports from events: what was promised and kept, how long people waited, who did how much; pure.

Nothing but events goes in, so the same events give the same report, whatever has changed since.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from math import ceil

from zhiban.data.timespan import SHANGHAI
from zhiban.queue.event import Event, Kind, plain
from zhiban.queue.folding import after
from zhiban.queue.question import QuestionState
from zhiban.queue.timers import CLOCKS, ClockKind, Timer

ANSWERS = frozenset({Kind.ANSWERED, Kind.RECORDED})
GROUPS = ("county", "post", "lawyer", "category", "channel", "day")


@dataclass(frozen=True, slots=True)
class Quantiles:
    """Seconds that half, nine in ten and ninety-nine in a hundred stayed within."""

    count: int
    p50: float | None
    p90: float | None
    p99: float | None


@dataclass(frozen=True, slots=True)
class Kept:
    """How one clock fared: kept, late, given up (closed or withdrawn before), running still.

    `attainment` is kept / (kept + late), None where neither happened.
    """

    clock: ClockKind
    kept: int
    late: int
    given_up: int
    running: int
    attainment: float | None


@dataclass(frozen=True, slots=True)
class Part:
    """The figures of one county, post, lawyer, category or channel; `key` is its code."""

    key: str
    questions: int
    clocks: tuple[Kept, ...]
    waiting: Quantiles
    answering: Quantiles
    rated: int
    rated_share: float | None
    satisfaction: float | None


@dataclass(frozen=True, slots=True)
class Report:
    """All questions asked in a time, as a whole and by each grouping.

    `waiting` runs from asking to a lawyer, `answering` to the first answer. `satisfaction` is the
    mean of the scores, to be shown beside the share who rated.
    """

    since: datetime
    until: datetime
    whole: Part
    by: dict[str, tuple[Part, ...]]


@dataclass(frozen=True, slots=True)
class Case:
    """One question as the report sees it."""

    state: QuestionState
    given: datetime | None
    answered: datetime | None
    post: str
    lawyer: str


def report(
    histories: Iterable[Sequence[Event]],
    since: datetime,
    until: datetime,
    only: Mapping[str, str] | None = None,
) -> Report:
    """The report over the questions, each with its events in order, asked since and before.

    `only` keeps those of one key in some groupings. A day is that of asking, in Shanghai.
    """
    cases = [case_of(events) for events in histories if since <= events[0].at < until]
    for group, key in (only or {}).items():
        cases = [case for case in cases if _KEYS[group](case) == key]
    by = {group: _parts(cases, _KEYS[group]) for group in GROUPS}
    return Report(since, until, _part("", cases), by)


_KEYS: dict[str, Callable[[Case], str]] = {
    "county": lambda case: case.state.county,
    "post": lambda case: case.post,
    "lawyer": lambda case: case.lawyer,
    "category": lambda case: case.state.category or "",
    "channel": lambda case: case.state.channel,
    "day": lambda case: case.state.asked.astimezone(SHANGHAI).date().isoformat(),
}


def report_text(found: Report) -> str:
    """The report as the one JSON text of it: times with offset, lengths in seconds."""
    value = asdict(found)
    value["since"], value["until"] = found.since.isoformat(), found.until.isoformat()
    return plain(value)


def quantiles(lengths: Iterable[timedelta]) -> Quantiles:
    """The quantiles by nearest rank, so that each is a length that occurred."""
    ordered = sorted(length.total_seconds() for length in lengths)

    def at(share: float) -> float | None:
        return ordered[max(0, ceil(share * len(ordered)) - 1)] if ordered else None

    return Quantiles(len(ordered), at(0.5), at(0.9), at(0.99))


def case_of(events: Sequence[Event]) -> Case:
    """What the report needs of one question; ValueError without events."""
    state: QuestionState | None = None
    given = answered = None
    post = lawyer = ""
    posts: dict[str, str] = {}
    for event in events:
        state = after(state, event)
        if "post" in event.data and state.hold is not None:
            given = given or event.at
            posts[state.hold.lawyer] = event.data["post"]
        if event.kind in ANSWERS and answered is None and state.lawyer is not None:
            answered, lawyer = event.at, state.lawyer
            post = posts.get(lawyer, "")
    if state is None:
        raise ValueError("a question has at least the event of being asked")
    return Case(state, given, answered, post, lawyer)


def _parts(cases: Sequence[Case], key: Callable[[Case], str]) -> tuple[Part, ...]:
    groups: dict[str, list[Case]] = {}
    for case in cases:
        groups.setdefault(key(case), []).append(case)
    return tuple(_part(name, groups[name]) for name in sorted(groups))


def _part(key: str, cases: Sequence[Case]) -> Part:
    scores = [case.state.rating for case in cases if case.state.rating is not None]
    return Part(
        key=key,
        questions=len(cases),
        clocks=tuple(_kept(clock, cases) for clock in CLOCKS),
        waiting=quantiles(case.given - case.state.asked for case in cases if case.given),
        answering=quantiles(case.answered - case.state.asked for case in cases if case.answered),
        rated=len(scores),
        rated_share=len(scores) / len(cases) if cases else None,
        satisfaction=sum(scores) / len(scores) if scores else None,
    )


def _kept(clock: ClockKind, cases: Sequence[Case]) -> Kept:
    fates = Counter(
        fate(timer) for case in cases for timer in case.state.timers if timer.clock == clock
    )
    decided = fates["kept"] + fates["late"]
    return Kept(
        clock,
        fates["kept"],
        fates["late"],
        fates["given_up"],
        fates["running"],
        fates["kept"] / decided if decided else None,
    )


def fate(timer: Timer) -> str:
    """How one run of a clock ended; without a due moment nothing was promised."""
    if timer.breached is not None:
        return "late"
    if timer.stopped is None:
        return "running"
    if timer.due is None:
        return "unpromised"
    if timer.stopped > timer.due:
        return "late"
    return "kept" if timer.met else "given_up"
