"""Excel into the register: a template, a preview of every row, all rows or the good ones taken."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from zhiban.data import register_service as service
from zhiban.data.excel import register_workbook
from zhiban.data.excel_reading import Read
from zhiban.data.excel_sheets import SHEETS
from zhiban.data.register_diff import digest_of
from zhiban.data.register_service import Stale
from zhiban.data.store import load_register
from zhiban.data.wording import Refused
from zhiban.data.workbooks import LARGEST, Sheet, opened
from zhiban.roster import exporting
from zhiban.roster.duty_sheet import read_table
from zhiban.roster.duty_xlsx import HIDDEN
from zhiban.web.i18n import language_of
from zhiban.web.notify.inbox import unread
from zhiban.web.pages.form import Form, form_of
from zhiban.web.pages.register_parts import DESK, PATH
from zhiban.web.problems import Problem
from zhiban.web.render import page
from zhiban.web.security import allowed, staff
from zhiban.web.wiring import wiring_of

IMPORT = f"{PATH}/import"
SHOWN = 200
Sheets = Mapping[str, Sheet]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@allowed(*DESK)
async def start(request: Request) -> Response:
    """Where a file is chosen; with a token, what that file would do."""
    token = request.query_params.get("file", "")
    return await (_preview(request, token) if token else _page(request))


@allowed("scheduler")
async def upload(request: Request) -> Response:
    """Keeps the file and shows what it would do."""
    wiring, by = wiring_of(request), staff(request).login
    now, lang = wiring.clock.now(), language_of(request)
    try:
        name, content = await _uploaded(request)
        sheets = await run_in_threadpool(opened, content)
        if HIDDEN not in sheets:
            await wiring.read(lambda c: service.preview(c, wiring.keyring, sheets))
        else:
            read_table(sheets)
    except Refused as refused:
        return await _page(request, [one.text.in_(lang) for one in refused.errors], 422)
    token = await wiring.write(
        lambda c: service.keep_upload(c, wiring.keyring, name, content, by, now)
    )
    return RedirectResponse(f"{IMPORT}?file={token}", 303)


@allowed("scheduler")
async def take(request: Request) -> Response:
    """Takes all rows, or the good ones where that was asked for; or the duty table."""
    wiring, by = wiring_of(request), staff(request).login
    form, now = await form_of(request), wiring.clock.now()
    token = form.text("file")
    kept = await wiring.read(lambda c: service.uploaded(c, wiring.keyring, token, by, now))
    if kept is None:
        raise Problem(404)
    sheets = await run_in_threadpool(opened, kept[1])
    if HIDDEN in sheets:
        return await _take_table(request, sheets, token)
    return await _take_rows(request, form, token, sheets)


async def _take_rows(request: Request, form: Form, token: str, sheets: Sheets) -> Response:
    wiring, by = wiring_of(request), staff(request).login
    now, digest, valid = wiring.clock.now(), form.text("digest"), form.text("rows") == "valid"

    def command(connection: Connection) -> Read | Stale | None:
        done = service.take(connection, wiring.keyring, sheets, digest, by, now, faulty=valid)
        if isinstance(done, Read):
            service.drop_upload(connection, token)
        return done

    done = await wiring.write(command)
    if done is None:
        return await _preview(request, token, 422)
    if isinstance(done, Stale):
        return await _preview(request, token, 409)
    new, changed = done.number(new=True), done.number(new=False)
    return RedirectResponse(f"{IMPORT}?new={new}&changed={changed}&bad={done.bad_rows}", 303)


async def _take_table(request: Request, sheets: Sheets, token: str) -> Response:
    wiring, by, lang = wiring_of(request), staff(request).login, language_of(request)
    now = wiring.clock.now()
    try:
        read = read_table(sheets)
        made = await wiring.read(lambda c: exporting.prepared(c, wiring.keyring, read.week, read))

        def command(connection: Connection) -> exporting.Imported:
            service.drop_upload(connection, token)
            done = exporting.take_in(connection, read, made, by, now)
            week = str(read.week)
            service.note(connection, wiring.keyring, "roster", week, week, "imported", (), by, now)
            return done

        if await wiring.read(lambda c: exporting.nothing_new(c, read.week, made[1])):
            return await _preview(request, token)
        done = await wiring.write(command)
    except Refused as refused:
        return await _page(request, [one.text.in_(lang) for one in refused.errors], 422)
    ending = "/compare?kept=1" if done.alternative else "?show=draft"
    return RedirectResponse(f"/scheduler/week/{read.week}{ending}", 303)


@allowed(*DESK)
async def workbook(request: Request) -> Response:
    """The template, or the register itself, to be changed and read again."""
    filled = request.path_params["name"] == "register"
    if not filled and request.path_params["name"] != "template":
        raise Problem(404)
    wiring = wiring_of(request)
    content = await wiring.read(
        lambda c: register_workbook(load_register(c, wiring.keyring), filled=filled)
    )
    name = "名册.xlsx" if filled else "名册模板.xlsx"
    shown = f"attachment; filename=\"register.xlsx\"; filename*=UTF-8''{quote(name)}"
    headers = {"Content-Disposition": shown, "Cache-Control": "no-store"}
    return Response(content, media_type=XLSX, headers=headers)


async def _preview(request: Request, token: str, status: int = 200) -> Response:
    wiring, by, lang = wiring_of(request), staff(request).login, language_of(request)
    now = wiring.clock.now()
    kept = await wiring.read(lambda c: service.uploaded(c, wiring.keyring, token, by, now))
    if kept is None:
        raise Problem(404)
    name, content = kept
    sheets = await run_in_threadpool(opened, content)
    if HIDDEN in sheets:
        return await _table_preview(request, token, name, sheets)
    try:
        read = (await wiring.read(lambda c: service.preview(c, wiring.keyring, sheets)))[1]
    except Refused as refused:
        return await _page(request, [one.text.in_(lang) for one in refused.errors], 422)
    return await _page(
        request,
        [],
        status,
        token=token,
        name=name,
        read=read,
        digest=digest_of(read.changes),
        groups=[
            (title, [one for one in read.changes if one.kind == kind])
            for kind, (title, _) in SHEETS.items()
        ],
    )


async def _table_preview(request: Request, token: str, name: str, sheets: Sheets) -> Response:
    wiring, lang = wiring_of(request), language_of(request)
    try:
        read = read_table(sheets)
        made = await wiring.read(lambda c: exporting.prepared(c, wiring.keyring, read.week, read))
        same = await wiring.read(lambda c: exporting.nothing_new(c, read.week, made[1]))
    except Refused as refused:
        told = [f"{one.field} {one.text.in_(lang)}" for one in refused.errors]
        return await _page(request, told, 422)
    table = {
        "week": str(read.week),
        "shifts": len(read.shifts),
        "people": sum(len(one.people) for one in read.shifts),
        "changed": made[3],
        "same": same,
        "broken": [one.text.in_(lang) for one in made[2]],
    }
    return await _page(request, [], token=token, name=name, table=table)


async def _page(
    request: Request, errors: list[str] | None = None, status: int = 200, **values: Any
) -> Response:
    wiring, viewer = wiring_of(request), staff(request)
    news = await wiring.read(lambda c: unread(c, viewer))
    told = {key: request.query_params.get(key, "") for key in ("new", "changed", "bad")}
    usual: dict[str, Any] = {
        "token": "",
        "name": "",
        "read": None,
        "digest": "",
        "groups": [],
        "table": None,
    }
    return page(
        request,
        "register_import.html",
        status_code=status,
        errors=errors or [],
        stale=status == 409,
        done=told if told["new"].isdecimal() else None,
        shown=SHOWN,
        unread=news,
        **usual | values,
    )


async def _uploaded(request: Request) -> tuple[str, bytes]:
    async with request.form(max_files=1, max_fields=10, max_part_size=LARGEST) as sent:
        given = sent.get("file")
        if isinstance(given, UploadFile) and given.filename:
            content = await given.read(LARGEST + 1)
            if content:
                return given.filename, content
    raise Refused.one("file", "请选一个 Excel 文件", "choose an Excel file")


routes = [
    Route(IMPORT, start),
    Route(IMPORT, upload, methods=["POST"]),
    Route(f"{IMPORT}/take", take, methods=["POST"]),
    Route(PATH + "/files/{name}.xlsx", workbook),
]
