"""Weeks in addresses and in words."""

from __future__ import annotations

from datetime import datetime

from starlette.requests import Request

from zhiban.data.week import Week
from zhiban.data.wording import Text
from zhiban.web import words
from zhiban.web.i18n import Lang, translate
from zhiban.web.problems import Problem

FIRST_YEAR, LAST_YEAR = 2000, 2100


def parsed(text: str) -> Week:
    """The week of an address; Problem 404 for none, or one that no roster can be for."""
    try:
        year, number = text.split("-W")
        week = Week(int(year), int(number)) if FIRST_YEAR <= int(year) <= LAST_YEAR else None
    except ValueError:
        week = None
    if week is None or str(week) != text:
        raise Problem(
            404,
            Text(
                "没有这一周。周写成 2026-W48 的样子：年份和 ISO 周号。",
                "There is no such week. A week is written 2026-W48: year and ISO week.",
            ),
        )
    return week


def week_of(request: Request) -> Week:
    """The week in the address of a request."""
    return parsed(request.path_params["week"])


def this_week(now: datetime) -> Week:
    """The week in which `now` lies, on the bureau's calendar."""
    return Week.of(words.local(now).date())


def called(week: Week, lang: Lang) -> str:
    """The week's number and its days."""
    first, last = week.days[0], week.days[-1]
    if lang == "zh":
        closing = words.date_of(last, lang)
        if last.month == first.month:
            closing = closing.partition("月")[2]
        return f"{week.year}年第{week.number}周 {words.date_of(first, lang)}–{closing}"
    opening = words.date_of(first, lang)
    if last.month == first.month:
        opening = str(first.day)
    return f"Week {week.number}, {opening}–{words.date_of(last, lang, year=True)}"


def number(week: Week, lang: Lang) -> str:
    """The week's number alone."""
    return translate(lang, "第%(number)s周", number=week.number)
