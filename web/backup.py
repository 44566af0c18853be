"""Copies of the whole database, the same for SQLite and PostgreSQL, and back.

A copy is a ZIP: `manifest.json` (format, revision, rows and checksum of each table) and one file
of JSON lines a table. What is encrypted stays so; the keys are not in it.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import tempfile
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Connection,
    Date,
    DateTime,
    Engine,
    LargeBinary,
    Table,
    Time,
    func,
    insert,
    select,
    text,
)
from sqlalchemy.exc import DataError, IntegrityError
from sqlmodel import SQLModel

from zhiban.data.database import current_revision, reading, writing
from zhiban.data.wording import Refused

FORMAT = "zhiban-backup/1"
_CHUNK = 500
_BROKEN = (zipfile.BadZipFile, KeyError, EOFError, OSError, ValueError, TypeError)
# A new database has its calendar and keys' mark already; these it has only from people.
_IRREPLACEABLE = frozenset({"account", "lawyer", "question", "roster_version"})


def tables() -> list[Table]:
    """Every table of every room, those that are referred to first."""
    import zhiban.data.records
    import zhiban.queue.records
    import zhiban.roster.records
    import zhiban.web.records  # noqa: F401 - importing the records is what makes the tables known

    return list(SQLModel.metadata.sorted_tables)


def back_up(engine: Engine, file: Path) -> int:
    """Writes a copy from one consistent view; the file appears whole or not at all."""
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    os.close(handle)
    try:
        with reading(engine) as connection, zipfile.ZipFile(name, "w", zipfile.ZIP_DEFLATED) as zip:
            counts = {table.name: _write(connection, table, zip) for table in tables()}
            manifest = {
                "format": FORMAT,
                "revision": current_revision(connection),
                "tables": {name: {"rows": n, "sha256": h} for name, (n, h) in counts.items()},
            }
            zip.writestr("manifest.json", json.dumps(manifest, indent=2))
        os.replace(name, file)
    except BaseException:
        os.unlink(name)
        raise
    return sum(rows for rows, _ in counts.values())


def _write(connection: Connection, table: Table, zip: zipfile.ZipFile) -> tuple[int, str]:
    digest, rows = hashlib.sha256(), 0
    ordered = select(table).order_by(*table.primary_key.columns)
    ordered = ordered.execution_options(yield_per=_chunk(table))
    with zip.open(f"{table.name}.jsonl", "w") as out:
        for row in connection.execute(ordered).mappings():
            values = {name: _plain(value) for name, value in row.items()}
            line = json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
            digest.update(line)
            out.write(line)
            rows += 1
    return rows, digest.hexdigest()


def _chunk(table: Table) -> int:
    """How many rows are held at once; few where a row may hold a whole file."""
    holds_files = any(isinstance(column.type, LargeBinary) for column in table.c)
    return 4 if holds_files else _CHUNK


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value.isoformat() if isinstance(value, date | datetime | time) else value


def restore(engine: Engine, file: Path, *, overwrite: bool = False) -> int:
    """Puts a copy back in one transaction; raises Refused when it cannot be used as it is."""
    try:
        with zipfile.ZipFile(file) as zip, writing(engine) as connection:
            manifest = _manifest(zip, current_revision(connection))
            _check_empty(connection, overwrite)
            for table in reversed(tables()):
                connection.execute(table.delete())
            rows = sum(_read(connection, table, zip, manifest) for table in tables())
            _move_sequences(connection)
            return rows
    except (*_BROKEN, IntegrityError, DataError) as error:
        raise Refused.one(
            "file",
            "不是完好的备份文件，数据库没有改动",
            "is not a sound backup; the database is unchanged",
        ) from error


def _manifest(zip: zipfile.ZipFile, revision: str | None) -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads(zip.read("manifest.json"))
    if manifest["format"] != FORMAT:
        raise ValueError("another format")
    if manifest["revision"] != revision:
        made = manifest["revision"]
        raise Refused.one(
            "revision",
            f"备份的表结构是 {made}，数据库是 {revision}；请用相同版本的程序恢复",
            f"the backup's tables are at {made}, the database's at {revision}; restore it with "
            "the version of the program that wrote it, then upgrade",
        )
    return manifest


def _check_empty(connection: Connection, overwrite: bool) -> None:
    if overwrite:
        return
    filled = [
        table.name
        for table in tables()
        if table.name in _IRREPLACEABLE
        and connection.execute(select(func.count()).select_from(table)).scalar_one()
    ]
    if filled:
        raise Refused.one(
            "database",
            f"数据库里已有内容（{'、'.join(filled[:3])}）；要替换请加 --overwrite",
            f"the database holds something already ({', '.join(filled[:3])}); "
            "add --overwrite to replace it",
        )


def _read(
    connection: Connection, table: Table, zip: zipfile.ZipFile, manifest: dict[str, Any]
) -> int:
    expected = manifest["tables"][table.name]
    digest, rows = hashlib.sha256(), 0
    with zip.open(f"{table.name}.jsonl") as lines:
        for chunk in _chunks(lines, _chunk(table)):
            for line in chunk:
                digest.update(line)
            values = [_typed(table, json.loads(line)) for line in chunk]
            connection.execute(insert(table), values)
            rows += len(chunk)
    if (rows, digest.hexdigest()) != (expected["rows"], expected["sha256"]):
        raise ValueError(f"{table.name} was altered")
    return rows


def _chunks(lines: Any, most: int) -> Iterator[list[bytes]]:
    chunk: list[bytes] = []
    for line in lines:
        chunk.append(line)
        if len(chunk) == most:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _typed(table: Table, values: dict[str, Any]) -> dict[str, Any]:
    """The row with its times and files as such again."""
    return {name: _value(table, name, value) for name, value in values.items()}


def _value(table: Table, name: str, value: Any) -> Any:
    kind = table.c[name].type
    plain = getattr(kind, "impl", kind)
    if value is not None and isinstance(plain, LargeBinary):
        return base64.b64decode(value)
    if value is None or not isinstance(plain, DateTime | Date | Time):
        return value
    reader = datetime if isinstance(plain, DateTime) else date if isinstance(plain, Date) else time
    return reader.fromisoformat(value)


def _move_sequences(connection: Connection) -> None:
    """PostgreSQL counts ids by sequences, which do not see rows that bring their own."""
    if connection.dialect.name != "postgresql":
        return
    for table in tables():
        column = table.autoincrement_column
        if column is None:
            continue
        sequence = connection.execute(
            text("SELECT pg_get_serial_sequence(:table, :column)"),
            {"table": f'"{table.name}"', "column": column.name},
        ).scalar_one()
        if sequence is not None:
            highest = connection.execute(select(func.max(column))).scalar_one()
            connection.execute(
                text("SELECT setval(CAST(:sequence AS regclass), :value, :called)"),
                {"sequence": sequence, "value": highest or 1, "called": highest is not None},
            )
