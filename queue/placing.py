"""Giving waiting questions to lawyers: the line in its order, one choice after the other."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import Any

from zhiban.queue import notices
from zhiban.queue.assignment import Chosen, NobodyFree
from zhiban.queue.changes import Changes
from zhiban.queue.deciding import Refused, Seated, in_turn, pick, portions, upcoming_of, usual
from zhiban.queue.event import SYSTEM, Facts, Kind, stamp
from zhiban.queue.store import Dossier
from zhiban.queue.tally import Line
from zhiban.roster.published import OnDuty


def place(changes: Changes) -> int:
    """Goes through the line of waiting questions and gives out what can be given.

    Questions of this transaction are in the line too. Who stays in it and was not told why is
    told. Returns how many were given.
    """
    seated = changes.known.on_seat(changes.now)
    refused: Refused = {}
    given = 0
    if not usual(changes.tally, len(changes.untold)):
        given += _along_the_line(changes, seated, refused)
    for one in tuple(changes.untold.values()):
        nobody = _try(changes, one, seated, refused)
        if nobody is None:
            given += 1
        else:
            _keep_waiting(changes, one, nobody)
    return given


def _along_the_line(changes: Changes, seated: Seated, refused: Refused) -> int:
    """Gives out what can be given of those who wait and have waited before; how many."""
    loads, given = changes.loads(), 0
    fresh = [
        Line(s.id, s.asked, s.green, s.county, None)
        for s in (one.state for one in changes.untold.values())
    ]
    queue = in_turn(changes.known, changes.tally, fresh, seated, changes.now, loads)
    for portion in portions(queue, seated, loads):
        for one in changes.dossiers([line.id for line in portion]).values():
            given += _try(changes, one, seated, refused) is None
    return given


def give(changes: Changes, one: Dossier, chosen: Chosen, kind: Kind = Kind.ASSIGNED) -> None:
    """Gives a question to the lawyer chosen, with the reason, and lets the lawyer know."""
    duty = chosen.duty
    who = (duty.lawyer, duty.firm, duty.shift, duty.post)
    data = _facts(*who, changes.known.present_until(duty), chosen.tier, chosen.steps)
    changes.add(one, kind, SYSTEM, reason=chosen.reason, data=data)
    if kind is not Kind.KEPT:
        handed = kind is Kind.HANDED_OVER
        changes.notice(notices.assigned(chosen.lawyer, one.code, handed))


@lru_cache(maxsize=4096)
def _facts(
    lawyer: str,
    firm: str,
    shift: str,
    post: str,
    until: datetime,
    tier: int,
    steps: tuple[tuple[str, int], ...],
) -> Facts:
    """The facts of a choice, the same for many questions of one shift."""
    held = {"lawyer": lawyer, "firm": firm, "shift": shift, "post": post, "until": stamp(until)}
    return Facts(held | {"tier": tier, "steps": [list(step) for step in steps]})


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


def _try(changes: Changes, one: Dossier, seated: Seated, refused: Refused) -> NobodyFree | None:
    """Gives a question to whoever may take it; why not, where nobody may."""
    known, now, loads = changes.known, changes.now, changes.loads()
    later = upcoming_of(known, now)
    found = pick(known, one.state, seated, loads, now, upcoming=later, refused=refused)
    if isinstance(found, NobodyFree):
        return found
    give(changes, one, found)
    return None


def _keep_waiting(changes: Changes, one: Dossier, found: NobodyFree) -> None:
    data: dict[str, Any] = {"cause": found.cause, "steps": [list(step) for step in found.steps]}
    if found.next is not None:
        data |= {"next_shift": found.next.shift, "next_start": stamp(found.next.span.start)}
    changes.add(one, Kind.WAITING, SYSTEM, reason=found.reason, data=data)
    changes.notice(notices.nobody_free(one.code, found.reason))
