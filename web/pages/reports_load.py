"""Load: questions against seats by half-day, posts that are short, and what a week would bring."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from zhiban.data import board
from zhiban.data.timespan import Span
from zhiban.queue import service
from zhiban.queue.figures import Cases, by_group, by_half
from zhiban.queue.knowledge import Knowledge
from zhiban.queue.staffing import Grid, Seats, heaviest, seats_of
from zhiban.roster.published import holders_at_end
from zhiban.web import words
from zhiban.web.i18n import Lang, language_of
from zhiban.web.notify.inbox import unread
from zhiban.web.pages.reports import DESK, PATH, called, length, share
from zhiban.web.pages.reports_advice import coming, half_name
from zhiban.web.pages.reports_kept import reports_of
from zhiban.web.pages.reports_plot import heat
from zhiban.web.pages.weeks import this_week
from zhiban.web.render import page
from zhiban.web.security import allowed, staff
from zhiban.web.wiring import wiring_of

WEEKS = 8
_MONDAY = date(2024, 1, 1)


@dataclass(frozen=True, slots=True)
class PostLoad:
    """A seat over the weeks: half-days with somebody on it, answers, answers a half-day, kept."""

    name: str
    halves: int
    answered: int
    each: float | None
    attainment: float | None


def seats_during(connection: Connection, request: Request, during: Span) -> Seats:
    """The seats of a time as held; kept until a roster is published."""
    wiring = wiring_of(request)
    version = board.look(connection).roster_version

    def made() -> object:
        return seats_of(holders_at_end(wiring.published(connection), during))

    found = reports_of(request).values.get(("seats", version, during), made)
    assert isinstance(found, Seats)  # noqa: S101 - what `made` gives
    return found


def post_loads(cases: Cases, seats: Seats, known: Knowledge, lang: Lang) -> list[PostLoad]:
    """Every seat that was open or answered, the one with the most answers a half-day first."""
    answered = {key: one for key, one in by_group(cases, "post").items() if key}
    found = []
    for post in sorted(answered.keys() | seats.posts.keys()):
        figures, halves = answered.get(post), seats.posts.get(post, 0)
        count = figures.answered if figures else 0
        found.append(
            PostLoad(
                called(known, "post", post, lang),
                halves,
                count,
                count / halves if halves else None,
                figures.attainment if figures else None,
            )
        )
    return sorted(found, key=lambda one: (-(one.each or 0), one.name))


def _look(connection: Connection, request: Request, county: str, now: datetime) -> Any:
    wiring, lang, kept = wiring_of(request), language_of(request), reports_of(request)
    cases = kept.cases(connection, wiring)
    if cases is None:
        return None
    week = this_week(now)
    during = Span(week.next(-WEEKS).span.start, week.span.start)
    known = service.knowledge(connection, wiring.keyring, now)
    inside = cases.during(during.start, during.end)
    seats = seats_during(connection, request, during)
    shown = inside.of("county", county) if county else inside
    here = seats.divisions.get(county, np.zeros((7, 2))) if county else seats.whole
    asked = by_half(shown.rows) / WEEKS

    return {
        "cells": heat(_rows(asked), _rows(here / WEEKS)),
        "total": len(shown.rows),
        "heaviest": [half_name(*one, lang) for one in heaviest(asked, here / WEEKS)],
        "posts": post_loads(shown, seats, known, lang) if not county else [],
        "counties": [
            (code, called(known, "county", code, lang))
            for code in sorted({*seats.divisions, *inside.names["county"]})
        ],
        "weeks": [
            one
            for one in (coming(connection, request, week.next(n), now, lang) for n in range(2))
            if one is not None
        ],
    }


def _rows(grid: Grid) -> list[list[float]]:
    return [[float(value) for value in row] for row in grid]


@allowed(*DESK)
async def load(request: Request) -> Response:
    """The map of half-days, the posts, this week and the next."""
    wiring, lang, now = wiring_of(request), language_of(request), wiring_of(request).clock.now()
    viewer, county = staff(request), request.query_params.get("county", "")[:12]
    found, news = await wiring.read(lambda c: (_look(c, request, county, now), unread(c, viewer)))
    week = this_week(now)
    days = [words.weekday(_MONDAY + timedelta(days=day), lang) for day in range(7)]
    reckoning = found is None or any(
        one.forecast.state == "running" or any(a.reckoning for a in one.advice)
        for one in found["weeks"]
    )
    return page(
        request,
        "reports_load.html",
        found=found,
        county=county,
        days=days,
        reckoning=reckoning,
        since=week.next(-WEEKS).monday,
        until=week.monday - timedelta(days=1),
        unread=news,
        reports_read=reports_of(request).book.progress,
        length=length,
        share=share,
        half_name=half_name,
    )


routes = [Route(f"{PATH}/load", load)]
