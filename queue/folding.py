"""A question is its events: folding them into its state; pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from zhiban.queue import timers
from zhiban.queue.event import Event, Kind, moment
from zhiban.queue.question import PAUSED, Hold, QuestionState, State
from zhiban.queue.sequence import ALLOWED, UNNOTICED
from zhiban.queue.timers import Timer

Changed = dict[str, Any]
"""The fields of a state that an event changes, by name."""


def allowed(state: State, kind: Kind) -> bool:
    """Whether an event of this kind may follow in this state."""
    return state in ALLOWED[kind]


def begin(event: Event) -> QuestionState:
    """The state after the first event."""
    data = event.data
    return QuestionState(
        id=event.question,
        seq=event.seq,
        version=event.seq,
        moved=event.at,
        state=State.WAITING,
        asked=event.at,
        channel=data["channel"],
        division=data["division"],
        county=data["county"],
        category=data.get("category"),
        green=bool(data.get("green")),
        recused_lawyers=frozenset(data.get("recused_lawyers", ())),
        recused_firms=frozenset(data.get("recused_firms", ())),
        timers=timers.start((), event.at, "accept", "first_answer", "close"),
    )


def after(state: QuestionState | None, event: Event) -> QuestionState:
    """The state after one more event.

    Raises ValueError where the event cannot follow: a history that the service cannot have
    written.
    """
    if state is None:
        if event.kind is not Kind.ASKED or event.seq != 1:
            raise ValueError(f"question {event.question} begins with {event.kind} {event.seq}")
        return begin(event)
    if event.question != state.id or event.seq != state.seq + 1:
        raise ValueError(f"event {event.question}/{event.seq} cannot follow {state.id}/{state.seq}")
    if not allowed(state.state, event.kind):
        raise ValueError(
            f"event {event.question}/{event.seq}: {event.kind} cannot follow in {state.state}"
        )
    step = _STEPS.get(event.kind)
    changed = step(state, event) if step else {}
    changed["seq"] = event.seq
    if event.kind not in UNNOTICED:
        changed["version"], changed["moved"] = event.seq, event.at
    if state.pauses or "pauses" in changed:
        return _resumed_at(state.but(**changed), event.at)
    return state.but(**changed)


def unaccepted(state: QuestionState, at: datetime) -> QuestionState:
    """A waiting question after it was given to somebody and, not accepted, given back at `at`.

    It stands as before these two events, but for their numbers and the moment.
    """
    last = state.seq + 2
    return state.but(seq=last, version=last, moved=at, waiting_for=None)


def _resumed_at(state: QuestionState, at: datetime) -> QuestionState:
    """The state with its pauses ended, unless it is one that pauses."""
    if state.state in PAUSED or not state.pauses:
        return state
    return state.but(pauses=timers.resumed(state.pauses, at))


def fold(events: Iterable[Event]) -> QuestionState:
    """The state that the events of one question amount to, in their order."""
    state: QuestionState | None = None
    for event in events:
        state = after(state, event)
    if state is None:
        raise ValueError("a question has at least the event of being asked")
    return state


def _given(state: QuestionState, event: Event) -> Changed:
    data = event.data
    hold = Hold(data["lawyer"], data["firm"], data["shift"], event.at, moment(data["until"]))
    return {"state": State.ASSIGNED, "hold": hold, "waiting_for": None}


def _waits(state: QuestionState, event: Event) -> Changed:
    return {"waiting_for": event.reason}


def _freed(state: QuestionState, event: Event) -> Changed:
    return {"state": State.WAITING, "hold": None, "waiting_for": None}


def _returned(state: QuestionState, event: Event) -> Changed:
    passed = {event.data["lawyer"]} if event.data.get("passed_over") else frozenset()
    return _freed(state, event) | {"declined": state.declined | passed}


def _accepted(state: QuestionState, event: Event) -> Changed:
    stopped = timers.stop(state.timers, event.at, "accept", met=True, due=_due_in(event))
    return _known(state) | {"state": State.ACCEPTED, "timers": stopped}


def _known(state: QuestionState) -> Changed:
    """Remembers the holder as someone who knows this question."""
    lawyer = state.lawyer
    if lawyer is None or lawyer in state.earlier[-1:]:
        return {}
    return {"earlier": (*(e for e in state.earlier if e != lawyer), lawyer)}


def _asked_back(state: QuestionState, event: Event) -> Changed:
    pauses = timers.paused(state.pauses, event.at, None, "asked_back")
    return {"state": State.ASKING_BACK, "pauses": pauses}


def _deferred(state: QuestionState, event: Event) -> Changed:
    pauses = timers.paused(state.pauses, event.at, moment(event.data["until"]), "deferred")
    return {"state": State.DEFERRED, "pauses": pauses}


def _resumed(state: QuestionState, event: Event) -> Changed:
    return {"state": State.ACCEPTED}


def _answered(state: QuestionState, event: Event) -> Changed:
    stopped = timers.stop(
        state.timers, event.at, "first_answer", "next_answer", met=True, due=_due_in(event)
    )
    return _known(state) | {"state": State.ANSWERED, "timers": stopped}


def _message(state: QuestionState, event: Event) -> Changed:
    to = State.ACCEPTED if state.state in (State.ASKING_BACK, State.ANSWERED) else state.state
    started = state.timers
    if not timers.answer_awaited(started):
        started = timers.start(started, event.at, "next_answer")
    return {"state": to, "timers": started}


def _declined(state: QuestionState, event: Event) -> Changed:
    return _freed(state, event) | {"declined": state.declined | {event.data["lawyer"]}}


def _recused(state: QuestionState, event: Event) -> Changed:
    return _freed(state, event) | {
        "recused_lawyers": state.recused_lawyers | {event.data["lawyer"]},
        "recused_firms": state.recused_firms | {event.data["firm"]},
        "earlier": tuple(e for e in state.earlier if e != event.data["lawyer"]),
    }


def _conflict(state: QuestionState, event: Event) -> Changed:
    """A client declared later: who has to step back, and whether the holder is among them."""
    data = event.data
    freed = _freed(state, event) if data["frees"] else {}
    return freed | {
        "recused_lawyers": state.recused_lawyers | frozenset(data["lawyers"]),
        "recused_firms": state.recused_firms | frozenset(data["firms"]),
        "earlier": tuple(e for e in state.earlier if e not in data["lawyers"]),
    }


def _left(state: QuestionState, event: Event) -> Changed:
    assert state.hold is not None  # noqa: S101 - held states have a holder
    return {"hold": state.hold._replace(left=moment(event.data["until"]))}


def _kept(state: QuestionState, event: Event) -> Changed:
    return _given(state, event) | {"state": State.ACCEPTED}


def _recorded(state: QuestionState, event: Event) -> Changed:
    """A talk at a counter or by telephone, written down by the lawyer who answered it there."""
    found: Changed = {}
    for step in (_given, _accepted, _answered):
        found |= step(state.but(**found), event)
    return found


def _closed(state: QuestionState, event: Event) -> Changed:
    done = timers.stop(state.timers, event.at, "close", met=True, due=_due_in(event))
    done = timers.stop(done, event.at, *timers.CLOCKS, met=False, due=_due_in(event))
    into = event.data.get("into")
    return {"state": State.CLOSED, "timers": done, "merged_into": into, "waiting_for": None}


def _withdrawn(state: QuestionState, event: Event) -> Changed:
    done = timers.stop(state.timers, event.at, *timers.CLOCKS, met=False, due=_due_in(event))
    return {"state": State.WITHDRAWN, "timers": done, "waiting_for": None}


def _reopened(state: QuestionState, event: Event) -> Changed:
    started = timers.start(state.timers, event.at, "next_answer", "close")
    return {"state": State.ANSWERED, "timers": started, "merged_into": None}


def _rated(state: QuestionState, event: Event) -> Changed:
    return {"rating": int(event.data["score"])}


def _warned(state: QuestionState, event: Event) -> Changed:
    clock, number = event.data["clock"], event.data["round"]
    share = float(event.data["share"])
    return {"timers": timers.marked(state.timers, clock, number, warned=share)}


def _breached(state: QuestionState, event: Event) -> Changed:
    clock, number = event.data["clock"], event.data["round"]
    return {"timers": timers.marked(state.timers, clock, number, breached=event.at)}


def _erased(state: QuestionState, event: Event) -> Changed:
    return {"erased": True}


def _due_in(event: Event) -> Callable[[Timer], datetime | None]:
    """What stood as due for a timer when the event stopped it."""
    dues: dict[str, str] = event.data.get("due", {})
    return lambda timer: moment(dues[timer.clock]) if timer.clock in dues else None


_STEPS: dict[Kind, Callable[[QuestionState, Event], Changed]] = {
    Kind.WAITING: _waits,
    Kind.ASSIGNED: _given,
    Kind.ACCEPTED: _accepted,
    Kind.ASKED_BACK: _asked_back,
    Kind.DEFERRED: _deferred,
    Kind.RESUMED: _resumed,
    Kind.ANSWERED: _answered,
    Kind.MESSAGE: _message,
    Kind.DECLINED: _declined,
    Kind.RECUSED: _recused,
    Kind.RETURNED: _returned,
    Kind.LEFT: _left,
    Kind.KEPT: _kept,
    Kind.HANDED_OVER: _given,
    Kind.TRANSFERRED: _given,
    Kind.RECORDED: _recorded,
    Kind.CONFLICT: _conflict,
    Kind.CLOSED: _closed,
    Kind.MERGED: _closed,
    Kind.REOPENED: _reopened,
    Kind.RATED: _rated,
    Kind.WITHDRAWN: _withdrawn,
    Kind.WARNED: _warned,
    Kind.BREACHED: _breached,
    Kind.ERASED: _erased,
}
