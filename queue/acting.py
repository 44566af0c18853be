"""Preparing what a lawyer does with a question, and finishing it: the part all moves share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from zhiban.data.crypt import Keyring
from zhiban.data.wording import Text
from zhiban.queue import tickets
from zhiban.queue.changes import Changes
from zhiban.queue.event import Kind, lawyer_actor, stamp
from zhiban.queue.folding import allowed
from zhiban.queue.outcomes import Moved, NotYours, Stale
from zhiban.queue.placing import place
from zhiban.queue.question import QuestionState, State
from zhiban.queue.sla import dues
from zhiban.queue.store import Dossier

MOVED_ON = Text(
    "这件咨询在您打开后又有了变化，请看过最新情况再办理",
    "this question has changed since you opened it; look at it again first",
)
STATE_NAMES: dict[State, Text] = {
    State.WAITING: Text("等候分派", "waiting"),
    State.ASSIGNED: Text("已分派", "assigned"),
    State.ACCEPTED: Text("已受理", "accepted"),
    State.ASKING_BACK: Text("待补充", "waiting for the citizen"),
    State.DEFERRED: Text("已约期", "deferred"),
    State.ANSWERED: Text("已答复", "answered"),
    State.CLOSED: Text("已办结", "closed"),
    State.WITHDRAWN: Text("已撤回", "withdrawn"),
}


@dataclass(frozen=True, slots=True)
class Move:
    """What somebody wants done with a question, and when.

    `who` is a lawyer's id, or the account of one of the staff. `version` is the one they saw,
    None where that does not matter.
    """

    ticket: str
    who: str
    now: datetime
    text: str = ""
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Ready:
    """A question in the hands of who acts, checked, and the changes to make."""

    changes: Changes
    one: Dossier
    actor: str


def done(changes: Changes, one: Dossier) -> Moved:
    """Lets the line have what came free, writes everything, and tells where it stands."""
    place(changes)
    return Moved(one.state.state, one.state.version)


def stale(state: QuestionState, kind: Kind) -> Stale:
    """That this cannot be done in the state the question is in."""
    name = STATE_NAMES[state.state]
    return Stale(
        state.version,
        Text(f"这件咨询现在是“{name.zh}”，不能这样办理", f"not possible: it is {name.en} now"),
        state.state,
    )


def due_data(changes: Changes, state: QuestionState) -> dict[str, str]:
    """What stands as due now, to be kept by the event that stops a clock."""
    known = changes.known
    found = dues(state, known.rules.policy, known.worked_time, changes.now)
    return {clock: stamp(at) for clock, at in found.items()}


_TAKES_UP = frozenset({Kind.ANSWERED, Kind.ASKED_BACK, Kind.DEFERRED, Kind.REFERRED, Kind.CLOSED})
"""What a lawyer may do with an assigned question, accepting it by that."""


def held(connection: Connection, keyring: Keyring, move: Move) -> Ready | Stale | NotYours:
    """The question, if the lawyer who moves holds it and has seen its newest state."""
    changes = Changes.begin(connection, keyring, move.now)
    code = tickets.read_code(move.ticket)
    one = changes.dossier(code) if code else None
    if one is None or one.state.lawyer != move.who:
        return NotYours()
    if move.version is not None and one.state.version != move.version:
        return Stale(one.state.version, MOVED_ON, one.state.state)
    return Ready(changes, one, lawyer_actor(move.who))


def ready_for(
    connection: Connection, keyring: Keyring, move: Move, kind: Kind
) -> Ready | Stale | NotYours:
    """The question, if the lawyer who moves holds it and may do this with it now."""
    ready = held(connection, keyring, move)
    if not isinstance(ready, Ready):
        return ready
    now_in = ready.one.state
    takes_up = now_in.state is State.ASSIGNED and kind in _TAKES_UP
    if not takes_up and not allowed(now_in.state, kind):
        return stale(now_in, kind)
    return ready


def moved(
    connection: Connection,
    keyring: Keyring,
    move: Move,
    kind: Kind,
    written: str,
    data: Mapping[str, Any] | None = None,
) -> Moved | Stale | NotYours:
    """Writes one event of the lawyer's, accepting by it where that was not done."""
    ready = ready_for(connection, keyring, move, kind)
    if not isinstance(ready, Ready):
        return ready
    accepting(ready)
    write(ready, kind, written, data or {})
    return done(ready.changes, ready.one)


def accepting(ready: Ready) -> None:
    """Writes that the lawyer has taken it up, where that was not done."""
    if ready.one.state.state is State.ASSIGNED:
        write(ready, Kind.ACCEPTED, None, {})


def write(ready: Ready, kind: Kind, written: str | None, data: Mapping[str, Any]) -> None:
    """Writes one event with what stands as due."""
    due = due_data(ready.changes, ready.one.state)
    facts = {**data, "due": due} if due else dict(data)
    ready.changes.add(ready.one, kind, ready.actor, data=facts, body=written)
