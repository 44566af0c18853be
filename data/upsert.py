"""Insert-or-update, the same on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

Row = Mapping[str, Any]


# Without it, SQLAlchemy does not keep an INSERT's count on PostgreSQL.
_COUNTING = {"preserve_rowcount": True}


def upsert(
    connection: Connection, table: Table, rows: Sequence[Row], *, keep: Collection[str] = ()
) -> int:
    """Writes rows by primary key and returns how many were inserted or updated.

    A row that exists keeps its columns named in `keep`.
    """
    if not rows:
        return 0
    statement = _statement(connection, table, rows[0], keep, None)
    return connection.execute(statement, list(rows), execution_options=_COUNTING).rowcount


def upsert_if(connection: Connection, table: Table, row: Row, where: ColumnElement[bool]) -> bool:
    """Writes one row by primary key, over one that exists only where `where` holds for it.

    Returns whether it was written: of several who try at once, losing is a normal answer.
    """
    statement = _statement(connection, table, row, (), where)
    return connection.execute(statement, dict(row), execution_options=_COUNTING).rowcount == 1


def _statement(
    connection: Connection,
    table: Table,
    row: Row,
    keep: Collection[str],
    where: ColumnElement[bool] | None,
) -> sqlite.Insert | postgresql.Insert:
    make = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = make(table)
    keys = list(table.primary_key.columns)
    changed = {
        column.name: statement.excluded[column.name]
        for column in table.columns
        if column.name in row and column not in keys and column.name not in keep
    }
    if not changed:
        return statement.on_conflict_do_nothing(index_elements=keys)
    return statement.on_conflict_do_update(index_elements=keys, set_=changed, where=where)
