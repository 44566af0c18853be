"""How a question leaves a lawyer's hands: declined, recused, or transferred by name."""

from __future__ import annotations

from sqlalchemy import Connection

from zhiban.data.crypt import Keyring
from zhiban.data.wording import Text
from zhiban.queue import notices
from zhiban.queue.acting import Move, Ready, done, ready_for
from zhiban.queue.asking import REASON_LIMIT, checked_text
from zhiban.queue.assignment_rules import Wanted
from zhiban.queue.changes import Changes
from zhiban.queue.event import Kind
from zhiban.queue.outcomes import Moved, NotPossible, NotYours, Stale
from zhiban.queue.placing import given_data
from zhiban.queue.store import Dossier


def decline(connection: Connection, keyring: Keyring, move: Move) -> Moved | Stale | NotYours:
    """The lawyer gives the question back with a reason; it never comes again."""
    written = checked_text(move.text, limit=REASON_LIMIT)
    ready = ready_for(connection, keyring, move, Kind.DECLINED)
    if not isinstance(ready, Ready):
        return ready
    ready.changes.add(
        ready.one, Kind.DECLINED, ready.actor, data={"lawyer": move.who}, body=written
    )
    return done(ready.changes, ready.one)


def recuse(connection: Connection, keyring: Keyring, move: Move) -> Moved | Stale | NotYours:
    """The lawyer and the whole firm step back for a conflict; access ends at once."""
    written = checked_text(move.text, limit=REASON_LIMIT)
    ready = ready_for(connection, keyring, move, Kind.RECUSED)
    if not isinstance(ready, Ready):
        return ready
    hold = ready.one.state.hold
    data = {"lawyer": move.who, "firm": hold.firm if hold else ""}
    ready.changes.add(ready.one, Kind.RECUSED, ready.actor, data=data, body=written)
    return done(ready.changes, ready.one)


def transfer(
    connection: Connection, keyring: Keyring, move: Move, *, to: str
) -> Moved | Stale | NotYours | NotPossible:
    """The lawyer passes the question to a colleague on shift, with a reason."""
    written = checked_text(move.text, limit=REASON_LIMIT)
    ready = ready_for(connection, keyring, move, Kind.TRANSFERRED)
    if not isinstance(ready, Ready):
        return ready
    refusal = hand_to(ready.changes, ready.one, to, ready.actor, written)
    return refusal or done(ready.changes, ready.one)


def hand_to(
    changes: Changes, one: Dossier, to: str, actor: str, written: str
) -> NotPossible | None:
    """Gives a question to a named lawyer on shift; says why where that cannot be."""
    seated = changes.known.on_seat(changes.now)
    covering = changes.known.covering(one.state.division)
    duty = next((d for d in seated if d.lawyer == to and d.division in covering), None)
    if duty is None:
        return NotPossible(
            Text("对方现在不在能接这件咨询的坐席上", "that lawyer is not on a covering seat now")
        )
    if to == one.state.lawyer:
        return NotPossible(Text("已经在该律师名下", "that lawyer holds it already"))
    if Wanted.of(one.state).barred(duty):
        return NotPossible(Text("对方不便接手这件咨询", "that lawyer cannot take this question"))
    if not changes.loads().has_room(duty):
        return NotPossible(Text("对方在办已满", "that lawyer's hands are full"))
    before = one.state.lawyer
    changes.add(one, Kind.TRANSFERRED, actor, data=given_data(changes, duty), body=written)
    changes.notice(notices.assigned(to, one.code, handed_over=True))
    if before is not None:
        why = Text("已转办", "transferred")
        changes.notice(notices.taken_away(before, one.code, why))
    return None
