"""Giving waiting questions to lawyers: the line in its order, one choice after the other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zhiban.queue import notices, store
from zhiban.queue.assignment import Chosen, NobodyFree, choose, line
from zhiban.queue.assignment_rules import Loads, Wanted
from zhiban.queue.changes import Changes
from zhiban.queue.event import SYSTEM, Kind, stamp
from zhiban.queue.index import next_due, running
from zhiban.queue.knowledge import Knowledge
from zhiban.queue.question import QuestionState, State
from zhiban.queue.scenes import scene_for, share_of
from zhiban.queue.store import Dossier, Line
from zhiban.roster.published import OnDuty, next_on_shift

_PORTION = 64


def place(changes: Changes) -> int:
    """Goes through the line of waiting questions and gives out what can be given.

    Questions of this command are in the line too. Who stays in it and was not told why is told.
    Returns how many were given.
    """
    seated = changes.known.on_seat(changes.now)
    loads = changes.loads(tuple(duty.lawyer for duty in seated))
    given = 0
    queue = [one for one in _line(changes) if _may_go(changes, one, seated, loads)]
    for start in range(0, len(queue), _PORTION):
        portion = [one.id for one in queue[start : start + _PORTION]]
        found = _at_hand(changes, portion)
        for id in portion:
            given += _try(changes, found[id], seated)
        if not any(loads.has_room(duty) for duty in seated):
            break
    for one in [one for one in changes.touched.values() if _untold(one.state)]:
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
    loads = loads or changes.loads(tuple(duty.lawyer for duty in seated))
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
    until = changes.known.present_until(duty, changes.now)
    return {
        "lawyer": duty.lawyer,
        "firm": duty.firm,
        "shift": duty.shift,
        "post": duty.post,
        "until": stamp(until),
    }


def _line(changes: Changes) -> list[Line]:
    """The waiting questions, those of this command as they now are, in their order."""
    lines = {one.id: one for one in store.waiting_line(changes.connection)}
    for id, one in changes.touched.items():
        lines.pop(id, None)
        if one.state.state is State.WAITING:
            lines[id] = _as_line(one.state, changes.known)
    lead = changes.known.rules.green_lead
    return sorted(lines.values(), key=lambda one: line(one.asked, one.id, one.green, lead))


def _as_line(state: QuestionState, known: Knowledge) -> Line:
    due = next_due(running(state, known))
    return Line(state.id, state.asked, state.green, state.county, due)


def _may_go(changes: Changes, one: Line, seated: tuple[OnDuty, ...], loads: Loads) -> bool:
    """Whether somebody in reach has room at all; saves reading questions that cannot go."""
    reach = changes.known.rules.reach
    far = share_of(one.asked, one.due, changes.now) >= reach.neighbours_after
    divisions = changes.known.covering(one.county) if far else changes.known.near(one.county)
    return any(duty.division in divisions and loads.has_room(duty) for duty in seated)


def _at_hand(changes: Changes, ids: list[int]) -> Mapping[int, Dossier]:
    unread = [id for id in ids if id not in changes.touched]
    return store.dossiers(changes.connection, unread) | changes.touched


def _try(changes: Changes, one: Dossier, seated: tuple[OnDuty, ...]) -> bool:
    found = pick(changes, one.state, seated)
    if isinstance(found, Chosen):
        give(changes, one, found)
        return True
    return False


def _untold(state: QuestionState) -> bool:
    return state.state is State.WAITING and state.waiting_for is None


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
