"""The clock board: how every county's clocks stand, then the open questions by urgency."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from zhiban.queue import service
from zhiban.queue.question import State
from zhiban.queue.views import ClockBoard, ClockBoardRow
from zhiban.web.i18n import Lang, language_of, translate
from zhiban.web.notify.inbox import unread
from zhiban.web.pages.signs import Sign, sign
from zhiban.web.render import page
from zhiban.web.security import allowed, staff
from zhiban.web.wiring import wiring_of

PATH = "/scheduler/clocks"
_READ, _SHOWN = 1000, 100


@dataclass(frozen=True, slots=True)
class Filter:
    """Which rows are wanted: a county (empty: all), and all, soon, late or waiting."""

    county: str = ""
    state: str = ""

    def href(self, **changed: str) -> str:
        """The address with some of it changed."""
        values = {"county": self.county, "state": self.state, **changed}
        query = urlencode({key: value for key, value in values.items() if value})
        return f"{PATH}?{query}" if query else PATH

    def fits(self, row: ClockBoardRow) -> bool:
        """Whether a row is wanted."""
        return (not self.county or row.county.code == self.county) and _in_state(row, self.state)


def _in_state(row: ClockBoardRow, state: str) -> bool:
    status = row.due.status if row.due else ""
    if state == "late":
        return status == "breached"
    if state == "soon":
        return status == "warned"
    return state != "waiting" or row.state == State.WAITING


@dataclass(frozen=True, slots=True)
class Row:
    """One open question on the board."""

    sign: Sign | None
    code: str
    division: str
    category: str
    green: bool
    state: str
    lawyer: str
    asked: datetime


def values(board: ClockBoard, wanted: Filter, now: datetime, lang: Lang) -> dict[str, Any]:
    """What the template shows of a board."""
    rows = [row for row in board.rows if wanted.fits(row)]
    return {
        "counties": _counties(board, wanted, lang),
        "chips": _chips(board, wanted, lang),
        "rows": [_row(row, now, lang) for row in rows[:_SHOWN]],
        "total": len(rows),
    }


def _counties(board: ClockBoard, wanted: Filter, lang: Lang) -> list[dict[str, Any]]:
    return [
        {
            "name": line.county.name.in_(lang),
            "chosen": line.county.code == wanted.county,
            "href": wanted.href(
                county="" if line.county.code == wanted.county else line.county.code
            ),
            "on_duty": line.on_duty,
            "open": line.open,
            "waiting": line.waiting,
            "due_soon": line.due_soon,
            "late": line.late,
        }
        for line in board.counties
    ]


def _chips(board: ClockBoard, wanted: Filter, lang: Lang) -> list[dict[str, Any]]:
    lines = [line for line in board.counties if wanted.county in ("", line.county.code)]
    counted = (
        ("", translate(lang, "全部"), sum(line.open for line in lines)),
        ("late", translate(lang, "超时"), sum(line.late for line in lines)),
        ("soon", translate(lang, "将到期"), sum(line.due_soon for line in lines)),
        ("waiting", translate(lang, "没有律师接手"), sum(line.waiting for line in lines)),
    )
    return [
        {
            "href": wanted.href(state=state),
            "label": f"{label} {count}",
            "current": wanted.state == state,
        }
        for state, label, count in counted
    ]


def _row(row: ClockBoardRow, now: datetime, lang: Lang) -> Row:
    county, division = row.county.name.in_(lang), row.division.name.in_(lang)
    return Row(
        sign=sign(row.due, now, lang) if row.due else None,
        code=row.ticket,
        division=division if county == division else f"{county} {division}",
        category=row.category.name.in_(lang) if row.category else "",
        green=row.green,
        state=row.state,
        lawyer=row.lawyer_name or "",
        asked=row.asked,
    )


async def _board(request: Request, template: str) -> Response:
    wiring, lang, now = wiring_of(request), language_of(request), wiring_of(request).clock.now()
    query = request.query_params
    wanted = Filter(query.get("county", "")[:12], query.get("state", "")[:8])
    viewer = staff(request)
    board, news = await wiring.read(
        lambda c: (service.clock_board(c, wiring.keyring, now, limit=_READ), unread(c, viewer))
    )
    live = wanted.href().replace(PATH, f"{PATH}/live", 1)
    shown = values(board, wanted, now, lang)
    return page(request, template, headers={"X-Next": live}, live=live, unread=news, **shown)


@allowed("scheduler", "supervisor", "administrator")
async def clocks(request: Request) -> Response:
    """The board's page."""
    return await _board(request, "clocks.html")


@allowed("scheduler", "supervisor", "administrator")
async def live(request: Request) -> Response:
    """The part of the page that changes."""
    return await _board(request, "clocks_live.html")


routes = [Route(PATH, clocks), Route(f"{PATH}/live", live)]
