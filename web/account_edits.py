"""Accounts changed by administrators: person and role, disabled, opened anew by a one-time code.

Somebody always administrates: the right of the last who can log in is not taken away, also when two
administrators act on each other at once.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, func, select, update

from zhiban.data import codes
from zhiban.data.places_records import TRAIL
from zhiban.data.register_diff import Field
from zhiban.data.wording import Faults, Text
from zhiban.web.accounts import check_person
from zhiban.web.records import ACCOUNT, SESSION

CODE_LASTS = timedelta(days=7)
TITLES = {
    "name": Text("姓名", "name"),
    "role": Text("角色", "role"),
    "lawyer": Text("律师编号", "lawyer's id"),
    "disabled": Text("停用", "disabled"),
    "password": Text("密码", "password"),
    "code": Text("一次性开通码", "one-time code"),
    "sessions": Text("已登录的设备", "devices logged in"),
}
LAST = Text(
    "这是最后一位能登录的管理员，不能停用，也不能改成别的角色",
    "this is the last administrator who can log in; the account stays as it is",
)


@dataclass(frozen=True, slots=True)
class NotDone:
    """Nothing was written, and why."""

    why: Text


def find_account(connection: Connection, id: int) -> Row[Any] | None:
    """An account's row."""
    return connection.execute(select(ACCOUNT).where(ACCOUNT.c.id == id)).one_or_none()


def version_of(row: Row[Any]) -> str:
    """Names what an account says, for whoever changes it."""
    said = json.dumps([row.name, row.role, row.lawyer, row.disabled])
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def change_person(
    connection: Connection, row: Row[Any], name: str, role: str, lawyer: str | None
) -> list[Field] | NotDone:
    """Gives an account another name, role or lawyer; the next request sees it. Raises Refused."""
    faults = Faults()
    check_person(connection, faults, name, role, lawyer)
    faults.refuse()
    if role != "administrator" and not _others(connection, row):
        return NotDone(LAST)
    values = {"name": name, "role": role, "lawyer": lawyer}
    fields = [
        Field(code, TITLES[code], str(getattr(row, code) or ""), str(said or ""))
        for code, said in values.items()
        if (getattr(row, code) or None) != (said or None)
    ]
    connection.execute(update(ACCOUNT).where(ACCOUNT.c.id == row.id).values(values))
    return fields


def disable(connection: Connection, row: Row[Any], *, off: bool) -> list[Field] | NotDone:
    """Takes an account's access away at once, with its sessions and its code; or gives it back."""
    if off and not _others(connection, row):
        return NotDone(LAST)
    values: dict[str, Any] = {"disabled": off} | ({"code_hash": None} if off else {})
    connection.execute(update(ACCOUNT).where(ACCOUNT.c.id == row.id).values(values))
    if off:
        end_sessions(connection, row.id)
    before, after = ("是" if one else "否" for one in (row.disabled, off))
    return [] if before == after else [Field("disabled", TITLES["disabled"], before, after)]


def _others(connection: Connection, row: Row[Any]) -> bool:
    """Whether somebody else administrates, or this account does not; a code unused counts not."""
    if row.role != "administrator" or row.disabled:
        return True
    able = (
        (ACCOUNT.c.role == "administrator")
        & ACCOUNT.c.disabled.is_(False)
        & ACCOUNT.c.code_hash.is_(None)
        & (ACCOUNT.c.id != row.id)
    )
    return connection.execute(select(func.count()).where(able)).scalar_one() > 0


def end_sessions(connection: Connection, id: int) -> int:
    """Logs an account out everywhere; from how many devices."""
    return connection.execute(delete(SESSION).where(SESSION.c.account == id)).rowcount


def give_code(connection: Connection, row: Row[Any], unusable: str, now: datetime) -> str | NotDone:
    """A code by which the account's holder chooses a password, told this once.

    `unusable` is a hash that no password fits: what logged in until now does so no more.
    """
    if not _others(connection, row):
        return NotDone(LAST)
    token = codes.secret_of(secrets.token_bytes(codes.SECRET_BYTES))
    values = {"code_hash": _hashed(token), "code_until": now + CODE_LASTS}
    connection.execute(
        update(ACCOUNT).where(ACCOUNT.c.id == row.id).values(values | {"password_hash": unusable})
    )
    end_sessions(connection, row.id)
    return token


def use_code(
    connection: Connection, token: str, password_hash: str, now: datetime
) -> Row[Any] | None:
    """Gives the account of a code its password and uses the code up; None where it opens none."""
    read = codes.read_secret(token)
    fitting = (
        (ACCOUNT.c.code_hash == _hashed(read or ""))
        & (ACCOUNT.c.code_until > now)
        & ACCOUNT.c.disabled.is_(False)
    )
    return connection.execute(
        update(ACCOUNT)
        .where(fitting)
        .values(password_hash=password_hash, code_hash=None, code_until=None)
        .returning(ACCOUNT)
    ).one_or_none()


def last_sign_ins(connection: Connection) -> dict[int, datetime]:
    """When each account last logged in, by the trail."""
    mine = TRAIL.c.subject.like("account:%") & (TRAIL.c.act == "signed_in")
    latest = select(TRAIL.c.subject, func.max(TRAIL.c.at).label("at")).where(mine)
    rows = connection.execute(latest.group_by(TRAIL.c.subject))
    return {int(row.subject.removeprefix("account:")): row.at for row in rows}


def _hashed(token: str) -> str:
    return hashlib.sha256(f"account:{token}".encode()).hexdigest()
