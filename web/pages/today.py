"""The scheduler's today: what needs a hand, and by county who is there and how clocks stand."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from zhiban.queue import at_station, service
from zhiban.queue.memory import knowledge
from zhiban.roster import presence
from zhiban.roster.published import Published
from zhiban.web import words
from zhiban.web.i18n import language_of, translate
from zhiban.web.notify.inbox import recipients_of, unread
from zhiban.web.pages import today_items
from zhiban.web.pages.form import form_of
from zhiban.web.pages.places import names
from zhiban.web.pages.station_link import mark
from zhiban.web.pages.weeks import this_week
from zhiban.web.records import INBOX_NOTICE
from zhiban.web.render import page
from zhiban.web.security import allowed, staff
from zhiban.web.wiring import wiring_of

PATH = "/scheduler/today"
_READ, _SHOWN = 500, 40
_ESCALATIONS = ("escalated", "nobody_free")


async def _today(request: Request, template: str) -> Response:
    wiring, lang, viewer = wiring_of(request), language_of(request), staff(request)
    now = wiring.clock.now()

    def look(connection: Connection) -> dict[str, Any]:
        published, said = wiring.published(connection), names(connection, lang)
        register = knowledge(connection, wiring.keyring, now).register
        coming = presence.attendance(connection, published, now)
        board = service.clock_board(connection, wiring.keyring, now, limit=_READ)
        waiting = at_station.waiting_by_post(connection, now)
        opened = today_items.next_half(register, now)
        items = [
            *today_items.missing(coming, said, now, lang),
            *today_items.unstaffed(board, now, lang),
            *today_items.clocks(board, now, lang),
            *today_items.long_waits(waiting, said, now, lang),
            *today_items.empty_next(opened, _duties(published, opened), said, now, lang),
        ]
        mine = INBOX_NOTICE.c.recipient.in_(recipients_of(viewer))
        told = connection.execute(
            select(INBOX_NOTICE.c.id).where(
                mine, INBOX_NOTICE.c.read_at.is_(None), INBOX_NOTICE.c.kind.in_(_ESCALATIONS)
            )
        ).all()
        return {
            "counties": today_items.counties(board, coming, waiting, register, said, now, lang),
            "items": sorted(items, key=lambda item: item.due)[:_SHOWN],
            "more": max(0, len(items) - _SHOWN),
            "escalations": len(told),
            "unread": unread(connection, viewer),
        }

    values = await wiring.read(look)
    seen = mark(values["counties"], values["items"], values["escalations"])
    following = f"{PATH}/live?mark={seen}"
    if request.query_params.get("mark") == seen:
        return Response(status_code=204)
    number = request.query_params.get("version", "")
    return page(
        request,
        template,
        headers={"X-Next": following},
        live=following,
        date=words.stamp(now, lang).rsplit(" ", 1)[0].rstrip(","),
        done=_said(request, number, lang),
        **values,
    )


def _said(request: Request, number: str, lang: Any) -> str:
    if number.isdecimal():
        return translate(
            lang, "替班已生效，成为第%(number)s版；只通知了有变动的律师。", number=number
        )
    return translate(lang, "已记为到岗。") if request.query_params.get("excused") else ""


def _duties(published: Published, opened: Any) -> list[Any]:
    """The duties of the weeks in which those hours lie."""
    weeks = {this_week(span.start) for _, span in opened}
    newest = [published.newest(week) for week in weeks]
    return [duty for version in newest if version is not None for duty in version.duties]


@allowed("scheduler", "supervisor", "administrator")
async def today(request: Request) -> Response:
    """The page."""
    return await _today(request, "today.html")


@allowed("scheduler", "supervisor", "administrator")
async def live(request: Request) -> Response:
    """The part that changes; 204 while nothing has."""
    return await _today(request, "today_live.html")


@allowed("scheduler")
async def excuse(request: Request) -> Response:
    """The scheduler knows better: the lawyer is there after all."""
    wiring, form = wiring_of(request), await form_of(request)
    now, shift, lawyer = wiring.clock.now(), form.text("shift"), form.text("lawyer")
    await wiring.write(lambda c: presence.excuse(c, wiring.published(c), shift, lawyer, now))
    return RedirectResponse(f"{PATH}?excused=1", 303)


routes = [
    Route(PATH, today),
    Route(f"{PATH}/live", live),
    Route(f"{PATH}/excuse", excuse, methods=["POST"]),
]
