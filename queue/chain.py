"""The hash chain over a question's events, which shows any later change; pure.

What people wrote enters only as a keyed commitment, so that destroying a question's key leaves a
chain that still proves order, time, actor and the fact that something was written.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from datetime import datetime
from typing import Any, NamedTuple

from zhiban.queue.event import plain, stamp

GENESIS = "0" * 64


class Link(NamedTuple):
    """What is stored of one event: `reason` and `data` as the exact texts that are hashed."""

    position: int
    question: int
    seq: int
    kind: str
    at: datetime
    actor: str
    reason: str
    data: str
    commitment: str

    def row(self) -> dict[str, Any]:
        """The columns of the event table that are hashed."""
        return self._asdict()

    def hash_after(self, previous: str) -> str:
        """The hash (64 hex digits) of this event after the one with hash `previous`."""
        facts = plain([*self[:4], stamp(self.at), *self[5:]])
        return hashlib.sha256(f"{previous}\n{facts}".encode()).hexdigest()


def whole(token: str) -> bool:
    """Whether a stored ciphertext is written the one way its bytes can be.

    Decoding is lenient about stray characters and spare bits; a changed byte must show all the
    same.
    """
    try:
        return base64.urlsafe_b64encode(base64.urlsafe_b64decode(token)).decode() == token
    except (ValueError, binascii.Error):
        return False
