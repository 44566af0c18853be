"""Tables of the register and of what every room shares: board, leases, outbox, settings."""

from __future__ import annotations

from sqlalchemy import Table
from sqlmodel import Field, SQLModel


class BoardRecord(SQLModel, table=True):
    """The one row that writers lock."""

    __tablename__ = "board"

    id: int = Field(primary_key=True)
    version: int
    next_question: int
    next_position: int
    roster_version: int


def table(record: type[SQLModel]) -> Table:
    """The Core table of a record, for statements in bulk."""
    return SQLModel.metadata.tables[str(record.__tablename__)]


BOARD = table(BoardRecord)
