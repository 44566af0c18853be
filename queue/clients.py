"""Declared clients of lawyers and firms: who is asked about one of them steps back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, or_, select, update

from zhiban.data.crypt import Keyring
from zhiban.data.exchanges import Query, rows_of
from zhiban.data.timespan import SHANGHAI
from zhiban.data.wording import FieldError, Refused, Text
from zhiban.queue import notices
from zhiban.queue.changes import Changes, pending
from zhiban.queue.client import (
    Client,
    Conflict,
    Declared,
    Imported,
    OwnerKind,
    acts,
    checked_client,
    conflict_of_owners,
)
from zhiban.queue.event import SYSTEM, Kind
from zhiban.queue.party_names import (
    core_name,
    cores_in,
    credit_codes_in,
    plain_name,
)
from zhiban.queue.placing import place
from zhiban.queue.question import ENDED
from zhiban.queue.records import CLIENT, QUESTION, QUESTION_EVENT, QUESTION_KEY

STEPS_BACK = Text("须回避", "a conflict of interest")
_ENDED = [state.value for state in sorted(ENDED)]


def import_clients(
    connection: Connection,
    keyring: Keyring,
    rows: Sequence[Client],
    by: str,
    now: datetime,
    *,
    accept_valid: bool = False,
) -> Imported:
    """Adds clients, each fault named by its row; open questions about them change hands at once."""
    changes = Changes.begin(connection, keyring, now)
    register = changes.known.register
    good: list[Client] = []
    faults: list[tuple[int, FieldError]] = []
    for number, row in enumerate(rows, 1):
        try:
            good.append(checked_client(row, register))
        except Refused as refused:
            faults += [(number, error) for error in refused.errors]
    if faults and not accept_valid:
        return Imported(0, 0, tuple(faults))
    changes.flush()
    here = {_same(keyring, one.client) for one in clients(connection, keyring)}
    fresh = [one for one in dict.fromkeys(good) if _same(keyring, one) not in here]
    if fresh:
        connection.execute(insert(CLIENT), [_row(keyring, one, by, now) for one in fresh])
        changes.owners.clear()
    stepped = _step_back(changes, fresh) if fresh else 0
    return Imported(len(fresh), len(good) - len(fresh), tuple(faults), stepped)


def clients(
    connection: Connection,
    keyring: Keyring,
    owner_kind: OwnerKind | None = None,
    owner: str | None = None,
) -> tuple[Declared, ...]:
    """The clients of one owner, or of all, in the order in which they were declared."""
    wanted = select(CLIENT).order_by(CLIENT.c.id)
    if owner_kind is not None:
        wanted = wanted.where(CLIENT.c.owner_kind == owner_kind)
    if owner is not None:
        wanted = wanted.where(CLIENT.c.owner == owner)
    return tuple(_declared(row, keyring) for row in connection.execute(wanted))


def remove_client(connection: Connection, id: int, lawyer: str | None = None) -> bool:
    """Takes a client off the list, a lawyer only their own; whether there was one."""
    which = [CLIENT.c.id == id]
    if lawyer is not None:
        which += [CLIENT.c.owner_kind == "lawyer", CLIENT.c.owner == lawyer]
    here = pending(connection)
    if here is not None:
        here.owners.clear()
    return connection.execute(delete(CLIENT).where(*which)).rowcount > 0


def conflict_of(changes: Changes, other_party: str) -> Conflict:
    """Who has to step back from a question about a party: lawyers, and their whole firms."""
    if other_party not in changes.owners:
        look_up_owners(changes, [other_party])
    firms = changes.known.firm_names.found_in(other_party)
    declared = changes.owners[other_party]
    if not declared:
        return Conflict(firms=firms)
    today = changes.now.astimezone(SHANGHAI).date()
    owners = [
        (kind, owner)
        for kind, owner, since, until in declared
        if (since is None or since <= today) and (until is None or today <= until)
    ]
    found = conflict_of_owners(owners, changes.known.register)
    return Conflict(found.lawyers, found.firms | firms)


def look_up_owners(changes: Changes, parties: Iterable[str]) -> None:
    """Reads at once whose clients these parties may be, for the questions that will ask."""
    new = [one for one in parties if one not in changes.owners]
    changes.owners |= {one: [] for one in new}
    if not new or not rows_of(changes.connection, ANY_CLIENT):
        return  # where nobody has declared a client, names need not be taken apart
    tags = {one: _tags(changes.keyring, one) for one in new}
    asked = {tag: one for one, found in tags.items() for tag in found}
    for start in range(0, len(asked), _PORTION):
        part = list(asked)[start : start + _PORTION]
        for row in changes.connection.execute(_OWNERS, {"names": part, "codes": part}):
            owner = (row.owner_kind, row.owner, row.since, row.until)
            for party, found in tags.items():
                if row.name_tag in found or row.code_tag in found:
                    changes.owners[party].append(owner)


def _tags(keyring: Keyring, other_party: str) -> frozenset[str]:
    """The blind indexes of all that a text about the other party may name."""
    named = cores_in(other_party) | credit_codes_in(other_party)
    return frozenset(tag for one in named for tag in keyring.blinds(one))


_PORTION = 500
ANY_CLIENT = Query(f"SELECT id FROM {CLIENT.name} LIMIT 1")  # noqa: S608 - our own name
"""Whether anybody has declared a client: what comes before looking for whose one somebody is."""

_OWNERS = select(
    CLIENT.c.owner_kind,
    CLIENT.c.owner,
    CLIENT.c.since,
    CLIENT.c.until,
    CLIENT.c.name_tag,
    CLIENT.c.code_tag,
).where(
    or_(
        CLIENT.c.name_tag.in_(bindparam("names", expanding=True)),
        CLIENT.c.code_tag.in_(bindparam("codes", expanding=True)),
    )
)


def retag(connection: Connection, keyring: Keyring) -> int:
    """Brings every client under the ring's first key, its tags too; how many there are."""
    fresh = []
    for row in connection.execute(select(CLIENT)).all():
        one = _declared(row, keyring)
        named = _row(keyring, one.client, one.added_by, one.added_at)
        fresh.append(named | {"id": row.id})
    for values in fresh:
        connection.execute(update(CLIENT).where(CLIENT.c.id == values["id"]).values(values))
    return len(fresh)


