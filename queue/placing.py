"""Giving waiting questions to lawyers: the line in its order, one choice after the other."""

from __future__ import annotations

from typing import Any

from zhiban.queue import notices
from zhiban.queue.assignment import Chosen, NobodyFree
from zhiban.queue.changes import Changes
from zhiban.queue.deciding import Refused, Seated, in_turn, pick, portions, upcoming_of
from zhiban.queue.event import SYSTEM, Kind, stamp
from zhiban.queue.question import QuestionState
from zhiban.queue.store import Dossier
from zhiban.queue.tally import Line
from zhiban.roster.published import OnDuty


def place(changes: Changes) -> int:
    """Goes through the line of waiting questions and gives out what can be given.

    Questions of this transaction are in the line too. Who stays in it and was not told why is
    told. Returns how many were given.
    """
    seated = changes.known.on_seat(changes.now)
    loads = changes.loads()
    refused: Refused = {}
    given = 0
    fresh = [Line(s.id, s.asked, s.green, s.county, None) for s in _fresh(changes)]
    queue = in_turn(changes.known, changes.tally, fresh, seated, changes.now, loads)
    for portion in portions(queue, seated, loads):
        for one in changes.dossiers([line.id for line in portion]).values():
            given += _try(changes, one, seated, refused)
    for one in list(changes.untold.values()):
        _keep_waiting(changes, one, seated, refused)
    return given


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


def _fresh(changes: Changes) -> list[QuestionState]:
    """Those that this transaction put into the line, and nobody has tried to give."""
    return [one.state for one in changes.untold.values()]


def _pick(changes: Changes, one: Dossier, seated: Seated, refused: Refused) -> Chosen | NobodyFree:
    known, now, loads = changes.known, changes.now, changes.loads()
    later = upcoming_of(known, now)
    return pick(known, one.state, seated, loads, now, upcoming=later, refused=refused)


def _try(changes: Changes, one: Dossier, seated: Seated, refused: Refused) -> bool:
    found = _pick(changes, one, seated, refused)
    if isinstance(found, Chosen):
        give(changes, one, found)
        return True
    return False


def _keep_waiting(changes: Changes, one: Dossier, seated: Seated, refused: Refused) -> None:
    found = _pick(changes, one, seated, refused)
    if isinstance(found, Chosen):
        give(changes, one, found)
        return
    data: dict[str, Any] = {"cause": found.cause, "steps": [list(step) for step in found.steps]}
    if found.next is not None:
        data |= {"next_shift": found.next.shift, "next_start": stamp(found.next.span.start)}
    changes.add(one, Kind.WAITING, SYSTEM, reason=found.reason, data=data)
    changes.notice(notices.nobody_free(one.code, found.reason))
