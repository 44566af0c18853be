"""A lawyer's duties, week by week and over a month, and what changed since they last looked."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from zhiban.data.store import load_calendar
from zhiban.data.week import Week
from zhiban.roster.published import OnDuty, Published
from zhiban.roster.seen import changes_since_seen, take_note
from zhiban.web import words
from zhiban.web.i18n import Lang, language_of, translate
from zhiban.web.notify.inbox import unread
from zhiban.web.pages.form import form_of
from zhiban.web.pages.lawyer import lawyer_of
from zhiban.web.pages.my_duties import MyDuty, my_duties
from zhiban.web.pages.places import addresses, names
from zhiban.web.pages.weeks import called, parsed, this_week
from zhiban.web.problems import Problem
from zhiban.web.render import page
from zhiban.web.security import allowed, staff
from zhiban.web.wiring import wiring_of


@allowed("lawyer")
async def week_page(request: Request) -> Response:
    """The lawyer's duties of one week, by the newest version, with what changed in them."""
    wiring, lang, viewer = wiring_of(request), language_of(request), staff(request)
    now, lawyer = wiring.clock.now(), lawyer_of(viewer)
    present = this_week(now)
    wanted = request.query_params.get("week")
    week = parsed(wanted) if wanted else present

    def look(connection: Connection) -> dict[str, Any]:
        published = wiring.published(connection)
        version = published.newest(week)
        said = names(connection, lang)
        news = changes_since_seen(connection, published, week, lawyer)
        fresh = {(one.shift, one.role) for one in news.gained}
        duties = [
            replace(one, changed=(one.shift, one.role) in fresh)
            for one in my_duties(
                (version,) if version else (), lawyer, now, said, lang, addresses(connection)
            )
        ]
        return {
            "published": version is not None,
            "number": version.number if version else 0,
            "published_at": version.published_at if version else now,
            "days": _days(connection, week, duties, now, lang),
            "news": news,
            "gained": [_line(one, said, now, lang) for one in news.gained],
            "lost": [_line(one, said, now, lang) for one in news.lost],
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
        month=f"{week.days[3]:%Y-%m}",
        **values,
    )


def _line(duty: OnDuty, said: dict[str, str], now: datetime, lang: Lang) -> str:
    post = said.get(duty.post, duty.post_name)
    when = words.span(duty.span.start, duty.span.end, now, lang)
    role = f"（{words.name('role', duty.role, lang)}）" if duty.role == "standby" else ""
    return f"{when} {post}{role}"


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


@allowed("lawyer")
async def seen(request: Request) -> Response:
    """The lawyer has taken note of a week as it stands."""
    wiring, lawyer = wiring_of(request), lawyer_of(staff(request))
    form = await form_of(request)
    week, number = parsed(form.text("week")), form.number("number") or 0
    await wiring.write(lambda c: take_note(c, lawyer, week, number))
    return RedirectResponse(f"/lawyer/week?week={week}", 303)


@allowed("lawyer")
async def month_page(request: Request) -> Response:
    """A month of duties at a glance."""
    wiring, lang, viewer = wiring_of(request), language_of(request), staff(request)
    now, lawyer = wiring.clock.now(), lawyer_of(viewer)
    today = words.local(now).date()
    first = _month(request.query_params.get("month"), today)

    def look(connection: Connection) -> dict[str, Any]:
        published = wiring.published(connection)
        said, calendar = names(connection, lang), load_calendar(connection)
        weeks = _weeks(first)
        duties = _duties(published, weeks, lawyer, now, said, lang)
        rows = [
            [
                {
                    "day": day.day,
                    "name": words.date_of(day, lang),
                    "inside": day.month == first.month,
                    "today": day == today,
                    "off": not calendar.is_workday(day),
                    "duties": [one for one in duties if words.local(one.start).date() == day],
                }
                for day in week.days
            ]
            for week in weeks
        ]
        inside = [one for one in duties if words.local(one.start).month == first.month]
        return {
            "rows": [
                {"week": str(week), "days": row} for week, row in zip(weeks, rows, strict=True)
            ],
            "count": len(inside),
            "inside": inside,
            "unread": unread(connection, viewer),
        }

    values = await wiring.read(look)
    before = first - timedelta(days=1)
    after = (first + timedelta(days=31)).replace(day=1)
    return page(
        request,
        "lawyer_month.html",
        title=_called(first, lang),
        previous=f"{before:%Y-%m}",
        following=f"{after:%Y-%m}",
        present=f"{today:%Y-%m}",
        shown=f"{first:%Y-%m}",
        heads=[words.weekday(day, lang) for day in Week.of(today).days],
        **values,
    )


def _month(text: str | None, today: date) -> date:
    if text is None:
        return today.replace(day=1)
    try:
        first = datetime.strptime(text, "%Y-%m").date()  # noqa: DTZ007 - a day, not a moment
    except ValueError:
        raise Problem(404) from None
    if not 2000 <= first.year <= 2100:
        raise Problem(404)
    return first


def _weeks(first: date) -> list[Week]:
    """The weeks that a month touches."""
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    weeks = [Week.of(first)]
    while weeks[-1].days[-1] < last:
        weeks.append(weeks[-1].next())
    return weeks


def _duties(
    published: Published,
    weeks: list[Week],
    lawyer: str,
    now: datetime,
    said: dict[str, str],
    lang: Lang,
) -> list[MyDuty]:
    newest = [published.newest(week) for week in weeks]
    return my_duties([one for one in newest if one is not None], lawyer, now, said, lang)


def _called(first: date, lang: Lang) -> str:
    if lang == "zh":
        return f"{first.year}年{first.month}月"
    return f"{first:%B} {first.year}"


routes = [
    Route("/lawyer/week", week_page),
    Route("/lawyer/week/seen", seen, methods=["POST"]),
    Route("/lawyer/month", month_page),
]
