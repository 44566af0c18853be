"""What the lawyer who holds a question does with it while keeping it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from zhiban.data.crypt import Keyring
from zhiban.data.wording import Refused, Text
from zhiban.queue.acting import Move, Ready, accepting, done, moved, ready_for, stale, write
from zhiban.queue.asking import REASON_LIMIT, checked_reason, checked_text
from zhiban.queue.event import Kind, stamp
from zhiban.queue.outcomes import Moved, NotYours, Stale
from zhiban.queue.question import State

LONGEST_DEFERRAL = timedelta(days=60)
REFERRALS: dict[str, Text] = {
    "aid": Text("法律援助", "legal aid"),
    "notary": Text("公证", "notary"),
    "mediation": Text("人民调解", "mediation"),
    "appraisal": Text("司法鉴定", "appraisal"),
    "firm": Text("律师事务所", "a law firm"),
}


def accept(connection: Connection, keyring: Keyring, move: Move) -> Moved | Stale | NotYours:
    """The lawyer takes the question up; the text is not used."""
    ready = ready_for(connection, keyring, move, Kind.ACCEPTED)
    if not isinstance(ready, Ready):
        return ready
    accepting(ready)
    return done(ready.changes, ready.one)


def answer(connection: Connection, keyring: Keyring, move: Move) -> Moved | Stale | NotYours:
    """The lawyer answers, and accepts by it where that was not done."""
    written = checked_text(move.text)
    return moved(connection, keyring, move, Kind.ANSWERED, written)


def ask_back(connection: Connection, keyring: Keyring, move: Move) -> Moved | Stale | NotYours:
    """The lawyer asks the citizen something; clocks pause until the citizen writes."""
    written = checked_text(move.text)
    return moved(connection, keyring, move, Kind.ASKED_BACK, written)


def defer(
    connection: Connection, keyring: Keyring, move: Move, *, until: datetime
) -> Moved | Stale | NotYours:
    """The lawyer agrees on a later date, with a reason; clocks pause until then."""
    written = checked_text(move.text, limit=REASON_LIMIT)
    if not move.now < until <= move.now + LONGEST_DEFERRAL:
        raise Refused.one(
            "until",
            f"约定的时间须在今后{LONGEST_DEFERRAL.days}天之内",
            f"the date lies within the next {LONGEST_DEFERRAL.days} days",
        )
    data = {"until": stamp(until)}
    return moved(connection, keyring, move, Kind.DEFERRED, written, data)


def refer(
    connection: Connection, keyring: Keyring, move: Move, *, to: str
) -> Moved | Stale | NotYours:
    """The lawyer points to another body (a code of REFERRALS); the question stays open."""
    written = checked_text(move.text, limit=REASON_LIMIT)
    if to not in REFERRALS:
        raise Refused.one(
            "to",
            f"没有转介去向“{to[:20]}”，可用：{'、'.join(REFERRALS)}",
            f"no body {to[:20]!r}; known: {', '.join(REFERRALS)}",
        )
    return moved(
        connection,
        keyring,
        move,
        Kind.REFERRED,
        written,
        {"to": to},
    )


def close(connection: Connection, keyring: Keyring, move: Move) -> Moved | Stale | NotYours:
    """The lawyer closes the question; without an answer before, a reason is due."""
    written = checked_reason(move.text)
    ready = ready_for(connection, keyring, move, Kind.CLOSED)
    if not isinstance(ready, Ready):
        return ready
    if ready.one.state.state is not State.ANSWERED and not written:
        raise Refused.one(
            "text", "尚未答复，办结须说明原因", "it was not answered; closing it needs a reason"
        )
    accepting(ready)
    write(ready, Kind.CLOSED, written or None, {"cause": "lawyer"})
    return done(ready.changes, ready.one)


def note(connection: Connection, keyring: Keyring, move: Move) -> Moved | Stale | NotYours:
    """An internal note, which citizens never see and which stops no clock."""
    written = checked_text(move.text)
    ready = ready_for(connection, keyring, replace(move, version=None), Kind.NOTED)
    if not isinstance(ready, Ready):
        return ready
    ready.changes.add(ready.one, Kind.NOTED, ready.actor, body=written)
    return done(ready.changes, ready.one)


def reopen_own(connection: Connection, keyring: Keyring, move: Move) -> Moved | Stale | NotYours:
    """The lawyer who closed a question opens it again, with a reason; an answer is owed then."""
    written = checked_text(move.text, limit=REASON_LIMIT)
    ready = ready_for(connection, keyring, move, Kind.REOPENED)
    if not isinstance(ready, Ready):
        return ready
    if ready.one.state.erased or ready.one.state.merged_into is not None:
        return stale(ready.one.state, Kind.REOPENED)
    data = {"cause": "lawyer"}
    ready.changes.add(ready.one, Kind.REOPENED, ready.actor, data=data, body=written)
    return done(ready.changes, ready.one)
