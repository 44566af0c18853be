"""A lawyer's duties of one week, by the newest version."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from zhiban.data.store import load_calendar
from zhiban.data.week import Week
from zhiban.web import words
from zhiban.web.i18n import Lang, language_of, translate
from zhiban.web.notify.inbox import unread
from zhiban.web.pages.lawyer import lawyer_of
from zhiban.web.pages.my_duties import MyDuty, my_duties
from zhiban.web.pages.places import names
from zhiban.web.pages.weeks import called, parsed, this_week
from zhiban.web.render import page
from zhiban.web.security import allowed, staff
from zhiban.web.wiring import wiring_of


@allowed("lawyer")
async def week_page(request: Request) -> Response:
    """The lawyer's duties of one week, by the newest version."""
    wiring, lang, viewer = wiring_of(request), language_of(request), staff(request)
    now, lawyer = wiring.clock.now(), lawyer_of(viewer)
    present = this_week(now)
    wanted = request.query_params.get("week")
    week = parsed(wanted) if wanted else present

    def look(connection: Connection) -> dict[str, Any]:
        version = wiring.published(connection).newest(week)
        said = names(connection, lang)
        duties = my_duties((version,) if version else (), lawyer, now, said, lang)
        return {
            "published": version is not None,
            "number": version.number if version else 0,
            "published_at": version.published_at if version else now,
            "days": _days(connection, week, duties, now, lang),
            "unread": unread(connection, viewer),
        }

    values = await wiring.read(look)
    return page(
        request,
        "lawyer_week.html",
        week=str(week),
        week_name=called(week, lang),
        previous=str(week.next(-1)),
        following=str(week.next()),
        this_week=str(present),
        **values,
    )


def _days(
    connection: Connection, week: Week, duties: list[MyDuty], now: datetime, lang: Lang
) -> list[dict[str, Any]]:
    calendar = load_calendar(connection)
    today = words.local(now).date()
    return [
        {
            "weekday": words.weekday(day, lang),
            "date": words.date_of(day, lang),
            "today": day == today,
            "mark": "" if calendar.is_workday(day) else translate(lang, "休息日"),
            "duties": [duty for duty in duties if words.local(duty.start).date() == day],
        }
        for day in week.days
    ]


routes = [Route("/lawyer/week", week_page)]
