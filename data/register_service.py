"""The register changed: one write for all of it, each change recorded with before and after."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, or_, select

from zhiban.data import board
from zhiban.data.crypt import Keyring
from zhiban.data.excel_reading import Read, read_register
from zhiban.data.excel_sheets import Kind
from zhiban.data.named_setting import NamedSetting
from zhiban.data.people import Lawyer
from zhiban.data.register import Register
from zhiban.data.register_diff import Change, Field, changed, digest_of, entries_of, known_of
from zhiban.data.register_form import ends_of, reinstated
from zhiban.data.register_records import CHANGE, UPLOAD
from zhiban.data.store import (
    drop_leave,
    get_setting,
    load_register,
    put_setting,
    save_entries,
)
from zhiban.data.wording import Text
from zhiban.data.workbooks import Sheet

KEPT = timedelta(hours=12)
_ENDED = Text("终止日期", "ended from")


@dataclass(frozen=True, slots=True)
class Stale:
    """Nothing was written: the register has changed since the preview, which is shown anew."""

    read: Read


@dataclass(frozen=True, slots=True)
class Logged:
    """One line of the log."""

    id: int
    at: datetime
    actor: str
    kind: str
    subject: str
    name: str
    act: str
    fields: tuple[Field, ...]


def take(
    connection: Connection,
    keyring: Keyring,
    sheets: Mapping[str, Sheet],
    digest: str,
    by: str,
    now: datetime,
    *,
    faulty: bool = True,
) -> Read | Stale | None:
    """Writes all good rows of a workbook at once, if they do what the preview said.

    None, and nothing written, where a row has a fault and `faulty` says that none may.
    """
    board.lock(connection)
    read = read_register(sheets, load_register(connection, keyring))
    if read.faults and not faulty:
        return None
    if digest_of(read.changes) != digest:
        return Stale(read)
    write(connection, keyring, read.changes, by, now, "imported")
    return read


def write(
    connection: Connection,
    keyring: Keyring,
    changes: Sequence[Change],
    by: str,
    now: datetime,
    act: str = "",
) -> None:
    """Writes changed entries and their lines of the log; takes the board."""
    at = board.lock(connection)
    save_entries(connection, [one.after for one in changes], keyring)
    rows = [
        _row_of(
            keyring,
            *(one.kind, one.id, one.name, act or ("added" if one.new else "changed")),
            *(one.fields, by, now),
        )
        for one in changes
    ]
    if rows:
        connection.execute(insert(CHANGE), rows)
    board.save(connection, board.changed(at))


def reinstate(
    connection: Connection, keyring: Keyring, kind: Kind, id: str, by: str, now: datetime
) -> bool:
    """Takes back that an entry was ended, and records it; False where it is not there or not ended.

    Duties that others have taken over meanwhile stay with them.
    """
    at = board.lock(connection)
    register = load_register(connection, keyring)
    entry = entries_of(register, kind).get(id)
    if entry is None:
        return False
    if isinstance(entry, Lawyer):
        gone = drop_leave(connection, f"end:{id}")
        day = ends_of(register.leaves).get(id)
        if not gone or day is None:
            return False
        fields: tuple[Field, ...] = (Field("end", _ENDED, str(day), ""),)
        note(connection, keyring, kind, id, entry.name, "reinstated", fields, by, now)
        board.save(connection, board.changed(at))
        return True
    change = changed(kind, entry, reinstated(kind, entry), known_of(register))
    if change.fields:
        write(connection, keyring, [change], by, now, "reinstated")
    return bool(change.fields)


def change_setting(
    connection: Connection,
    keyring: Keyring,
    setting: NamedSetting,
    value: Mapping[str, Any],
    by: str,
    now: datetime,
) -> None:
    """Writes a setting; what that changes is a line of the log, of the kind `setting`."""
    board.lock(connection)
    fields = setting.changes(get_setting(connection, setting.key, {}), value)
    put_setting(connection, setting.key, dict(value))
    if fields:
        key, name = setting.key, setting.name.zh
        note(connection, keyring, "setting", key, name, "changed", fields, by, now)


def note(
    connection: Connection,
    keyring: Keyring,
    kind: str,
    subject: str,
    name: str,
    act: str,
    fields: Iterable[Field],
    by: str,
    now: datetime,
) -> None:
    """Adds a line to the log of the register."""
    row = _row_of(keyring, kind, subject, name, act, fields, by, now)
    connection.execute(insert(CHANGE), [row])


def _row_of(
    keyring: Keyring,
    kind: str,
    subject: str,
    name: str,
    act: str,
    fields: Iterable[Field],
    by: str,
    now: datetime,
) -> dict[str, Any]:
    said = json.dumps(
        [[one.code, one.title.zh, one.title.en, one.before, one.after] for one in fields],
        ensure_ascii=False,
    )
    row = {"at": now, "actor": by, "kind": kind, "subject": subject, "name": name, "act": act}
    return row | {"fields": keyring.encrypt(said)}


def log(
    connection: Connection,
    keyring: Keyring,
    *,
    words: str = "",
    kind: str = "",
    subject: str = "",
    start: int = 0,
    most: int = 50,
) -> tuple[tuple[Logged, ...], int]:
    """Lines of the log, newest first, and how many there are in all."""
    where = []
    if words:
        # Neither wild cards nor the one character that PostgreSQL does not take.
        like = f"%{words.translate({ord('%'): None, ord('_'): None, 0: None})}%"
        where.append(or_(*(CHANGE.c[name].like(like) for name in ("name", "subject", "actor"))))
    where += [CHANGE.c.kind == kind] if kind else []
    where += [CHANGE.c.subject == subject] if subject else []
    total = connection.execute(select(func.count()).select_from(CHANGE).where(*where)).scalar_one()
    rows = connection.execute(
        select(CHANGE).where(*where).order_by(CHANGE.c.id.desc()).offset(start).limit(most)
    )
    return tuple(_logged(row, keyring) for row in rows), total


def lines_of(connection: Connection, keyring: Keyring, ids: Collection[int]) -> dict[int, Logged]:
    """These lines of the log, by their number."""
    rows = connection.execute(select(CHANGE).where(CHANGE.c.id.in_(ids)))
    return {row.id: _logged(row, keyring) for row in rows}


def _logged(row: Row[Any], keyring: Keyring) -> Logged:
    fields = tuple(
        Field(code, Text(zh, en), before, after)
        for code, zh, en, before, after in json.loads(keyring.decrypt(row.fields))
    )
    return Logged(row.id, row.at, row.actor, row.kind, row.subject, row.name, row.act, fields)


def keep_upload(
    connection: Connection, keyring: Keyring, name: str, content: bytes, by: str, now: datetime
) -> str:
    """Keeps a workbook for its preview and gives its token; old ones go."""
    connection.execute(delete(UPLOAD).where(UPLOAD.c.at < now - KEPT))
    token = secrets.token_urlsafe(18)
    sealed = keyring.encrypt(base64.b64encode(content).decode())
    row = {"token": token, "actor": by, "at": now, "name": name[:120], "content": sealed}
    connection.execute(insert(UPLOAD).values(row))
    return token


def uploaded(
    connection: Connection, keyring: Keyring, token: str, by: str, now: datetime
) -> tuple[str, bytes] | None:
    """Name and content of somebody's own kept workbook."""
    if not token.isprintable():
        return None
    row = connection.execute(
        select(UPLOAD).where(
            UPLOAD.c.token == token, UPLOAD.c.actor == by, UPLOAD.c.at >= now - KEPT
        )
    ).one_or_none()
    return None if row is None else (row.name, base64.b64decode(keyring.decrypt(row.content)))


def drop_upload(connection: Connection, token: str) -> None:
    """Forgets a kept workbook."""
    connection.execute(delete(UPLOAD).where(UPLOAD.c.token == token))


def preview(
    connection: Connection, keyring: Keyring, sheets: Mapping[str, Sheet]
) -> tuple[Register, Read]:
    """The register and what a workbook would do to it."""
    register = load_register(connection, keyring)
    return register, read_register(sheets, register)
