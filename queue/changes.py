"""The changes that one command makes: events gathered, then written at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, update

from zhiban.data import board, outbox
from zhiban.data.crypt import DataKey, Keyring
from zhiban.data.outbox import Notice
from zhiban.data.upsert import upsert
from zhiban.data.wording import Text
from zhiban.queue import store
from zhiban.queue.assignment_rules import Loads
from zhiban.queue.chain import GENESIS, Link
from zhiban.queue.event import Event, Kind, plain
from zhiban.queue.folding import after
from zhiban.queue.index import clock_rows, question_row
from zhiban.queue.knowledge import Knowledge
from zhiban.queue.memory import knowledge
from zhiban.queue.question import HELD, QuestionState
from zhiban.queue.records import (
    LAWYER_LOAD,
    QUESTION,
    QUESTION_CLOCK,
    QUESTION_EVENT,
    QUESTION_KEY,
)
from zhiban.queue.store import Dossier

_GIVEN = frozenset({Kind.ASSIGNED, Kind.HANDED_OVER, Kind.TRANSFERRED})
_COLUMNS = [column.name for column in QUESTION.c if column.name not in ("id", "code")]


@dataclass
class Changes:
    """Everything one command does, within a transaction that has locked the board."""

    connection: Connection
    keyring: Keyring
    known: Knowledge
    now: datetime
    board: board.Board
    touched: dict[int, Dossier] = field(default_factory=dict)
    _events: list[dict[str, Any]] = field(default_factory=list)
    _keys: list[dict[str, Any]] = field(default_factory=list)
    _notices: list[Notice] = field(default_factory=list)
    _open: dict[str, int] = field(default_factory=dict)
    _last: dict[str, datetime] = field(default_factory=dict)
    _given: dict[str, datetime] = field(default_factory=dict)

    @classmethod
    def begin(cls, connection: Connection, keyring: Keyring, now: datetime) -> Changes:
        """Takes the board and starts with nothing changed."""
        at = board.lock(connection)
        return cls(connection, keyring, knowledge(connection, keyring, now), now, at)

    def open_question(
        self, code: str, secret_hash: str, actor: str, data: Mapping[str, Any], body: str
    ) -> Dossier:
        """A new question with its first event."""
        number = self.board.next_question
        self.board = replace(self.board, next_question=number + 1)
        wrapped, key = self.keyring.new_data_key()
        self._keys.append({"question": number, "wrapped": wrapped})
        event = self._event(number, 1, Kind.ASKED, actor, None, data, body)
        one = Dossier(code, secret_hash, after(None, event), GENESIS, key, new=True)
        self._record(one, event)
        return one

    def add(
        self,
        one: Dossier,
        kind: Kind,
        actor: str,
        *,
        reason: Text | None = None,
        data: Mapping[str, Any] | None = None,
        body: str | None = None,
    ) -> None:
        """One more event of a question."""
        event = self._event(one.state.id, one.state.seq + 1, kind, actor, reason, data or {}, body)
        before, one.state = one.state, after(one.state, event)
        self._record(one, event)
        self._count(before, -1)
        self._count(one.state, +1)
        if kind in _GIVEN and one.state.lawyer is not None:
            self._given[one.state.lawyer] = self._last[one.state.lawyer] = self.now

    def notice(self, notice: Notice) -> None:
        """A notice to be sent after the transaction."""
        self._notices.append(notice)

    def loads(self, lawyers: tuple[str, ...]) -> Loads:
        """What these lawyers hold now, changes of this command included."""
        unknown = [one for one in dict.fromkeys(lawyers) if one not in self._open]
        if unknown:
            fresh = self._uncounted(unknown)
            self._last = store.last_given(self.connection, unknown) | self._last
            self._open.update(fresh)
        return self.known.loads(self._open, self._last)

    def flush(self) -> None:
        """Writes all of it; nothing may be added after."""
        if not self._events:
            return
        made = [one for one in self.touched.values() if one.new]
        kept = [one for one in self.touched.values() if not one.new]
        if made:
            self.connection.execute(insert(QUESTION), [self._row(one) for one in made])
            self.connection.execute(insert(QUESTION_KEY), self._keys)
        self.connection.execute(insert(QUESTION_EVENT), self._events)
        if kept:
            self._update(kept)
        clocks = [row for one in self.touched.values() for row in clock_rows(one.state, self.known)]
        if clocks:
            self.connection.execute(insert(QUESTION_CLOCK), clocks)
        given = [{"lawyer": who, "last_given": at} for who, at in self._given.items()]
        upsert(self.connection, LAWYER_LOAD, given)
        outbox.put_all(self.connection, self.keyring, self._notices, self.now)
        board.save(self.connection, replace(self.board, version=self.board.version + 1))

    def _event(
        self,
        question: int,
        seq: int,
        kind: Kind,
        actor: str,
        reason: Text | None,
        data: Mapping[str, Any],
        body: str | None,
    ) -> Event:
        position = self.board.next_position
        self.board = replace(self.board, next_position=position + 1)
        return Event(position, question, seq, kind, self.now, actor, reason, data, body)

    def _record(self, one: Dossier, event: Event) -> None:
        sealed, commitment = None, ""
        if event.body is not None:
            key = self._key(one)
            sealed, commitment = key.encrypt(event.body), key.commit(event.body)
        reason = plain(list(asdict(event.reason).values())) if event.reason else ""
        link = Link(
            event.position,
            event.question,
            event.seq,
            event.kind.value,
            event.at,
            event.actor,
            reason,
            plain(event.data),
            commitment,
        )
        one.head = link.hash_after(one.head)
        self._events.append(asdict(link) | {"body": sealed, "hash": one.head})
        self.touched[one.state.id] = one

    def _key(self, one: Dossier) -> DataKey:
        if one.key is None:
            one.key = store.read_key(self.connection, self.keyring, one.state.id)
        if one.key is None:
            raise ValueError(f"the texts of question {one.state.id} were destroyed")
        return one.key

    def _count(self, state: QuestionState, by: int) -> None:
        lawyer = state.lawyer
        if lawyer is not None and lawyer in self._open and state.state in HELD:
            self._open[lawyer] += by

    def _uncounted(self, lawyers: list[str]) -> dict[str, int]:
        """Counts from the database, corrected by what this command changed before."""
        counts = dict.fromkeys(lawyers, 0) | store.open_counts(self.connection, lawyers)
        stored = store.held_by(self.connection, list(self.touched))
        for id, one in self.touched.items():
            was, state = stored.get(id), one.state
            if was in counts:
                counts[was] -= 1
            if state.state in HELD and state.lawyer in counts:
                counts[state.lawyer] += 1
        return counts

    def _row(self, one: Dossier) -> dict[str, Any]:
        derived = question_row(one.state, one.head, self.known)
        return derived | {"code": one.code, "secret_hash": one.secret_hash}

    def _update(self, kept: list[Dossier]) -> None:
        rows = [{f"new_{name}": value for name, value in self._row(one).items()} for one in kept]
        change = update(QUESTION).where(QUESTION.c.id == bindparam("new_id"))
        values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in _COLUMNS}
        self.connection.execute(change.values(values), rows)
        for part in store.chunks(one.state.id for one in kept):
            gone = delete(QUESTION_CLOCK).where(QUESTION_CLOCK.c.question.in_(part))
            self.connection.execute(gone)
