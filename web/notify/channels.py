"""Channels outside the service: WeCom, DingTalk, Feishu, mail and others, through apprise."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from zhiban.data.outbox import Notice


class Channels(Protocol):
    """Sends one notice to addresses outside the service."""

    def send(self, urls: Sequence[str], notice: Notice) -> bool:
        """Sends it to all of them; False when any of them did not take it."""
        ...


class Apprise:
    """Channels by apprise addresses, such as `wecombot://...` or `mailtos://...`."""

    def send(self, urls: Sequence[str], notice: Notice) -> bool:
        """Sends it to all of them; False when an address is unusable or did not take it."""
        import apprise  # slow to import, and many services never send anything

        sender = apprise.Apprise()
        added = [sender.add(url) for url in urls]
        body = f"{notice.body.zh}\n{notice.link}" if notice.link else notice.body.zh
        return bool(sender.notify(title=notice.title.zh, body=body)) and all(added)


class Kept:
    """Channels that keep what they are given, for trying out and for tests."""

    def __init__(self, refuses: frozenset[str] = frozenset()) -> None:
        self.sent: list[tuple[str, Notice]] = []
        self.refuses = refuses

    def send(self, urls: Sequence[str], notice: Notice) -> bool:
        """Keeps the notice for each address that it does not refuse."""
        self.sent += [(url, notice) for url in urls if url not in self.refuses]
        return self.refuses.isdisjoint(urls)
