"""Giving waiting questions to lawyers: the line in its order, one choice after the other."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from zhiban.queue import notices
from zhiban.queue.assignment import Chosen, NobodyFree, choose
from zhiban.queue.assignment_rules import Loads, Wanted
from zhiban.queue.changes import Changes
from zhiban.queue.event import SYSTEM, Kind, stamp
from zhiban.queue.question import QuestionState
from zhiban.queue.scenes import scene_for, share_of
from zhiban.queue.store import Dossier
from zhiban.queue.tally import Line, place_in_line
from zhiban.roster.published import OnDuty, next_on_shift

_PORTION = 64


def place(changes: Changes) -> int:
    """Goes through the line of waiting questions and gives out what can be given.

    Questions of this transaction are in the line too. Who stays in it and was not told why is
    told. Returns how many were given.
    """
    seated = changes.known.on_seat(changes.now)
    loads = changes.loads()
    given = 0
    queue = _line(changes, seated, loads)
    for start in range(0, len(queue), _PORTION):
        if start and not any(loads.has_room(duty) for duty in seated):
            break
        portion = [one.id for one in queue[start : start + _PORTION]]
        for one in changes.dossiers(portion).values():
            given += _try(changes, one, seated)
    for one in list(changes.untold.values()):
        _keep_waiting(changes, one, seated)
    return given


def pick(
    changes: Changes,
    state: QuestionState,
    seated: tuple[OnDuty, ...],
    wanted: Wanted | None = None,
    loads: Loads | None = None,
) -> Chosen | NobodyFree:
    """Who would take a question now."""
    loads = loads or changes.loads()
    return choose(
        wanted or Wanted.of(state),
        scene_for(changes.known, state, seated, loads, changes.now),
        lambda accepts: next_on_shift(changes.known.published, changes.now, accepts),
    )


def give(changes: Changes, one: Dossier, chosen: Chosen, kind: Kind = Kind.ASSIGNED) -> None:
    """Gives a question to the lawyer chosen, with the reason, and lets the lawyer know."""
    data = given_data(changes, chosen.duty) | {
        "tier": chosen.tier,
        "steps": [list(step) for step in chosen.steps],
    }
    changes.add(one, kind, SYSTEM, reason=chosen.reason, data=data)
    if kind is not Kind.KEPT:
        handed = kind is Kind.HANDED_OVER
        changes.notice(notices.assigned(chosen.lawyer, one.code, handed))


def given_data(changes: Changes, duty: OnDuty) -> dict[str, Any]:
    """The facts of a hold: who, by which shift, until when."""
    until = changes.known.present_until(duty)
    return {
        "lawyer": duty.lawyer,
        "firm": duty.firm,
        "shift": duty.shift,
        "post": duty.post,
        "until": stamp(until),
    }


def _line(changes: Changes, seated: tuple[OnDuty, ...], loads: Loads) -> list[Line]:
    """The waiting questions that somebody with room might take, in their order."""
    lines = [Line(s.id, s.asked, s.green, s.county, None) for s in _fresh(changes)]
    if not any(changes.tally.waiting.values()) and len(lines) < _PORTION:
        return lines  # the usual day: nobody waits but who has just come
    rooms = {duty.division for duty in seated if loads.has_room(duty)}
    if not rooms:
        return []
    for county, waiting in changes.tally.waiting.items():
        if waiting:
            lines += _reachable(changes, county, waiting.values(), rooms)
    if len(lines) > 1:
        lead = changes.known.rules.green_lead
        lines.sort(key=lambda one: place_in_line(one, lead))
    return lines


def _fresh(changes: Changes) -> list[QuestionState]:
    """Those that this transaction put into the line, and nobody has tried to give."""
    return [one.state for one in changes.untold.values()]


def _reachable(
    changes: Changes, county: str, waiting: Iterable[Line], rooms: set[str]
) -> list[Line]:
    if not rooms.isdisjoint(changes.known.near(county)):
        return list(waiting)
    if rooms.isdisjoint(changes.known.covering(county)):
        return []
    far = changes.known.nearest_overflow
    return [one for one in waiting if share_of(one.asked, one.due, changes.now) >= far]


def _try(changes: Changes, one: Dossier, seated: tuple[OnDuty, ...]) -> bool:
    found = pick(changes, one.state, seated)
    if isinstance(found, Chosen):
        give(changes, one, found)
        return True
    return False


def _keep_waiting(changes: Changes, one: Dossier, seated: tuple[OnDuty, ...]) -> None:
    found = pick(changes, one.state, seated)
    if isinstance(found, Chosen):
        give(changes, one, found)
        return
    data: dict[str, Any] = {"cause": found.cause, "steps": [list(step) for step in found.steps]}
    if found.next is not None:
        data |= {"next_shift": found.next.shift, "next_start": stamp(found.next.span.start)}
    changes.add(one, Kind.WAITING, SYSTEM, reason=found.reason, data=data)
    changes.notice(notices.nobody_free(one.code, found.reason))
