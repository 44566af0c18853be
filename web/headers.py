"""Security headers on every answer: nothing inline, nothing from elsewhere, no framing."""

from __future__ import annotations

import secure
from starlette.types import ASGIApp, Message, Receive, Scope, Send


def policy(https: bool) -> dict[str, str]:
    """The headers every answer carries; HSTS only where the service is reached by https."""
    content = (
        secure.ContentSecurityPolicy()
        .default_src("'self'")
        .img_src("'self'", "data:")
        .object_src("'none'")
        .base_uri("'none'")
        .form_action("'self'")
        .frame_ancestors("'none'")
    )
    hsts = secure.StrictTransportSecurity().max_age(31_536_000) if https else None
    return dict(
        secure.Secure(
            csp=content,
            hsts=hsts,
            coop=secure.CrossOriginOpenerPolicy().same_origin(),
            corp=secure.CrossOriginResourcePolicy().same_origin(),
            permissions=secure.PermissionsPolicy().camera().geolocation("self").microphone(),
            referrer=secure.ReferrerPolicy().no_referrer(),
            xcto=secure.XContentTypeOptions(),
            xfo=secure.XFrameOptions().deny(),
        ).headers
    )


class SecurityHeaders:
    """Adds the headers to every answer, and keeps caches from holding what is not static."""

    def __init__(self, app: ASGIApp, https: bool) -> None:
        self.app = app
        self.headers = [
            (name.lower().encode(), value.encode()) for name, value in policy(https).items()
        ]
        self._names = frozenset({name for name, _ in self.headers} | {b"cache-control"})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the call on with a `send` that adds the headers."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = message["headers"]
                own = [*self.headers, (b"cache-control", _caching(scope))]
                names = [name for name, _ in given]
                if not self._names.isdisjoint(names):
                    own = [one for one in own if one[0] not in names]
                message["headers"] = [*given, *own]
            await send(message)

        await self.app(scope, receive, send_with_headers)


def _caching(scope: Scope) -> bytes:
    """Static addresses change with their content, so they may stay; all else may not."""
    if not scope["path"].startswith("/static/"):
        return b"no-store"
    if b"v=" in scope.get("query_string", b""):
        return b"public, max-age=31536000, immutable"
    return b"public, max-age=300"


def header(scope: Scope, name: bytes) -> bytes:
    """A request's header by its name in small letters; empty where it is missing.

    The first of several counts. Looked up for every request, so without what makes headers handy.
    """
    for given, value in scope["headers"]:
        if given == name:
            return bytes(value)
    return b""
