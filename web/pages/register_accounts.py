"""Accounts of staff, for administrators alone: added, disabled, another role, a new password."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, delete, select, update
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from zhiban.data import register_service as service
from zhiban.data.register_diff import Field
from zhiban.data.wording import Refused, Text
from zhiban.web.accounts import ROLES, add_account, set_password
from zhiban.web.i18n import language_of
from zhiban.web.notify.inbox import unread
from zhiban.web.pages.form import Form, form_of
from zhiban.web.problems import Problem
from zhiban.web.records import ACCOUNT, SESSION
from zhiban.web.render import page
from zhiban.web.security import allowed, staff
from zhiban.web.wiring import wiring_of

PATH = "/admin/accounts"
SHORTEST = 12
_STATE = Text("停用", "disabled")
_SECRET = Text("密码", "password")
_ROLE = Text("角色", "role")


@allowed("administrator")
async def listing(request: Request) -> Response:
    """All accounts, and the form of a new one."""
    return await _page(request)


async def _page(
    request: Request,
    said: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    wiring, viewer = wiring_of(request), staff(request)
    columns = [ACCOUNT.c[name] for name in ("id", "login", "name", "role", "lawyer", "disabled")]
    rows, news = await wiring.read(
        lambda c: (c.execute(select(*columns).order_by(ACCOUNT.c.login)).all(), unread(c, viewer))
    )
    words = request.query_params.get("q", "").strip()[:40].casefold()
    usual = dict.fromkeys(("login", "name", "role", "lawyer"), "")
    return page(
        request,
        "register_accounts.html",
        status_code=status,
        rows=[one for one in rows if words in f"{one.login} {one.name}".casefold()],
        q=words,
        roles=ROLES,
        form={**usual, **(said or {})},
        errors=errors or {},
        done=request.query_params.get("done", ""),
        unread=news,
    )


@allowed("administrator")
async def add(request: Request) -> Response:
    """Makes an account."""
    wiring, by, lang = wiring_of(request), staff(request).login, language_of(request)
    form, now = await form_of(request), wiring.clock.now()
    said = {name: form.text(name) for name in ("login", "name", "role", "lawyer")}
    password = form.raw("password")

    def command(connection: Connection) -> None:
        _long_enough(password)
        add_account(
            connection,
            said["login"],
            said["name"],
            said["role"],
            password,
            now,
            said["lawyer"] or None,
        )
        fields = [Field("role", _ROLE, "", said["role"])]
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

    try:
        await wiring.write(command)
    except Refused as refused:
        errors = {one.field: one.text.in_(lang) for one in refused.errors}
        return await _page(request, said, errors, 422)
    return RedirectResponse(f"{PATH}?done=saved", 303)


def _long_enough(password: str) -> None:
    if not SHORTEST <= len(password) <= 200:
        zh, en = f"密码需要{SHORTEST}到200个字符", f"{SHORTEST} to 200 characters"
        raise Refused.one("password", zh, en)


@allowed("administrator")
async def change(request: Request) -> Response:
    """Disables or enables an account, or gives it a new password; its sessions close."""
    wiring, viewer, lang = wiring_of(request), staff(request), language_of(request)
    form, now, id = await form_of(request), wiring.clock.now(), int(request.path_params["id"])
    if id == viewer.id and form.text("act") != "password":
        raise Problem(409, Text("不能停用自己的账号", "nobody disables their own account"))

    def command(connection: Connection) -> str:
        row = connection.execute(select(ACCOUNT).where(ACCOUNT.c.id == id)).one_or_none()
        if row is None:
            raise Problem(404)
        field = _done(connection, form, row.login, row.disabled)
        service.note(
            connection,
            wiring.keyring,
            "account",
            row.login,
            row.name,
            "changed",
            [field],
            viewer.login,
            now,
        )
        return form.text("act")

    try:
        act = await wiring.write(command)
    except Refused as refused:
        return await _page(request, errors={f"p{id}": refused.errors[0].text.in_(lang)}, status=422)
    return RedirectResponse(f"{PATH}?done={act}", 303)


def _done(connection: Connection, form: Form, login: str, disabled: bool) -> Field:
    which = ACCOUNT.c.login == login
    if form.text("act") == "password":
        _long_enough(form.raw("password"))
        set_password(connection, login, form.raw("password"))
        return Field("password", _SECRET, "•••", "••••")
    if form.text("act") not in ("disable", "enable"):
        raise Problem(422)
    off = form.text("act") == "disable"
    connection.execute(update(ACCOUNT).where(which).values(disabled=off))
    if off:
        own = select(ACCOUNT.c.id).where(which).scalar_subquery()
        connection.execute(delete(SESSION).where(SESSION.c.account == own))
    return Field("disabled", _STATE, "是" if disabled else "否", "是" if off else "否")


routes = [
    Route(PATH, listing),
    Route(PATH, add, methods=["POST"]),
    Route(PATH + "/{id:int}", change, methods=["POST"]),
]
