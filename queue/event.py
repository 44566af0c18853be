"""Events: the entries of a question's history; pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

from zhiban.data.wording import Text


class Kind(StrEnum):
    """What can happen to a question."""

    ASKED = "asked"
    WAITING = "waiting"
    ASSIGNED = "assigned"
    ACCEPTED = "accepted"
    ASKED_BACK = "asked_back"
    DEFERRED = "deferred"
    RESUMED = "resumed"
    ANSWERED = "answered"
    MESSAGE = "message"
    DECLINED = "declined"
    RECUSED = "recused"
    RETURNED = "returned"
    LEFT = "left"
    KEPT = "kept"
    HANDED_OVER = "handed_over"
    TRANSFERRED = "transferred"
    REFERRED = "referred"
    NOTED = "noted"
    CLOSED = "closed"
    MERGED = "merged"
    REOPENED = "reopened"
    RATED = "rated"
    WITHDRAWN = "withdrawn"
    WARNED = "warned"
    BREACHED = "breached"
    ERASED = "erased"
    ATTACHED = "attached"
    RECORDED = "recorded"
    CONFLICT = "conflict"
    RECOVERED = "recovered"
    AID_APPLIED = "aid_applied"
    AID_DECIDED = "aid_decided"
    DRAFT_ASKED = "draft_asked"
    DRAFT_TAKEN = "draft_taken"
    DRAFT_ENDED = "draft_ended"


SYSTEM = "system"
CITIZEN = "citizen"


def lawyer_actor(lawyer: str) -> str:
    """The name under which a lawyer acts in events."""
    return f"lawyer:{lawyer}"


def staff_actor(account: str) -> str:
    """The name under which a clerk, scheduler or supervisor acts in events."""
    return f"staff:{account}"


@dataclass(frozen=True, slots=True)
class Event:
    """One numbered entry: `position` counts over all questions, `seq` within one, both from 1.

    `data` holds plain facts without personal data; `body` is what people wrote, None where
    nothing was written or its key is destroyed. `reason` is what the system gave as its reason.
    """

    position: int
    question: int
    seq: int
    kind: Kind
    at: datetime
    actor: str
    reason: Text | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    body: str | None = None


def moment(text: str) -> datetime:
    """A moment as it stands in event data."""
    return datetime.fromisoformat(text)


@lru_cache(maxsize=4096)
def stamp(at: datetime) -> str:
    """A moment as event data and the chain write it: UTC to the microsecond."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def plain(value: Any) -> str:
    """The one text of a JSON value: keys sorted, no spaces, Chinese as it is."""
    return _ENCODER.encode(value)


_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
