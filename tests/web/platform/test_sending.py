"""Head and body of an answer leave in one piece, in their order, and nothing stays behind."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from zhiban.web.sending import Gathering

LARGE = b"l" * 70_000


class Wire(asyncio.Transport):
    """Notes each piece that is written, and when it is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[bytes] = []
        self.closed = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.pieces.append(bytes(data))

    def close(self) -> None:
        self.closed = True

    def abort(self) -> None:
        self.closed = True


Sent = Callable[..., Wire]


@pytest.fixture
def sent(awaited: Callable[[Coroutine[Any, Any, Wire]], Wire]) -> Sent:
    """What goes over the wire for pieces written in one turn of the loop, and in the next."""

    async def write(*pieces: bytes, end: str = "") -> Wire:
        wire = Wire()
        gathering = Gathering(wire, asyncio.get_running_loop())
        for piece in pieces:
            gathering.write(piece)
        if end:
            getattr(gathering, end)()
        else:
            await asyncio.sleep(0)
        return wire

    return lambda *pieces, **named: awaited(write(*pieces, **named))


def test_head_and_body_written_in_one_turn_are_one_piece(sent: Sent) -> None:
    assert sent(b"head", b"body").pieces == [b"headbody"]


def test_what_comes_alone_leaves_at_the_next_turn(sent: Sent) -> None:
    assert sent(b"head").pieces == [b"head"]


def test_the_third_piece_waits_for_a_fourth_or_the_next_turn(sent: Sent) -> None:
    assert sent(b"a", b"b", b"c").pieces == [b"ab", b"c"]


@pytest.mark.parametrize("pieces", [(b"head", LARGE), (LARGE, b"tail"), (LARGE, LARGE)])
def test_large_pieces_are_not_copied_and_keep_their_order(
    sent: Sent, pieces: tuple[bytes, ...]
) -> None:
    assert sent(*pieces).pieces == list(pieces)


def test_closing_writes_what_was_held_first(sent: Sent) -> None:
    wire = sent(b"head", end="close")
    assert (wire.pieces, wire.closed) == ([b"head"], True)


def test_aborting_writes_nothing_more(sent: Sent) -> None:
    wire = sent(b"head", end="abort")
    assert (wire.pieces, wire.closed) == ([], True)
