"""A change tried out: done in a transaction that is taken back, to tell what it would come to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from sqlalchemy import Connection

from zhiban.web.wiring import Wiring

T = TypeVar("T")


class _TakenBack(Exception, Generic[T]):  # noqa: N818 - says what happened
    """Ends the transaction with what it came to."""

    def __init__(self, result: T) -> None:
        self.result = result
        super().__init__("tried")


async def tried(wiring: Wiring, command: Callable[[Connection], T]) -> T:
    """What `command` would give if it were committed now; nothing is written."""

    def and_back(connection: Connection) -> T:
        raise _TakenBack(command(connection))

    try:
        return await wiring.write(and_back)
    except _TakenBack as back:
        result: T = back.result
        return result
