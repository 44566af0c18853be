"""Published duties whose lawyers are away, and what would mend a week of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from zhiban.data.timespan import Span
from zhiban.data.week import Week
from zhiban.roster.current import Newest
from zhiban.roster.editing import Edit, edits_of
from zhiban.roster.facts import Facts
from zhiban.roster.freedom import Freedom
from zhiban.roster.leave_requests import newest_versions
from zhiban.roster.published import OnDuty, Published
from zhiban.roster.repair import repair
from zhiban.roster.roster import Duty
from zhiban.roster.stand_ins import StandIn, given_up, stand_ins, standbys

SHOWN = 6


@dataclass(frozen=True, slots=True)
class Absence:
    """A published duty that is not over, of a lawyer who has leave at that time."""

    week: Week
    number: int
    duty: OnDuty
    leave: Span

    @property
    def as_duty(self) -> Duty:
        """The duty as rosters name it."""
        return Duty(shift=self.duty.shift, lawyer=self.duty.lawyer, role=self.duty.role)


@dataclass(frozen=True)
class Mending:
    """The fewest changed duties that make the week whole again; `proved` where none is fewer."""

    gone: tuple[Duty, ...]
    come: tuple[Duty, ...]
    proved: bool
    vacant: tuple[Duty, ...]

    @property
    def edits(self) -> tuple[Edit, ...]:
        """The changes in order."""
        return edits_of(self.gone, self.come)


def absences(
    published: Published, leave: Iterable[tuple[str, str, Span]], now: datetime
) -> tuple[Absence, ...]:
    """What is to be mended, by start; `leave` are rows of id, lawyer and span."""
    spans: dict[str, list[Span]] = {}
    for _, lawyer, span in leave:
        spans.setdefault(lawyer, []).append(span)
    found = []
    for version in newest_versions(published):
        if version.week.next(1).span.start <= now - _NIGHT:
            continue
        for duty in version.duties:
            hit = next((one for one in spans.get(duty.lawyer, ()) if one.overlaps(duty.span)), None)
            if hit is not None and duty.span.end > now:
                found.append(Absence(version.week, version.number, duty, hit))
    return tuple(sorted(found, key=lambda one: (one.duty.span.start, one.duty.post)))


@dataclass(frozen=True)
class Taker:
    """Somebody who could stand in, the duties that would change, and whether it is the standby."""

    stand_in: StandIn
    standby: bool
    edits: tuple[Edit, ...]


def who_could(at: Newest, absence: Absence, most: int = SHOWN) -> list[Taker]:
    """Who could stand in: the shift's standbys, who are there for that, then others by price.

    The price is that of the change of hands alone; a standby gives up their own place for it.
    """
    duty, facts = absence.as_duty, at.facts
    called = standbys(facts, duty)
    others = stand_ins(facts, duty.shift, duty.role, [duty])
    beside = {one.lawyer for one in called}
    found = [*called, *(one for one in others if one.lawyer not in beside)][:most]
    return [Taker(one, one.lawyer in beside, _taken_over(facts, duty, one.lawyer)) for one in found]


def _taken_over(facts: Facts, duty: Duty, lawyer: str) -> tuple[Edit, ...]:
    return edits_of(given_up(facts, duty, lawyer), [replace(duty, lawyer=lawyer)])


def mended(at: Newest, lost: Iterable[Absence], now: datetime, seconds: float = 10.0) -> Mending:
    """The week with nobody on duty who is away, with the fewest duties changed from now on."""
    theirs = [one for one in lost if one.week == at.version.week]
    since = min([now, *(one.duty.span.start for one in theirs)])
    # What is past stays as it was: leave counts only where there is something left to mend.
    leaves = tuple(
        leave.model_copy(update={"start": max(leave.start, since)})
        for leave in at.problem.leaves
        if leave.end > since
    )
    problem = at.problem.model_copy(update={"leaves": leaves})
    found = repair(problem, at.file, freedom=Freedom(since=since), seconds=seconds)
    taken = {(one.shift, one.role) for one in found.come}
    vacant = [one.as_duty for one in theirs if (one.duty.shift, one.duty.role) not in taken]
    return Mending(found.gone, found.come, found.proved, tuple(vacant))


_NIGHT = timedelta(days=1)  # a night duty of Sunday ends on Monday
