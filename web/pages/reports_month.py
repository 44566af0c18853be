"""The monthly report: a page to read, the same to print on A4, and a workbook."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from zhiban.data.timespan import Span
from zhiban.data.week import Week
from zhiban.queue import quality, service
from zhiban.queue.figures import GROUPS, Figures, by_group, figures
from zhiban.roster.published import holders_at_end
from zhiban.web import words
from zhiban.web.i18n import Lang, language_of, translate
from zhiban.web.monthly_xlsx import Monthly, Sheet, monthly_workbook
from zhiban.web.notify.inbox import unread
from zhiban.web.pages.exporting import XLSX
from zhiban.web.pages.reports import DESK, PATH, called, length, rows_of, share, trend
from zhiban.web.pages.reports_fairness import ledgers, people_of
from zhiban.web.pages.reports_kept import reports_of
from zhiban.web.pages.reports_period import Period, month_of
from zhiban.web.render import page
from zhiban.web.security import allowed, staff
from zhiban.web.wiring import wiring_of

TOP = 15


def month_asked(request: Request, now: datetime) -> Period:
    """The month of the address, `2026-11`; this month where it says none that can be read."""
    text = request.query_params.get("month", "")
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError:
        return month_of(words.local(now).date())
    return month_of(first) if 2000 <= first.year < 2100 else month_of(words.local(now).date())


def _look(connection: Connection, request: Request, month: Period, now: datetime) -> Any:
    wiring, lang = wiring_of(request), language_of(request)
    cases = reports_of(request).cases(connection, wiring)
    if cases is None:
        return None
    known = service.knowledge(connection, wiring.keyring, now)
    inside = cases.during(month.since, month.until)
    earlier = month.moved(-1)
    before = cases.during(earlier.since, earlier.until)
    duties = holders_at_end(wiring.published(connection), Span(month.since, month.until))
    people = people_of(ledgers(request, connection, wiring, Week.of(month.moved(1).first)), known)
    judged = quality.judged(connection, month.since, month.until)
    return {
        "whole": figures(inside.rows),
        "before": figures(before.rows),
        "groups": {group: rows_of(inside, known, group, lang) for group in GROUPS},
        "halves": sum(duty.points for duty in duties),
        "served": len({duty.lawyer for duty in duties}),
        "people": sorted(people, key=lambda one: -abs(one.apart)),
        "good": sum(good for good, _ in judged.values()),
        "bad": sum(bad for _, bad in judged.values()),
        "late": sorted(
            (
                (called(known, "county", key, lang), one)
                for key, one in by_group(inside, "county").items()
                if one.late
            ),
            key=lambda pair: -pair[1].late,
        ),
        **trend(cases, month, lang),
    }


@allowed(*DESK)
async def month_page(request: Request) -> Response:
    """The report of a month; the browser prints it on A4."""
    wiring, now, viewer = wiring_of(request), wiring_of(request).clock.now(), staff(request)
    month = month_asked(request, now)
    found, news = await wiring.read(lambda c: (_look(c, request, month, now), unread(c, viewer)))
    return page(
        request,
        "reports_month.html",
        found=found,
        month=month,
        earlier=f"{month.moved(-1).first:%Y-%m}",
        later=f"{month.moved(1).first:%Y-%m}",
        this=f"{month.first:%Y-%m}",
        going_on=month.until > now,
        bureau=wiring.settings.bureau,
        top=TOP,
        unread=news,
        reports_read=reports_of(request).book.progress,
        length=length,
        share=share,
    )


@allowed(*DESK)
async def month_file(request: Request) -> Response:
    """The report of a month as a workbook: a sheet for the whole and one for each grouping."""
    wiring, lang, now = wiring_of(request), language_of(request), wiring_of(request).clock.now()
    month = month_asked(request, now)
    await reports_of(request).ready(wiring)
    found = await wiring.read(lambda connection: _look(connection, request, month, now))
    whole = _whole(found, lang)
    content = monthly_workbook(
        Monthly(
            title=f"{wiring.settings.bureau} {month.called(lang)}",
            name=translate(lang, "月报"),
            heads=("", month.called(lang), month.moved(-1).called(lang)),
            whole=[(name, value, earlier) for _, name, value, earlier in whole],
            shares=tuple(at for at, (code, *_) in enumerate(whole) if code in _SHARES),
            sheets=_sheets(found, lang),
        )
    )
    headers = {
        "Content-Disposition": f'attachment; filename="zhiban-{month.first:%Y-%m}.xlsx"',
        "Cache-Control": "no-store",
    }
    return Response(content, media_type=XLSX, headers=headers)


_SHARES = ("attainment", "accepting")


def _whole(found: dict[str, Any], lang: Lang) -> list[tuple[str, str, object, object]]:
    """Code, name, this month, the month before; all that the page tells and some more."""
    now, before = found["whole"], found["before"]
    names = (
        ("questions", translate(lang, "提出的问题")),
        ("answered", translate(lang, "答复")),
        ("attainment", translate(lang, "按时首次答复")),
        ("accepting", translate(lang, "按时接收")),
        ("answer50", translate(lang, "一半（分钟）")),
        ("answer90", translate(lang, "九成（分钟）")),
        ("satisfaction", translate(lang, "评分")),
        ("rated", translate(lang, "评分的人数")),
    )
    figures_told = [(code, name, _figure(now, code), _figure(before, code)) for code, name in names]
    return [
        *figures_told,
        ("served", translate(lang, "值过班的律师"), found["served"], None),
        ("points", translate(lang, "值班点数"), found["halves"], None),
        ("good", translate(lang, "抽查合格"), found["good"], None),
        ("judged", translate(lang, "抽查的答复"), found["good"] + found["bad"], None),
    ]


def _figure(of: Figures, code: str) -> object:
    value = getattr(of, code)
    return _minutes(value) if code.startswith("answer") and code != "answered" else value


def _weeks(found: dict[str, Any], lang: Lang) -> Sheet:
    heads = [
        translate(lang, "周（周一的日期）"),
        translate(lang, "问题"),
        translate(lang, "按时答复"),
        translate(lang, "一半（分钟）"),
        translate(lang, "九成（分钟）"),
        translate(lang, "承诺（分钟）"),
    ]
    rows = [
        [
            label,
            one.questions,
            one.attainment,
            _minutes(one.answer50),
            _minutes(one.answer90),
            _minutes(one.promised),
        ]
        for label, one in found["weeks"]
    ]
    return Sheet(translate(lang, "每周"), heads, rows, percents=(2,))


def _sheets(found: dict[str, Any], lang: Lang) -> list[Sheet]:
    titles = {
        "county": translate(lang, "区县"),
        "post": translate(lang, "站点"),
        "lawyer": translate(lang, "律师"),
        "category": translate(lang, "类别"),
        "channel": translate(lang, "渠道"),
    }
    heads = [
        translate(lang, "名称"),
        translate(lang, "问题"),
        translate(lang, "按时答复"),
        translate(lang, "按时接收"),
        translate(lang, "一半（分钟）"),
        translate(lang, "九成（分钟）"),
        translate(lang, "评分"),
        translate(lang, "首次答复超时"),
    ]
    sheets = [_weeks(found, lang)]
    for group in GROUPS:
        rows = [
            [
                row.name,
                row.figures.questions,
                row.figures.attainment,
                row.figures.accepting,
                _minutes(row.figures.answer50),
                _minutes(row.figures.answer90),
                row.figures.satisfaction,
                row.figures.late,
            ]
            for row in found["groups"][group]
        ]
        sheets.append(Sheet(titles[group], heads, rows, percents=(2, 3)))
    sheets.append(_fairness(found, lang))
    return sheets


def _fairness(found: dict[str, Any], lang: Lang) -> Sheet:
    heads = [
        translate(lang, "律师"),
        translate(lang, "律所"),
        translate(lang, "值了"),
        translate(lang, "应分担"),
        translate(lang, "相差"),
        translate(lang, "不受欢迎"),
    ]
    rows = [
        [
            one.name,
            one.firm,
            one.ledger.points,
            one.ledger.target,
            round(one.apart, 2),
            one.ledger.unpopular,
        ]
        for one in found["people"]
    ]
    return Sheet(translate(lang, "公平"), heads, rows)


def _minutes(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds / 60, 1)


routes = [Route(f"{PATH}/month", month_page), Route(f"{PATH}/month.xlsx", month_file)]
