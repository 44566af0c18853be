"""Logging in: limited in rate, the same work and the same words for every wrong answer."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from zhiban.data.wording import Text
from zhiban.web.accounts import Account, known_login
from zhiban.web.limits import address
from zhiban.web.passwords import fits
from zhiban.web.security import begin_session
from zhiban.web.wiring import Wiring, wiring_of

WRONG = Text("登录名或密码不对。", "The login or the password is wrong.")


async def log_in(request: Request, login: str, password: str) -> tuple[Account, str] | None:
    """The account and its new session's token, or None when name or password is wrong.

    Raises Problem 429 after too many failures from one address or at one name.
    """
    wiring = wiring_of(request)
    whose = (("address", address(request)), ("name", login.casefold()))
    known = await _known(wiring, login)
    async with wiring.password_checks:
        for who in whose:
            wiring.limiter.check_only("login", *who)
        right = await run_in_threadpool(fits, password, None if known is None else known[1])
        if known is None or not right:
            for who in whose:
                wiring.limiter.count("login", *who)
            return None
    return known[0], await begin_session(request, known[0])


async def _known(wiring: Wiring, login: str) -> tuple[Account, str] | None:
    """The account of a name; a text that no database takes as one is nobody's."""
    if not login.isprintable():
        return None
    return await wiring.read(lambda connection: known_login(connection, login))
