"""The queue in virtual time: what a roster, draft or published, would do to those who ask; pure.

The choice, the line and the due moments are those of the real queue; how long a talk takes and when
people ask is drawn, from one seed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from heapq import heappop, heappush
from random import Random

from zhiban.data.deadline import due
from zhiban.data.timespan import SHANGHAI
from zhiban.queue.assignment import Chosen, Scene, choose, covers, line
from zhiban.queue.assignment_rules import Loads, Wanted
from zhiban.queue.knowledge import Knowledge
from zhiban.queue.report import Quantiles, quantiles
from zhiban.queue.tally import Tally
from zhiban.queue.turns import Turns
from zhiban.roster.published import OnDuty


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody who will ask."""

    at: datetime
    division: str
    category: str | None = None
    channel: str = "message"
    green: bool = False


@dataclass(frozen=True, slots=True)
class Talks:
    """How many minutes a lawyer gives a question: lognormal, with this median and spread."""

    median: float = 12.0
    spread: float = 0.6

    def minutes(self, random: Random) -> float:
        """One length."""
        return self.median * random.lognormvariate(0.0, self.spread)


@dataclass(frozen=True, slots=True)
class County:
    """What those of one county would meet; `short` says that its seats cannot keep up.

    `late_halves` counts the `late` by weekday (0-6) and half (0 before noon) of asking.
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


@dataclass(slots=True)
class _Case:
    arrival: Arrival
    number: int
    county: str
    given: datetime | None = None
    answered: datetime | None = None
    lawyer: str = ""
    shift: str = ""
    due: datetime | None = None


@dataclass
class _Run:
    """The state of a run; `ready` holds when each lawyer's next answer is finished."""

    known: Knowledge
    talks: Talks
    random: Random
    turns: Turns
    tally: Tally = field(default_factory=Tally)
    by_shift: dict[str, int] = field(default_factory=dict)
    scenes: dict[str, Scene] = field(default_factory=dict)
    lines: dict[str, list[tuple[tuple[datetime, int], int]]] = field(default_factory=dict)
    cases: list[_Case] = field(default_factory=list)
    desks: dict[str, list[_Case]] = field(default_factory=dict)
    ready: list[tuple[datetime, int, str]] = field(default_factory=list)
    at_work: dict[str, _Case] = field(default_factory=dict)

    def ask(self, arrival: Arrival) -> None:
        county = self.known.covering(arrival.division)[0]
        case = _Case(arrival, len(self.cases), county, due=_due(self.known, arrival))
        self.cases.append(case)
        if self.lines.get(county) or not self._give(case, arrival.at):
            self._wait(case)

    def finish(self, at: datetime, lawyer: str) -> None:
        """The lawyer has answered one, begins with the next, and has room for one more."""
        case = self.at_work.pop(lawyer)
        case.answered = at
        self.tally.open[lawyer] -= 1
        self.by_shift[case.shift] -= 1
        self._begin(lawyer, at)
        if any(self.lines.values()):
            self.fill(at, [duty for duty in self.turns.seated(at) if duty.lawyer == lawyer])

    def turn(self, at: datetime) -> None:
        """A shift begins or ends: what nobody has begun goes back into the line."""
        seated = self.turns.seated(at)
        here = {duty.lawyer for duty in seated}
        self.scenes = {}
        for lawyer in sorted(self.desks.keys() - here):
            for case in self.desks.pop(lawyer):
                self.tally.open[lawyer] -= 1
                self.by_shift[case.shift] -= 1
                self._wait(case)
        self.fill(at, seated)

    def fill(self, at: datetime, freed: Iterable[OnDuty]) -> None:
        """Gives out from the line what can be given, in its order, to those with room again."""
        rooms = {duty.division for duty in freed if self.loads.has_room(duty)}
        if not rooms:
            return
        for county, waiting in self.lines.items():
            if waiting and not rooms.isdisjoint(self.known.near(county)):
                while waiting and self._give(self.cases[waiting[0][1]], at):
                    heappop(waiting)

    def _wait(self, case: _Case) -> None:
        asked = case.arrival
        place = line(asked.at, case.number, asked.green, self.known.rules.green_lead)
        heappush(self.lines.setdefault(case.county, []), (place, case.number))

    @cached_property
    def loads(self) -> Loads:
        """What lawyers hold; it follows the tally."""
        return self.known.loads(self.tally.open, self.tally.last, self.by_shift)

    def _scene(self, division: str, at: datetime) -> Scene:
        """What a choice for a division looks at, until the next turn."""
        if division not in self.scenes:
            near = self.known.near(division)
            self.scenes[division] = Scene(
                covering=near,
                on_shift=tuple(duty for duty in self.turns.seated(at) if covers(near, duty)),
                loads=self.loads,
                skills=self.known.skills,
                reach=self.known.rules.reach,
                city=self.known.city(division),
            )
        return self.scenes[division]

    def _give(self, case: _Case, at: datetime) -> bool:
        division = case.arrival.division
        scene = self._scene(division, at)
        if not scene.on_shift:
            return False
        found = choose(Wanted(case.number, division, case.arrival.category), scene, _none)
        if not isinstance(found, Chosen):
            return False
        lawyer = case.lawyer = found.lawyer
        case.given = case.given or at
        self.tally.open[lawyer] = self.tally.open.get(lawyer, 0) + 1
        shift = case.shift = found.duty.shift
        self.by_shift[shift] = self.by_shift.get(shift, 0) + 1
        self.tally.last[lawyer] = at
        self.desks.setdefault(lawyer, []).append(case)
        if lawyer not in self.at_work:
            self._begin(lawyer, at)
        return True

    def _begin(self, lawyer: str, at: datetime) -> None:
        waiting = self.desks.get(lawyer)
        if not waiting:
            self.desks.pop(lawyer, None)
            return
        case = self.at_work[lawyer] = waiting.pop(0)
        done = at + timedelta(minutes=self.talks.minutes(self.random))
        heappush(self.ready, (done, case.number, lawyer))


