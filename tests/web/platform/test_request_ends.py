"""An answered request leaves nothing behind that only a search for cycles would find."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send

from zhiban.web.body import WholeBody


class Server:
    """What a server keeps of a request: its scope, and the way to receive its body."""

    def __init__(self) -> None:
        self.scope: Scope = {"type": "http", "method": "POST", "path": "/", "headers": []}

    async def receive(self) -> Message:
        """The whole body."""
        return {"type": "http.request", "body": b"{}", "more_body": False}


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Receives the body twice, as a check of its form and the page itself do."""
    again: Callable[[], Receive] = scope["state"]["again"]
    assert (await receive())["body"] == (await again()())["body"] == b"{}"


async def nowhere(message: Message) -> None:
    """Sends nothing."""


@pytest.fixture
def no_search() -> Iterator[None]:
    """Nobody looks for cycles meanwhile."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("no_search")
def test_a_request_with_a_body_is_gone_as_soon_as_it_is_answered(
    awaited: Callable[[Coroutine[Any, Any, Any]], Any],
) -> None:
    server = Server()
    there = weakref.ref(server)
    body = WholeBody(app, limit=100, upload_limit=100)
    awaited(body(server.scope, server.receive, nowhere))
    del server
    assert there() is None
