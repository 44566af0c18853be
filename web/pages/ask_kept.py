"""A question on its way, as this browser holds on to it: by a cookie with the form's own key."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import Response

from zhiban.data.wording import Refused
from zhiban.queue import unsent
from zhiban.queue.attaching import Paper
from zhiban.queue.unsent import Listed
from zhiban.web.pages.ask_form import Values
from zhiban.web.wiring import wiring_of

KEY_COOKIE = "asking"
DIVISION_COOKIE = "division"
_HELD = 2 * 3600
_YEAR = 365 * 24 * 3600


@dataclass(frozen=True)
class Kept:
    """What was written and added so far under a form's key; nothing at the beginning."""

    key: str
    values: dict[str, tuple[str, ...]] = field(default_factory=dict)
    papers: tuple[Listed, ...] = ()

    @property
    def begun(self) -> bool:
        """Whether there is anything to go on with."""
        return bool(self.papers) or any(self.values.get(name) for name in ("text", "other_party"))


def fresh_key() -> str:
    """A new key for a form: random, so that nobody else finds what is kept under it."""
    return secrets.token_urlsafe(24)


async def kept(request: Request, key: str | None = None) -> Kept:
    """What is kept under the key, or the one this browser holds; a new beginning where nothing."""
    key = key or request.cookies.get(KEY_COOKIE) or ""
    wiring, now = wiring_of(request), wiring_of(request).clock.now()
    try:
        found = await wiring.read(lambda c: unsent.load(c, wiring.keyring, key, now))
    except Refused:  # no key at all
        return Kept(fresh_key())
    return Kept(key, found.form, found.papers) if found else Kept(key)


async def keep(request: Request, key: str, values: Values, papers: Sequence[Paper]) -> None:
    """Keeps what was written, and the files; raises Refused naming `file`."""
    wiring, now = wiring_of(request), wiring_of(request).clock.now()
    await wiring.write(lambda c: unsent.keep(c, wiring.keyring, key, values, papers, now))


async def ticket_sent(request: Request, key: str | None = None) -> str | None:
    """The ticket of the question that was sent under the key, if it was."""
    key = key or request.cookies.get(KEY_COOKIE) or ""
    wiring, now = wiring_of(request), wiring_of(request).clock.now()
    try:
        return await wiring.read(lambda c: unsent.sent_before(c, wiring.keyring, key, now))
    except Refused:
        return None


def hold(request: Request, answer: Response, key: str) -> None:
    """Lets this browser go on with the form for two hours, on the pages of asking only."""
    _set(request, answer, KEY_COOKIE, key, _HELD)


def let_go(request: Request, answer: Response) -> None:
    """Takes the form's key out of this browser."""
    https = wiring_of(request).settings.https
    answer.delete_cookie(KEY_COOKIE, path="/ask", secure=https, httponly=True, samesite="lax")


def last_division(request: Request) -> str:
    """Where this browser asked from last; empty where it has not, or does not say."""
    return request.cookies.get(DIVISION_COOKIE, "")


def keep_division(request: Request, answer: Response, division: str) -> None:
    """Remembers where this browser asked from, to be offered next time."""
    _set(request, answer, DIVISION_COOKIE, division, _YEAR)


def _set(request: Request, answer: Response, name: str, value: str, seconds: int) -> None:
    https = wiring_of(request).settings.https
    answer.set_cookie(
        name, value, max_age=seconds, path="/ask", secure=https, httponly=True, samesite="lax"
    )
