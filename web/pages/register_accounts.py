"""Accounts of staff, for administrators alone: found, added, invited by a one-time code."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, select
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from zhiban.data import codes
from zhiban.data import register_service as service
from zhiban.data.register_diff import Field
from zhiban.data.wording import Refused
from zhiban.web.account_edits import (
    CODE_LASTS,
    TITLES,
    NotDone,
    find_account,
    give_code,
    last_sign_ins,
)
from zhiban.web.accounts import add_account
from zhiban.web.i18n import language_of
from zhiban.web.notify.inbox import unread
from zhiban.web.pages.form import form_of
from zhiban.web.pages.register_parts import ROLE_NAMES
from zhiban.web.records import ACCOUNT
from zhiban.web.render import page
from zhiban.web.security import allowed, staff
from zhiban.web.wiring import wiring_of

PATH = "/admin/accounts"
SHORTEST, LONGEST = 12, 200
SIZE = 50


@allowed("administrator")
async def listing(request: Request) -> Response:
    """All accounts, found by words, role and state, and the form of a new one."""
    return await _page(request)


async def _page(
    request: Request,
    said: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    wiring, viewer, asked = wiring_of(request), staff(request), request.query_params
    names = ("id", "login", "name", "role", "lawyer", "disabled", "code_hash")
    columns = [ACCOUNT.c[name] for name in names]

    def look(connection: Connection) -> dict[str, Any]:
        found = connection.execute(select(*columns).order_by(ACCOUNT.c.login)).all()
        return {
            "every": found,
            "seen": last_sign_ins(connection),
            "unread": unread(connection, viewer),
        }

    values = await wiring.read(look)
    words = asked.get("q", "").strip()[:40].casefold()
    role, state = asked.get("role", ""), asked.get("state", "")
    rows = [
        one
        for one in values.pop("every")
        if words in f"{one.login} {one.name} {one.lawyer or ''}".casefold()
        and role in ("", one.role)
        and (not state or one.disabled == (state == "disabled"))
    ]
    given = asked.get("page", "1")
    pages = max(1, -(-len(rows) // SIZE))
    number = min(pages, max(1, int(given[:5]) if given.isascii() and given.isdigit() else 1))
    usual = dict.fromkeys(("login", "name", "role", "lawyer"), "")
    return page(
        request,
        "register_accounts.html",
        status_code=status,
        rows=rows[(number - 1) * SIZE : number * SIZE],
        total=len(rows),
        number=number,
        pages=pages,
        q=words,
        of_role=role,
        state=state,
        roles=ROLE_NAMES,
        form={**usual, **(said or {})},
        errors=errors or {},
        done=asked.get("done", ""),
        **values,
    )


@allowed("administrator")
async def add(request: Request) -> Response:
    """Makes an account; without a password, with a code by which its holder chooses one."""
    wiring, by, lang = wiring_of(request), staff(request).login, language_of(request)
    form, now = await form_of(request), wiring.clock.now()
    said = {name: form.text(name) for name in ("login", "name", "role", "lawyer")}
    password, unusable = form.raw("password"), secrets.token_urlsafe(32)
    invited = not password

    def command(connection: Connection) -> tuple[int, str]:
        long_enough(unusable if invited else password)
        made = add_account(
            connection,
            said["login"],
            said["name"],
            said["role"],
            unusable if invited else password,
            now,
            said["lawyer"] or None,
        )
        fields = [Field("role", TITLES["role"], "", said["role"])]
        token: str | NotDone = ""
        if invited:
            row = find_account(connection, made.id)
            token = "" if row is None else give_code(connection, row, row.password_hash, now)
            fields.append(Field("code", TITLES["code"], "", "••••"))
        service.note(
            connection,
            wiring.keyring,
            "account",
            said["login"],
            said["name"],
            "added",
            fields,
            by,
            now,
        )
        return made.id, token if isinstance(token, str) else ""

    try:
        id, token = await wiring.write(command)
    except Refused as refused:
        errors = {one.field: one.text.in_(lang) for one in refused.errors}
        return await _page(request, said, errors, 422)
    if token:
        return code_page(request, said["login"], token)
    return RedirectResponse(f"{PATH}/{id}?done=added", 303)


def code_page(request: Request, login: str, token: str) -> Response:
    """The code, shown this once, with what its holder does with it."""
    return page(
        request,
        "register_account_code.html",
        login=login,
        code=codes.spaced(token),
        days=CODE_LASTS.days,
    )


def long_enough(password: str) -> None:
    """Refuses a password that is too short or too long for staff."""
    if not SHORTEST <= len(password) <= LONGEST:
        zh, en = f"密码需要{SHORTEST}到{LONGEST}个字符", f"{SHORTEST} to {LONGEST} characters"
        raise Refused.one("password", zh, en)


routes = [Route(PATH, listing), Route(PATH, add, methods=["POST"])]
