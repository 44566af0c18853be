"""A declared client, and who has to step back because of it; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, get_args

from zhiban.data.register import Register
from zhiban.data.wording import Faults, FieldError
from zhiban.queue.asking import writable
from zhiban.queue.party_names import is_credit_code, plain_name

OwnerKind = Literal["lawyer", "firm"]
_NAME_LIMIT = 100


@dataclass(frozen=True, slots=True)
class Client:
    """Somebody whom a lawyer or a firm acts for, from `since` to `until` (both included)."""

    owner_kind: OwnerKind
    owner: str
    name: str
    code: str | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Declared:
    """A client as declared, with its number."""

    id: int
    client: Client
    added_by: str
    added_at: datetime


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did: clients added, those known already, and what is wrong by row from 1.

    With faults and without `accept_valid` nothing was added. `stepped_back` counts open questions
    that left their lawyer, or will not come to one, by what was added.
    """

    added: int
    known: int
    faults: tuple[tuple[int, FieldError], ...]
    stepped_back: int = 0


@dataclass(frozen=True, slots=True)
class Conflict:
    """Who may not take a question about a party."""

    lawyers: frozenset[str] = frozenset()
    firms: frozenset[str] = frozenset()


def checked_client(client: Client, register: Register) -> Client:
    """The client trimmed and with its code in capitals; raises Refused naming every field."""
    faults = Faults()
    name, code = client.name.strip(), (client.code or "").strip().upper() or None
    kinds = get_args(OwnerKind)
    faults.unless(
        client.owner_kind in kinds,
        "owner_kind",
        f"只能是 {'、'.join(kinds)}",
        f"one of {', '.join(kinds)} is expected",
    )
    known: Mapping[str, object] = (
        register.lawyers if client.owner_kind == "lawyer" else register.firms
    )
    faults.unless(
        client.owner in known,
        "owner",
        f"登记册里没有“{client.owner[:40]}”",
        f"{client.owner[:40]!r} is not registered",
    )
    faults.unless(
        len(plain_name(name)) >= 2 and len(name) <= _NAME_LIMIT and writable(name),
        "name",
        f"须为2至{_NAME_LIMIT}个字的姓名或名称",
        f"a name of 2 to {_NAME_LIMIT} characters is expected",
    )
    faults.unless(
        code is None or is_credit_code(code),
        "code",
        "不是有效的统一社会信用代码（18位，末位为校验码），请核对",
        "is no unified social credit code (18 characters, the last a check); please compare",
    )
    faults.unless(
        client.since is None or client.until is None or client.since <= client.until,
        "until",
        "结束日早于开始日",
        "the last day is before the first",
    )
    faults.refuse()
    return Client(client.owner_kind, client.owner, name, code, client.since, client.until)


def conflict_of_owners(owners: Iterable[tuple[str, str]], register: Register) -> Conflict:
    """The owners of clients with whom their whole firms step back."""
    lawyers, firms = set(), set()
    for kind, owner in owners:
        if kind == "firm":
            firms.add(owner)
            continue
        lawyers.add(owner)
        if owner in register.lawyers:
            firms.add(register.lawyers[owner].firm)
    return Conflict(frozenset(lawyers), frozenset(firms))


def acts(client: Client, today: date) -> bool:
    """Whether the lawyer or firm acts for the client on that day."""
    return (client.since is None or client.since <= today) and (
        client.until is None or today <= client.until
    )
