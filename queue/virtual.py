"""The queue in virtual time, event by event; pure.

What is decided is decided by the service's own functions, and events change a question by its own
folding; only who asks, and how lawyers work, is made up. A lawyer takes up one question after the
other, in the order given, and answers each after a talk.
"""

from __future__ import annotations

import gc
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from heapq import heappop, heappush
from math import ceil
from random import Random
from typing import Any, Literal, NamedTuple

from zhiban.queue.assignment import Chosen
from zhiban.queue.assignment_rules import Loads
from zhiban.queue.deciding import (
    Refused,
    Seated,
    called_for,
    handed_on,
    in_turn,
    passed_over,
    pick,
    portions,
)
from zhiban.queue.due_ahead import MOMENT, ahead, call_of
from zhiban.queue.event import CITIZEN, SYSTEM, Event, Kind, stamp
from zhiban.queue.folding import after
from zhiban.queue.handover import at_shift_end
from zhiban.queue.index import next_due, running
from zhiban.queue.knowledge import Knowledge
from zhiban.queue.question import QuestionState, State
from zhiban.queue.scenes import share_of
from zhiban.queue.tally import Line, Tally, place_in_line
from zhiban.queue.turns import turns
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


Deed = Kind | Literal["turn", "called"]
"""An event, or a timer: `turn` as those on seats change, `called` as a clock calls."""
_NOTHING: Mapping[str, Any] = {}


class Told(NamedTuple):
    """A deed, when, and of which question by which lawyer, where it is of one."""

    deed: Deed
    at: datetime
    number: int = -1
    lawyer: str = ""


@dataclass(slots=True)
class Case:
    """One question as it went: the duty by which it was last given, and when what happened.

    `due` is the first answer's moment, `nearest` the earliest of any clock. `escalated` says that
    a rung told the supervisor of it, `late` that some clock ran out. `begun` is how it began, or
    stood when last looked at; `unread` is what has happened since.
    """

    arrival: Arrival
    begun: QuestionState
    due: datetime | None
    nearest: datetime | None
    duty: OnDuty | None = None
    until: datetime | None = None
    given: datetime | None = None
    accepted: datetime | None = None
    answered: datetime | None = None
    warned: int = 0
    escalated: bool = False
    late: bool = False
    unread: list[tuple[Kind, datetime, Mapping[str, Any]]] = field(default_factory=list)

    @property
    def state(self) -> QuestionState:
        """Where it stands: its events folded, which most never need, as they go without a hitch."""
        if self.unread:
            state = self.begun
            for kind, at, data in self.unread:
                event = Event(0, state.id, state.seq + 1, kind, at, SYSTEM, None, data)
                state = after(state, event)
            self.begun = state
            self.unread.clear()
        return self.begun


class _Call(NamedTuple):
    """When a clock calls, or else a question may go `further` than before."""

    at: datetime
    number: int
    further: bool