def simulate(
    known: Knowledge,
    arrivals: Iterable[Arrival],
    until: datetime,
    *,
    seed: int = 1,
    talks: Talks | None = None,
) -> Simulated:
    """What happens to those who ask before `until`, with the rosters that `known` holds."""
    first = sorted(arrivals, key=lambda one: (one.at, one.division))
    start = first[0].at if first else until
    run = _Run(known, talks or Talks(), Random(seed), Turns(known, start, until))  # noqa: S311
    turns = iter(run.turns.instants())
    turn = next(turns, None)
    for arrival in first:
        turn = _up_to(run, arrival.at, turns, turn)
        run.ask(arrival)
    _up_to(run, until, turns, turn)
    return _result(run, until)


def _up_to(
    run: _Run, at: datetime, turns: Iterator[datetime], turn: datetime | None
) -> datetime | None:
    """Lets everything happen that happens before a moment, in order."""
    while True:
        ready = run.ready[0][0] if run.ready else None
        if turn is not None and turn <= at and (ready is None or turn <= ready):
            run.turn(turn)
            turn = next(turns, None)
        elif ready is not None and ready <= at:
            done, _, lawyer = heappop(run.ready)
            run.finish(done, lawyer)
        else:
            return turn


def _result(run: _Run, until: datetime) -> Simulated:
    by_county: dict[str, list[_Case]] = {}
    for case in run.cases:
        by_county.setdefault(case.county, []).append(case)
    load: dict[str, int] = {}
    for case in run.cases:
        if case.answered is not None:
            load[case.lawyer] = load.get(case.lawyer, 0) + 1
    whole = _county("", run.cases, until)
    return Simulated(
        asked=whole.asked,
        answered=whole.answered,
        waiting=whole.waiting,
        answering=whole.answering,
        attainment=whole.attainment,
        counties=tuple(_county(code, by_county[code], until) for code in sorted(by_county)),
        load=dict(sorted(load.items())),
    )


def _county(code: str, cases: list[_Case], until: datetime) -> County:
    answered = [case for case in cases if case.answered is not None]
    kept = late = 0
    halves: Counter[tuple[int, int]] = Counter()
    for case in cases:
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
        waiting=quantiles(c.given - c.arrival.at for c in cases if c.given),
        answering=quantiles(c.answered - c.arrival.at for c in answered if c.answered),
        attainment=attainment,
        short=attainment is not None and attainment < 0.9,
        late=late,
        late_halves=halves,
    )


def _due(known: Knowledge, arrival: Arrival) -> datetime | None:
    row = known.rules.policy.row("first_answer", arrival.channel, arrival.category, arrival.green)
    if row is None:
        return None
    return due(
        known.worked_time.on(row.hours, arrival.division), arrival.at, row.target, row.unit
    ).at


def _none(accepts: object) -> OnDuty | None:
    return None
