"""The board of what was promised and kept: attainment, waits and risk, by any grouping."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import StringIO
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from zhiban.data.week import Week
from zhiban.queue import service
from zhiban.queue.asking import CHANNELS
from zhiban.queue.figures import GROUPS, Cases, Figures, Group, by_group, by_week, figures
from zhiban.queue.knowledge import Knowledge
from zhiban.queue.risk import risk_now
from zhiban.roster.duty_text import harmless
from zhiban.web import words
from zhiban.web.accounts import Role
from zhiban.web.i18n import Lang, language_of, translate
from zhiban.web.notify.inbox import unread
from zhiban.web.pages.reports_kept import reports_of
from zhiban.web.pages.reports_period import Period, period_of, wrong_period
from zhiban.web.pages.reports_plot import Lines, lines
from zhiban.web.render import page
from zhiban.web.security import allowed, staff
from zhiban.web.wiring import wiring_of

PATH = "/scheduler/reports"
DESK: tuple[Role, ...] = ("scheduler", "supervisor", "administrator")
TREND = 12
SORTS = ("name", "questions", "attainment", "accepting", "p50", "p90", "p99", "satisfaction")


@dataclass(frozen=True, slots=True)
class Shown:
    """One row of the table: what it is called, and its figures."""

    key: str
    name: str
    figures: Figures


def length(seconds: float | None, lang: Lang) -> str:
    """A wait in words; a dash where there is none."""
    return "—" if seconds is None else words.duration(timedelta(seconds=seconds), lang)


def share(value: float | None) -> str:
    """A share in words; a dash where there is none. Whole hundredths alone are rounded down."""
    if value is None:
        return "—"
    return "100%" if value == 1 else f"{min(99.9, value * 100):.1f}%"


def group_of(request: Request) -> Group:
    """By what the table is grouped."""
    wanted = request.query_params.get("by")
    return next((group for group in GROUPS if group == wanted), "county")


def called(known: Knowledge, group: Group, key: str, lang: Lang) -> str:
    """What a key of a grouping is called."""
    register = known.register
    if not key:
        return {
            "post": translate(lang, "还没有答复"),
            "lawyer": translate(lang, "还没有答复"),
            "category": translate(lang, "没有分类"),
        }.get(group, translate(lang, "其他"))
    if group == "lawyer":
        return known.lawyer_name(key)
    if group == "channel":
        return CHANNELS[key].in_(lang) if key in CHANNELS else key
    named: Mapping[str, Any] = {
        "county": register.divisions,
        "post": register.posts,
        "category": register.categories,
    }[group]
    return str(named[key].text.in_(lang)) if key in named else key


def rows_of(cases: Cases, known: Knowledge, group: Group, lang: Lang) -> list[Shown]:
    """The rows of a grouping, by name."""
    found = by_group(cases, group)
    shown = [Shown(key, called(known, group, key, lang), one) for key, one in found.items()]
    return sorted(shown, key=lambda one: (not one.key, one.name))


def ordered(rows: list[Shown], sort: str) -> list[Shown]:
    """The rows by a column, the largest first; those without a value last; `-` turns it round."""
    name, down = sort.removeprefix("-"), not sort.startswith("-")
    if name == "name" or name not in SORTS:
        return rows if down else list(reversed(rows))
    pairs = [(_value(row.figures, name), row) for row in rows]
    known = sorted(
        ((value, row) for value, row in pairs if value is not None),
        key=lambda pair: pair[0],
        reverse=down,
    )
    return [row for _, row in known] + [row for value, row in pairs if value is None]


def _value(found: Figures, name: str) -> float | None:
    values: dict[str, float | None] = {
        "questions": found.questions,
        "attainment": found.attainment,
        "accepting": found.accepting,
        "p50": found.answer50,
        "p90": found.answer90,
        "p99": found.answer99,
        "satisfaction": found.satisfaction,
    }
    return values[name]


def trend(cases: Cases, period: Period, lang: Lang) -> dict[str, Any]:
    """Twelve weeks up to the end of the period: their figures, and the drawings."""
    last = Week.of(period.last)
    first = last.next(1 - TREND)
    weeks = by_week(cases, first.span.start, TREND)
    labels = [f"{first.next(n).monday:%-m/%-d}" for n in range(TREND)]
    return {
        "weeks": list(zip(labels, weeks, strict=True)),
        "waits": _waits(weeks, labels, lang),
        "kept": lines(
            [
                (
                    translate(lang, "按时答复"),
                    "main",
                    [None if w.attainment is None else w.attainment * 100 for w in weeks],
                )
            ],
            labels,
            top=100,
            unit="%",
        ),
    }


def _waits(weeks: list[Figures], labels: list[str], lang: Lang) -> Lines | None:
    def hours(values: list[float | None]) -> list[float | None]:
        return [None if value is None else value / 3600 for value in values]

    promised = [one.promised for one in weeks if one.promised is not None]
    rule = sorted(promised)[len(promised) // 2] if promised else None
    series = [
        (translate(lang, "九成不超过"), "second", hours([w.answer90 for w in weeks])),
        (translate(lang, "一半不超过"), "main", hours([w.answer50 for w in weeks])),
    ]
    if rule is not None and any(one.answered for one in weeks):
        series.append((translate(lang, "承诺"), "rule", hours([rule] * len(weeks))))
    return lines(series, labels)


def _look(request: Request, connection: Connection, period: Period, now: datetime) -> Any:
    wiring, lang, kept = wiring_of(request), language_of(request), reports_of(request)
    cases = kept.cases(connection, wiring)
    if cases is None:
        return None
    known = service.knowledge(connection, wiring.keyring, now)
    group = group_of(request)
    inside = cases.during(period.since, period.until)
    only = only_of(request)
    shown = cases.of(group, only) if only else cases
    named = [(called(known, "county", one.county, lang), one) for one in risk_now(connection, now)]
    return {
        "only": called(known, group, only, lang) if only else "",
        "whole": figures(shown.during(period.since, period.until).rows),
        "rows": ordered(
            rows_of(inside, known, group, lang), request.query_params.get("sort", "questions")
        ),
        "risk": named,
        **trend(shown, period, lang),
    }


def only_of(request: Request) -> str:
    """The one county, post, lawyer, category or channel that is looked at; empty for all."""
    return request.query_params.get("only", "")[:80]


@allowed(*DESK)
async def board(request: Request) -> Response:
    """The board's page."""
    wiring, lang, now = wiring_of(request), language_of(request), wiring_of(request).clock.now()
    period, group = period_of(request.query_params, now), group_of(request)
    viewer = staff(request)
    found, news = await wiring.read(lambda c: (_look(request, c, period, now), unread(c, viewer)))
    sort = request.query_params.get("sort", "questions")
    return page(
        request,
        "reports.html",
        found=found,
        unread=news,
        reports_read=reports_of(request).book.progress,
        period=period,
        error=wrong_period(request.query_params, lang),
        group=group,
        sort=sort,
        only=only_of(request),
        href=lambda **changed: _href(period, group, sort, only_of(request), changed),
        length=length,
        share=share,
    )


