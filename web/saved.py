"""Whether anything was committed for a request before it failed: then nobody is told otherwise."""

from __future__ import annotations

from contextvars import ContextVar


class Committed:
    """What one request has had committed; its threads share it."""

    def __init__(self) -> None:
        self.any = False


_COMMITTED: ContextVar[Committed | None] = ContextVar("committed", default=None)


def begin() -> None:
    """A request begins; nothing is committed for it yet."""
    _COMMITTED.set(Committed())


def note() -> None:
    """Something was committed."""
    if (committed := _COMMITTED.get()) is not None:
        committed.any = True


def anything() -> bool:
    """Whether something was committed since the request began."""
    committed = _COMMITTED.get()
    return committed is not None and committed.any
