"""The queue in virtual time: what people and timers do to it, decided as the service does; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

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
    usual,
)
from zhiban.queue.due_ahead import call_of
from zhiban.queue.event import Kind, stamp
from zhiban.queue.handover import at_shift_end
from zhiban.queue.index import next_due, running
from zhiban.queue.knowledge import Knowledge
from zhiban.queue.question import Hold
from zhiban.queue.scenes import share_of
from zhiban.queue.tally import Line, Tally, placed
from zhiban.queue.virtual_agenda import Agenda, Call
from zhiban.queue.virtual_case import NOTHING, Case, Deed, Told
from zhiban.queue.virtual_clocks import Clocks
from zhiban.queue.virtual_desks import Desks
from zhiban.roster.published import OnDuty


@dataclass
class VirtualQueue:
    """A run; `told`, where it is given, is told of everything."""

    known: Knowledge
    cases: list[Case]
    clocks: Clocks
    agenda: Agenda
    desks: Desks
    told: list[Told] | None = None
    tally: Tally = field(default_factory=Tally)
    by_shift: dict[str, int] = field(default_factory=dict)
    held: dict[int, Case] = field(default_factory=dict)
    seated: Seated = ()
    of_shift: dict[str, list[OnDuty]] = field(default_factory=dict)
    of_lawyer: dict[str, list[OnDuty]] = field(default_factory=dict)

    def ask(self, case: Case) -> None:
        """Somebody asks; nobody else is tried, as no room has come by that."""
        at = case.begun.asked
        self._tell(Kind.ASKED, at, case)
        lawyer = self._give(case, at, None) if self.seated else None
        if lawyer is None:
            self._wait(case, at)
        else:
            self._begin(lawyer, at)

    def finish(self) -> None:
        """A lawyer has answered one, begins with the next, and has room for one more."""
        at, lawyer, case = self.desks.finish()
        if case is None:
            return
        self._add(case, Kind.ANSWERED, at)
        self._release(case)
        case.answered = at
        if case.duty is not None and not usual(self.tally, 0):
            shift = case.duty.shift
            room = list(self.of_shift.get(shift, ()))
            room += [duty for duty in self.of_lawyer.get(lawyer, ()) if duty.shift != shift]
            self._through_the_line(at, room)
        self._begin(lawyer, at)

    def turn(self, at: datetime) -> None:
        """A shift begins or ends: what becomes of each question in hand, then of the line."""
        self._tell("turn", at)
        self._seat(at)
        here = self.of_lawyer
        lead = self.known.rules.green_lead
        moving = [
            (placed(case.line, lead), case)
            for case in self.held.values()
            if (duty := case.duty) and (duty.lawyer not in here or (case.until or at) <= at)
        ]
        for _, case in sorted(moving):
            self._settle(case, at)
        self._through_the_line(at, self.seated)
        for lawyer in self.desks.idle():
            self._begin(lawyer, at)

    def call(self, at: datetime) -> None:
        """The clocks that call now are heard, and who may go further than before is tried."""
        free = heard = False
        further: dict[int, Line] = {}
        agenda = self.agenda
        while agenda.next == at:
            call = agenda.take()
            if call is None:
                continue
            case = self.cases[call.number]
            if not call.further:
                heard = True
                free = self._watch(case, at) or free
            elif call.number not in self.held:
                further[call.number] = case.line
        if heard or ((free or further) and self.seated):
            self._tell("called", at)
        if free:
            self._through_the_line(at, self.seated)
        elif further and self.seated:
            lead = self.known.rules.green_lead
            lines = sorted(placed(one, lead) for one in further.values())
            self._place(at, (line for *_, line in lines), self.seated)

    @cached_property
    def loads(self) -> Loads:
        """What lawyers hold; it follows the tally."""
        return self.known.loads(self.tally.open, self.tally.last, self.by_shift)

    def _seat(self, at: datetime) -> None:
        self.seated = self.known.on_seat(at)
        self.of_shift, self.of_lawyer = {}, {}
        for duty in self.seated:
            self.of_shift.setdefault(duty.shift, []).append(duty)
            self.of_lawyer.setdefault(duty.lawyer, []).append(duty)

    def _through_the_line(self, at: datetime, room: Sequence[OnDuty]) -> None:
        """Gives out what can be given to those who may have room now, and had none before."""
        self._place(at, in_turn(self.known, self.tally, (), room, at, self.loads), room)

    def _place(self, at: datetime, lines: Iterable[Line], room: Sequence[OnDuty]) -> None:
        """Gives out what can be given of these lines, in their order, until no room is left.

        All others who wait were tried when room last came or they could last go further: nobody
        may take them still.
        """
        begun: set[str] = set()
        refused: Refused = {}
        has_room = self.loads.has_room
        left = list(reversed(room))  # room only grows less
        for line in lines:
            lawyer = self._give(self.cases[line.id], at, refused)
            if lawyer is not None:
                begun.add(lawyer)
            while left and not has_room(left[-1]):
                left.pop()
            if not left:
                break
        for lawyer in sorted(begun - self.desks.at_work.keys()):
            self._begin(lawyer, at)

    def _give(self, case: Case, at: datetime, refused: Refused | None) -> str | None:
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
        number, lawyer, tally = case.begun.id, duty.lawyer, self.tally
        if number in self.held:
            self._release(case)
        else:
            tally.leave(case.begun.county, number)
        case.duty, case.until, case.given = duty, until, case.given or at
        self._add(case, kind, at, Hold(lawyer, duty.firm, duty.shift, at, until))
        self.held[number] = case
        tally.open[lawyer] = tally.open.get(lawyer, 0) + 1
        self.by_shift[duty.shift] = self.by_shift.get(duty.shift, 0) + 1
        if kind is not Kind.KEPT:
            tally.last[lawyer] = at
            self.desks.lay(lawyer, case)

    def _release(self, case: Case) -> None:
        """It counts no longer as what its lawyer holds."""
        duty = case.duty
        if duty is not None and self.held.pop(case.begun.id, None) is not None:
            self.tally.open[duty.lawyer] -= 1
            self.by_shift[duty.shift] -= 1

    def _settle(self, case: Case, at: datetime) -> None:
        near = self.known.near(case.begun.division)
        stands, hold = case.stands
        step = at_shift_end(stands, hold, self.seated, near, at)
        if step.act == "give_back":
            self._give_back(case, at)
        elif step.act == "note_left" and step.left is not None:
            self._add(case, Kind.LEFT, at, {"until": stamp(step.left)})
        elif step.act == "hand_on" and hold is not None:
            found = handed_on(self.known, case.state, hold, self.seated, self.loads, at)
            if not isinstance(found, Chosen):
                self._give_back(case, at)
            elif found.lawyer == hold.lawyer:
                self._assign(case, Kind.KEPT, found.duty, at)
            else:
                self.desks.put_down(hold.lawyer, case)
                self._assign(case, Kind.HANDED_OVER, found.duty, at)

    def _watch(self, case: Case, at: datetime) -> bool:
        """Climbs the rungs that have come, or marks what is late; whether it came free by that."""
        free = False
        found = self.clocks.marks(case)
        while calls := called_for(found, at):
            for what, mark in calls:
                kind, data, following = self.clocks.heed(case, what, mark, at)
                self._add(case, kind, at, data)
                if what == "climb" and mark.rung is not None and mark.rung.act == "hand_on":
                    free = self._pass_over(case, at) or free
                found = tuple(following if one is mark else one for one in found)
        case.marks = found
        next_call = call_of(found)
        if next_call is not None:
            self.agenda.add(Call(next_call, case.begun.id, False))
        return free

    def _pass_over(self, case: Case, at: datetime) -> bool:
        passed = passed_over(self.known, case.state, self.seated, self.loads, at)
        if passed:
            self._give_back(case, at, passed_over=True)
        return passed

    def _give_back(self, case: Case, at: datetime, passed_over: bool = False) -> None:
        duty = case.duty
        if duty is not None:
            self.desks.put_down(duty.lawyer, case)
        case.give_back(at, passed_over)
        if self.told is not None:
            self._tell(Kind.RETURNED, at, case)
        self._release(case)
        self._wait(case, at)

    def _wait(self, case: Case, at: datetime) -> None:
        """Into the line, until it is given, or may go further than now."""
        if case.accepted is not None:
            case.nearest = next_due(running(case.state, self.known))
            self.agenda.add_further(case, at)
        elif case.waited is None:
            case.waited = at
        self.tally.wait(case.line)

    def _begin(self, lawyer: str, at: datetime) -> None:
        case = self.desks.begin(lawyer, at)
        if case is not None:
            self._add(case, Kind.ACCEPTED, at)
            case.accepted, case.marks = at, None

    def _add(
        self, case: Case, kind: Kind, at: datetime, data: Mapping[str, Any] | Hold = NOTHING
    ) -> None:
        case.unread.append((kind, at, data))
        if self.told is not None:
            self._tell(kind, at, case)

    def _tell(self, deed: Deed, at: datetime, case: Case | None = None) -> None:
        if self.told is not None and case is not None:
            lawyer = case.duty.lawyer if case.duty else ""
            self.told.append(Told(deed, at, case.begun.id, lawyer))
        elif self.told is not None:
            self.told.append(Told(deed, at))
