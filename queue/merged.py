"""What the ticket of a merged question shows of the one it was merged into."""

from __future__ import annotations

from sqlalchemy import Connection

from zhiban.data.crypt import Keyring
from zhiban.queue import store
from zhiban.queue.event import Event
from zhiban.queue.question import QuestionState
from zhiban.queue.report import ANSWERS


def answers_elsewhere(
    connection: Connection, keyring: Keyring, own: str, state: QuestionState
) -> tuple[Event, ...]:
    """What lawyers answered in the questions that one was merged into, numbered after its own.

    Messages written from the `own` ticket are among it, what the other citizen wrote is not.
    """
    found: list[Event] = []
    seen = {state.id}
    code = state.merged_into
    while code is not None:
        other = store.dossier(connection, code)
        if other is None or other.state.id in seen:
            break
        seen.add(other.state.id)
        events = store.read_written(connection, keyring, other.state.id)
        found += [
            event for event in events if event.kind in ANSWERS or event.data.get("from") == own
        ]
        code = other.state.merged_into
    return tuple(
        event._replace(question=state.id, seq=state.seq + number, data={})
        for number, event in enumerate(found, 1)
    )
