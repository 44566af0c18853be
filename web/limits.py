"""How often one address may try: log-ins, questions, ticket secrets; kept per process."""

from __future__ import annotations

import hashlib
import time
from collections import deque
from collections.abc import Callable
from threading import Lock

from limits import RateLimitItem, parse
from starlette.requests import HTTPConnection

from zhiban.data.wording import Text
from zhiban.web.problems import Problem
from zhiban.web.settings import Settings


class Limiter:
    """Counts tries by kind and by who tries; raises Problem 429 when there are too many.

    Logging in counts failures only: a whole office behind one address starts its day at once.
    """

    def __init__(self, settings: Settings) -> None:
        self._windows = {
            "login": Window(parse(settings.login_limit)),
            "ask": Window(parse(settings.ask_limit)),
            "ticket": Window(parse(settings.ticket_limit)),
            "suggest": Window(parse(settings.suggest_limit)),
        }

    def check(self, kind: str, *who: str) -> None:
        """Counts one try of `who` (an address, say) at `kind`."""
        if not self._windows[kind].hit(_key(who)):
            raise self._refusal(kind, who)

    def check_only(self, kind: str, *who: str) -> None:
        """Counts nothing yet, but refuses where too much has been counted."""
        if not self._windows[kind].has_room(_key(who)):
            raise self._refusal(kind, who)

    def count(self, kind: str, *who: str) -> None:
        """Counts one failure."""
        self._windows[kind].hit(_key(who))

    def _refusal(self, kind: str, who: tuple[str, ...]) -> Problem:
        wait = max(1, round(self._windows[kind].wait(_key(who))))
        return Problem(
            429,
            Text(f"请求太频繁，请{wait}秒后再试。", f"Too many tries; try again in {wait} s."),
            headers={"Retry-After": str(wait)},
        )


class Window:
    """The tries of the last so many seconds, by key; memory only for keys that tried in them."""

    def __init__(self, limit: RateLimitItem, clock: Callable[[], float] = time.monotonic) -> None:
        self._most: int = limit.amount
        self._seconds: int = limit.get_expiry()
        self._clock = clock
        self._tries: dict[bytes, deque[float]] = {}
        self._swept = clock()
        self._lock = Lock()

    def hit(self, key: bytes) -> bool:
        """Counts a try and says yes, or says no to one too many, which does not count."""
        with self._lock:
            now = self._clock()
            self._sweep(now)
            tries = self._recent(key, now)
            if len(tries) >= self._most:
                return False
            self._tries[key] = tries
            tries.append(now)
            return True

    def has_room(self, key: bytes) -> bool:
        """Whether one more try would be counted."""
        with self._lock:
            return len(self._recent(key, self._clock())) < self._most

    def wait(self, key: bytes) -> float:
        """In how many seconds the oldest try of a key no longer counts."""
        with self._lock:
            now = self._clock()
            tries = self._recent(key, now)
            return tries[0] + self._seconds - now if tries else 0.0

    def _recent(self, key: bytes, now: float) -> deque[float]:
        tries = self._tries.get(key) or deque()
        while tries and tries[0] <= now - self._seconds:
            tries.popleft()
        return tries

    def _sweep(self, now: float) -> None:
        """Forgets, once in a window, all who have not tried within one."""
        if now - self._swept < self._seconds:
            return
        self._swept = now
        early = now - self._seconds
        self._tries = {
            key: tries for key, tries in self._tries.items() if tries and tries[-1] > early
        }


def _key(who: tuple[str, ...]) -> bytes:
    """Who tries, without keeping the name or the address itself."""
    return hashlib.sha256("|".join(who).encode()).digest()


def address(request: HTTPConnection) -> str:
    """Where a request comes from; the server has already resolved trusted proxies."""
    client = request.scope.get("client")  # request.client would make a value of it each time
    return client[0] if client else "unknown"
