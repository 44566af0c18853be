"""How each account wants to be told: its addresses outside the service, and its choices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time

from sqlalchemy import Connection, delete, func, insert, select

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
    rows = connection.execute(
        select(NOTICE_CHANNEL)
        .where(NOTICE_CHANNEL.c.account == account)
        .order_by(NOTICE_CHANNEL.c.id)
    )
    return tuple(
        Channel(row.id, row.account, Address(row.service, keyring.decrypt(row.address)))
        for row in rows
    )


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
    row = connection.execute(
        select(NOTICE_CHOICE).where(NOTICE_CHOICE.c.account == account)
    ).one_or_none()
    if row is None:
        return Choice()
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


def readers_of(connection: Connection, keyring: Keyring, recipient: str) -> tuple[Reader, ...]:
    """Who a notice is for and has addresses; `lawyer:ID`, `role:ROLE` or `account:LOGIN`."""
    kind, _, name = recipient.partition(":")
    column = {"lawyer": ACCOUNT.c.lawyer, "role": ACCOUNT.c.role, "account": ACCOUNT.c.login}
    if kind not in column or not _any(connection):
        return ()
    rows = connection.execute(
        select(ACCOUNT.c.id, ACCOUNT.c.lawyer).where(
            column[kind] == name, ACCOUNT.c.disabled.is_(False)
        )
    ).all()
    found = ((row, channels_of(connection, keyring, row.id)) for row in rows)
    return tuple(
        Reader(row.id, row.lawyer, choice_of(connection, row.id), channels)
        for row, channels in found
        if channels
    )


def _any(connection: Connection) -> bool:
    count = select(func.count()).select_from(NOTICE_CHANNEL)
    return connection.execute(count).scalar_one() > 0


def _minutes(of_day: time) -> int:
    return of_day.hour * 60 + of_day.minute


def _time(minutes: int) -> time:
    return time(*divmod(minutes, 60))
