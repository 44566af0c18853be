"""Insert-or-update, the same on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

Row = Mapping[str, Any]


def upsert(
    connection: Connection,
    table: Table,
    rows: Sequence[Row],
    *,
    keep: Collection[str] = (),
    where: ColumnElement[bool] | None = None,
) -> int:
    """Writes rows by primary key and returns how many were written, so that losing is seen.

    A row that exists keeps its columns named in `keep`, and is changed only if `where` holds.
    """
    if not rows:
        return 0
    make = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = make(table)
    keys = list(table.primary_key.columns)
    changed = {
        column.name: statement.excluded[column.name]
        for column in table.columns
        if column.name in rows[0] and column not in keys and column.name not in keep
    }
    if changed:
        statement = statement.on_conflict_do_update(index_elements=keys, set_=changed, where=where)
    else:
        statement = statement.on_conflict_do_nothing(index_elements=keys)
    counting = {"preserve_rowcount": True}  # else an INSERT's count is not kept on PostgreSQL
    return connection.execute(statement, list(rows), execution_options=counting).rowcount
