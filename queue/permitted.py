"""What whoever looks at a question may do with it now, for the buttons of their page; pure."""

from __future__ import annotations

from zhiban.queue.event import Kind
from zhiban.queue.folding import allowed
from zhiban.queue.question import QuestionState, State

_LAWYER: dict[str, Kind] = {
    "accept": Kind.ACCEPTED,
    "ask_back": Kind.ASKED_BACK,
    "answer": Kind.ANSWERED,
    "defer": Kind.DEFERRED,
    "refer": Kind.REFERRED,
    "decline": Kind.DECLINED,
    "recuse": Kind.RECUSED,
    "transfer": Kind.TRANSFERRED,
    "close": Kind.CLOSED,
    "attach": Kind.ATTACHED,
    "aid": Kind.AID_APPLIED,
    "draft": Kind.DRAFT_ASKED,
    "note": Kind.NOTED,
    "reopen": Kind.REOPENED,
}
_STAFF: dict[str, Kind] = {
    "transfer": Kind.TRANSFERRED,
    "note": Kind.NOTED,
    "reopen": Kind.REOPENED,
    "merge": Kind.MERGED,
}
_CITIZEN: dict[str, Kind] = {
    "message": Kind.MESSAGE,
    "attach": Kind.ATTACHED,
    "aid": Kind.AID_APPLIED,
    "draft": Kind.DRAFT_ASKED,
    "rate": Kind.RATED,
}


def citizen_can(state: QuestionState) -> frozenset[str]:
    """What the citizen may do: message, attach, aid, draft, rate, withdraw, erase."""
    can = set()
    if not state.erased and state.merged_into is None:
        can = {name for name, kind in _CITIZEN.items() if allowed(state.state, kind)}
    if allowed(state.state, Kind.WITHDRAWN):
        can.add("withdraw")
    if not state.erased:
        can.add("erase")
        if state.state is State.CLOSED:
            can.add("message")  # it opens by it, or the one does that it was merged into
    return frozenset(can)


def staff_can(state: QuestionState, viewer: str) -> frozenset[str]:
    """What `lawyer:ID`, who must hold it, or `staff:ACCOUNT` may do."""
    kind, _, name = viewer.partition(":")
    if state.erased:
        return frozenset()
    if kind != "lawyer":
        ended = state.state in (State.CLOSED, State.WITHDRAWN)
        moves = {move for move, k in _STAFF.items() if allowed(state.state, k)}
        return frozenset(moves | ({"erase"} if ended else set()))
    if state.lawyer != name or state.merged_into is not None:
        return frozenset()
    seen = State.ACCEPTED if state.state is State.ASSIGNED else state.state
    can = {move for move, k in _LAWYER.items() if allowed(seen, k)} - {"accept"}
    return frozenset(can | ({"accept"} if state.state is State.ASSIGNED else set()))
