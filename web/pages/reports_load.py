"""Load: questions against seats by half-day, posts that are short, and what a week would bring."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import numpy as np
from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from zhiban.data import board
from zhiban.data.timespan import Span
from zhiban.data.week import Week
from zhiban.queue import service
from zhiban.queue.figures import Cases, by_group, by_half
from zhiban.queue.knowledge import Knowledge
from zhiban.queue.outlook import Ahead, ahead_with, expected, play, week_ahead
from zhiban.queue.simulate import Simulated
from zhiban.queue.staffing import Grid, Seats, heaviest, one_more, seats_of
from zhiban.roster.published import OnDuty, holders_at_end
from zhiban.web import words
from zhiban.web.forecasts import RUNS, Forecast, Player
from zhiban.web.i18n import Lang, language_of, translate
from zhiban.web.notify.inbox import unread
from zhiban.web.pages.reports import DESK, PATH, called, length, share
from zhiban.web.pages.reports_kept import reports_of
from zhiban.web.pages.reports_plot import heat
from zhiban.web.pages.weeks import called as week_called
from zhiban.web.pages.weeks import this_week
from zhiban.web.render import page
from zhiban.web.security import allowed, staff
from zhiban.web.wiring import Wiring, wiring_of

WEEKS = 8
USUAL_A_DAY = 200.0
MOST_ADVICE = 3
_MONDAY = date(2024, 1, 1)


@dataclass(frozen=True, slots=True)
class PostLoad:
    """A seat over the weeks: half-days with somebody on it, answers, answers a half-day, kept."""

    name: str
    halves: int
    answered: int
    each: float | None
    attainment: float | None


@dataclass(frozen=True, slots=True)
class Advice:
    """What one more seat for a division would do to a week's forecast."""

    name: str
    halves: str
    forecast: Forecast


@dataclass(frozen=True, slots=True)
class Coming:
    """A week to come: its name, which roster, the forecast and the advice for it."""

    name: str
    roster: str
    forecast: Forecast
    short: tuple[str, ...]
    advice: tuple[Advice, ...]


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


def player(wiring: Wiring, week: Week, ahead: Ahead, now: datetime) -> Player:
    """Plays a week with any number of seeds; who asks is read once, in the thread that reckons."""

    def look(connection: Connection) -> Any:
        register = ahead.known.register
        return {
            seed: expected(connection, register, week, now, seed, USUAL_A_DAY)
            for seed in range(1, RUNS + 1)
        }

    drawn = wiring.read_now(look)

    def run(seed: int) -> Simulated:
        arrivals, source = drawn[seed]
        return play(ahead, week, arrivals, source, seed).found

    return run


def _ahead(
    connection: Connection, request: Request, week: Week, now: datetime, halves: Any, lang: Lang
) -> Coming | None:
    wiring, kept = wiring_of(request), reports_of(request)
    ahead = week_ahead(connection, wiring.keyring, week)
    if ahead is None:
        return None
    key = ("week", str(week), ahead.kind, ahead.number)
    forecast = kept.forecasts.ask(key, partial(player, wiring, week, ahead, now))
    name = (
        translate(lang, "已公布第%(number)s版", number=ahead.number)
        if ahead.kind == "published"
        else translate(lang, "草稿第%(revision)s稿", revision=ahead.number)
    )
    advice = []
    if forecast.state == "done":
        for code in forecast.short[:MOST_ADVICE]:
            more = _with_one_more(connection, wiring, week, ahead, code)
            if more is not None:
                tried = kept.forecasts.ask((*key, code), partial(player, wiring, week, more, now))
                said = called(ahead.known, "county", code, lang)
                advice.append(Advice(said, halves(code), tried))
    short = tuple(called(ahead.known, "county", code, lang) for code in forecast.short)
    return Coming(week_called(week, lang), name, forecast, short, tuple(advice))


def _with_one_more(
    connection: Connection, wiring: Wiring, week: Week, ahead: Ahead, code: str
) -> Ahead | None:
    """The week with somebody who holds no duty in it on the division's seat, too."""
    duties: tuple[OnDuty, ...] = tuple(
        duty
        for version in ahead.known.published.versions
        for duty in version.duties
        if week.span.contains(duty.span.start)
    )
    busy = {duty.lawyer for duty in duties}
    free = [one for one in ahead.known.register.lawyers.values() if one.id not in busy]
    if not free:
        return None
    more = one_more(duties, code, free[0].id, free[0].firm)
    if len(more) == len(duties):
        return None
    return ahead_with(connection, wiring.keyring, week, more, ahead.kind, ahead.number)


def half_name(day: int, half: int, lang: Lang) -> str:
    """周一上午, Mon morning."""
    day_name = words.weekday(_MONDAY + timedelta(days=day), lang)
    noon = translate(lang, "上午") if half == 0 else translate(lang, "下午")
    return f"{day_name}{noon}" if lang == "zh" else f"{day_name} {noon}"


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

    def halves(code: str) -> str:
        own = by_half(inside.of("county", code).rows) / WEEKS
        found = heaviest(own, seats.divisions.get(code, np.zeros((7, 2))) / WEEKS)
        joiner = "、" if lang == "zh" else ", "
        return joiner.join(half_name(*one, lang) for one in found)

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
            for one in (
                _ahead(connection, request, week.next(n), now, halves, lang) for n in range(2)
            )
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
        one.forecast.state == "running" or any(a.forecast.state == "running" for a in one.advice)
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
        length=length,
        share=share,
        half_name=half_name,
    )


routes = [Route(f"{PATH}/load", load)]
