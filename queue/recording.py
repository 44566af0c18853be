"""A talk at a counter or by telephone, written down by the lawyer who has answered it there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from zhiban.data.crypt import Keyring
from zhiban.data.wording import Refused, Text
from zhiban.queue.acting import due_data
from zhiban.queue.asking import COUNTERS, Ask, checked, checked_text
from zhiban.queue.changes import Changes
from zhiban.queue.client import Conflict
from zhiban.queue.clients import conflict_of
from zhiban.queue.event import Kind, lawyer_actor, plain
from zhiban.queue.intake import ANSWER, answer_of, fresh, open_question
from zhiban.queue.keys import digest_of, earlier, remember
from zhiban.queue.outcomes import Asked, KeyReused, NotPossible
from zhiban.queue.placing import given_data, place
from zhiban.roster.published import OnDuty, on_shift

OFF_SHIFT = Text("您现在不在班上，不能登记", "you are not on shift now")
STEPS_BACK = Text(
    "对方当事人与您或您的律所有利害关系，请另请值班律师接谈",
    "the other party bars you or your firm; another lawyer has to take this",
)


@dataclass(frozen=True, slots=True)
class Talk:
    """What was asked and what was answered; `closes` where nothing is left to do."""

    ask: Ask
    answer: str
    closes: bool = True


def record_talk(
    connection: Connection,
    keyring: Keyring,
    talk: Talk,
    lawyer: str,
    key: str | None,
    now: datetime,
) -> Asked | KeyReused | NotPossible:
    """Takes in a question with its answer, by the lawyer on shift at any post. Raises Refused.

    The same key with the same talk gives the same answer again.
    """
    changes = Changes.begin(connection, keyring, now)
    register = changes.known.register
    good = checked(talk.ask, register.divisions, register.offered)
    written = checked_text(talk.answer, "answer")
    if good.channel not in COUNTERS:
        known = "、".join(COUNTERS)
        raise Refused.one("channel", f"只能是 {known}", f"is one of {', '.join(COUNTERS)}")
    request = plain([lawyer, talk.ask.fingerprint_text(), talk.answer, talk.closes])
    digest = None if key is None else digest_of(key)
    if digest is not None:
        before = earlier(changes, digest, request, ANSWER)
        if isinstance(before, Asked):
            return replace(before, repeated=True)
        if before is not None:
            return before
    duty = next((d for d in on_shift(changes.known.published, now) if d.lawyer == lawyer), None)
    if duty is None:
        return NotPossible(OFF_SHIFT)
    done = _record(changes, replace(talk, ask=good, answer=written), duty)
    if digest is not None and isinstance(done, Asked):
        remember(changes, digest, request, ANSWER, done)
    return done


def _record(changes: Changes, talk: Talk, duty: OnDuty) -> Asked | NotPossible:
    party = talk.ask.other_party
    barred = Conflict() if party is None else conflict_of(changes, party)
    if duty.lawyer in barred.lawyers or duty.firm in barred.firms:
        return NotPossible(STEPS_BACK)
    code, secret = fresh()
    one = open_question(changes, talk.ask, code, secret)
    actor = lawyer_actor(duty.lawyer)
    data = given_data(changes, duty) | {"due": due_data(changes, one.state)}
    changes.add(one, Kind.RECORDED, actor, data=data, body=talk.answer)
    if talk.closes:
        closing = {"cause": "lawyer", "due": due_data(changes, one.state)}
        changes.add(one, Kind.CLOSED, actor, data=closing)
    place(changes)
    return answer_of(changes, one, secret)
