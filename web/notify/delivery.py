"""Empties the outbox into inboxes, and sends on to the addresses people chose, when they wish.

A notice is laid in its inbox and set on its way in one transaction. It is sent outside any; what
was not taken is tried again by itself, address by address.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, select, update

from zhiban.data import outbox
from zhiban.data.outbox import Claimed, Notice
from zhiban.roster.published import on_shift
from zhiban.web.notify.addresses import Address, url_of
from zhiban.web.notify.channels import Channels
from zhiban.web.notify.choices import Reader, allowed_by, readers_of
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
    readers = readers_of(connection, wiring.keyring, {recipient_of(one) for one in claimed})
    ids = [one.id for one in claimed]
    under_way = _on_their_way(connection, ids)
    rows = [
        row
        for one in claimed
        for row in _sendings(wiring, one, readers.get(recipient_of(one), ()), seated, now)
        if (row["notice"], row["channel"]) not in under_way
    ]
    if rows:
        connection.execute(NOTICE_SENDING.insert(), rows)
    outbox.mark_sent(connection, ids, now)
    return len(claimed)


def _sendings(
    wiring: Wiring, one: Claimed, readers: Iterable[Reader], seated: set[str], now: datetime
) -> Iterable[dict[str, Any]]:
    """Where a notice goes besides the inbox; supervisors' also to the addresses of the settings."""
    for reader in readers:
        # Who has no shifts is asked as a supervisor, for whom there is no being off duty.
        on_duty = reader.lawyer is None or reader.lawyer in seated
        at = sent_at(reader.choice, one.notice.kind, now, on_duty)
        if at is not None:
            yield from (_row(one, channel.id, at) for channel in reader.channels)
    if one.notice.recipient == "role:supervisor" and wiring.settings.notify_urls.split():
        yield _row(one, _OF_THE_SETTINGS, now)


def _row(one: Claimed, channel: int, at: datetime) -> dict[str, Any]:
    return {"notice": one.id, "channel": channel, "due_at": at, "attempts": 0}


def _on_their_way(connection: Connection, ids: Iterable[int]) -> set[tuple[int, int]]:
    """What a sender that died has set on its way already, as notices and channels."""
    wanted = select(NOTICE_SENDING.c.notice, NOTICE_SENDING.c.channel)
    rows = connection.execute(wanted.where(NOTICE_SENDING.c.notice.in_(list(ids))))
    return {(row.notice, row.channel) for row in rows}


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
    urls = _urls(connection, wiring, {row.channel for row in rows})
    return tuple(
        _Sending(row.id, row.attempts, urls.get(row.channel, ()), notices[row.notice])
        for row in sorted(rows, key=lambda row: row.id)
    )


def _urls(connection: Connection, wiring: Wiring, channels: set[int]) -> dict[int, tuple[str, ...]]:
    """Where channels lead; nowhere when the address was removed or is no longer allowed."""
    found = {_OF_THE_SETTINGS: tuple(wiring.settings.notify_urls.split())}
    which = NOTICE_CHANNEL.c.id.in_(sorted(channels))
    for row in connection.execute(select(NOTICE_CHANNEL).where(which)):
        address = Address(row.service, wiring.keyring.decrypt(row.address))
        url = url_of(address, allowed_by(wiring.settings))
        found[row.id] = (url,) if url else ()
    return found


def _write_down(
    connection: Connection, tried: Iterable[_Sending], lost: set[int], now: datetime
) -> None:
    over = {one.id for one in tried if one.id not in lost or one.attempts > len(RETRIES)}
    connection.execute(delete(NOTICE_SENDING).where(NOTICE_SENDING.c.id.in_(sorted(over))))
    for attempts, wait in enumerate(RETRIES, 1):
        again = sorted({one.id for one in tried if one.attempts == attempts} - over)
        if again:
            which = NOTICE_SENDING.c.id.in_(again)
            connection.execute(update(NOTICE_SENDING).where(which).values(due_at=now + wait))
