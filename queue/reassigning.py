"""Many questions given away at once by a supervisor: each checked for itself, each told of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from zhiban.data.crypt import Keyring
from zhiban.data.wording import Refused, Text
from zhiban.queue import notices, tickets
from zhiban.queue.acting import MOVED_ON, Move, done, stale
from zhiban.queue.asking import REASON_LIMIT, checked_text
from zhiban.queue.assignment import Chosen
from zhiban.queue.assignment_rules import Wanted
from zhiban.queue.changes import Changes
from zhiban.queue.deciding import pick
from zhiban.queue.event import Kind, staff_actor
from zhiban.queue.folding import allowed
from zhiban.queue.outcomes import Moved, NoSuchTicket, NotPossible, Stale
from zhiban.queue.supervising import reassign

MOST = 100
CHOSEN_ANEW = Text("督办改派", "given away by the supervisor")
NOBODY_ELSE = Text(
    "现在没有别的律师能接，仍在原律师名下", "nobody else can take it now; it stays where it is"
)


@dataclass(frozen=True, slots=True)
class Picked:
    """A question and the version of it that was seen."""

    ticket: str
    version: int


@dataclass(frozen=True, slots=True)
class Told:
    """How it went with one question; `lawyer` has it now, None while it waits."""

    ticket: str
    outcome: Moved | Stale | NoSuchTicket | NotPossible
    lawyer: str | None = None


def reassign_many(
    connection: Connection,
    keyring: Keyring,
    picked: Sequence[Picked],
    who: str,
    reason: str,
    now: datetime,
    *,
    to: str | None,
) -> tuple[Told, ...]:
    """Gives each question to `to`, or with None to whom the rules choose; one by one.

    What cannot be done with one leaves the others as they are. Raises Refused without a reason,
    without a question, and for more than MOST of them.
    """
    checked_text(reason, limit=REASON_LIMIT)
    if not 0 < len(picked) <= MOST:
        raise Refused.one("pick", f"请选1至{MOST}件咨询", f"choose from 1 to {MOST} questions")
    told = []
    for one in dict.fromkeys(picked):
        move = Move(one.ticket, who, now, reason, one.version)
        if to is None:
            outcome = choose_anew(connection, keyring, move)
        else:
            outcome = reassign(connection, keyring, move, to=to)
        told.append(Told(one.ticket, outcome, _holder(connection, keyring, one.ticket, now)))
    return tuple(told)


def choose_anew(
    connection: Connection, keyring: Keyring, move: Move
) -> Moved | Stale | NoSuchTicket | NotPossible:
    """Takes a question from its lawyer, with a reason, if the rules have somebody else for it."""
    written = checked_text(move.text, limit=REASON_LIMIT)
    changes = Changes.begin(connection, keyring, move.now)
    code = tickets.read_code(move.ticket)
    one = changes.dossier(code) if code else None
    if one is None:
        return NoSuchTicket()
    state = one.state
    if move.version is not None and state.version != move.version:
        return Stale(state.version, MOVED_ON, state.state)
    if state.lawyer is None or not allowed(state.state, Kind.RETURNED):
        return stale(state, Kind.RETURNED)
    before = state.lawyer
    others = Wanted.of(state)._replace(declined=state.declined | {before})
    known = changes.known
    seated = known.on_seat(move.now)
    found = pick(known, state, seated, changes.loads(), move.now, wanted=others)
    if not isinstance(found, Chosen):
        return NotPossible(NOBODY_ELSE)
    actor = staff_actor(move.who)
    changes.add(one, Kind.NOTED, actor, body=written)
    data = {"lawyer": before, "passed_over": True}
    changes.add(one, Kind.RETURNED, actor, reason=CHOSEN_ANEW, data=data)
    changes.notice(notices.taken_away(before, one.code, CHOSEN_ANEW))
    return done(changes, one)


def _holder(connection: Connection, keyring: Keyring, ticket: str, now: datetime) -> str | None:
    code = tickets.read_code(ticket)
    one = Changes.begin(connection, keyring, now).dossier(code) if code else None
    return one.state.lawyer if one else None
