"""What the service functions answer: every expected outcome is a value; pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from zhiban.data.wording import Text
from zhiban.data.worktime import Due
from zhiban.queue.question import State
from zhiban.roster.published import OnDuty

KEY_REUSED = Text(
    "这个幂等键已用于另一份内容不同的提交，请换一个新的键",
    "this idempotency key was used for a different request; use a new key",
)
NOT_YOURS = Text(
    "这件咨询不在您名下（可能已转给他人），或查询号有误",
    "this question is not with you (it may have passed to someone else), or no such ticket",
)
NO_SUCH_TICKET = Text(
    "查询号或查询密码不对，请核对后再试", "the ticket code or the secret is not right"
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Why nobody has the question, and the next shift that covers it, where one is published."""

    reason: Text
    next: OnDuty | None


@dataclass(frozen=True, slots=True)
class Asked:
    """A question taken in; `secret` is told this once, and again to who repeats the request."""

    ticket: str
    secret: str
    state: State
    lawyer_name: str | None
    firm_name: str | None
    waiting: Waiting | None
    due: Due | None
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class KeyReused:
    """The idempotency key was used for another request."""

    why: Text = KEY_REUSED


@dataclass(frozen=True, slots=True)
class Moved:
    """Done; where the question stands now."""

    state: State
    version: int
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class PaperMade:
    """A paper of a question is with those who see to it by `due`."""

    id: int
    due: datetime


@dataclass(frozen=True, slots=True)
class Stale:
    """Not done: the question has moved on since the caller saw it; version and state are now's."""

    version: int
    why: Text
    state: State | None = None


@dataclass(frozen=True, slots=True)
class NotYours:
    """Not done: the question is not the caller's, or there is no such question."""

    why: Text = NOT_YOURS


@dataclass(frozen=True, slots=True)
class NoSuchTicket:
    """Unknown code and wrong secret, which are never told apart."""

    why: Text = NO_SUCH_TICKET


@dataclass(frozen=True, slots=True)
class NotPossible:
    """Not done: what was named cannot take it (a lawyer off shift, full or recused, say)."""

    why: Text


@dataclass(frozen=True, slots=True)
class Swept:
    """What one run of a timer did."""

    warned: int = 0
    breached: int = 0
    assigned: int = 0
    returned: int = 0
    handed_over: int = 0
    left: int = 0
    kept: int = 0
    resumed: int = 0
    closed: int = 0
