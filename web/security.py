"""Who is asking: sessions from cookie or bearer token, and the wall in front of staff routes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import wraps
from urllib.parse import quote

from sqlalchemy import Connection
from starlette.requests import HTTPConnection, Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from zhiban.data import trail
from zhiban.web.accounts import Account, Role
from zhiban.web.problems import Problem
from zhiban.web.sessions import Session, close_session, find_session, open_session, touch_session
from zhiban.web.settings import Settings
from zhiban.web.wiring import Wiring, wiring_of

Endpoint = Callable[[Request], Awaitable[Response]]


def session_cookie(settings: Settings) -> str:
    """The cookie's name; under https its prefix binds it to this host and to encryption."""
    return "__Host-zhiban" if settings.https else "zhiban"


class SessionMiddleware:
    """Finds the session of each request: state has `viewer`, `session_token`, `by_cookie`."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Looks the session up, once a request, and not at all for static files."""
        if scope["type"] == "http":
            state = scope.setdefault("state", {})
            state.update(viewer=None, session_token=None, by_cookie=False)
            if _says_who(scope) and not scope["path"].startswith("/static/"):
                await _recognise(HTTPConnection(scope))
        await self.app(scope, receive, send)


def _says_who(scope: Scope) -> bool:
    """Whether there is anything to know the sender by, which most who ask have not."""
    for name, _ in scope["headers"]:  # noqa: SIM110 - every request comes by, and this is quicker
        if name in _WHO:
            return True
    return False


_WHO = (b"authorization", b"cookie")


async def _recognise(request: HTTPConnection) -> None:
    wiring = wiring_of(request)
    bearer = _bearer(request)
    token = bearer or request.cookies.get(session_cookie(wiring.settings))
    if not token:
        return
    now = wiring.clock.now()
    idle = timedelta(minutes=wiring.settings.session_idle_minutes)
    session: Session | None = await wiring.read(
        lambda connection: find_session(connection, token, now, idle)
    )
    if session is None:
        return
    request.state.viewer = session.account
    request.state.session_token = token
    request.state.by_cookie = bearer is None
    if session.stale(now):
        await wiring.write(lambda connection: touch_session(connection, token, now))


def _bearer(request: HTTPConnection) -> str | None:
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() or None if kind.lower() == "bearer" else None


def viewer_of(request: HTTPConnection) -> Account | None:
    """Who is logged in, if anybody."""
    viewer: Account | None = request.state.viewer
    return viewer


def staff(request: HTTPConnection) -> Account:
    """Who is logged in; Problem 401 when nobody is."""
    viewer = viewer_of(request)
    if viewer is None:
        raise Problem(401)
    return viewer


# What a column of whole numbers holds on every database; no row has a larger number.
_LARGEST = 2**31 - 1


def allowed(*roles: Role) -> Callable[[Endpoint], Endpoint]:
    """Opens an endpoint to these roles only: strangers are asked to log in, others refused."""

    def wall(endpoint: Endpoint) -> Endpoint:
        @wraps(endpoint)
        async def guarded(request: Request) -> Response:
            viewer = viewer_of(request)
            if viewer is None and _is_page_read(request):
                target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
                return RedirectResponse(f"/login?next={quote(target)}", 303)
            if not staff(request).may(*roles):
                raise Problem(403)
            if any(n > _LARGEST for n in request.path_params.values() if isinstance(n, int)):
                raise Problem(404)
            return await endpoint(request)

        guarded.roles = roles  # type: ignore[attr-defined]  # read by the test of the walls
        return guarded

    return wall


def _is_page_read(request: Request) -> bool:
    return request.method in ("GET", "HEAD") and not request.url.path.startswith("/api/")


def inner_path(target: str | None, fallback: str = "/") -> str:
    """Where to go after logging in: a path of this service, never another host."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return fallback
    return target if target.isprintable() else fallback


async def begin_session(request: Request, account: Account) -> str:
    """Opens a session for an account, closing the one the request came with; gives its token."""
    wiring = wiring_of(request)
    old: str | None = request.state.session_token
    now = wiring.clock.now()
    lifetime = timedelta(hours=wiring.settings.session_hours)

    def command(connection: Connection) -> str:
        if old is not None:
            close_session(connection, old)
        trail.note(connection, f"account:{account.id}", account.login, "signed_in", now)
        return open_session(connection, account, now, lifetime)

    return await wiring.write(command)


def set_session(response: Response, wiring: Wiring, token: str) -> None:
    """Gives the browser the session's cookie."""
    response.set_cookie(
        session_cookie(wiring.settings),
        token,
        max_age=wiring.settings.session_hours * 3600,
        path="/",
        secure=wiring.settings.https,
        httponly=True,
        samesite="lax",
    )


async def end_session(request: Request, response: Response) -> None:
    """Closes the request's session, if it has one, and takes the cookie back."""
    wiring = wiring_of(request)
    token: str | None = request.state.session_token
    if token is not None:
        await wiring.write(lambda connection: close_session(connection, token))
    response.delete_cookie(
        session_cookie(wiring.settings),
        path="/",
        secure=wiring.settings.https,
        httponly=True,
        samesite="lax",
    )
