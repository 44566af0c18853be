"""The server's connections: head and body of an answer leave in one piece.

uvicorn hands them over one after the other, and each piece costs a call of the system and a turn of
whoever receives it: for a short answer more than making it.
"""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_LARGE = 65_536  # above, copying costs more than a second call


class OnePieceProtocol(HttpToolsProtocol):
    """uvicorn's own protocol over a transport that gathers."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Takes the connection."""
        super().connection_made(Gathering(transport, self.loop))


class Gathering(asyncio.Transport):
    """Holds what is written until more comes, or until the event loop's next turn at the latest."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__()
        self._transport = transport
        self._loop = loop
        self._held: bytes | None = None

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Writes, together with what was held, or holds it."""
        held = self._held
        if held is None and len(data) < _LARGE:
            self._held = bytes(data)
            self._loop.call_soon(self._flush)
            return
        self._held = None
        if held is None:
            self._transport.write(data)
        elif len(data) < _LARGE:
            self._transport.write(held + data)
        else:
            self._transport.write(held)
            self._transport.write(data)

    def close(self) -> None:
        """Closes once all is written."""
        self._flush()
        self._transport.close()

    def is_closing(self) -> bool:
        """Whether it is closed, or about to be."""
        return self._transport.is_closing()

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        """What is known of the connection."""
        return self._transport.get_extra_info(name, default)

    def pause_reading(self) -> None:
        """Takes nothing in for now."""
        self._transport.pause_reading()

    def resume_reading(self) -> None:
        """Takes in again what comes."""
        self._transport.resume_reading()

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        """Gives the connection to another protocol."""
        self._flush()
        self._transport.set_protocol(protocol)

    def abort(self) -> None:
        """Closes at once."""
        self._held = None
        self._transport.abort()

    def _flush(self) -> None:
        held, self._held = self._held, None
        if held is not None:
            self._transport.write(held)
