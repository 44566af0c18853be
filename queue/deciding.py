"""What is decided of questions, apart from writing it down: for the service and virtual time; pure.

Who gets one, in which order the line is gone through, what becomes of one in hand when the next
shift begins or nobody accepts it, and what its clocks call for now.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from heapq import merge
from itertools import chain, islice
from typing import Literal

from zhiban.queue.assignment import Chosen, NobodyFree, Upcoming, choose
from zhiban.queue.assignment_rules import Loads, Wanted
from zhiban.queue.knowledge import Knowledge
from zhiban.queue.question import Hold, QuestionState, State
from zhiban.queue.scenes import scene_for, share_now, share_of
from zhiban.queue.sla import Mark
from zhiban.queue.tally import Line, Placed, Tally, placed
from zhiban.roster.published import OnDuty, next_on_shift

Seated = tuple[OnDuty, ...]
Refused = dict[tuple[str, bool, bool], NobodyFree]
"""For one way through the line: what questions met whom nobody may take, and who look alike.

Alike are those of one division that may go equally far; that way loads only grow.
"""
PORTION = 64
"""As many questions of the line are looked at before asking again whether anybody has room."""


def upcoming_of(known: Knowledge, now: datetime) -> Upcoming:
    """Looks for the next duty in the published rosters."""
    return lambda accepts: next_on_shift(known.published, now, accepts)


def none_upcoming(accepts: Callable[[OnDuty], bool]) -> OnDuty | None:
    """For who need not know the next duty."""
    return None


def pick(
    known: Knowledge,
    state: QuestionState,
    seated: Seated,
    loads: Loads,
    now: datetime,
    *,
    wanted: Wanted | None = None,
    upcoming: Upcoming = none_upcoming,
    share: float | None = None,
    refused: Refused | None = None,
) -> Chosen | NobodyFree:
    """Who would take a question now; `share`, how much of its clock has run, where it is known.

    With `refused`, what the last one like it met holds for this one too.
    """
    if share is None:
        share = share_now(known, state, now)
    wants = wanted or Wanted.of(state)
    if refused is None or wants.particular:
        return choose(wants, scene_for(known, state, seated, loads, now, share), upcoming)
    reach = known.reach(state.channel, state.category, state.green)
    alike = (state.division, share >= reach.city_after, share >= reach.neighbours_after)
    found = refused.get(alike)
    if found is not None:
        return found
    chosen = choose(wants, scene_for(known, state, seated, loads, now, share), upcoming)
    if isinstance(chosen, NobodyFree):
        refused[alike] = chosen
    return chosen


def usual(tally: Tally, fresh: int) -> bool:
    """Whether nobody waits but those who have just come, and they are few: there is no line."""
    return fresh < PORTION and not any(tally.waiting.values())


def in_turn(
    known: Knowledge,
    tally: Tally,
    fresh: Sequence[Line],
    seated: Sequence[OnDuty],
    now: datetime,
    loads: Loads,
) -> Iterable[Line]:
    """The waiting questions that somebody with room might take, in their order.

    `fresh` are those that nobody has tried to give yet.
    """
    if usual(tally, len(fresh)):
        return fresh
    rooms = {duty.division for duty in seated if loads.has_room(duty)}
    if not rooms:
        return ()
    lead = known.rules.green_lead
    parts: list[Iterable[Placed]] = []
    if fresh:
        parts.append(sorted(placed(one, lead) for one in fresh))
    for county, waiting in tally.waiting.items():
        if waiting:
            line = _reachable(known, tally, county, rooms, now)
            if line is not None:
                parts.append(line)
    return (one[2] for one in (merge(*parts) if len(parts) > 1 else chain(*parts)))


def portions(
    lines: Iterable[Line], seated: Seated, loads: Loads, size: int = PORTION
) -> Iterator[list[Line]]:
    """The line in portions, as long as anybody has room; the first one in any case."""
    coming = iter(lines)
    while portion := list(islice(coming, size)):
        yield portion
        if not any(loads.has_room(duty) for duty in seated):
            return


def handed_on(
    known: Knowledge, state: QuestionState, hold: Hold, seated: Seated, loads: Loads, now: datetime
) -> Chosen | NobodyFree:
    """Who has a question in hand as the next shift begins; its holder counts it not as a load."""
    without = replace(
        loads,
        open={**loads.open, hold.lawyer: loads.of(hold.lawyer) - 1},
        by_shift={**loads.by_shift, hold.shift: loads.by_shift.get(hold.shift, 0) - 1},
    )
    return pick(known, state, seated, without, now)


def passed_over(
    known: Knowledge, state: QuestionState, seated: Seated, loads: Loads, now: datetime
) -> bool:
    """Whether a question that its lawyer has not accepted may go to somebody else."""
    if state.state is not State.ASSIGNED or state.lawyer is None:
        return False
    without = Wanted.of(state)._replace(declined=state.declined | {state.lawyer})
    return isinstance(pick(known, state, seated, loads, now, wanted=without), Chosen)


def called_for(
    marks: Iterable[Mark], now: datetime
) -> list[tuple[Literal["breach", "climb"], Mark]]:
    """What a question's clocks call for now: to be marked as late, or to climb the next rung."""
    found: list[tuple[Literal["breach", "climb"], Mark]] = []
    for mark in marks:
        if mark.breach_at is not None and mark.breach_at < now:
            found.append(("breach", mark))
        elif mark.warn_at is not None and mark.warn_at <= now:
            found.append(("climb", mark))
    return found


def _reachable(
    known: Knowledge, tally: Tally, county: str, rooms: set[str], now: datetime
) -> Iterable[Placed] | None:
    """Those of a county whom the rooms may take."""
    if not rooms.isdisjoint(known.near(county)):
        return tally.in_order(county, known.rules.green_lead)
    if rooms.isdisjoint(known.covering(county)):
        return None
    far = known.nearest_overflow
    waiting = tally.in_order(county, known.rules.green_lead)
    return (one for one in waiting if share_of(one[2].asked, one[2].due, now) >= far)
