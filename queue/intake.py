"""Taking a question in: validation, idempotency, the first event, the first choice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from pydantic import TypeAdapter
from sqlalchemy import Connection

from zhiban.data.crypt import Keyring, Sealed, random_bytes
from zhiban.data.exchanges import ask_together
from zhiban.data.register import Register
from zhiban.data.wording import Refused
from zhiban.queue import tickets
from zhiban.queue.asking import Ask, checked, writable
from zhiban.queue.changes import Changes, settle_writes
from zhiban.queue.clients import ANY_CLIENT, conflict_of, look_up_owners
from zhiban.queue.event import CITIZEN, Facts, plain, staff_actor
from zhiban.queue.keys import digest_of, earlier, keep, key_queries, look_up
from zhiban.queue.outcomes import Asked, KeyReused, Waiting
from zhiban.queue.placing import place
from zhiban.queue.store import Dossier

ANSWER: TypeAdapter[Asked] = TypeAdapter(Asked)


class Asking:
    """`ask` as a command of the writer, which reads at once what a whole batch will look up.

    What can be made before anybody waits for the board is made with it. Raises Refused where the
    key cannot be one.
    """

    __slots__ = ("digest", "key", "keyring", "now", "party", "prepared", "request")

    def __init__(self, keyring: Keyring, request: Ask, key: str | None, now: datetime) -> None:
        self.keyring = keyring
        self.request = request
        self.key = key
        self.now = now
        self.digest = None if key is None else digest_of(key)
        named = (request.other_party or "").strip()
        self.party = named if writable(named) else ""
        self.prepared: Prepared | None = None
        # Who is refused is told all that is wrong, once the register is at hand.
        with suppress(Refused, UnicodeEncodeError):
            categories = () if request.category is None else (request.category,)
            good = checked(request, (request.division,), categories)
            self.prepared = Prepared.of(keyring, request, good, self.digest)

    def __call__(self, connection: Connection) -> Asked | KeyReused:
        """Takes the question in."""
        # Who has to run again, alone, is given another ticket and key, and a chance with them.
        ready, self.prepared = self.prepared, None
        return ask(connection, self.keyring, self.request, self.key, self.now, ready)

    @staticmethod
    def ahead(connection: Connection, commands: Sequence[Asking]) -> None:
        """Looks up what was answered before to their keys, and whose clients are named."""
        first = commands[0]
        changes = Changes.begin(connection, first.keyring, first.now)
        digests = [one.digest for one in commands if one.digest is not None]
        ask_together(connection, [*key_queries(changes, digests), ANY_CLIENT])
        look_up(changes, digests)
        look_up_owners(changes, {one.party for one in commands if one.party})

    @staticmethod
    def afterwards(connection: Connection) -> None:
        """Writes what they have gathered; a server takes it in one exchange with the commit."""
        if connection.dialect.name == "sqlite":
            settle_writes(connection)


class Prepared(NamedTuple):
    """All of taking a question in that needs no board: its ticket, its seals, its key's digests."""

    good: Ask
    code: str
    secret: str
    secret_hash: str
    body: Sealed
    digest: str | None = None
    asked: str = ""
    fingerprint: str = ""

    @classmethod
    def of(cls, keyring: Keyring, request: Ask, good: Ask, digest: str | None) -> Prepared:
        """That of a request, of which `good` is what the question says."""
        code, secret = fresh()
        body = Sealed.of(keyring, _told(good))
        ticket = (code, secret, tickets.secret_hash(code, secret))
        if digest is None:
            return cls(good, *ticket, body)
        asked = request.fingerprint_text()
        return cls(good, *ticket, body, digest, asked, keyring.blind(asked))


