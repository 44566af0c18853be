"""How often one address may try: log-ins, questions, ticket secrets; kept per process."""

from __future__ import annotations

import hashlib
import time

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.requests import HTTPConnection

from zhiban.data.wording import Text
from zhiban.web.problems import Problem
from zhiban.web.settings import Settings


class Limiter:
    """Counts tries by kind and by who tries; raises Problem 429 when there are too many.

    Logging in counts failures only: a whole office behind one address starts its day at once.
    """

    def __init__(self, settings: Settings) -> None:
        self._window = MovingWindowRateLimiter(MemoryStorage())
        self._items: dict[str, RateLimitItem] = {
            "login": parse(settings.login_limit),
            "ask": parse(settings.ask_limit),
            "ticket": parse(settings.ticket_limit),
        }

    def check(self, kind: str, *who: str) -> None:
        """Counts one try of `who` (an address, say) at `kind`."""
        if not self._window.hit(self._items[kind], _key(kind, who)):
            raise self._refusal(kind, who)

    def check_only(self, kind: str, *who: str) -> None:
        """Counts nothing yet, but refuses where too much has been counted."""
        if not self._window.test(self._items[kind], _key(kind, who)):
            raise self._refusal(kind, who)

    def count(self, kind: str, *who: str) -> None:
        """Counts one failure."""
        self._window.hit(self._items[kind], _key(kind, who))

    def _refusal(self, kind: str, who: tuple[str, ...]) -> Problem:
        resets = self._window.get_window_stats(self._items[kind], _key(kind, who)).reset_time
        wait = max(1, round(resets - time.time()))
        return Problem(
            429,
            Text(f"请求太频繁，请{wait}秒后再试。", f"Too many tries; try again in {wait} s."),
            headers={"Retry-After": str(wait)},
        )


def _key(kind: str, who: tuple[str, ...]) -> str:
    """Who tries, without keeping the name or the address itself."""
    return hashlib.sha256("|".join((kind, *who)).encode()).hexdigest()


def address(request: HTTPConnection) -> str:
    """Where a request comes from; the server has already resolved trusted proxies."""
    return request.client.host if request.client else "unknown"
