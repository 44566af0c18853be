"""Reads what is sent in full, up to a limit, before anything looks at it."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from zhiban.data.wording import Text
from zhiban.web.problems import Problem

UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class ClientGone(Exception):  # noqa: N818 - no error of ours
    """The sender went away before the body was complete."""


class WholeBody:
    """Holds the body of a request that changes something; refuses one that is too large."""

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self.app = app
        self.limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Reads the body, then lets the rest of the service receive it as often as it likes."""
        if scope["type"] != "http" or scope["method"] not in UNSAFE:
            await self.app(scope, receive, send)
            return
        try:
            body = await self._read(scope, receive)
        except ClientGone:
            return
        scope.setdefault("state", {})["body"] = body
        await self.app(scope, replay(body, receive), send)

    async def _read(self, scope: Scope, receive: Receive) -> bytes:
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        if declared.isdigit() and int(declared) > self.limit:
            raise self._too_large()
        chunks: list[bytes] = []
        size = 0
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise ClientGone
            chunk: bytes = message.get("body", b"")
            size += len(chunk)
            if size > self.limit:
                raise self._too_large()
            chunks.append(chunk)
            if not message.get("more_body", False):
                return b"".join(chunks)

    def _too_large(self) -> Problem:
        kilobytes = self.limit // 1024
        return Problem(
            413,
            Text(f"发送的内容超过{kilobytes} KB。", f"What was sent exceeds {kilobytes} KB."),
        )


def replay(body: bytes, receive: Receive) -> Receive:
    """A `receive` that gives the body once, then whatever really comes next."""
    given = False

    async def receive_again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receive_again
