"""Takes in what is sent, up to a limit, before anything looks at it.

What is small is held in memory as one piece. An upload, which may be larger, is kept in a file that
has no name and is gone when it has been answered.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from tempfile import SpooledTemporaryFile

from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from zhiban.data.wording import Text
from zhiban.web.headers import header
from zhiban.web.problems import Problem

UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})
UPLOADS = re.compile(
    r"/api/v1/(me/)?questions/[^/]+/attachments|/t/[^/]+/attachments"
    r"|/lawyer/q/[^/]+/attachments|/ask(/papers)?"
    r"|/scheduler/week/[^/]+/files|/scheduler/register/(import|calendar)"
)
"""Where forms with files are taken."""
_PIECE = 65_536


class ClientGone(Exception):  # noqa: N818 - no error of ours
    """The sender went away before the body was complete."""


class WholeBody:
    """Holds the body of a request that changes something; refuses one that is too large.

    State has `body`, the whole of a small one (empty for an upload), and `again`, which makes a
    `receive` that gives the body from its start as often as it is called.
    """

    def __init__(self, app: ASGIApp, limit: int, upload_limit: int) -> None:
        self.app = app
        self.limit = limit
        self.upload_limit = upload_limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Takes the body in, then lets the rest of the service receive it."""
        if scope["type"] != "http" or scope["method"] not in UNSAFE:
            await self.app(scope, receive, send)
            return
        if is_upload(scope):
            await self._upload(scope, receive, send)
            return
        try:
            body = await _whole(scope, receive, self.limit)
        except ClientGone:
            return
        await self._pass_on(scope, receive, send, body, lambda: replay(body, receive))

    async def _upload(self, scope: Scope, receive: Receive, send: Send) -> None:
        with SpooledTemporaryFile(max_size=self.limit) as file:
            try:
                async for chunk in _chunks(scope, receive, self.upload_limit, _too_many_files):
                    await run_in_threadpool(file.write, chunk)
            except ClientGone:
                return
            await self._pass_on(scope, receive, send, b"", lambda: replay_file(file, receive))

    async def _pass_on(
        self, scope: Scope, receive: Receive, send: Send, body: bytes, again: Callable[[], Receive]
    ) -> None:
        state = scope.setdefault("state", {})
        state.update(body=body, again=again)
        try:
            await self.app(scope, again(), send)
        finally:
            # It leads back to the request, which would live on in a circle until cycles are
            # looked for: a tenth of a second for all, at a thousand requests a second every second.
            del state["again"]


def is_upload(scope: Scope) -> bool:
    """Whether a request is a form with files, sent to where such are taken."""
    form = header(scope, b"content-type").lower().startswith(b"multipart/form-data")
    return form and UPLOADS.fullmatch(scope["path"]) is not None


async def _whole(scope: Scope, receive: Receive, limit: int) -> bytes:
    """A small body: mostly it is there in one piece."""
    if _declared(scope) > limit:
        raise _too_large(limit)
    first = await receive()
    piece: bytes = first.get("body", b"")
    if first["type"] == "http.request" and not first.get("more_body", False):
        if len(piece) > limit:
            raise _too_large(limit)
        return piece
    again: list[Message] = [first]

    async def from_first() -> Message:
        return again.pop() if again else await receive()

    return b"".join([chunk async for chunk in _chunks(scope, from_first, limit, _too_large)])


def _declared(scope: Scope) -> int:
    """How long the body is said to be."""
    declared = header(scope, b"content-length")
    return int(declared) if declared.isdigit() else 0


async def _chunks(
    scope: Scope, receive: Receive, limit: int, refusal: Callable[[int], Problem]
) -> AsyncIterator[bytes]:
    """The body as it comes; raises Problem 413 when it is longer than the limit."""
    if _declared(scope) > limit:
        raise refusal(limit)
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        chunk: bytes = message.get("body", b"")
        size += len(chunk)
        if size > limit:
            raise refusal(limit)
        yield chunk
        if not message.get("more_body", False):
            return


def _too_large(limit: int) -> Problem:
    kilobytes = limit // 1024
    return Problem(
        413, Text(f"发送的内容超过{kilobytes} KB。", f"What was sent exceeds {kilobytes} KB.")
    )


def _too_many_files(limit: int) -> Problem:
    megabytes = limit // 1024 // 1024
    return Problem(
        413,
        Text(
            f"照片或文件合计超过{megabytes} MB，没有收下。请返回上一页，少选几个再提交；"
            "提交以后可以再补。",
            f"The photos or files exceed {megabytes} MB together and were not taken. Go back, "
            "choose fewer, and add the others after sending.",
        ),
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


def replay_file(file: SpooledTemporaryFile[bytes], receive: Receive) -> Receive:
    """The same from a file, piece by piece."""
    at, done = 0, False

    def piece() -> bytes:
        file.seek(at)
        return file.read(_PIECE)

    async def receive_again() -> Message:
        nonlocal at, done
        if done:
            return await receive()
        body = await run_in_threadpool(piece)
        at += len(body)
        done = len(body) < _PIECE
        return {"type": "http.request", "body": body, "more_body": not done}

    return receive_again
