"""Events: the entries of a question's history; pure."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any, NamedTuple

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


_NO_DATA: Mapping[str, Any] = {}


class Event(NamedTuple):
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
    data: Mapping[str, Any] = _NO_DATA
    body: str | None = None


def moment(text: str) -> datetime:
    """A moment as it stands in event data."""
    return datetime.fromisoformat(text)


@lru_cache(maxsize=4096)
def stamp(at: datetime) -> str:
    """A moment as event data and the chain write it: UTC to the microsecond."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


class Facts(dict[str, Any]):
    """Facts of the same words in many events, with their one text; kept, so nobody changes them."""

    __slots__ = ("text",)

    def __init__(self, facts: Mapping[str, Any]) -> None:
        super().__init__(facts)
        self.text = plain(facts)


def text_of(facts: Mapping[str, Any]) -> str:
    """The one text of an event's facts, which the chain holds."""
    return facts.text if isinstance(facts, Facts) else plain(facts)


@lru_cache(maxsize=4096)
def reason_text(reason: Text | None) -> str:
    """The one text of a reason; empty where none was given."""
    return "" if reason is None else plain([reason.zh, reason.en])


def plain(value: Any) -> str:
    """The one text of a JSON value: keys sorted, no spaces, Chinese as it is."""
    return "".join(_pieces(value, 0))


def _encoder() -> Callable[[Any, int], Iterable[str]]:
    """The encoder below; where there is the one in C, made once and not for every text."""
    made = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    compiled = getattr(json.encoder, "c_make_encoder", None)
    if compiled is None:
        return lambda value, level: made.iterencode(value)
    texts = json.encoder.encode_basestring
    quick: Callable[[Any, int], Iterable[str]] = compiled(
        None, made.default, texts, None, ":", ",", True, False, True
    )
    return quick


_pieces = _encoder()
