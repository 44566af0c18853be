"""Empties the outbox into inboxes, and sends on to the addresses people chose, when they wish.

A notice is laid in its inbox and set on its way in one transaction. It is sent outside any; what
was not taken is tried again by itself, address by address.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from zhiban.data import outbox
from zhiban.data.outbox import Claimed, Notice
from zhiban.roster.published import on_shift
from zhiban.web.notify.addresses import Address, url_of
from zhiban.web.notify.channels import Channels
from zhiban.web.notify.choices import allowed_by, readers_of
from zhiban.web.notify.inbox import notices_by_id, put_in_inboxes, recipient_of
from zhiban.web.notify.quiet import sent_at
from zhiban.web.records import NOTICE_CHANNEL, NOTICE_SENDING
from zhiban.web.wiring import Wiring

# After the fourth try in vain a notice stays in the inbox only.
RETRIES = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1))
BATCH = 50
_OF_THE_SETTINGS = 0


@dataclass(frozen=True, slots=True)
class Delivered:
    """How one round went: notices laid in inboxes, and tries that an address did not take."""

    sent: int
    failed: int


@dataclass(frozen=True, slots=True)
class _Sending:
    id: int
    attempts: int
    urls: tuple[str, ...]
    notice: Notice


def deliver(wiring: Wiring, channels: Channels, now: datetime) -> Delivered:
    """One round: whatever is due goes into inboxes, and out by the channels people chose."""
    laid = wiring.write_now(lambda c: _lay_out(c, wiring, now))
    due = wiring.write_now(lambda c: _claim(c, wiring, now))
    if not due:
        return Delivered(laid, 0)
    failed = [one for one in due if one.urls and not channels.send(one.urls, one.notice)]
    lost = {one.id for one in failed}
    wiring.write_now(lambda c: _write_down(c, due, lost, now))
    return Delivered(laid, len(failed))


def _lay_out(connection: Connection, wiring: Wiring, now: datetime) -> int:
    """Lays notices in their inboxes, each with what is to be sent on and when."""
    claimed = outbox.claim(connection, wiring.keyring, now, BATCH)
    if not claimed:
        return 0
    put_in_inboxes(connection, wiring.keyring, claimed)
    seated = {duty.lawyer for duty in on_shift(wiring.published(connection), now)}
    rows = [row for one in claimed for row in _sendings(connection, wiring, one, seated, now)]
    fresh = [row for row in rows if not _on_its_way(connection, row)]
    if fresh:
        connection.execute(NOTICE_SENDING.insert(), fresh)
    for one in claimed:
        outbox.mark_sent(connection, one.id, now)
    return len(claimed)


def _sendings(
    connection: Connection, wiring: Wiring, one: Claimed, seated: set[str], now: datetime
) -> Iterable[dict[str, Any]]:
    """Where a notice goes besides the inbox; supervisors' also to the addresses of the settings."""
    for reader in readers_of(connection, wiring.keyring, recipient_of(one)):
        # Who has no shifts is asked as a supervisor, for whom there is no being off duty.
        on_duty = reader.lawyer is None or reader.lawyer in seated
        at = sent_at(reader.choice, one.notice.kind, now, on_duty)
        if at is not None:
            yield from (_row(one, channel.id, at) for channel in reader.channels)
    if one.notice.recipient == "role:supervisor" and wiring.settings.notify_urls.split():
        yield _row(one, _OF_THE_SETTINGS, now)


def _row(one: Claimed, channel: int, at: datetime) -> dict[str, Any]:
    return {"notice": one.id, "channel": channel, "due_at": at, "attempts": 0}


def _on_its_way(connection: Connection, row: dict[str, Any]) -> bool:
    """Whether a sender that died has set it on its way already."""
    same = (NOTICE_SENDING.c.notice == row["notice"], NOTICE_SENDING.c.channel == row["channel"])
    return connection.execute(select(NOTICE_SENDING.c.id).where(*same)).first() is not None


def _claim(connection: Connection, wiring: Wiring, now: datetime) -> tuple[_Sending, ...]:
    """Takes what is due, away from other senders for a minute, with where it goes."""
    due = NOTICE_SENDING.c.due_at <= now
    oldest = select(NOTICE_SENDING.c.id).where(due).order_by(NOTICE_SENDING.c.id).limit(BATCH)
    rows = connection.execute(
        update(NOTICE_SENDING)
        .where(NOTICE_SENDING.c.id.in_(oldest.scalar_subquery()), due)
        .values(due_at=now + outbox.CLAIM, attempts=NOTICE_SENDING.c.attempts + 1)
        .returning(*NOTICE_SENDING.c)
    ).all()
    notices = notices_by_id(connection, wiring.keyring, {row.notice for row in rows})
    return tuple(
        _Sending(row.id, row.attempts, _urls(connection, wiring, row), notices[row.notice])
        for row in sorted(rows, key=lambda row: row.id)
    )


def _urls(connection: Connection, wiring: Wiring, row: Row[Any]) -> tuple[str, ...]:
    """Where it goes; nowhere when the address was removed or is no longer allowed."""
    if row.channel == _OF_THE_SETTINGS:
        return tuple(wiring.settings.notify_urls.split())
    which = NOTICE_CHANNEL.c.id == row.channel
    found = connection.execute(select(NOTICE_CHANNEL).where(which)).one_or_none()
    if found is None:
        return ()
    address = Address(found.service, wiring.keyring.decrypt(found.address))
    url = url_of(address, allowed_by(wiring.settings))
    return (url,) if url else ()


def _write_down(
    connection: Connection, tried: Iterable[_Sending], lost: set[int], now: datetime
) -> None:
    for one in tried:
        which = NOTICE_SENDING.c.id == one.id
        if one.id in lost and one.attempts <= len(RETRIES):
            again = now + RETRIES[one.attempts - 1]
            connection.execute(update(NOTICE_SENDING).where(which).values(due_at=again))
        else:
            connection.execute(delete(NOTICE_SENDING).where(which))
