"""Replaying events in their order: every choice that was made against the rules' own best; pure.

It keeps loads by itself, from the events alone, and so shows double holders, lawyers over their
limit and wrong choices however the choices were made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from zhiban.queue.assignment import Chosen, NobodyFree, choose, line
from zhiban.queue.assignment_rules import Loads, Wanted
from zhiban.queue.event import SYSTEM, Event, Kind
from zhiban.queue.folding import after
from zhiban.queue.knowledge import Knowledge
from zhiban.queue.question import HELD, QuestionState, State
from zhiban.queue.scenes import scene_for
from zhiban.roster.published import OnDuty

_BY_CHOICE = frozenset({Kind.ASSIGNED, Kind.HANDED_OVER, Kind.KEPT})
_GIVEN = frozenset({Kind.ASSIGNED, Kind.HANDED_OVER, Kind.TRANSFERRED})


@dataclass(frozen=True, slots=True)
class Difference:
    """An event that is not what the rules give at that point."""

    position: int
    question: int
    what: str


@dataclass
class _Replay:
    known: Knowledge
    with_line: bool
    states: dict[int, QuestionState] = field(default_factory=dict)
    open: dict[str, int] = field(default_factory=dict)
    last: dict[str, datetime] = field(default_factory=dict)
    by_shift: dict[str, int] = field(default_factory=dict)
    _seated: tuple[datetime, tuple[OnDuty, ...]] | None = None

    def step(self, event: Event) -> Iterator[str]:
        before = self.states.get(event.question)
        if before is not None and event.actor == SYSTEM and "steps" in event.data:
            yield from self._against_the_rules(before, event)
            if event.kind is Kind.ASSIGNED and self.with_line:
                yield from self._out_of_line(before, event)
        state = after(before, event)
        self.states[event.question] = state
        self._count(before, -1)
        self._count(state, +1)
        if event.kind in _GIVEN and state.lawyer is not None:
            self.last[state.lawyer] = event.at
            yield from self._over_the_limit(state.lawyer, event)

    def _against_the_rules(self, before: QuestionState, event: Event) -> Iterator[str]:
        loads = self._loads()
        if event.kind in (Kind.HANDED_OVER, Kind.KEPT) and before.lawyer is not None:
            loads = self._without(before)
        scene = scene_for(self.known, before, self.seated(event.at), loads, event.at)
        found = choose(Wanted.of(before), scene, _none)
        if event.kind in _BY_CHOICE:
            best = found.lawyer if isinstance(found, Chosen) else None
            if best != event.data["lawyer"]:
                yield f"{event.kind} to {event.data['lawyer']}, the rules give {best}"
        elif event.kind is Kind.WAITING and not isinstance(found, NobodyFree):
            yield f"waits, though the rules give {found.lawyer}"

    def _out_of_line(self, before: QuestionState, event: Event) -> Iterator[str]:
        """Whoever waits before it in the line cannot have been given anybody."""
        place = self._place(before)
        for other in self.choosable(event.at):
            if other.id != before.id and self._place(other) < place:
                yield f"goes before question {other.id}, which stands before it in the line"

    def choosable(self, at: datetime) -> Iterator[QuestionState]:
        """The waiting questions that could be given to somebody."""
        for state in self.states.values():
            if state.state is State.WAITING:
                scene = scene_for(self.known, state, self.seated(at), self._loads(), at)
                if isinstance(choose(Wanted.of(state), scene, _none), Chosen):
                    yield state

    def _place(self, state: QuestionState) -> tuple[datetime, int]:
        return line(state.asked, state.id, state.green, self.known.rules.green_lead)

    def _over_the_limit(self, lawyer: str, event: Event) -> Iterator[str]:
        duty = next((one for one in self.seated(event.at) if one.lawyer == lawyer), None)
        if duty is None:
            yield f"given to {lawyer}, who is not on shift"
        elif self.open[lawyer] > self._loads().limit(duty):
            yield f"{lawyer} holds {self.open[lawyer]}, more than {self._loads().limit(duty)}"
        else:
            yield from self._over_the_shifts(duty)

    def _over_the_shifts(self, duty: OnDuty) -> Iterator[str]:
        limit = self.known.rules.capacity_by_shift.get(duty.post)
        held = self.by_shift.get(duty.shift, 0)
        if limit is not None and held > limit:
            yield f"{duty.shift} holds {held}, more than {limit}"

    def seated(self, at: datetime) -> tuple[OnDuty, ...]:
        if self._seated is None or self._seated[0] != at:
            self._seated = (at, self.known.on_seat(at))
        return self._seated[1]

    def _loads(self) -> Loads:
        return self.known.loads(self.open, self.last, self.by_shift)

    def _without(self, state: QuestionState) -> Loads:
        """The loads as if the holder did not hold this question."""
        run = replace(self, open=dict(self.open), by_shift=dict(self.by_shift))
        run._count(state, -1)
        return run._loads()

    def _count(self, state: QuestionState | None, by: int) -> None:
        if state is not None and state.hold is not None and state.state in HELD:
            lawyer, shift = state.hold.lawyer, state.hold.shift
            self.open[lawyer] = self.open.get(lawyer, 0) + by
            self.by_shift[shift] = self.by_shift.get(shift, 0) + by


def replay(
    events: Iterable[Event], known: Knowledge, *, with_line: bool = False
) -> tuple[Difference, ...]:
    """Every event, in order of position, that the rules would not have written.

    With `with_line` also who was given a lawyer before somebody in front: slow where many wait.
    """
    run = _Replay(known, with_line)
    return tuple(
        Difference(event.position, event.question, what)
        for event in events
        for what in run.step(event)
    )


def overlooked(events: Iterable[Event], known: Knowledge, now: datetime) -> tuple[int, ...]:
    """The questions that wait, after these events, though somebody on shift could take them."""
    run = _Replay(known, with_line=False)
    for event in events:
        list(run.step(event))
    return tuple(state.id for state in run.choosable(now))


def _none(accepts: Callable[[OnDuty], bool]) -> None:
    """The next shift does not matter here."""