def _step_back(changes: Changes, fresh: Sequence[Client]) -> int:
    """Has lawyers step back from the open questions that are about a client just declared."""
    today = changes.now.astimezone(SHANGHAI).date()
    acting = [one for one in fresh if acts(one, today)]
    count = 0
    for id, other_party in _other_parties(changes):
        cores, codes = cores_in(other_party), credit_codes_in(other_party)
        about = [
            one for one in acting if one.code in codes or core_name(plain_name(one.name)) in cores
        ]
        owners = [(one.owner_kind, one.owner) for one in about]
        count += bool(about) and _recuse(
            changes, id, conflict_of_owners(owners, changes.known.register)
        )
    place(changes)
    return count


def _other_parties(changes: Changes) -> Iterable[tuple[int, str]]:
    """The open questions that name another party."""
    wanted = (
        select(QUESTION.c.id, QUESTION_EVENT.c.body, QUESTION_KEY.c.wrapped)
        .join(QUESTION_EVENT, QUESTION_EVENT.c.question == QUESTION.c.id)
        .join(QUESTION_KEY, QUESTION_KEY.c.question == QUESTION.c.id)
        .where(QUESTION.c.state.not_in(_ENDED), QUESTION_EVENT.c.seq == 1)
        .order_by(QUESTION.c.id)
    )
    for row in changes.connection.execute(wanted).all():
        told = json.loads(changes.keyring.unwrap(row.wrapped).decrypt(row.body))
        if told.get("other_party"):
            yield row.id, told["other_party"]


def _recuse(changes: Changes, id: int, found: Conflict) -> bool:
    """Writes down who has to step back; whether anybody had not yet."""
    one = changes.dossiers([id])[id]
    state = one.state
    if found.lawyers <= state.recused_lawyers and found.firms <= state.recused_firms:
        return False
    hold = state.hold
    frees = hold is not None and (hold.lawyer in found.lawyers or hold.firm in found.firms)
    data = {"lawyers": sorted(found.lawyers), "firms": sorted(found.firms), "frees": frees}
    changes.add(one, Kind.CONFLICT, SYSTEM, data=data)
    if hold is not None and frees:
        changes.notice(notices.taken_away(hold.lawyer, one.code, STEPS_BACK))
    return True


def _same(keyring: Keyring, client: Client) -> tuple[str, str, str, str | None]:
    """By what two declarations are of the same client."""
    name = core_name(plain_name(client.name))
    return (client.owner_kind, client.owner, name, client.code)


def _row(keyring: Keyring, client: Client, by: str, now: datetime) -> dict[str, Any]:
    return {
        "owner_kind": client.owner_kind,
        "owner": client.owner,
        "name": keyring.encrypt(client.name),
        "name_tag": keyring.blind(core_name(plain_name(client.name))),
        "code": keyring.encrypt(client.code) if client.code else None,
        "code_tag": keyring.blind(client.code) if client.code else None,
        "since": client.since,
        "until": client.until,
        "added_by": by,
        "added_at": now,
    }


def _declared(row: Row[Any], keyring: Keyring) -> Declared:
    code = None if row.code is None else keyring.decrypt(row.code)
    client = Client(
        row.owner_kind, row.owner, keyring.decrypt(row.name), code, row.since, row.until
    )
    return Declared(row.id, client, row.added_by, row.added_at)
