"""A lawyer's own questions: those open by what is due first, lately ended ones, and a search."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, select

from zhiban.data.crypt import Keyring
from zhiban.queue import store, tickets
from zhiban.queue.changes import settle_writes
from zhiban.queue.desks import record_viewing, story
from zhiban.queue.event import Kind, lawyer_actor
from zhiban.queue.memory import knowledge
from zhiban.queue.question import ENDED, QuestionState, State
from zhiban.queue.records import QUESTION, QUESTION_EVENT, QUESTION_KEY
from zhiban.queue.showing import queue_item
from zhiban.queue.views import QueueItem

LATELY = timedelta(days=14)
_EXCERPT = 40
_LOOKED_AT = 300  # ended questions that a look back, or a search, goes through
_ENDED = [state.value for state in sorted(ENDED)]


def queue_of(
    connection: Connection, keyring: Keyring, lawyer: str, now: datetime, *, excerpts: bool = False
) -> tuple[QueueItem, ...]:
    """A lawyer's open questions, the most pressing first.

    With `excerpts` each line carries the beginning of the story, and the viewing is recorded: that
    needs a connection that writes.
    """
    settle_writes(connection)
    codes = _codes(connection, lawyer, QUESTION.c.state.not_in(_ENDED))
    states = _states(connection, codes)
    begun = _excerpts(connection, keyring, states, lawyer, now) if excerpts else {}
    return _items(connection, keyring, codes, states, begun, now)


def ended_of(
    connection: Connection, keyring: Keyring, lawyer: str, now: datetime
) -> tuple[QueueItem, ...]:
    """A lawyer's questions that ended lately, the newest end first, with excerpts, recorded."""
    settle_writes(connection)
    codes = _codes(connection, lawyer, QUESTION.c.state.in_(_ENDED), most=_LOOKED_AT)
    found = _states(connection, codes)
    states = {id: one for id, one in found.items() if one.moved >= now - LATELY}
    begun = _excerpts(connection, keyring, states, lawyer, now)
    items = _items(connection, keyring, codes, states, begun, now)
    ended = {codes[id]: state.moved for id, state in states.items()}
    return tuple(sorted(items, key=lambda item: ended[item.ticket], reverse=True))


def search(
    connection: Connection, keyring: Keyring, lawyer: str, wanted: str, now: datetime
) -> tuple[QueueItem, ...]:
    """A lawyer's questions, open or ended, whose code or words hold all that is wanted.

    What somebody wrote is looked through as well; each hit shows where, and is recorded as seen.
    """
    settle_writes(connection)
    sought = wanted.lower().split()
    codes = _codes(connection, lawyer, QUESTION.c.state.not_in(_ENDED))
    codes |= _codes(connection, lawyer, QUESTION.c.state.in_(_ENDED), most=_LOOKED_AT)
    written = _written(connection, keyring, codes, _TOLD)
    hits: dict[int, str] = {}
    for id, texts in written.items():
        whole = " ".join(texts).lower()
        if sought and all(_in(word, whole, codes[id]) for word in sought):
            hits[id] = _around(" ".join(texts), sought)
    states = _states(connection, hits)
    record_viewing(connection, list(hits), lawyer_actor(lawyer), "excerpt", now)
    return _items(connection, keyring, codes, states, hits, now)


def seen_until(connection: Connection, ticket: str, lawyer: str) -> int | None:
    """The number of a question's last event; None where this lawyer does not hold it."""
    settle_writes(connection)
    code = tickets.read_code(ticket) or ""
    held = select(QUESTION.c.seq).where(QUESTION.c.code == code, QUESTION.c.lawyer == lawyer)
    return connection.execute(held).scalar_one_or_none()


_TOLD = (Kind.ASKED, Kind.MESSAGE, Kind.ANSWERED, Kind.ASKED_BACK, Kind.NOTED)


def _codes(
    connection: Connection, lawyer: str, which: ColumnElement[bool], most: int | None = None
) -> dict[int, str]:
    wanted = select(QUESTION.c.id, QUESTION.c.code).where(QUESTION.c.lawyer == lawyer, which)
    rows = connection.execute(wanted.order_by(QUESTION.c.id.desc()).limit(most))
    return {row.id: row.code for row in rows}


def _states(connection: Connection, ids: Iterable[int]) -> dict[int, QuestionState]:
    found = store.dossiers(connection, list(ids))
    return {id: found[id].state for id in sorted(found)}


def _items(
    connection: Connection,
    keyring: Keyring,
    codes: Mapping[int, str],
    states: Mapping[int, QuestionState],
    begun: Mapping[int, str],
    now: datetime,
) -> tuple[QueueItem, ...]:
    known = knowledge(connection, keyring, now)
    items = [
        queue_item(codes[id], state, known, now, begun.get(id)) for id, state in states.items()
    ]
    return tuple(sorted(items, key=_urgency))


def _urgency(item: QueueItem) -> tuple[bool, datetime, str]:
    rests = item.state in (State.ANSWERED, State.ASKING_BACK, State.DEFERRED) or item.due is None
    return (rests, item.due.due if item.due else item.asked, item.ticket)


def _excerpts(
    connection: Connection,
    keyring: Keyring,
    states: Mapping[int, QuestionState],
    lawyer: str,
    now: datetime,
) -> dict[int, str]:
    written = _written(connection, keyring, states, (Kind.ASKED,))
    found = {id: _short(texts[0]) for id, texts in written.items() if texts}
    record_viewing(connection, list(found), lawyer_actor(lawyer), "excerpt", now)
    return found


def _written(
    connection: Connection, keyring: Keyring, ids: Iterable[int], kinds: Iterable[Kind]
) -> dict[int, list[str]]:
    """What people wrote in these questions, in order; nothing where a key is destroyed."""
    found: dict[int, list[str]] = {}
    kept = [kind.value for kind in kinds]
    for part in store.chunks(ids):
        wrapped = select(QUESTION_KEY).where(QUESTION_KEY.c.question.in_(part))
        keys = {row.question: keyring.unwrap(row.wrapped) for row in connection.execute(wrapped)}
        rows = connection.execute(
            select(QUESTION_EVENT)
            .where(QUESTION_EVENT.c.question.in_(part), QUESTION_EVENT.c.kind.in_(kept))
            .order_by(QUESTION_EVENT.c.question, QUESTION_EVENT.c.seq)
        )
        for row in rows:
            if row.question in keys and row.body is not None:
                event = store.event_of(row, keys[row.question].decrypt(row.body))
                text = story(event) if event.kind is Kind.ASKED else event.body
                found.setdefault(row.question, []).append(text or "")
    return found


def _in(word: str, whole: str, code: str) -> bool:
    return word in whole or word.replace("-", "") in code.lower().replace("-", "")


def _short(text: str) -> str:
    return text if len(text) <= _EXCERPT else f"{text[:_EXCERPT]}…"


def _around(text: str, words: Iterable[str]) -> str:
    """The text about the first of the words in it."""
    first = min((at for word in words if (at := text.lower().find(word)) >= 0), default=0)
    start = max(0, first - 12)
    return ("…" if start else "") + _short(text[start:])
