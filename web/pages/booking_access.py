"""The secret of a booking or an application in the browser: a cookie that only its pages get."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from zhiban.data import codes
from zhiban.web.wiring import wiring_of

COOKIE = "opens"
_MONTH = 30 * 24 * 3600


def keep(request: Request, answer: Response, path: str, secret: str) -> None:
    """Lets this browser open the page for a month without asking for its secret."""
    answer.set_cookie(
        COOKIE,
        secret,
        max_age=_MONTH,
        path=path,
        secure=wiring_of(request).settings.https,
        httponly=True,
        samesite="lax",
    )


def forget(request: Request, answer: Response, path: str) -> None:
    """Takes the secret back."""
    answer.delete_cookie(
        COOKIE,
        path=path,
        secure=wiring_of(request).settings.https,
        httponly=True,
        samesite="lax",
    )


def held(request: Request, prefix: str) -> tuple[str, str] | None:
    """The code in the address with the secret this browser holds for it, if it holds one."""
    code = codes.read_code(prefix, request.path_params["code"])
    secret = codes.read_secret(request.cookies.get(COOKIE, ""))
    return (code, secret) if code and secret else None
