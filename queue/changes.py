"""The changes of one transaction: events gathered command by command, and written together.

Commands of one transaction share its changes: what one has done the next one sees, though nothing
is written before the transaction commits, or somebody has to ask the database.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, event

from zhiban.data import board
from zhiban.data.board import Board
from zhiban.data.crypt import DataKey, Keyring, Sealed
from zhiban.data.exchanges import together
from zhiban.data.outbox import Notice
from zhiban.data.wording import Text
from zhiban.queue import store, tally_store
from zhiban.queue.assignment_rules import Loads
from zhiban.queue.chain import GENESIS, Link
from zhiban.queue.event import Event, Kind, reason_text, text_of
from zhiban.queue.folding import after
from zhiban.queue.index import next_due, running
from zhiban.queue.knowledge import Knowledge
from zhiban.queue.memory import Known, keep_tally, known, take_tally
from zhiban.queue.question import Hold, QuestionState, State
from zhiban.queue.sla import Mark
from zhiban.queue.store import Dossier
from zhiban.queue.tally import GIVEN, Line, Tally
from zhiban.queue.writing import Pending, write

_HERE = "zhiban.queue.changes"
_HEARD = "zhiban.queue.changes.heard"


Owner = tuple[str, str, date | None, date | None]
"""Whose client somebody is: a lawyer or a firm, which one, from and until when."""


@dataclass
class Changes:
    """What the commands of a transaction do, and what they find; the board is locked."""

    connection: Connection
    keyring: Keyring
    kept: Known
    now: datetime
    next_question: int
    next_position: int
    tally: Tally
    pending: Pending
    last_hash: str
    at_hand: dict[str, Dossier] = field(default_factory=dict)
    by_id: dict[int, Dossier] = field(default_factory=dict)
    untold: dict[int, Dossier] = field(default_factory=dict)
    answers: dict[str, Mapping[Any, Any] | None] = field(default_factory=dict)
    owners: dict[str, list[Owner]] = field(default_factory=dict)
    _marks: dict[int, tuple[QuestionState, tuple[Mark, ...]]] = field(default_factory=dict)
    _loads: tuple[Knowledge, dict[str, int] | None, Loads] | None = None

    @classmethod
    def begin(cls, connection: Connection, keyring: Keyring, now: datetime) -> Changes:
        """Takes the board, and goes on with what this transaction has changed so far."""
        at = board.lock(connection)
        here = pending(connection)
        if here is not None and here.kept.fits(at.roster_version, now):
            here.now = now
            return here
        kept = known(connection, keyring, now, at)
        if here is None:
            tally, last = take_tally(connection, at)
            if kept.knowledge.rules.capacity_by_shift and tally.by_shift is None:
                tally.by_shift = tally_store.open_by_shift(connection)
            numbers = (at.next_question, at.next_position)
            here = cls(connection, keyring, kept, now, *numbers, tally, Pending(), last)
            connection.info[_HERE] = (connection.get_transaction(), here)
            if connection.info.get(_HEARD) is not connection:  # which takes its time, if repeated
                event.listen(connection, "commit", _commit)
                connection.info[_HEARD] = connection
        here.now, here.kept = now, kept
        return here

    @property
    def known(self) -> Knowledge:
        """What the bureau knows by now."""
        return self.kept.knowledge

    def open_question(
        self, code: str, secret_hash: str, actor: str, data: Mapping[str, Any], body: Sealed
    ) -> Dossier:
        """A new question with its first event."""
        number = self.next_question
        self.next_question += 1
        self.pending.keys.append({"question": number, "wrapped": body.wrapped})
        first = self._event(number, 1, Kind.ASKED, actor, None, data, body.text)
        one = Dossier(code, secret_hash, after(None, first), GENESIS, body.key, new=True)
        self._keep(one)
        self._record(one, None, first, (body.sealed, body.commitment))
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
        more = self._event(one.state.id, one.state.seq + 1, kind, actor, reason, data or {}, body)
        before, one.state = one.state, after(one.state, more)
        self._record(one, before, more)

    def notice(self, notice: Notice) -> None:
        """A notice to be sent after the transaction."""
        self.pending.notices.append((notice, self.now))

    def dossier(self, code: str) -> Dossier | None:
        """The question of a ticket code, as this transaction has left it."""
        if code in self.at_hand:
            return self.at_hand[code]
        found = store.dossier(self.connection, code)
        return found and self._keep(found)

    def dossiers(self, ids: list[int]) -> dict[int, Dossier]:
        """The questions of these numbers, as this transaction has left them."""
        unread = [id for id in ids if id not in self.by_id]
        for one in store.dossiers(self.connection, unread).values():
            self._keep(one)
        return {id: self.by_id[id] for id in ids if id in self.by_id}

    def loads(self) -> Loads:
        """What lawyers hold now."""
        made = (self.known, self.tally.by_shift)
        if self._loads is None or self._loads[0] is not made[0] or self._loads[1] is not made[1]:
            found = self.known.loads(self.tally.open, self.tally.last, self.tally.by_shift)
            self._loads = (*made, found)
        return self._loads[2]

    def marks(self, state: QuestionState) -> tuple[Mark, ...]:
        """What the clocks of a state call for next."""
        found = self._marks.get(state.id)
        if found is None or found[0] is not state:
            found = (state, running(state, self.known))
            self._marks[state.id] = found
        return found[1]

    def rewrite(self, one: Dossier) -> None:
        """Has the derived columns of a question written anew, with no event."""
        here = self.by_id.get(one.state.id) or self._keep(one)
        self._marks.pop(here.state.id, None)
        self.pending.touched[here.state.id] = here
        if here.state.state is State.WAITING and here.state.waiting_for is not None:
            self._line(here.state)

    def due_anew(self, dues: Mapping[int, datetime]) -> None:
        """Takes in that other moments stand as due of questions, which is written already."""
        self._marks.clear()
        self.tally.due_anew(dues)

    def flush(self) -> None:
        """Writes what is gathered; more may follow."""
        if not self.pending.touched:
            return
        at = board.lock(self.connection)
        saved = replace(
            at,
            version=at.version + 1,
            next_question=self.next_question,
            next_position=self.next_position,
        )
        with together(self.connection):
            write(self)
            board.save(self.connection, saved)
        self.pending = Pending()

    def finish(self) -> None:
        """Writes what is gathered and keeps the tally for the next transaction."""
        self.flush()
        at: Board = board.lock(self.connection)
        keep_tally(self.connection, at, self.last_hash, self.tally)

    def _keep(self, one: Dossier) -> Dossier:
        self.at_hand[one.code] = self.by_id[one.state.id] = one
        return one

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
        position = self.next_position
        self.next_position += 1
        return Event(position, question, seq, kind, self.now, actor, reason, data, body)

    def _record(
        self,
        one: Dossier,
        before: QuestionState | None,
        more: Event,
        written: tuple[str | None, str] = (None, ""),
    ) -> None:
        sealed, commitment = written
        if more.body is not None and sealed is None:
            key = self.key_of(one)
            sealed, commitment = key.encrypt(more.body), key.commit(more.body)
        link = Link(
            more.position,
            more.question,
            more.seq,
            more.kind.value,
            more.at,
            more.actor,
            reason_text(more.reason),
            text_of(more.data),
            commitment,
        )
        one.head = self.last_hash = link.hash_after(one.head)
        self.pending.events.append((*link, sealed, one.head))
        self.pending.touched[one.state.id] = one
        self._follow(one, before, more)

    def _follow(self, one: Dossier, before: QuestionState | None, more: Event) -> None:
        state = one.state
        for who in (before and before.lawyer, state.lawyer):
            if who:
                self.pending.lawyers.add(who)
        self.tally.follow(before, state, more.kind, self.now)
        if more.kind in GIVEN and state.hold is not None:
            self.tally.given[state.hold.lawyer] = self._room(state.hold)
        if state.state is not State.WAITING:
            self.untold.pop(state.id, None)
        elif more.kind is Kind.WAITING:
            self.untold.pop(state.id, None)
            self._line(state)
        elif state.waiting_for is None:
            self.untold[state.id] = one

    def _room(self, hold: Hold) -> tuple[int, int]:
        """How much the lawyer holds with what was just given, and how much may be held then."""
        loads = self.loads()
        duty = self.known.seat_of(hold.lawyer, hold.shift, self.now)
        return loads.of(hold.lawyer), 0 if duty is None else loads.limit(duty)

    def _line(self, state: QuestionState) -> None:
        due = next_due(self.marks(state))
        self.tally.wait(Line(state.id, state.asked, state.green, state.county, due))

    def key_of(self, one: Dossier) -> DataKey:
        """The key of a question's texts and files."""
        if one.key is None:
            one.key = store.read_key(self.connection, self.keyring, one.state.id)
        if one.key is None:
            raise ValueError(f"the texts of question {one.state.id} were destroyed")
        return one.key


def pending(connection: Connection) -> Changes | None:
    """The changes that this transaction has gathered, where there are any."""
    found = connection.info.get(_HERE)
    if found is None or found[0] is not connection.get_transaction():
        return None
    here: Changes = found[1]
    return here


def settle_writes(connection: Connection) -> None:
    """Writes what earlier commands of this transaction have gathered, for a reader of tables."""
    here = pending(connection)
    if here is not None:
        here.flush()


def _commit(connection: Connection) -> None:
    here = pending(connection)
    if here is not None:
        here.finish()
