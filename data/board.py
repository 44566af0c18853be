"""The board: one row that is the lock, the version and the order of everything written.

Every writer of a lawyer, a duty or a question takes it first, so that writers follow each other
and whoever keeps a copy of derived state sees by the version whether it is stale.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, astuple, dataclass, replace

from sqlalchemy import Connection, select

from zhiban.data.exchanges import Query, ask_together, rows_of
from zhiban.data.records import BOARD
from zhiban.data.upsert import upsert

_ROW = 1


@dataclass(frozen=True, slots=True)
class Board:
    """What the next writer starts from.

    `version` counts writes, `next_question` and `next_position` are the next free numbers of a
    question and of an event, `roster_version` counts changes of the register and of what is
    published, so that copies of either know when they are stale.
    """

    version: int = 0
    next_question: int = 1
    next_position: int = 1
    roster_version: int = 0


_COLUMNS = tuple(BOARD.c[name] for name in Board.__dataclass_fields__)
_LOOK_TEXT = (
    f"SELECT {', '.join(column.name for column in _COLUMNS)} "  # noqa: S608 - our own names
    f"FROM {BOARD.name} WHERE id = {_ROW}"
)
_LOCK_TEXT = f"{_LOOK_TEXT} FOR UPDATE"
_LOOK = select(*_COLUMNS).where(BOARD.c.id == _ROW)
_SAVE = (
    f"UPDATE {BOARD.name} "  # noqa: S608 - our own names
    f"SET {', '.join(f'{column.name} = {{}}' for column in _COLUMNS)} WHERE id = {_ROW}"
)
_SAVES = {"sqlite": _SAVE.replace("{}", "?"), "postgresql": _SAVE.replace("{}", "%s")}
_TAKEN = "zhiban.board"


def lock(connection: Connection) -> Board:
    """Takes the board until the transaction ends; waits for whoever has it.

    On SQLite the transaction itself (BEGIN IMMEDIATE) is the lock. Taken again in the same
    transaction, it is the board as last saved, without a question to the database.
    """
    taken = connection.info.get(_TAKEN)
    if taken is not None and taken[0] is connection.get_transaction():
        board: Board = taken[1]
        return board
    text = _LOOK_TEXT if connection.dialect.name == "sqlite" else _LOCK_TEXT
    rows = rows_of(connection, Query(text))
    if not rows:
        _lay_out(connection)
        rows = rows_of(connection, Query(text))
    return _keep(connection, Board(*rows[0]))


def lock_with(
    connection: Connection, queries: Sequence[Query], seconds: float | None = None
) -> Board:
    """Takes the board on PostgreSQL; the transaction may then last so long, if that is said.

    One exchange with the server, whether the transaction has begun there or not, and with the
    answers to what the holder of the board will ask. The time counts from when the board is taken:
    a limit that was set before and is only changed would not.
    """
    first = [_LOCK_TEXT]
    if seconds is not None:
        limit = f"SET LOCAL transaction_timeout = {int(seconds * 1000)}"
        first += ["SET LOCAL transaction_timeout = 0", limit]
    rows = ask_together(connection, queries, first)
    return _keep(connection, Board(*rows[0])) if rows else lock(connection)


def look(connection: Connection) -> Board:
    """Reads the board without taking it."""
    row = connection.execute(_LOOK).one_or_none()
    return Board() if row is None else Board(*row)


def changed(at: Board) -> Board:
    """The board after the register, its calendar or a setting of them was written."""
    return replace(at, version=at.version + 1, roster_version=at.roster_version + 1)


def save(connection: Connection, board: Board) -> None:
    """Writes back a board that this transaction locked."""
    connection.exec_driver_sql(_SAVES[connection.dialect.name], astuple(board))
    _keep(connection, board)


def _keep(connection: Connection, board: Board) -> Board:
    # The info outlives the transaction, as the driver's connection does; the transaction says
    # whether what it holds is of this one.
    connection.info[_TAKEN] = (connection.get_transaction(), board)
    return board


def _lay_out(connection: Connection) -> None:
    """Puts down the row of a new database; of two who try, one waits and finds it there."""
    row = {"id": _ROW, **asdict(Board())}
    upsert(connection, BOARD, [row], keep=row)
