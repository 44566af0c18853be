"""An answered question proposed for the library: its texts without what tells who somebody is."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from zhiban.data.categories import GENERAL
from zhiban.data.crypt import Keyring
from zhiban.data.wording import Text
from zhiban.queue import store, tickets
from zhiban.queue.changes import settle_writes
from zhiban.queue.deidentifying import without_traces
from zhiban.queue.desks import record_viewing
from zhiban.queue.event import Event, Kind
from zhiban.queue.library import category_names
from zhiban.queue.library_desk import propose
from zhiban.queue.library_entry import TEXT_LIMIT, TITLE_LIMIT, Texts
from zhiban.queue.outcomes import NotPossible, NotYours
from zhiban.queue.suggesting import best

_UNANSWERED = Text("答复以后才能推荐公开", "it can be proposed once it is answered")
_NOTHING = Text("内容已经删除，不能推荐公开", "its texts are destroyed")


def propose_question(
    connection: Connection, keyring: Keyring, ticket: str, lawyer: str, now: datetime
) -> int | NotYours | NotPossible:
    """Makes a draft of a question that this lawyer holds and answered; the draft's number.

    Asked again it is the same draft. Nothing is public before a supervisor has reviewed it.
    """
    settle_writes(connection)
    code = tickets.read_code(ticket)
    one = store.dossier(connection, code) if code else None
    if one is None or one.state.lawyer != lawyer:
        return NotYours()
    events = store.read_written(connection, keyring, one.state.id)
    answers = [event.body for event in events if _is_answer(event)]
    if not answers or answers[-1] is None:
        return NotPossible(_UNANSWERED)
    if not events[0].body:
        return NotPossible(_NOTHING)
    record_viewing(connection, [one.state.id], f"lawyer:{lawyer}", "text", now)
    known = category_names(connection, "zh")
    texts = _texts(events, answers[-1], one.state.category, tuple(known))
    return propose(connection, texts, f"lawyer:{lawyer}", now, source=one.code)


def _is_answer(event: Event) -> bool:
    return event.kind is Kind.ANSWERED and bool(event.body)


def _texts(
    events: Sequence[Event], answer: str, category: str | None, categories: Sequence[str]
) -> Texts:
    told = json.loads(events[0].body or "{}")
    names = [told[field] for field in ("other_party", "contact") if told.get(field)]
    story = without_traces(str(told.get("text", "")), names)
    kind = category or best(story, categories) or (GENERAL if not categories else categories[0])
    return Texts(
        title=_title(story),
        question=story[:TEXT_LIMIT],
        answer=without_traces(answer, names)[:TEXT_LIMIT],
        category=kind,
    )


def _title(story: str) -> str:
    """The first sentence, or as much of it as a title holds."""
    first = story.strip().splitlines()[0] if story.strip() else ""
    for sign in "？?。！!；;":
        head, found, _ = first.partition(sign)
        if found and 6 <= len(head) < TITLE_LIMIT:
            return head + (found if found in "？?" else "")
    return first if len(first) <= TITLE_LIMIT else first[: TITLE_LIMIT - 1] + "…"
