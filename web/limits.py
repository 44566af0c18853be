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
    """Counts tries by kind and by who tries; raises Problem 429 when there are too many."""

    def __init__(self, settings: Settings) -> None:
        self._window = MovingWindowRateLimiter(MemoryStorage())
        self._items: dict[str, RateLimitItem] = {
            "login": parse(settings.login_limit),
            "ask": parse(settings.ask_limit),
            "ticket": parse(settings.ticket_limit),
        }

    def check(self, kind: str, *who: str) -> None:
        """Counts one try of `who` (an address, a log-in name) at `kind`."""
        item = self._items[kind]
        key = hashlib.sha256("|".join((kind, *who)).encode()).hexdigest()
        if self._window.hit(item, key):
            return
        resets = self._window.get_window_stats(item, key).reset_time
        wait = max(1, round(resets - time.time()))
        raise Problem(
            429,
            Text(f"请求太频繁，请{wait}秒后再试。", f"Too many tries; try again in {wait} s."),
            headers={"Retry-After": str(wait)},
        )


def address(request: HTTPConnection) -> str:
    """Where a request comes from; the server has already resolved trusted proxies."""
    return request.client.host if request.client else "unknown"
