"""Empties the outbox: claim, send outside any transaction, then write down how it went."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from zhiban.data import outbox
from zhiban.data.outbox import Claimed
from zhiban.web.accounts import notify_urls
from zhiban.web.notify.channels import Channels
from zhiban.web.notify.inbox import put_in_inboxes, recipient_of
from zhiban.web.wiring import Wiring

# After the fourth try in vain a notice stays in the inbox only.
RETRIES = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1))
BATCH = 50


@dataclass(frozen=True, slots=True)
class Delivered:
    """How one round went."""

    sent: int
    failed: int


def deliver(wiring: Wiring, channels: Channels, now: datetime) -> Delivered:
    """One round: whatever is due goes into inboxes, and out by the channels people chose."""
    claimed = wiring.write_now(
        lambda connection: outbox.claim(connection, wiring.keyring, now, BATCH)
    )
    if not claimed:
        return Delivered(0, 0)
    urls = wiring.read_now(
        lambda connection: {one.id: _urls(connection, wiring, one) for one in claimed}
    )
    failed = {
        one.id for one in claimed if urls[one.id] and not channels.send(urls[one.id], one.notice)
    }

    def write_down(connection: Connection) -> None:
        put_in_inboxes(connection, wiring.keyring, claimed)
        for one in claimed:
            _mark(connection, one, one.id in failed, now)

    wiring.write_now(write_down)
    return Delivered(len(claimed) - len(failed), len(failed))


def _urls(connection: Connection, wiring: Wiring, one: Claimed) -> tuple[str, ...]:
    """Where a notice goes besides the inbox; supervisors' also to the addresses of the settings."""
    chosen = notify_urls(connection, wiring.keyring, recipient_of(one))
    if one.notice.recipient == "role:supervisor":
        chosen += tuple(wiring.settings.notify_urls.split())
    return chosen


def _mark(connection: Connection, one: Claimed, failed: bool, now: datetime) -> None:
    if not failed:
        outbox.mark_sent(connection, one.id, now)
        return
    retry = RETRIES[one.attempts - 1] if one.attempts <= len(RETRIES) else None
    at = None if retry is None else now + retry
    outbox.mark_failed(connection, one.id, "a channel did not take it", now, at)
