"""Logging in: limited in rate, the same work and the same words for every wrong answer."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from zhiban.data.wording import Text
from zhiban.web.accounts import Account, known_login
from zhiban.web.limits import address
from zhiban.web.passwords import fits
from zhiban.web.security import begin_session
from zhiban.web.wiring import wiring_of

WRONG = Text("登录名或密码不对。", "The login or the password is wrong.")


async def log_in(request: Request, login: str, password: str) -> tuple[Account, str] | None:
    """The account and its new session's token, or None when name or password is wrong.

    Raises Problem 429 after too many tries from one address or at one name.
    """
    wiring = wiring_of(request)
    wiring.limiter.check("login", "address", address(request))
    wiring.limiter.check("login", "name", login)
    known = await wiring.read(lambda connection: known_login(connection, login))
    stored = None if known is None else known[1]
    async with wiring.password_checks:
        right = await run_in_threadpool(fits, password, stored)
    if known is None or not right:
        return None
    return known[0], await begin_session(request, known[0])
