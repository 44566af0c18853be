"""Applications for legal aid, started from a question, decided by the bureau within a time."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row

from zhiban.data.crypt import DataKey, Keyring
from zhiban.data.wording import Text
from zhiban.queue import notices, store
from zhiban.queue.acting import MOVED_ON, Move, Ready, done, ready_for
from zhiban.queue.aid_form import AidForm, checked_form
from zhiban.queue.asking import REASON_LIMIT, checked_text
from zhiban.queue.changes import Changes, settle_writes
from zhiban.queue.citizen import opened, opened_for
from zhiban.queue.event import CITIZEN, Kind, plain, staff_actor, stamp
from zhiban.queue.outcomes import Moved, NoSuchTicket, NotYours, PaperMade, Stale
from zhiban.queue.records import AID_APPLICATION
from zhiban.queue.shelf import Shelf
from zhiban.queue.store import Dossier

Status = Literal["submitted", "accepted", "refused", "withdrawn"]
_ENDED = Text("这份申请已经有了结果", "this application has been decided already")
NO_APPLICATION = NotYours(Text("没有这份申请", "there is no such application"))
SHELF = Shelf(
    what="aid",
    table=AID_APPLICATION,
    open=("submitted",),
    sealed=("form", "reason"),
    target=lambda times: times.aid,
    late=notices.aid_late,
)


@dataclass(frozen=True, slots=True)
class Application:
    """An application as it stands; form and reason None where they are not shown or destroyed."""

    id: int
    version: int
    ticket: str
    status: Status
    started_by: str
    submitted_at: datetime
    due: datetime
    late: bool
    decided_at: datetime | None
    form: AidForm | None = None
    reason: str | None = None


def apply_for_aid(
    connection: Connection, keyring: Keyring, move: Move, form: AidForm
) -> PaperMade | Stale | NotYours:
    """The lawyer who holds a question sends an application for its citizen. Raises Refused."""
    good = checked_form(form)
    ready = ready_for(connection, keyring, move, Kind.AID_APPLIED)
    if not isinstance(ready, Ready):
        return ready
    return _submit(ready.changes, ready.one, ready.actor, good)


def apply_for_own_aid(
    connection: Connection,
    keyring: Keyring,
    ticket: str,
    secret: str,
    form: AidForm,
    now: datetime,
) -> PaperMade | Stale | NoSuchTicket:
    """The citizen sends an application from the ticket's page. Raises Refused."""
    good = checked_form(form)
    changes = Changes.begin(connection, keyring, now)
    one = opened_for(changes, ticket, secret, Kind.AID_APPLIED)
    if not isinstance(one, Dossier):
        return one
    return _submit(changes, one, CITIZEN, good)


def decide_aid(
    connection: Connection,
    keyring: Keyring,
    id: int,
    account: str,
    version: int,
    accepted: bool,
    reason: str,
    now: datetime,
) -> Moved | Stale | NotYours:
    """The bureau accepts or refuses an application, with a reason. Raises Refused."""
    written = checked_text(reason, "reason", REASON_LIMIT)
    changes = Changes.begin(connection, keyring, now)
    status: Status = "accepted" if accepted else "refused"
    return _end(changes, id, version, status, staff_actor(account), written)


def withdraw_aid(
    connection: Connection, keyring: Keyring, ticket: str, secret: str, id: int, now: datetime
) -> Moved | Stale | NoSuchTicket | NotYours:
    """The citizen takes an application back."""
    changes = Changes.begin(connection, keyring, now)
    one = opened(changes, ticket, secret)
    if one is None:
        return NoSuchTicket()
    row = SHELF.row(connection, id)
    if row is None or row.question != one.state.id:
        return NO_APPLICATION
    return _end(changes, id, row.version, "withdrawn", CITIZEN, "")


def withdraw_open(changes: Changes, one: Dossier) -> None:
    """Takes back what the bureau has not decided yet, as the citizen has everything destroyed."""
    which = (AID_APPLICATION.c.question == one.state.id, AID_APPLICATION.c.status == "submitted")
    for row in SHELF.rows(changes.connection, *which):
        _end(changes, row.id, row.version, "withdrawn", CITIZEN, "")


def applications(
    connection: Connection, now: datetime, status: Status | None = None
) -> tuple[Application, ...]:
    """Applications by what is due first, without what is in them."""
    settle_writes(connection)
    which = [] if status is None else [AID_APPLICATION.c.status == status]
    return tuple(_value(row, now) for row in SHELF.rows(connection, *which))


def open_applications(connection: Connection, now: datetime) -> tuple[Application, ...]:
    """Those that wait for the bureau by what is due first, without what is in them."""
    settle_writes(connection)
    return tuple(_value(row, now) for row in SHELF.waiting(connection))


def applications_of(
    connection: Connection, keyring: Keyring, ticket: str, secret: str, now: datetime
) -> tuple[Application, ...] | NoSuchTicket:
    """The applications of a ticket, in full, for the citizen."""
    found = SHELF.of_ticket(connection, keyring, ticket, secret)
    if isinstance(found, NoSuchTicket):
        return found
    rows, key = found
    return tuple(_value(row, now, key) for row in rows)


def application_for(
    connection: Connection, keyring: Keyring, id: int, account: str, now: datetime
) -> Application | NotYours:
    """An application in full, for staff; that it was read is recorded."""
    settle_writes(connection)
    row = SHELF.row(connection, id)
    if row is None:
        return NO_APPLICATION
    SHELF.looked_at(connection, [row], staff_actor(account), now)
    return _value(row, now, store.read_key(connection, keyring, row.question))


def _submit(changes: Changes, one: Dossier, actor: str, form: AidForm) -> PaperMade:
    row = {
        "status": "submitted",
        "form": changes.key_of(one).encrypt(plain(asdict(form))),
        "started_by": actor,
        "submitted_at": changes.now,
    }
    made = SHELF.add(changes, one, row)
    data = {"application": made.id, "due": stamp(made.due)}
    changes.add(one, Kind.AID_APPLIED, actor, data=data)
    changes.notice(notices.aid_applied(one.code))
    done(changes, one)
    return made


def _end(
    changes: Changes, id: int, version: int, status: Status, actor: str, written: str
) -> Moved | Stale | NotYours:
    found = SHELF.with_question(changes, id)
    if found is None:
        return NO_APPLICATION
    row, one = found
    if row.status != "submitted" or row.version != version:
        return Stale(row.version, _ENDED if row.status != "submitted" else MOVED_ON)
    values = {
        "status": status,
        "reason": changes.key_of(one).encrypt(written) if written else None,
        "decided_by": actor,
        "decided_at": changes.now,
    }
    SHELF.change(changes, row, values)
    data = {"application": id, "status": status}
    changes.add(one, Kind.AID_DECIDED, actor, data=data, body=written or None)
    if one.state.lawyer is not None:
        changes.notice(notices.aid_decided(one.state.lawyer, one.code, status))
    done(changes, one)
    return Moved(one.state.state, row.version + 1)


def _value(row: Row[Any], now: datetime, key: DataKey | None = None) -> Application:
    form = json.loads(key.decrypt(row.form)) if key and row.form else None
    return Application(
        id=row.id,
        version=row.version,
        ticket=row.code,
        status=row.status,
        started_by=row.started_by,
        submitted_at=row.submitted_at,
        due=row.due,
        late=(row.decided_at or now) > row.due,
        decided_at=row.decided_at,
        form=AidForm(**form) if form else None,
        reason=key.decrypt(row.reason) if key and row.reason else None,
    )
