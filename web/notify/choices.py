"""How each account wants to be told: its addresses outside the service, and its choices."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, or_, select

from zhiban.data.crypt import Keyring
from zhiban.data.upsert import upsert
from zhiban.data.wording import Refused
from zhiban.web.notify.addresses import Address, Allowed, masked, read_address
from zhiban.web.notify.quiet import Choice
from zhiban.web.records import ACCOUNT, NOTICE_CHANNEL, NOTICE_CHOICE, NOTICE_SENDING
from zhiban.web.settings import Settings

MOST = 5


@dataclass(frozen=True, slots=True)
class Channel:
    """One address of an account, and as it is shown."""

    id: int
    account: int
    address: Address

    @property
    def shown(self) -> str:
        """Enough of it to know it by."""
        return masked(self.address)


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody for whom a notice is, with their choice and addresses."""

    account: int
    lawyer: str | None
    choice: Choice
    channels: tuple[Channel, ...]


def allowed_by(settings: Settings) -> Allowed:
    """What the operator allows."""
    services = frozenset(settings.notify_services.split())
    return Allowed(services, frozenset(settings.notify_hosts.lower().split()), settings.mail_url)


def channels_of(connection: Connection, keyring: Keyring, account: int) -> tuple[Channel, ...]:
    """The addresses of an account, oldest first."""
    return _channels(connection, keyring, [account]).get(account, ())


def _channels(
    connection: Connection, keyring: Keyring, accounts: Sequence[int]
) -> dict[int, tuple[Channel, ...]]:
    """The addresses of those accounts that have any, oldest first."""
    mine = NOTICE_CHANNEL.c.account.in_(accounts)
    found: dict[int, tuple[Channel, ...]] = {}
    for row in connection.execute(select(NOTICE_CHANNEL).where(mine).order_by(NOTICE_CHANNEL.c.id)):
        address = Address(row.service, keyring.decrypt(row.address))
        more = Channel(row.id, row.account, address)
        found[row.account] = (*found.get(row.account, ()), more)
    return found


def add_channel(
    connection: Connection,
    keyring: Keyring,
    account: int,
    text: str,
    allowed: Allowed,
    now: datetime,
) -> Channel:
    """Adds an address to an account's; the one it has already stays as it is. Raises Refused."""
    address = read_address(text, allowed)
    known = channels_of(connection, keyring, account)
    same = next((one for one in known if one.address == address), None)
    if same is not None:
        return same
    if len(known) >= MOST:
        raise Refused.one("address", f"最多{MOST}个渠道", f"there are {MOST} channels at most")
    row = {
        "account": account,
        "service": address.service,
        "address": keyring.encrypt(address.value),
        "added_at": now,
    }
    made = insert(NOTICE_CHANNEL).values(row).returning(NOTICE_CHANNEL.c.id)
    return Channel(int(connection.execute(made).scalar_one()), account, address)


def drop_channel(connection: Connection, account: int, id: int) -> bool:
    """Removes an address of an account, with what was on its way there; whether it was there."""
    mine = (NOTICE_CHANNEL.c.id == id, NOTICE_CHANNEL.c.account == account)
    if connection.execute(select(NOTICE_CHANNEL.c.id).where(*mine)).first() is None:
        return False
    connection.execute(delete(NOTICE_SENDING).where(NOTICE_SENDING.c.channel == id))
    connection.execute(delete(NOTICE_CHANNEL).where(*mine))
    return True


def choice_of(connection: Connection, account: int) -> Choice:
    """What an account chose; everything at once where it chose nothing."""
    return _choices(connection, [account]).get(account, Choice())


def _choices(connection: Connection, accounts: Sequence[int]) -> dict[int, Choice]:
    """What those accounts chose that chose anything."""
    rows = connection.execute(select(NOTICE_CHOICE).where(NOTICE_CHOICE.c.account.in_(accounts)))
    return {row.account: _choice(row) for row in rows}


def _choice(row: Row[Any]) -> Choice:
    muted = frozenset(filter(None, row.muted.split(",")))
    quiet = None
    if row.quiet_from is not None and row.quiet_to is not None:
        quiet = (_time(row.quiet_from), _time(row.quiet_to))
    return Choice(muted, quiet, row.alarms)


def save_choice(connection: Connection, account: int, choice: Choice) -> None:
    """Keeps what an account chose."""
    start, end = (None, None) if choice.quiet is None else map(_minutes, choice.quiet)
    row = {
        "account": account,
        "muted": ",".join(sorted(choice.muted)),
        "quiet_from": start,
        "quiet_to": end,
        "alarms": choice.alarms,
    }
    upsert(connection, NOTICE_CHOICE, [row])


def readers_of(
    connection: Connection, keyring: Keyring, recipients: Collection[str]
) -> dict[str, tuple[Reader, ...]]:
    """Who notices are for and has addresses; by recipient, with three look-ups for all of them.

    A recipient is `lawyer:ID`, `role:ROLE` or `account:LOGIN`.
    """
    asked = [one.partition(":") for one in recipients]
    whom = [column.in_([name for kind, _, name in asked if kind == own]) for own, column in _NAMES]
    has_any = ACCOUNT.c.id.in_(select(NOTICE_CHANNEL.c.account))
    wanted = select(ACCOUNT).where(or_(*whom), ACCOUNT.c.disabled.is_(False), has_any)
    rows = connection.execute(wanted.order_by(ACCOUNT.c.id)).all()
    if not rows:
        return {}
    ids = [row.id for row in rows]
    channels, choices = _channels(connection, keyring, ids), _choices(connection, ids)
    found: dict[str, tuple[Reader, ...]] = {}
    for row in rows:
        reader = Reader(row.id, row.lawyer, choices.get(row.id, Choice()), channels[row.id])
        for kind, column in _NAMES:
            name = f"{kind}:{row._mapping[column]}"
            if name in recipients:
                found[name] = (*found.get(name, ()), reader)
    return found


_NAMES = (("lawyer", ACCOUNT.c.lawyer), ("role", ACCOUNT.c.role), ("account", ACCOUNT.c.login))


def _minutes(of_day: time) -> int:
    return of_day.hour * 60 + of_day.minute


def _time(minutes: int) -> time:
    return time(*divmod(minutes, 60))