def _href(period: Period, group: str, sort: str, only: str, changed: Mapping[str, Any]) -> str:
    """The address with some of it changed; a `period` given replaces the whole of it.

    By another grouping it is about all again.
    """
    moved = changed.get("period", period)
    kept = {"by": group, "sort": sort, "only": "" if "by" in changed else only}
    kept |= {key: value for key, value in changed.items() if key != "period"}
    kept = {key: value for key, value in kept.items() if value}
    return f"?{urlencode({**moved.query, **kept})}"


@allowed(*DESK)
async def as_csv(request: Request) -> Response:
    """The table as comma-separated values, seconds as numbers."""
    wiring, lang, now = wiring_of(request), language_of(request), wiring_of(request).clock.now()
    period, group = period_of(request.query_params, now), group_of(request)
    kept = reports_of(request)
    await kept.ready(wiring)

    def look(connection: Connection) -> list[Shown]:
        known = service.knowledge(connection, wiring.keyring, now)
        cases = kept.book.follow(connection)
        return rows_of(cases.during(period.since, period.until), known, group, lang)

    rows = await wiring.read(look)
    text = StringIO()
    out = csv.writer(text)
    names = [name for name in Figures.__slots__ if name != "key"]
    out.writerow(["key", "name", "attainment", *names])
    for row in rows:
        values = [getattr(row.figures, name) for name in names]
        out.writerow([harmless(row.key), harmless(row.name), row.figures.attainment, *values])
    name = f"zhiban-{group}-{period.first}-{period.last}.csv"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-store",
    }
    return Response("\ufeff" + text.getvalue(), media_type="text/csv", headers=headers)


routes = [Route(PATH, board), Route(f"{PATH}/sla.csv", as_csv)]
