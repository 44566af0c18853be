"""`zhiban user`: accounts of staff."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import datetime
from typing import Annotated

import typer
from sqlalchemy import Connection

from zhiban.data.register_diff import Field
from zhiban.data.wording import Text
from zhiban.web.cli.line import as_json, one_line, said

BY = "command line"
Recorded = tuple[str, str, str, tuple[Field, ...]]
"""Of a change: log-in name, the person's name, what was done, and the fields it changed."""

app = typer.Typer(help="Accounts of staff.", no_args_is_help=True)
FromStdin = Annotated[
    bool, typer.Option("--password-stdin", help="Read the password from standard input.")
]


@app.callback()
def user() -> None:
    """Accounts of staff."""


@app.command("add")
def add(
    login: Annotated[str, typer.Argument(help="The log-in name.")],
    name: Annotated[str, typer.Option(help="The person's name.")],
    role: Annotated[str, typer.Option(help="lawyer, scheduler, supervisor or administrator.")],
    lawyer: Annotated[str | None, typer.Option(help="A lawyer's id in the register.")] = None,
    password_stdin: FromStdin = False,
) -> None:
    """Make an account; the password is asked for, or read from standard input."""
    from zhiban.web.account_edits import TITLES
    from zhiban.web.accounts import add_account
    from zhiban.web.clock import SystemClock

    with one_line():
        password = _password(password_stdin)
        now = SystemClock().now()
        fields = (Field("role", TITLES["role"], "", role),)

        def command(connection: Connection) -> Recorded:
            made = add_account(connection, login, name, role, password, now, lawyer)
            return made.login, made.name, "added", fields

        _write(command, now)
        print(said(Text(f"已建立账号 {login}（{role}）", f"Made the account {login} ({role})")))


@app.command("password")
def password(
    login: Annotated[str, typer.Argument(help="The log-in name.")],
    password_stdin: FromStdin = False,
) -> None:
    """Give an account a new password and close its sessions."""
    from zhiban.web.account_edits import TITLES
    from zhiban.web.accounts import set_password
    from zhiban.web.clock import SystemClock

    with one_line():
        new = _password(password_stdin)
        fields = (Field("password", TITLES["password"], "", "••••"),)

        def command(connection: Connection) -> Recorded:
            found = set_password(connection, login, new)
            return found.login, found.name, "changed", fields

        _write(command, SystemClock().now())
        print(said(Text(f"{login} 的密码已更换", f"{login} has a new password")))


@app.command("list")
def list_accounts(
    as_json_: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """List the accounts."""
    from zhiban.data.database import reading
    from zhiban.web.accounts import all_accounts
    from zhiban.web.cli.base import existing_database

    with one_line(), existing_database() as engine, reading(engine) as connection:
        found = all_accounts(connection)
    if as_json_:
        rows = [
            {"login": one.login, "name": one.name, "role": one.role, "lawyer": one.lawyer}
            for one in found
        ]
        sys.stdout.write(as_json(rows))
        return
    for one in found:
        print(f"{one.login:<20} {one.role:<14} {one.lawyer or '-':<8} {one.name}")


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    prompt = said(Text("密码", "Password"))
    given: str = typer.prompt(prompt, hide_input=True, confirmation_prompt=True, err=True)
    return given


def _write(command: Callable[[Connection], Recorded], now: datetime) -> None:
    """Runs a command over the database by the board's rules, and records what it did.

    The service may be running.
    """
    from zhiban.data import board
    from zhiban.data.database import writing
    from zhiban.data.register_service import note
    from zhiban.web.cli.base import existing_database, settings_now
    from zhiban.web.keys import belongs, keyring_for

    settings = settings_now()
    with existing_database(settings) as engine, writing(engine) as connection:
        board.lock(connection)
        login, name, act, fields = command(connection)
        keyring = keyring_for(settings)  # made now, if there are none, not for what is refused
        belongs(connection, keyring)
        note(connection, keyring, "account", login, name, act, fields, BY, now)
