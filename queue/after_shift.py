"""What becomes of a question in hand when its lawyer's shift has ended, in time to say so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from zhiban.data.crypt import Keyring
from zhiban.queue import store, tickets
from zhiban.queue.changes import settle_writes
from zhiban.queue.handover import left_at
from zhiban.queue.memory import knowledge
from zhiban.queue.question import HELD
from zhiban.roster.published import OnDuty


@dataclass(frozen=True, slots=True)
class AfterShift:
    """Since when its holder has been off shift, and the shift to which it may be handed over."""

    ended: datetime
    next: OnDuty | None


def after_shift(
    connection: Connection, keyring: Keyring, ticket: str, lawyer: str, now: datetime
) -> AfterShift | None:
    """None while the holder is on shift, or where nothing is owed, or it is not in these hands."""
    settle_writes(connection)
    code = tickets.read_code(ticket)
    one = store.dossier(connection, code) if code else None
    hold = one.state.hold if one is not None else None
    if one is None or hold is None or hold.lawyer != lawyer or one.state.state not in HELD:
        return None
    known = knowledge(connection, keyring, now)
    if any(duty.lawyer == lawyer for duty in known.on_seat(now)):
        return None
    return AfterShift(left_at(hold, now), known.next_covering(one.state.division, now))
