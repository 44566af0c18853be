"""A week as files and as pages to print, and an edited workbook taken in again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from zhiban.data import trail
from zhiban.data.week import Week
from zhiban.data.wording import FieldError, Refused
from zhiban.data.workbooks import LARGEST
from zhiban.roster import exporting, store
from zhiban.roster.duty_sheet import ReadTable, read_roster_sheet
from zhiban.roster.duty_text import HEADERS, as_csv, as_ics, as_json, duty_rows
from zhiban.roster.duty_words import Bureau
from zhiban.roster.duty_xlsx import duty_workbook
from zhiban.roster.exporting import Exported, Phones
from zhiban.web.accounts import Role
from zhiban.web.duty_sheets import page_values, sheets
from zhiban.web.i18n import Lang, language_of, translate
from zhiban.web.pages.weeks import called, week_of
from zhiban.web.problems import Problem
from zhiban.web.render import page
from zhiban.web.security import allowed, staff
from zhiban.web.settings import Settings
from zhiban.web.wiring import wiring_of

DESK: tuple[Role, ...] = ("scheduler", "supervisor", "administrator")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PHONES: dict[str, Phones] = {"masked": "masked", "full": "full", "none": "none"}
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Choice:
    """A draft or version that can be taken out, as an address and in words."""

    code: str
    label: str


def bureau_of(settings: Settings) -> Bureau:
    """Who issues the tables."""
    return Bureau(settings.bureau, settings.hotline)


def choices(connection: Connection, week: Week, lang: Lang) -> list[Choice]:
    """What there is of a week, the newest version first and the draft last."""
    found = [
        Choice(f"v{one.number}", translate(lang, "第%(number)s版", number=one.number))
        for one in reversed(store.load_history(connection, week))
    ]
    revision, published = store.draft_head(connection, week)
    if revision and revision != published:
        found.append(Choice("draft", translate(lang, "草稿第%(revision)s稿", revision=revision)))
    return found


@allowed(*DESK)
async def files(request: Request) -> Response:
    """The page of buttons: which draft or version, as what, and the way back in."""
    return await _files(request, [])


async def _files(request: Request, errors: list[FieldError], status_code: int = 200) -> Response:
    wiring, lang, week = wiring_of(request), language_of(request), week_of(request)
    found = await wiring.read(lambda connection: choices(connection, week, lang))
    wanted = request.query_params.get("show", "")
    chosen = next((one for one in found if one.code == wanted), found[0] if found else None)
    return page(
        request,
        "print_files.html",
        status_code=status_code,
        week=str(week),
        week_name=called(week, lang),
        choices=found,
        chosen=chosen,
        errors=[(one.field, one.text.in_(lang)) for one in errors[:_SHOWN]],
        more=max(0, len(errors) - _SHOWN),
        same=bool(request.query_params.get("same")),
    )


async def _exported(request: Request, phones: Phones) -> Exported:
    wiring, week = wiring_of(request), week_of(request)
    which = request.query_params.get("show", "")
    found = await wiring.read(
        lambda connection: exporting.export_week(
            connection, wiring.keyring, week, which, phones=phones
        )
    )
    if found is None:
        raise Problem(404)
    return found


@allowed(*DESK)
async def print_page(request: Request) -> Response:
    """A page of A4 for each county."""
    lang, week = language_of(request), week_of(request)
    phones = PHONES.get(request.query_params.get("phones", ""), "masked")
    found = await _exported(request, phones)
    made = sheets(found.table, bureau_of(wiring_of(request).settings))
    return page(
        request,
        "print_week.html",
        week=str(week),
        week_name=called(week, lang),
        show=request.query_params.get("show", ""),
        phones=phones,
        **page_values(made),
    )


@allowed(*DESK)
async def file(request: Request) -> Response:
    """One file of the week; `public.xlsx` has masked phones and nothing hidden."""
    kind, week = request.path_params["kind"], week_of(request)
    if kind not in ("staff.xlsx", "public.xlsx", "csv", "json", "ics"):
        raise Problem(404)
    found = await _exported(request, "masked" if kind == "public.xlsx" else "full")
    bureau = bureau_of(wiring_of(request).settings)
    content, media = _content(kind, found, bureau)
    stand = f"v{found.table.number}" if found.table.kind == "version" else "draft"
    name = f"{week}-{stand}-{kind}" if kind.endswith("xlsx") else f"{week}-{stand}.{kind}"
    shown = f"attachment; filename=\"{name}\"; filename*=UTF-8''{quote('值班表-' + name)}"
    headers = {"Content-Disposition": shown, "Cache-Control": "no-store"}
    return Response(content, media_type=media, headers=headers)


def _content(kind: str, found: Exported, bureau: Bureau) -> tuple[bytes, str]:
    if kind.endswith("xlsx"):
        book = duty_workbook(found.table, bureau, identities=kind == "staff.xlsx")
        return book, XLSX
    rows = duty_rows(found.table, found.problem)
    if kind == "csv":
        return as_csv(rows, HEADERS).encode(), "text/csv"
    if kind == "ics":
        return as_ics(found.table, rows, bureau), "text/calendar"
    return as_json(found.table, rows).encode(), "application/json"


@allowed("scheduler")
async def bring_in(request: Request) -> Response:
    """Makes an edited workbook the draft of its week, or says what is wrong in each cell."""
    wiring, week = wiring_of(request), week_of(request)
    by, now = staff(request).login, wiring.clock.now()
    try:
        read = await run_in_threadpool(read_roster_sheet, await _uploaded(request))
        made = await wiring.read(
            lambda connection: exporting.prepared(connection, wiring.keyring, week, read)
        )
        if await wiring.read(lambda c: exporting.nothing_new(c, week, made[1])):
            return RedirectResponse(f"/scheduler/week/{week}/files?same=1", 303)
        done = await wiring.write(lambda connection: _take_in(connection, read, made, by, now))
    except Refused as refused:
        return await _files(request, list(refused.errors), 422)
    if done.alternative:
        return RedirectResponse(f"/scheduler/week/{week}/compare?kept=1", 303)
    return RedirectResponse(f"/scheduler/week/{week}?show=draft", 303)


def _take_in(
    connection: Connection, read: ReadTable, made: Any, by: str, now: Any
) -> exporting.Imported:
    done = exporting.take_in(connection, read, made, by, now)
    trail.note(
        connection,
        f"roster:{read.week}",
        by,
        "imported",
        now,
        revision=str(done.revision),
        alternative=done.alternative,
        changed=str(done.changed),
    )
    return done


async def _uploaded(request: Request) -> bytes:
    async with request.form(max_files=1, max_fields=10, max_part_size=LARGEST) as sent:
        given = sent.get("file")
        content = await given.read() if isinstance(given, UploadFile) else b""
    if not content:
        raise Refused.one("file", "请选一个 Excel 文件", "choose an Excel file")
    return content


routes = [
    Route("/scheduler/week/{week}/files", files),
    Route("/scheduler/week/{week}/files", bring_in, methods=["POST"]),
    Route("/scheduler/week/{week}/files/{kind}", file),
    Route("/scheduler/week/{week}/print", print_page),
]
