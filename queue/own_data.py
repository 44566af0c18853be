"""What citizens do with their own data: take it with them, have it destroyed, find it again."""

from __future__ import annotations

import hmac
import json
import re
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from zhiban.data.crypt import Keyring
from zhiban.queue import aid, drafting, notices, store, tickets
from zhiban.queue.acting import done, due_data, stale
from zhiban.queue.changes import Changes
from zhiban.queue.citizen import opened
from zhiban.queue.desks import ticket_view
from zhiban.queue.event import CITIZEN, Kind
from zhiban.queue.folding import allowed
from zhiban.queue.outcomes import Moved, NoSuchTicket, Stale
from zhiban.queue.supervising import destroy
from zhiban.queue.views import TicketView

_DIGITS = re.compile(r"\d+")
_SHORTEST_PHONE = 7


@dataclass(frozen=True, slots=True)
class OwnData:
    """All that is stored of a question: as shown, as sent in, and what was applied for."""

    view: TicketView
    sent: dict[str, Any] = field(default_factory=dict)
    applications: tuple[aid.Application, ...] = ()
    drafts: tuple[drafting.Draft, ...] = ()


@dataclass(frozen=True, slots=True)
class Recovered:
    """The ticket opens by this secret from now on, and by no other."""

    ticket: str
    secret: str


def own_data(
    connection: Connection, keyring: Keyring, ticket: str, secret: str, now: datetime
) -> OwnData | NoSuchTicket:
    """Everything of a ticket, for the citizen to keep."""
    view = ticket_view(connection, keyring, ticket, secret, now)
    papers = aid.applications_of(connection, keyring, ticket, secret, now)
    drafts = drafting.drafts_of(connection, keyring, ticket, secret, now)
    if view is None or isinstance(papers, NoSuchTicket) or isinstance(drafts, NoSuchTicket):
        return NoSuchTicket()
    number, _ = store.ticket(connection, view.ticket) or (0, "")
    first = store.read_written(connection, keyring, number)[0]
    sent = json.loads(first.body) if first.body else {}
    return OwnData(view, sent, papers, drafts)


def erase_own(
    connection: Connection, keyring: Keyring, ticket: str, secret: str, now: datetime
) -> Moved | Stale | NoSuchTicket:
    """The citizen has everything destroyed; what is open is withdrawn by it. The chain stays."""
    changes = Changes.begin(connection, keyring, now)
    one = opened(changes, ticket, secret)
    if one is None:
        return NoSuchTicket()
    if one.state.erased:
        return stale(one.state, Kind.ERASED)
    aid.withdraw_open(changes, one)
    holder = one.state.lawyer
    if allowed(one.state.state, Kind.WITHDRAWN):
        data = {"due": due_data(changes, one.state)}
        changes.add(one, Kind.WITHDRAWN, CITIZEN, data=data)
        if holder is not None:
            changes.notice(notices.withdrawn(holder, one.code))
    changes.add(one, Kind.ERASED, CITIZEN)
    changes.flush()
    destroy(connection, one.state.id)
    return done(changes, one)


def recover(
    connection: Connection, keyring: Keyring, ticket: str, phone: str, now: datetime
) -> Recovered | NoSuchTicket:
    """A new secret for who knows the code and the whole number left as contact.

    Wrong numbers, tickets without one and unknown codes get the same answer; whoever calls
    limits the tries.
    """
    changes = Changes.begin(connection, keyring, now)
    code = tickets.read_code(ticket)
    one = changes.dossier(code) if code else None
    wanted = _number(phone)
    changes.flush()  # the contact is read from the table
    stored = "" if one is None else _contact(connection, keyring, one.state.id)
    right = hmac.compare_digest(wanted.encode(), stored.encode())
    if one is None or not right or len(stored) < _SHORTEST_PHONE:
        return NoSuchTicket()
    secret = tickets.secret_of(secrets.token_bytes(tickets.SECRET_BYTES))
    one.secret_hash = tickets.secret_hash(one.code, secret)
    changes.add(one, Kind.RECOVERED, CITIZEN)
    changes.flush()
    return Recovered(one.code, secret)


def _contact(connection: Connection, keyring: Keyring, id: int) -> str:
    first = store.read_written(connection, keyring, id)[0]
    told = json.loads(first.body) if first.body else {}
    return _number(told.get("contact") or "")


def _number(text: str) -> str:
    """The digits of a telephone number, without China's code in front."""
    digits = "".join(_DIGITS.findall(text))
    return digits.removeprefix("0086").removeprefix("86") if len(digits) > 11 else digits
