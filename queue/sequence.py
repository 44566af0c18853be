"""Which event may follow in which state, and which make nobody's page stale; pure."""

from __future__ import annotations

from zhiban.queue.event import Kind
from zhiban.queue.question import HELD, OPEN, PAUSED, State

_ANY = frozenset(State)
_LIVE = OPEN - {State.WAITING}
ALLOWED: dict[Kind, frozenset[State]] = {
    Kind.ASKED: frozenset(),
    Kind.WAITING: frozenset({State.WAITING}),
    Kind.ASSIGNED: frozenset({State.WAITING}),
    Kind.ACCEPTED: frozenset({State.ASSIGNED}),
    Kind.ASKED_BACK: frozenset({State.ACCEPTED}),
    Kind.DEFERRED: frozenset({State.ACCEPTED, State.ASKING_BACK}),
    Kind.RESUMED: frozenset({State.DEFERRED}),
    Kind.ANSWERED: frozenset({State.ACCEPTED, State.ANSWERED}) | PAUSED,
    Kind.MESSAGE: OPEN,
    Kind.DECLINED: HELD | PAUSED,
    Kind.RECUSED: _LIVE,
    Kind.RETURNED: _LIVE,
    Kind.LEFT: frozenset({State.ACCEPTED}),
    Kind.KEPT: frozenset({State.ACCEPTED}),
    Kind.HANDED_OVER: frozenset({State.ACCEPTED}),
    Kind.TRANSFERRED: OPEN,
    Kind.REFERRED: _LIVE,
    Kind.NOTED: _ANY,
    Kind.CLOSED: OPEN,
    Kind.MERGED: OPEN,
    Kind.REOPENED: frozenset({State.CLOSED}),
    Kind.RATED: frozenset({State.ANSWERED, State.CLOSED}),
    Kind.WITHDRAWN: OPEN,
    Kind.WARNED: OPEN,
    Kind.BREACHED: OPEN,
    Kind.ERASED: _ANY,
    Kind.ATTACHED: OPEN,
    Kind.RECOVERED: _ANY,
    Kind.RECORDED: frozenset({State.WAITING}),
    Kind.CONFLICT: OPEN,
    Kind.AID_APPLIED: OPEN,
    Kind.AID_DECIDED: _ANY,
    Kind.DRAFT_ASKED: OPEN,
    Kind.DRAFT_TAKEN: _ANY,
    Kind.DRAFT_ENDED: _ANY,
}
"""From which states each kind of event may follow."""
UNNOTICED = frozenset(
    {
        Kind.LEFT,
        Kind.KEPT,
        Kind.NOTED,
        Kind.RATED,
        Kind.WARNED,
        Kind.BREACHED,
        Kind.WAITING,
        Kind.ATTACHED,
        Kind.RECOVERED,
        Kind.AID_APPLIED,
        Kind.AID_DECIDED,
        Kind.DRAFT_ASKED,
        Kind.DRAFT_TAKEN,
        Kind.DRAFT_ENDED,
    }
)
"""The kinds of event that make nobody's page stale."""
