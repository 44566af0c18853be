"""One account: who it is and as what, disabled at once, a new password or a code for one."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, func, select
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from zhiban.data import register_service as service
from zhiban.data.register_diff import Field
from zhiban.data.wording import Refused, Text
from zhiban.web import account_edits as edits
from zhiban.web.account_edits import TITLES, NotDone
from zhiban.web.accounts import set_password
from zhiban.web.i18n import language_of, translate
from zhiban.web.limits import address
from zhiban.web.notify.inbox import unread
from zhiban.web.pages.form import Form, form_of
from zhiban.web.pages.register_accounts import LONGEST, PATH, SHORTEST, code_page, long_enough
from zhiban.web.pages.register_parts import ACT_NAMES, ROLE_NAMES
from zhiban.web.passwords import hashed
from zhiban.web.problems import Problem
from zhiban.web.records import SESSION
from zhiban.web.render import page
from zhiban.web.security import allowed, staff
from zhiban.web.wiring import wiring_of

ONE = PATH + "/{id:int}"
OWN = Text(
    "不能停用自己的账号，也不能改自己的角色",
    "nobody disables their own account or changes their own role",
)


@dataclass(frozen=True)
class Shown:
    """How the page is to be shown again: what was written, what is wrong, who was first."""

    said: Mapping[str, str] | None = None
    errors: Mapping[str, str] = field(default_factory=dict)
    stale: bool = False


@dataclass(frozen=True)
class Stale:
    """Somebody else has changed the account meanwhile."""


@allowed("administrator")
async def show(request: Request) -> Response:
    """One account with what was changed of it."""
    return await _page(request, Shown())


async def _page(request: Request, shown: Shown, status: int = 200) -> Response:
    wiring, viewer, id = wiring_of(request), staff(request), int(request.path_params["id"])

    def look(connection: Connection) -> dict[str, Any]:
        row = edits.find_account(connection, id)
        if row is None:
            raise Problem(404)
        mine = select(func.count()).where(SESSION.c.account == id)
        known = {"kind": "account", "subject": row.login, "most": 10}
        return {
            "one": row,
            "version": edits.version_of(row),
            "seen": edits.last_sign_ins(connection).get(id),
            "sessions": connection.execute(mine).scalar_one(),
            "log": service.log(connection, wiring.keyring, **known)[0],
            "unread": unread(connection, viewer),
        }

    values = await wiring.read(look)
    row = values["one"]
    usual = {"name": row.name, "role": row.role, "lawyer": row.lawyer or ""}
    return page(
        request,
        "register_account.html",
        status_code=status,
        form={**usual, **(shown.said or {})},
        errors=shown.errors,
        stale=shown.stale,
        roles=ROLE_NAMES,
        acts=ACT_NAMES,
        done=request.query_params.get("done", ""),
        own=row.id == viewer.id,
        **values,
    )


@allowed("administrator")
async def change(request: Request) -> Response:
    """Does one thing to an account, and records it with before and after."""
    wiring, viewer, lang = wiring_of(request), staff(request), language_of(request)
    form, now, id = await form_of(request), wiring.clock.now(), int(request.path_params["id"])
    act = form.text("act")
    if id == viewer.id and act in ("disable", "code"):
        raise Problem(409, OWN)
    unusable = await run_in_threadpool(hashed, secrets.token_urlsafe(32)) if act == "code" else ""

    def command(connection: Connection) -> str | NotDone | Stale:
        still = edits.find_account(connection, viewer.id)
        if still is None or still.disabled or still.role != "administrator":
            raise Problem(403)
        row = edits.find_account(connection, id)
        if row is None:
            raise Problem(404)
        if act == "save" and form.text("version") != edits.version_of(row):
            return Stale()
        token = edits.give_code(connection, row, unusable, now) if act == "code" else ""
        if isinstance(token, NotDone):
            return token
        fields = _done(connection, form, row, own=id == viewer.id)
        if isinstance(fields, NotDone):
            return fields
        if fields:
            who = ("account", row.login, row.name)
            service.note(connection, wiring.keyring, *who, "changed", fields, viewer.login, now)
        return token and f"{row.login} {token}"

    said = {name: form.text(name) for name in ("name", "role", "lawyer")} if act == "save" else None
    try:
        done = await wiring.write(command)
    except Refused as refused:
        errors = {one.field: one.text.in_(lang) for one in refused.errors}
        return await _page(request, Shown(said, errors), 422)
    if isinstance(done, NotDone):
        return await _page(request, Shown(said, {"role": done.why.in_(lang)}), 409)
    if isinstance(done, Stale):
        return await _page(request, Shown(said, stale=True), 409)
    if done:
        login, _, token = done.rpartition(" ")
        return code_page(request, login, token)
    return RedirectResponse(f"{PATH}/{id}?done={act}", 303)


def _done(connection: Connection, form: Form, row: Row[Any], *, own: bool) -> list[Field] | NotDone:
    """What was done, field by field."""
    act = form.text("act")
    if act == "save":
        role = form.text("role")
        if own and role != row.role:
            return NotDone(OWN)
        return edits.change_person(connection, row, form.text("name"), role, form.some("lawyer"))
    if act in ("disable", "enable"):
        return edits.disable(connection, row, off=act == "disable")
    if act == "password":
        long_enough(form.raw("password"))
        set_password(connection, row.login, form.raw("password"))
        return [Field("password", TITLES["password"], "•••", "••••")]
    if act == "code":
        return [Field("code", TITLES["code"], "", "••••")]
    if act == "sessions":
        number = edits.end_sessions(connection, row.id)
        return [Field("sessions", TITLES["sessions"], str(number), "0")]
    raise Problem(422)


async def code_form(request: Request) -> Response:
    """Where the holder of a one-time code chooses a password."""
    return page(request, "login_code.html", errors={}, shortest=SHORTEST)


async def take_code(request: Request) -> Response:
    """Gives the account of the code its password; the code works once."""
    wiring, lang, form = wiring_of(request), language_of(request), await form_of(request)
    wiring.limiter.check("ticket", address(request))
    token, password, now = form.text("token"), form.raw("password"), wiring.clock.now()
    errors: dict[str, str] = {}
    if not SHORTEST <= len(password) <= LONGEST:
        errors["password"] = translate(lang, "密码至少%(least)s个字符。", least=SHORTEST)
    elif password != form.raw("again"):
        errors["again"] = translate(lang, "两次输入的密码不一样。")
    if not errors:
        fresh = await run_in_threadpool(hashed, password)

        def command(connection: Connection) -> bool:
            row = edits.use_code(connection, token, fresh, now)
            if row is None:
                return False
            fields = [Field("password", TITLES["password"], "", "••••")]
            who = ("account", row.login, row.name)
            service.note(connection, wiring.keyring, *who, "changed", fields, row.login, now)
            return True

        if await wiring.write(command):
            return RedirectResponse("/login", 303)
        errors["token"] = translate(lang, "开通码不对，或已经用过、过期。可以请管理员再发一个。")
    return page(request, "login_code.html", status_code=422, errors=errors, shortest=SHORTEST)


routes = [
    Route(ONE, show),
    Route(ONE, change, methods=["POST"]),
    Route("/login/code", code_form),
    Route("/login/code", take_code, methods=["POST"]),
]