def ask(
    connection: Connection,
    keyring: Keyring,
    request: Ask,
    key: str | None,
    now: datetime,
    ready: Prepared | None = None,
) -> Asked | KeyReused:
    """Takes a question in and gives it to a lawyer, or to the line.

    The same key with the same request gives the same answer again. Raises Refused.
    """
    changes = Changes.begin(connection, keyring, now)
    register = changes.known.register
    if ready is None or not _offered(ready.good, register):
        good = checked(request, register.divisions, register.offered)
        ready = Prepared.of(keyring, request, good, None if key is None else digest_of(key))
    if ready.digest is None:
        return _take_in(changes, ready)
    before = earlier(changes, ready.digest, ready.asked, ANSWER)
    if isinstance(before, Asked):
        return replace(before, repeated=True)
    if before is not None:
        return before
    answer = _take_in(changes, ready)
    keep(changes, ready.digest, ready.fingerprint, ANSWER, answer)
    return answer


def _offered(good: Ask, register: Register) -> bool:
    """Whether the register has the place, and the category."""
    known = good.category is None or good.category in register.offered
    return known and good.division in register.divisions


def _take_in(changes: Changes, ready: Prepared) -> Asked:
    one = _opened(changes, ready.good, ready.code, ready.secret_hash, ready.body)
    place(changes)
    return answer_of(changes, one, ready.secret)


def fresh() -> tuple[str, str]:
    """A new ticket code and its secret."""
    code = tickets.code_of(random_bytes(tickets.CODE_BYTES))
    return code, tickets.secret_of(random_bytes(tickets.SECRET_BYTES))


def open_question(changes: Changes, request: Ask, code: str, secret: str) -> Dossier:
    """The question with its first event, not yet given to anybody."""
    body = Sealed.of(changes.keyring, _told(request))
    return _opened(changes, request, code, tickets.secret_hash(code, secret), body)


def _opened(changes: Changes, request: Ask, code: str, secret_hash: str, body: Sealed) -> Dossier:
    register = changes.known.register
    data: Mapping[str, Any] = _facts(
        request.channel,
        request.division,
        register.county_of(request.division),
        request.category,
        bool(request.green_lane),
    )
    if request.other_party is not None:
        back = _stepping_back(changes, request.other_party)
        data = {**data, **back} if back else data
    actor = staff_actor(request.entered_by) if request.entered_by else CITIZEN
    return changes.open_question(code, secret_hash, actor, data, body)


def _told(request: Ask) -> str:
    """What is sealed of a question."""
    told: dict[str, Any] = {
        "text": request.text,
        "contact": request.contact,
        "other_party": request.other_party,
        "green_lane": list(request.green_lane),
    }
    if request.guardian is not None:
        told["guardian"] = request.guardian.told()
    return plain(told)


@lru_cache(maxsize=4096)
def _facts(channel: str, division: str, county: str, category: str | None, green: bool) -> Facts:
    """The facts of a question, the same for many."""
    where = {"division": division, "county": county}
    return Facts({"channel": channel, **where, "category": category, "green": green})


def _stepping_back(changes: Changes, other_party: str) -> dict[str, list[str]]:
    """Who may not take a question about this party, as facts of its first event."""
    found = conflict_of(changes, other_party)
    told = {"recused_lawyers": sorted(found.lawyers), "recused_firms": sorted(found.firms)}
    return {name: who for name, who in told.items() if who}


def answer_of(changes: Changes, one: Dossier, secret: str) -> Asked:
    """What is told to whoever asked."""
    state, known = one.state, changes.known
    hold = state.hold
    marks = changes.marks(state)
    due = next((mark.due for mark in marks if mark.timer.clock == "first_answer"), None)
    waiting = None
    if state.waiting_for is not None:
        waiting = Waiting(state.waiting_for, known.next_covering(state.division, changes.now))
    return Asked(
        ticket=one.code,
        secret=secret,
        state=state.state,
        lawyer_name=known.lawyer_name(hold.lawyer) if hold else None,
        firm_name=known.firm_name(hold.firm) if hold else None,
        waiting=waiting,
        due=due,
    )
