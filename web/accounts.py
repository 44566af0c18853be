"""Staff accounts: who may log in, and as what."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from sqlalchemy import Connection, Row, delete, func, insert, or_, select, update

from zhiban.data.records import LawyerRecord, table
from zhiban.data.wording import Faults, Refused, shortened
from zhiban.web.passwords import hashed
from zhiban.web.records import ACCOUNT, SESSION

Role = Literal["lawyer", "scheduler", "supervisor", "administrator"]
ROLES: tuple[Role, ...] = get_args(Role)
# An administrator may do what schedulers and supervisors do; nobody but a lawyer acts as one.
ACTS_AS: Mapping[Role, frozenset[Role]] = {
    "lawyer": frozenset({"lawyer"}),
    "scheduler": frozenset({"scheduler"}),
    "supervisor": frozenset({"supervisor"}),
    "administrator": frozenset({"administrator", "scheduler", "supervisor"}),
}


@dataclass(frozen=True)
class Account:
    """One member of staff as the service knows them while they are logged in."""

    id: int
    login: str
    name: str
    role: Role
    lawyer: str | None = None

    def may(self, *roles: Role) -> bool:
        """Whether the account may do what is open to any of these roles."""
        return not ACTS_AS[self.role].isdisjoint(roles)


def account_of(row: Row[Any]) -> Account:
    """The account in a row that holds the account table's columns."""
    return Account(row.id, row.login, row.name, row.role, row.lawyer)


def known_login(connection: Connection, login: str) -> tuple[Account, str] | None:
    """The open account of a log-in name, in capitals or not, with its password hash."""
    row = _named(connection, login)
    return None if row is None or row.disabled else (account_of(row), row.password_hash)


def _named(connection: Connection, login: str) -> Row[Any] | None:
    """The account of a log-in name: as written, else the one that differs in capitals only.

    SQLite knows the capitals of ASCII alone; other letters must there be written as they are.
    """
    alike = or_(ACCOUNT.c.login == login, func.lower(ACCOUNT.c.login) == login.lower())
    rows = connection.execute(select(ACCOUNT).where(alike)).all()
    exact = [row for row in rows if row.login == login]
    return (exact or rows)[0] if exact or len(rows) == 1 else None


def names_of(connection: Connection, logins: Collection[str]) -> dict[str, str]:
    """The names of the accounts with these log-in names; those of nobody are left out."""
    columns = select(ACCOUNT.c.login, ACCOUNT.c.name).where(ACCOUNT.c.login.in_(logins))
    return {row.login: row.name for row in connection.execute(columns)}


def all_accounts(connection: Connection) -> tuple[Account, ...]:
    """Every account, by log-in name."""
    rows = connection.execute(select(ACCOUNT).order_by(ACCOUNT.c.login))
    return tuple(account_of(row) for row in rows)


def add_account(
    connection: Connection,
    login: str,
    name: str,
    role: str,
    password: str,
    now: datetime,
    lawyer: str | None = None,
) -> Account:
    """Makes an account; Refused when the name is taken or the role does not fit."""
    _check(connection, login, name, role, lawyer)
    values = {"login": login, "name": name, "role": role, "lawyer": lawyer}
    made = connection.execute(
        insert(ACCOUNT)
        .values(**values, password_hash=hashed(password), disabled=False, created_at=now)
        .returning(ACCOUNT)
    ).one()
    return account_of(made)


def _check(connection: Connection, login: str, name: str, role: str, lawyer: str | None) -> None:
    """Says all that is wrong with a new account at once."""
    faults = Faults()
    faults.unless(
        1 <= len(login) <= 64 and login.isprintable() and " " not in login,
        "login",
        "登录名需要1到64个字符，不含空格",
        "a login has 1 to 64 characters and no space",
    )
    check_person(connection, faults, name, role, lawyer)
    logins = connection.execute(select(ACCOUNT.c.login)).scalars()
    taken = next((one for one in logins if one.casefold() == login.casefold()), None)
    faults.unless(
        taken is None,
        "login",
        f"登录名{taken}已有人使用（不分大小写）",
        f"the login {taken} is taken (capitals make no difference)",
    )
    faults.refuse()


def check_person(
    connection: Connection, faults: Faults, name: str, role: str, lawyer: str | None
) -> None:
    """Notes what is wrong with whose account it is, and as what."""
    faults.unless(
        1 <= len(name) <= 80 and name.isprintable(),
        "name",
        "姓名需要1到80个字符",
        "1 to 80 characters",
    )
    known = ", ".join(ROLES)
    faults.unless(role in ROLES, "role", f"没有这个角色，可用：{known}", f"known roles: {known}")
    faults.unless(
        (role == "lawyer") == (lawyer is not None),
        "lawyer",
        "律师账号要有律师编号，其他账号不要",
        "a lawyer's id goes with the role lawyer, and only with it",
    )
    if role == "lawyer" and lawyer is not None:
        who = shortened(lawyer)
        faults.unless(
            _is_registered(connection, lawyer),
            "lawyer",
            f"名册中没有律师{who}",
            f"there is no lawyer {who} in the register",
        )


def _is_registered(connection: Connection, lawyer: str) -> bool:
    """Whether the register holds a lawyer; a text that no database takes is nobody's id."""
    if not lawyer.isprintable():
        return False
    known = table(LawyerRecord).c.id
    return connection.execute(select(known).where(known == lawyer)).first() is not None


def set_password(connection: Connection, login: str, password: str) -> Account:
    """Gives an account a new password and closes its sessions; Refused when nobody has it."""
    found = _named(connection, login)
    if found is None:
        raise Refused.one("login", f"没有登录名{login}", f"there is no login {login}")
    fresh = hashed(password)
    values = {"password_hash": fresh, "code_hash": None, "code_until": None}
    connection.execute(update(ACCOUNT).where(ACCOUNT.c.id == found.id).values(values))
    connection.execute(delete(SESSION).where(SESSION.c.account == found.id))
    return account_of(found)