@dataclass
class Virtual:
    """A run; `ready` holds when each lawyer's next answer is finished.

    `told`, where it is given, is told of everything.
    """

    known: Knowledge
    talks: Talks
    random: Random
    cases: list[Case]
    calls: list[_Call]
    told: list[Told] | None = None
    tally: Tally = field(default_factory=Tally)
    by_shift: dict[str, int] = field(default_factory=dict)
    held: dict[int, Case] = field(default_factory=dict)
    desks: dict[str, deque[Case]] = field(default_factory=dict)
    at_work: dict[str, Case] = field(default_factory=dict)
    ready: list[tuple[datetime, int, str]] = field(default_factory=list)
    seated: tuple[OnDuty, ...] = ()

    def ask(self, case: Case) -> None:
        """Somebody asks; nobody else is tried, as no room has come by that."""
        at = case.begun.asked
        self._tell(Kind.ASKED, at, case)
        if self.seated:
            self._place(at, [_line(case)], self.seated)
        if case.given is None:
            self._wait(case, at)

    def finish(self, at: datetime, lawyer: str, number: int) -> None:
        """The lawyer has answered one, begins with the next, and has room for one more."""
        case = self.at_work.get(lawyer)
        if case is None or case.begun.id != number:
            return  # it was handed on in the meantime
        del self.at_work[lawyer]
        self._add(case, Kind.ANSWERED, at, _NOTHING)
        self._release(case)
        case.answered = at
        if case.duty is not None and any(self.tally.waiting.values()):
            shift = case.duty.shift
            room = tuple(d for d in self.seated if lawyer == d.lawyer or shift == d.shift)
            self._through_the_line(at, room)
        self._begin(lawyer, at)

    def turn(self, at: datetime) -> None:
        """A shift begins or ends: what becomes of each question in hand, then of the line."""
        self._tell("turn", at)
        self.seated = self.known.on_seat(at)
        here = {duty.lawyer for duty in self.seated}
        lead = self.known.rules.green_lead
        moving = [
            case
            for case in self.held.values()
            if (duty := case.duty) and (duty.lawyer not in here or (case.until or at) <= at)
        ]
        for case in sorted(moving, key=lambda one: place_in_line(_line(one), lead)):
            self._settle(case, at)
        self._through_the_line(at, self.seated)
        for lawyer in sorted(self.desks.keys() - self.at_work.keys()):
            self._begin(lawyer, at)

    def call(self, at: datetime) -> None:
        """The clocks that call now are heard, and who may go further than before is tried."""
        free = heard = False
        further: dict[int, Line] = {}
        while self.calls and self.calls[0].at == at:
            one = heappop(self.calls)
            case = self.cases[one.number]
            if case.answered is not None:
                continue
            if one.further:
                if one.number not in self.held:
                    further[one.number] = _line(case)
            else:
                heard = True
                free = self._watch(case, at) or free
        if heard or ((free or further) and self.seated):
            self._tell("called", at)
        if free:
            self._through_the_line(at, self.seated)
        elif further and self.seated:
            lead = self.known.rules.green_lead
            lines = sorted(further.values(), key=lambda one: place_in_line(one, lead))
            self._place(at, lines, self.seated)

    @cached_property
    def loads(self) -> Loads:
        """What lawyers hold; it follows the tally."""
        return self.known.loads(self.tally.open, self.tally.last, self.by_shift)

    def _through_the_line(self, at: datetime, room: Seated) -> None:
        """Gives out what can be given to those who may have room now, and had none before."""
        self._place(at, in_turn(self.known, self.tally, (), room, at, self.loads), room)

    def _place(self, at: datetime, lines: Iterable[Line], room: Seated) -> None:
        """Gives out what can be given of these lines, in their order, until no room is left.

        All others who wait were tried when room last came or they could last go further: nobody
        may take them still.
        """
        begun: set[str] = set()
        refused: Refused = {}
        for portion in portions(lines, room, self.loads, 1):
            for line in portion:
                lawyer = self._give(self.cases[line.id], at, refused)
                if lawyer is not None:
                    begun.add(lawyer)
        for lawyer in sorted(begun - self.at_work.keys()):
            self._begin(lawyer, at)

    def _give(self, case: Case, at: datetime, refused: Refused) -> str | None:
        state = case.state
        share = share_of(state.asked, case.nearest, at)
        people, loads = self.seated, self.loads
        found = pick(self.known, state, people, loads, at, share=share, refused=refused)
        if isinstance(found, Chosen):
            self._assign(case, Kind.ASSIGNED, found.duty, at)
            return found.lawyer
        return None

    def _assign(self, case: Case, kind: Kind, duty: OnDuty, at: datetime) -> None:
        until = self.known.present_until(duty)
        data = {
            "lawyer": duty.lawyer,
            "firm": duty.firm,
            "shift": duty.shift,
            "until": stamp(until),
        }
        number, lawyer, tally = case.begun.id, duty.lawyer, self.tally
        if number in self.held:
            self._release(case)
        else:
            tally.leave(case.begun.county, number)
        case.duty, case.until, case.given = duty, until, case.given or at
        self._add(case, kind, at, data)
        self.held[number] = case
        tally.open[lawyer] = tally.open.get(lawyer, 0) + 1
        self.by_shift[duty.shift] = self.by_shift.get(duty.shift, 0) + 1
        if kind is not Kind.KEPT:
            tally.last[lawyer] = at
            self.desks.setdefault(lawyer, deque()).append(case)

    def _release(self, case: Case) -> None:
        """It counts no longer as what its lawyer holds."""
        duty = case.duty
        if duty is not None and case.begun.id in self.held:
            del self.held[case.begun.id]
            self.tally.open[duty.lawyer] -= 1
            self.by_shift[duty.shift] -= 1

    def _settle(self, case: Case, at: datetime) -> None:
        state = case.state
        step = at_shift_end(state, self.seated, self.known.near(state.division), at)
        if step.act == "give_back":
            self._give_back(case, at)
        elif step.act == "note_left" and step.left is not None:
            self._add(case, Kind.LEFT, at, {"until": stamp(step.left)})
        elif step.act == "hand_on" and state.hold is not None:
            found = handed_on(self.known, state, state.hold, self.seated, self.loads, at)
            if not isinstance(found, Chosen):
                self._give_back(case, at)
            elif found.lawyer == state.lawyer:
                self._assign(case, Kind.KEPT, found.duty, at)
            else:
                self._put_down(case)
                self._assign(case, Kind.HANDED_OVER, found.duty, at)

    def _watch(self, case: Case, at: datetime) -> bool:
        """Climbs the rungs that have come, or marks what is late; whether it came free by that."""
        free = False
        known = self.known
        found = running(case.state, known)
        while calls := called_for(found, at):
            for what, mark in calls:
                data = {"clock": mark.timer.clock, "round": mark.timer.round}
                if what == "breach":
                    self._add(case, Kind.BREACHED, at, data)
                    case.late = True
                elif mark.rung is not None:
                    self._add(case, Kind.WARNED, at, data | {"share": mark.rung.share})
                    case.warned += 1
                    case.escalated = case.escalated or mark.rung.act == "supervisor"
                    if mark.rung.act == "hand_on":
                        free = self._pass_over(case, at) or free
            found = running(case.state, known)
        following = call_of(found)
        if following is not None:
            heappush(self.calls, _Call(following, case.state.id, False))
        return free

    def _pass_over(self, case: Case, at: datetime) -> bool:
        passed = passed_over(self.known, case.state, self.seated, self.loads, at)
        if passed:
            self._give_back(case, at, passed_over=True)
        return passed

    def _give_back(self, case: Case, at: datetime, passed_over: bool = False) -> None:
        self._put_down(case)
        data = {"lawyer": case.state.lawyer, "passed_over": passed_over}
        self._add(case, Kind.RETURNED, at, data)
        self._release(case)
        self._wait(case, at)

    def _put_down(self, case: Case) -> None:
        """Out of the hands, or off the desk, of its lawyer."""
        lawyer = case.state.lawyer or ""
        if self.at_work.get(lawyer) is case:
            del self.at_work[lawyer]
        elif case.state.state is State.ASSIGNED:
            self.desks[lawyer].remove(case)

    def _wait(self, case: Case, at: datetime) -> None:
        """Into the line, until it is given, or may go further than now."""
        state = case.state
        if any(not timer.running for timer in state.timers):
            case.nearest = next_due(running(state, self.known))
        self.tally.wait(_line(case))
        if case.nearest is None:
            return
        reach = self.known.reach(state.channel, state.category, state.green)
        whole = (case.nearest - state.asked) // MOMENT
        for share in {reach.city_after, reach.neighbours_after}:
            further = state.asked + ceil(share * whole) * MOMENT
            if share_of(state.asked, case.nearest, further) < share:  # rounded down
                further += MOMENT
            if further > at and whole > 0:
                heappush(self.calls, _Call(further, state.id, True))

    def _begin(self, lawyer: str, at: datetime) -> None:
        waiting = self.desks.get(lawyer)
        if lawyer in self.at_work or waiting is None:
            return
        if not waiting:
            del self.desks[lawyer]
            return
        case = self.at_work[lawyer] = waiting.popleft()
        self._add(case, Kind.ACCEPTED, at, _NOTHING)
        case.accepted = at
        done = at + timedelta(minutes=self.talks.minutes(self.random))
        heappush(self.ready, (done, case.begun.id, lawyer))

    def _add(self, case: Case, kind: Kind, at: datetime, data: Mapping[str, Any]) -> None:
        """One more event, as the service would write it."""
        case.unread.append((kind, at, data))
        if self.told is not None:
            self._tell(kind, at, case)

    def _tell(self, deed: Deed, at: datetime, case: Case | None = None) -> None:
        if self.told is not None and case is not None:
            lawyer = case.duty.lawyer if case.duty else ""
            self.told.append(Told(deed, at, case.begun.id, lawyer))
        elif self.told is not None:
            self.told.append(Told(deed, at))


