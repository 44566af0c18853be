"""Taking a question in: validation, idempotency, the first event, the first choice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Connection

from zhiban.data.crypt import Keyring, random_bytes
from zhiban.data.exchanges import ask_together
from zhiban.queue import tickets
from zhiban.queue.asking import Ask, checked, writable
from zhiban.queue.changes import Changes, settle_writes
from zhiban.queue.clients import ANY_CLIENT, conflict_of, look_up_owners
from zhiban.queue.event import CITIZEN, Facts, plain, staff_actor
from zhiban.queue.keys import digest_of, earlier, key_queries, look_up, remember
from zhiban.queue.outcomes import Asked, KeyReused, Waiting
from zhiban.queue.placing import place
from zhiban.queue.store import Dossier

ANSWER: TypeAdapter[Asked] = TypeAdapter(Asked)


class Asking:
    """`ask` as a command of the writer, which reads at once what a whole batch will look up.

    Raises Refused where the key cannot be one.
    """

    __slots__ = ("digest", "key", "keyring", "now", "party", "request")

    def __init__(self, keyring: Keyring, request: Ask, key: str | None, now: datetime) -> None:
        self.keyring = keyring
        self.request = request
        self.key = key
        self.now = now
        self.digest = None if key is None else digest_of(key)
        named = (request.other_party or "").strip()
        self.party = named if writable(named) else ""

    def __call__(self, connection: Connection) -> Asked | KeyReused:
        """Takes the question in."""
        return ask(connection, self.keyring, self.request, self.key, self.now)

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


def ask(
    connection: Connection, keyring: Keyring, request: Ask, key: str | None, now: datetime
) -> Asked | KeyReused:
    """Takes a question in and gives it to a lawyer, or to the line.

    The same key with the same request gives the same answer again. Raises Refused.
    """
    changes = Changes.begin(connection, keyring, now)
    register = changes.known.register
    good = checked(request, register.divisions, register.offered)
    if key is None:
        return _take_in(changes, good)
    digest, fingerprint = digest_of(key), request.fingerprint_text()
    before = earlier(changes, digest, fingerprint, ANSWER)
    if isinstance(before, Asked):
        return replace(before, repeated=True)
    if before is not None:
        return before
    answer = _take_in(changes, good)
    remember(changes, digest, fingerprint, ANSWER, answer)
    return answer


def _take_in(changes: Changes, good: Ask) -> Asked:
    code, secret = fresh()
    one = open_question(changes, good, code, secret)
    place(changes)
    return answer_of(changes, one, secret)


def fresh() -> tuple[str, str]:
    """A new ticket code and its secret."""
    code = tickets.code_of(random_bytes(tickets.CODE_BYTES))
    return code, tickets.secret_of(random_bytes(tickets.SECRET_BYTES))


def open_question(changes: Changes, request: Ask, code: str, secret: str) -> Dossier:
    """The question with its first event, not yet given to anybody."""
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
    told: dict[str, Any] = {
        "text": request.text,
        "contact": request.contact,
        "other_party": request.other_party,
        "green_lane": list(request.green_lane),
    }
    if request.guardian is not None:
        told["guardian"] = request.guardian.told()
    secret_hash = tickets.secret_hash(code, secret)
    return changes.open_question(code, secret_hash, actor, data, plain(told))


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
