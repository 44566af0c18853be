"""Staffing advice for a week to come, from playing it through: which seats are short, by how much,
when, and with how many more they would keep up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any

from sqlalchemy import Connection
from starlette.requests import Request

from zhiban.data.week import Week
from zhiban.queue.outlook import Ahead, ahead_with, expected, play, week_ahead
from zhiban.queue.simulate import Simulated
from zhiban.queue.staffing import one_more
from zhiban.roster.published import OnDuty
from zhiban.web import words
from zhiban.web.forecasts import RUNS, Forecast, Player, Playing
from zhiban.web.i18n import Lang, translate
from zhiban.web.pages.reports import called, length, share
from zhiban.web.pages.reports_kept import reports_of
from zhiban.web.pages.weeks import called as week_called
from zhiban.web.wiring import Wiring, wiring_of

USUAL_A_DAY = 200.0
MOST_ADVICE, MOST_HALVES, MOST_FLOWS = 3, 3, 20
MORE = (1, 2, 3, 5, 8)  # on each shift, tried in this order


@dataclass(frozen=True, slots=True)
class Advice:
    """A division whose seats are short, in sentences; `reckoning` while more is being tried."""

    name: str
    short: str
    when: str
    more: str
    reckoning: bool


@dataclass(frozen=True, slots=True)
class Coming:
    """A week to come: its name, which roster, the forecast and the advice for it.

    `flows` are the most between divisions: who asks, whose seats take it, and how many.
    """

    name: str
    roster: str
    forecast: Forecast
    short: tuple[str, ...]
    advice: tuple[Advice, ...]
    flows: tuple[tuple[str, str, float], ...]


@dataclass(frozen=True)
class _Trying:
    """What advice for a week is made with."""

    connection: Connection
    request: Request
    week: Week
    ahead: Ahead
    now: Any
    lang: Lang

    @property
    def key(self) -> tuple[object, ...]:
        return ("week", str(self.week), self.ahead.kind, self.ahead.number)

    def played(self, ahead: Ahead, *more: object) -> Forecast:
        """The forecast of the week under that roster."""
        wiring, kept = wiring_of(self.request), reports_of(self.request)
        start = partial(player, wiring, self.week, ahead, self.now)
        return kept.forecasts.ask((*self.key, *more), start)


def player(wiring: Wiring, week: Week, ahead: Ahead, now: Any) -> Player:
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


def coming(
    connection: Connection, request: Request, week: Week, now: Any, lang: Lang
) -> Coming | None:
    """The week played through, and what would help; None where it has no roster."""
    ahead = week_ahead(connection, wiring_of(request).keyring, week)
    if ahead is None:
        return None
    trying = _Trying(connection, request, week, ahead, now, lang)
    forecast = trying.played(ahead)
    advice: tuple[Advice, ...] = ()
    if forecast.state == "done":
        advice = tuple(_advice(trying, forecast, code) for code in forecast.short[:MOST_ADVICE])
    short = tuple(called(ahead.known, "county", code, lang) for code in forecast.short)
    names = partial(called, ahead.known, "county", lang=lang)
    flows = tuple(
        (names(asked), names(taken), number)
        for (asked, taken), number in islice(forecast.flows.items(), MOST_FLOWS)
    )
    return Coming(week_called(week, lang), _roster(ahead, lang), forecast, short, advice, flows)


def _roster(ahead: Ahead, lang: Lang) -> str:
    if ahead.kind == "published":
        return translate(lang, "已公布第%(number)s版", number=ahead.number)
    return translate(lang, "草稿第%(revision)s稿", revision=ahead.number)


def _advice(trying: _Trying, forecast: Forecast, code: str) -> Advice:
    lang, found = trying.lang, forecast.places[code]
    more, reckoning = _more(trying, code, found)
    return Advice(
        name=_seats(trying, code),
        short=translate(
            lang,
            "预计%(asked)s件里有%(late)s件不能按时答复，按时的只有%(kept)s。",
            asked=f"{found.asked:.0f}",
            late=f"{found.late:.0f}",
            kept=share(found.attainment),
        ),
        when=_when(found, lang),
        more=more,
        reckoning=reckoning,
    )


def _seats(trying: _Trying, code: str) -> str:
    """The seats of a division by name; the division where it has none this week."""
    posts = dict.fromkeys(
        duty.post for duty in _duties(trying) if duty.kind == "seat" and duty.division == code
    )
    known, lang = trying.ahead.known, trying.lang
    names = [called(known, "post", post, lang) for post in posts]
    return _joined(names, lang) if names else called(known, "county", code, lang)


def _when(found: Playing, lang: Lang) -> str:
    """When those ask who wait too long."""
    worst = sorted(found.halves.items(), key=lambda one: (-one[1], one[0]))[:MOST_HALVES]
    halves = [
        translate(lang, "%(half)s（%(late)s件）", half=half_name(*half, lang), late=f"{late:.0f}")
        for half, late in worst
        if late >= 0.5
    ]
    if not halves:
        return ""
    return translate(lang, "来不及的多是%(halves)s提出的。", halves=_joined(halves, lang))


def _more(trying: _Trying, code: str, found: Playing) -> tuple[str, bool]:
    """With how many more it would keep up, each number tried after the other."""
    lang = trying.lang
    tried: Playing | None = None
    for number in MORE:
        ahead = _with_more(trying, code, number)
        if ahead is None:
            return translate(lang, "这一周没有它的坐席班次，先给它排上坐席。"), False
        forecast = trying.played(ahead, code, number)
        if forecast.state != "done":
            text = translate(lang, "每班多排%(number)s位够不够，正在推演。", number=number)
            return text, forecast.state == "running"
        tried = forecast.places.get(code, found)
        if code not in forecast.short:
            return _told(number, tried, lang, enough=True), False
    return _told(MORE[-1], tried or found, lang, enough=False), False


def _told(number: int, tried: Playing, lang: Lang, *, enough: bool) -> str:
    words_of = {
        "number": number,
        "kept": share(tried.attainment),
        "wait": length(tried.most_wait, lang),
    }
    if enough:
        return translate(
            lang,
            "每班多排%(number)s位就够：按时答复到%(kept)s，九成的人%(wait)s内等到律师。",
            **words_of,
        )
    return translate(
        lang,
        "每班多排%(number)s位还不够：按时答复到%(kept)s；请看能不能延长开放时间，或由别的县（市、区）分担。",
        **words_of,
    )


def _with_more(trying: _Trying, code: str, number: int) -> Ahead | None:
    """The week with so many who hold no duty in it on the division's seat, too."""
    duties = tuple(_duties(trying))
    busy = {duty.lawyer for duty in duties}
    register = trying.ahead.known.register
    free = (one for one in register.lawyers.values() if one.id not in busy)
    more = duties
    for one in islice(free, number):
        more += one_more(duties, code, one.id, one.firm)[len(duties) :]
    if more == duties:
        return None
    keyring = wiring_of(trying.request).keyring
    ahead = trying.ahead
    return ahead_with(trying.connection, keyring, trying.week, more, ahead.kind, ahead.number)


def _duties(trying: _Trying) -> Iterator[OnDuty]:
    """The duties of the week itself."""
    span = trying.week.span
    for version in trying.ahead.known.published.versions:
        for duty in version.duties:
            if span.contains(duty.span.start):
                yield duty


def half_name(day: int, half: int, lang: Lang) -> str:
    """周一上午, Mon morning."""
    day_name = words.weekday(Week(2026, 1).days[day], lang)
    noon = translate(lang, "上午") if half == 0 else translate(lang, "下午")
    return f"{day_name}{noon}" if lang == "zh" else f"{day_name} {noon}"


def _joined(parts: list[str], lang: Lang) -> str:
    return ("、" if lang == "zh" else ", ").join(parts)