def run(
    known: Knowledge,
    arrivals: Iterable[Arrival],
    until: datetime,
    *,
    seed: int = 1,
    talks: Talks | None = None,
    told: list[Told] | None = None,
) -> list[Case]:
    """Every question of those who ask before `until`, with the rosters that `known` holds."""
    first = sorted(arrivals, key=lambda one: (one.at, one.division))
    if not first:
        return []
    with _no_collecting():
        cases, calls = _cases(known, first)
        random = Random(seed)  # noqa: S311 - nothing secret is drawn
        virtual = Virtual(known, talks or Talks(), random, cases, calls, told)
        coming = iter(turns(known, cases[0].begun.asked, until))
        turn = next(coming, None)
        for case in cases:
            turn = _up_to(virtual, case.begun.asked, coming, turn)
            virtual.ask(case)
        _up_to(virtual, until, coming, turn)
    return cases


@contextmanager
def _no_collecting() -> Iterator[None]:
    """A run makes no cycles; looking for some among all its questions took a fifth of its time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _cases(known: Knowledge, arrivals: Sequence[Arrival]) -> tuple[list[Case], list[_Call]]:
    """Those who will ask, with their clocks; and when a clock first calls for something."""
    county = {one.division: known.register.county_of(one.division) for one in arrivals}
    states = [_asked(number, one, county[one.division]) for number, one in enumerate(arrivals)]
    found = ahead(known, states)
    both = zip(arrivals, states, found.answer, found.nearest, strict=True)
    cases = [Case(*each) for each in both]
    calls = sorted(_Call(at, n, False) for n, at in enumerate(found.call) if at is not None)
    return cases, calls  # sorted, and so a heap


def _asked(number: int, one: Arrival, county: str) -> QuestionState:
    data = {
        "channel": one.channel,
        "division": one.division,
        "county": county,
        "category": one.category,
        "green": one.green,
    }
    return after(None, Event(0, number, 1, Kind.ASKED, one.at.astimezone(UTC), CITIZEN, None, data))


def _line(case: Case) -> Line:
    state = case.begun
    return Line(state.id, state.asked, state.green, state.county, case.nearest)


def _up_to(
    virtual: Virtual, at: datetime, turns: Iterator[datetime], turn: datetime | None
) -> datetime | None:
    """Lets everything happen that happens before a moment, in order; returns the next turn."""
    while True:
        ready = virtual.ready[0][0] if virtual.ready else at
        call = virtual.calls[0].at if virtual.calls else at
        if turn is not None and turn <= min(at, ready, call):
            virtual.turn(turn)
            turn = next(turns, None)
        elif virtual.ready and ready <= min(at, call):
            done, number, lawyer = heappop(virtual.ready)
            virtual.finish(done, lawyer, number)
        elif virtual.calls and call <= at:
            virtual.call(call)
        else:
            return turn
