"""The secret of a ticket in the browser: a cookie that only that ticket's pages are sent."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response

from zhiban.queue import service
from zhiban.queue.tickets import read_code, read_secret
from zhiban.queue.views import TicketView
from zhiban.web.wiring import Wiring, wiring_of

COOKIE = "secret"
_WEEK = 7 * 24 * 3600


def keep_secret(request: Request, answer: Response, code: str, secret: str) -> None:
    """Lets this browser open the ticket for a week without asking for its secret."""
    answer.set_cookie(
        COOKIE,
        secret,
        max_age=_WEEK,
        path=f"/t/{code}",
        secure=wiring_of(request).settings.https,
        httponly=True,
        samesite="lax",
    )


def forget_secret(request: Request, answer: Response, code: str) -> None:
    """Takes the secret back."""
    answer.delete_cookie(
        COOKIE,
        path=f"/t/{code}",
        secure=wiring_of(request).settings.https,
        httponly=True,
        samesite="lax",
    )


def held(request: Request) -> tuple[str, str] | None:
    """The code in the address with the secret this browser holds for it, if it holds one."""
    code = read_code(request.path_params["ticket"])
    secret = read_secret(request.cookies.get(COOKIE, ""))
    return (code, secret) if code and secret else None


async def opens(wiring: Wiring, code: str, secret: str) -> bool:
    """Whether the secret is the ticket's."""
    now = wiring.clock.now()
    return (
        await wiring.read(lambda connection: look(wiring, connection, code, secret, now))
        is not None
    )


def look(
    wiring: Wiring, connection: Connection, code: str, secret: str, now: datetime
) -> TicketView | None:
    """The ticket as its holder sees it; None for unknown codes and wrong secrets alike."""
    return service.ticket_view(connection, wiring.keyring, code, secret, now)
