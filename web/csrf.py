"""Forms and cookie-borne calls must show that they come from our own pages.

The token of a form is a keyed hash of the session's token where there is a session, and of a
random visitor cookie where there is none; whoever cannot read the page cannot know it.
"""

from __future__ import annotations

import hmac
import secrets

from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from zhiban.data.crypt import Keyring
from zhiban.data.wording import Text
from zhiban.web.body import UNSAFE
from zhiban.web.headers import header
from zhiban.web.problems import Problem
from zhiban.web.settings import Settings
from zhiban.web.wiring import wiring_of

FIELD = "csrf_token"
HEADER = "x-csrf-token"
# Logging in takes a JSON body, which no form of another site can send.
_OPEN = frozenset({"/api/v1/sessions"})
# Long enough that a page left open, or restored with the browser, can still be sent.
VISITOR_SECONDS = 30 * 24 * 3600
_STALE = Text(
    "页面已过期，没有保存任何内容。请返回上一页，刷新后再提交。",
    "The page has expired; nothing was saved. Go back, reload it, and send it again.",
)
# The longest form of ours is that of the queue's promises; each page sets a limit of its own.
MOST_FIELDS = 2000
# What people write at length; shown again on the page that refuses it, to be copied.
_WRITTEN = ("text", "remark", "reason", "closing")


def visitor_cookie(settings: Settings) -> str:
    """The name of a stranger's cookie."""
    return "__Host-visitor" if settings.https else "visitor"


class FormKey:
    """What ties forms to one browser: a session's token, or else a visitor's cookie."""

    def __init__(self, keyring: Keyring, session_token: str | None, visitor: str | None) -> None:
        self._keyring = keyring
        self._session = session_token
        self._visitor = visitor or None
        self.new_visitor: str | None = None

    def token(self) -> str:
        """The token for the forms of this page; makes a visitor cookie where one is needed."""
        return self._tokens()[0]

    def fits(self, given: str | None) -> bool:
        """Whether a form brought the right token; tokens of an older key still do."""
        if not given or (self._session is None and self._visitor is None):
            return False
        return any(hmac.compare_digest(given.encode(), right.encode()) for right in self._tokens())

    def _tokens(self) -> tuple[str, ...]:
        if self._session is not None:
            return self._keyring.blinds(f"form of session {self._session}")
        if self._visitor is None:
            self._visitor = self.new_visitor = secrets.token_urlsafe(16)
        return self._keyring.blinds(f"form of visitor {self._visitor}")


class CsrfMiddleware:
    """Refuses what changes something without the right token; state has `csrf` (FormKey)."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Checks the call, then sets the visitor cookie where a page made a new one."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if scope["method"] in UNSAFE and header(scope, b"sec-fetch-site") == b"cross-site":
            raise Problem(403, _STALE)
        if scope["path"].startswith("/api/") and not scope["state"]["by_cookie"]:
            # No browser adds what such a call shows, so no other site can have made it.
            again = scope["state"].get("again")
            await self.app(scope, again() if again else receive, send)
            return
        request = HTTPConnection(scope)
        wiring = wiring_of(request)
        key = FormKey(
            wiring.keyring,
            request.state.session_token if request.state.by_cookie else None,
            request.cookies.get(visitor_cookie(wiring.settings)),
        )
        request.state.csrf = key
        if scope["method"] in UNSAFE:
            await _check(scope, key)
            receive = request.state.again()

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start" and key.new_visitor is not None:
                _set_visitor(MutableHeaders(scope=message), key.new_visitor, wiring.settings)
            await send(message)

        await self.app(scope, receive, send_with_cookie)


async def _check(scope: Scope, key: FormKey) -> None:
    """Raises Problem 403 unless the call is one that another site cannot have made."""
    headers = HTTPConnection(scope).headers
    if scope["path"].startswith("/api/"):
        by_cookie = scope["state"]["by_cookie"] and scope["path"] not in _OPEN
        if by_cookie and not key.fits(headers.get(HEADER)):
            raise Problem(403, _STALE)
        return
    token, written = await _sent(scope)
    if not key.fits(headers.get(HEADER) or token):
        raise Problem(403, _STALE, written=written)


async def _sent(scope: Scope) -> tuple[str | None, list[str]]:
    """The form's token, and what somebody wrote in it."""
    request = Request(scope, scope["state"]["again"]())
    try:
        async with request.form(max_files=20, max_fields=MOST_FIELDS) as form:
            values = {name: form.get(name) for name in (FIELD, *_WRITTEN)}
    except (MultiPartException, HTTPException) as error:
        raise Problem(400) from error
    texts = {name: value for name, value in values.items() if isinstance(value, str)}
    return texts.pop(FIELD, None), [text for text in texts.values() if text.strip()]


def _set_visitor(headers: MutableHeaders, value: str, settings: Settings) -> None:
    carrier = Response()
    carrier.set_cookie(
        visitor_cookie(settings),
        value,
        max_age=VISITOR_SECONDS,
        path="/",
        secure=settings.https,
        httponly=True,
        samesite="lax",
    )
    headers.append("set-cookie", carrier.headers["set-cookie"])
