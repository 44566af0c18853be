"""Fairness: everybody's ledger beside their fair share, by firm, over time; one explained."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from zhiban.data import board
from zhiban.data.week import Week
from zhiban.queue import service
from zhiban.queue.knowledge import Knowledge
from zhiban.roster.fairness import WINDOW, ledger
from zhiban.roster.own_ledger import own_weeks
from zhiban.roster.presence_store import not_served
from zhiban.roster.problem import Ledger
from zhiban.roster.spreading import WeekSpread, spread_by_week
from zhiban.roster.store import load_shares
from zhiban.web import words
from zhiban.web.i18n import Lang, language_of, translate
from zhiban.web.notify.inbox import unread
from zhiban.web.pages.ledger import explained, sums_of
from zhiban.web.pages.ledger_plot import ledger_plot
from zhiban.web.pages.offer_lines import duty_line
from zhiban.web.pages.places import names
from zhiban.web.pages.reports import DESK, PATH
from zhiban.web.pages.reports_kept import reports_of
from zhiban.web.pages.reports_plot import lines, strips
from zhiban.web.pages.weeks import parsed, this_week
from zhiban.web.problems import Problem
from zhiban.web.render import page
from zhiban.web.security import allowed, staff
from zhiban.web.wiring import Wiring, wiring_of

_MOST_FIRMS = 60


@dataclass(frozen=True, slots=True)
class Person:
    """One lawyer's ledger: beyond the fair share in points, and in unpopular duties."""

    id: str
    name: str
    firm: str
    ledger: Ledger

    @property
    def apart(self) -> float:
        """Points served beyond the fair share."""
        return self.ledger.points - self.ledger.target

    @property
    def hard(self) -> float:
        """Unpopular duties beyond the fair share."""
        return self.ledger.unpopular - self.ledger.unpopular_target


@dataclass(frozen=True, slots=True)
class Ledgers:
    """Everybody's ledger and how it spread; kept until a roster is published."""

    people: dict[str, Ledger]
    weeks: tuple[WeekSpread, ...]


def ledgers(request: Request, connection: Connection, wiring: Wiring, week: Week) -> Ledgers:
    """The ledgers before a week; reckoned anew when a roster or a no-show changed."""
    first = week.next(-WINDOW)
    missed = not_served(connection, first.span.start, week.span.start)
    version = board.look(connection).roster_version
    key = ("ledgers", version, str(week), frozenset(missed))

    def made() -> object:
        shares = load_shares(connection, first, week)
        published = wiring.published(connection)
        return Ledgers(
            ledger(published, shares, week, no_shows=missed),
            spread_by_week(published, shares, week, missed),
        )

    found = reports_of(request).values.get(key, made)
    assert isinstance(found, Ledgers)  # noqa: S101 - what `made` gives
    return found


def people_of(found: Ledgers, known: Knowledge) -> list[Person]:
    """Everybody with a ledger, by firm and name."""
    lawyers = known.register.lawyers
    people = []
    for id, mine in found.people.items():
        person = lawyers.get(id)
        firm = known.firm_name(person.firm) if person else ""
        people.append(Person(id, known.lawyer_name(id), firm, mine))
    return sorted(people, key=lambda one: (one.firm, one.name, one.id))


def by_firm(people: list[Person], hard: bool) -> list[tuple[str, list[tuple[str, float]]]]:
    """The distances of each firm's people; the firm whose people are furthest apart first."""
    firms: dict[str, list[tuple[str, float]]] = {}
    for one in people:
        firms.setdefault(one.firm, []).append((one.name, one.hard if hard else one.apart))
    return sorted(firms.items(), key=lambda pair: -max(abs(value) for _, value in pair[1]))


def _drawn(found: Ledgers, lang: Lang) -> Any:
    labels = [f"{one.week.monday:%-m/%-d}" for one in found.weeks]
    series = [
        (translate(lang, "平均相差"), "main", [one.mean for one in found.weeks]),
        (translate(lang, "不受欢迎"), "second", [one.hard for one in found.weeks]),
    ]
    return lines(series, labels)


@allowed(*DESK)
async def fairness(request: Request) -> Response:
    """A dot for each lawyer, firms as rows; the spread over 26 weeks; the numbers below."""
    wiring, lang, now = wiring_of(request), language_of(request), wiring_of(request).clock.now()
    week, viewer = this_week(now), staff(request)
    hard = request.query_params.get("of") == "hard"

    def look(connection: Connection) -> dict[str, Any]:
        found = ledgers(request, connection, wiring, week)
        people = people_of(found, service.knowledge(connection, wiring.keyring, now))
        firms = by_firm(people, hard)
        return {
            "people": sorted(people, key=lambda one: -(one.hard if hard else one.apart)),
            "strips": strips(firms[:_MOST_FIRMS]),
            "firms": len(firms),
            "weeks": found.weeks,
            "spread": _drawn(found, lang),
            "unread": unread(connection, viewer),
        }

    values = await wiring.read(look)
    return page(
        request, "reports_fairness.html", hard=hard, most=_MOST_FIRMS, **values, **_span(week, lang)
    )


@allowed(*DESK)
async def one_lawyer(request: Request) -> Response:
    """One lawyer's 26 weeks, and how each share was reckoned."""
    wiring, lang, now = wiring_of(request), language_of(request), wiring_of(request).clock.now()
    lawyer, week, viewer = request.path_params["lawyer"], this_week(now), staff(request)
    wanted = request.query_params.get("week")
    shown = parsed(wanted) if wanted else None

    def look(connection: Connection) -> dict[str, Any] | None:
        known = service.knowledge(connection, wiring.keyring, now)
        found = ledgers(request, connection, wiring, week)
        if lawyer not in known.register.lawyers and lawyer not in found.people:
            return None
        first = week.next(-WINDOW)
        shares = load_shares(connection, first, week)
        missed = not_served(connection, first.span.start, week.span.start)
        weeks = own_weeks(wiring.published(connection), shares, lawyer, week, missed)
        place = names(connection, lang)
        return {
            "name": known.lawyer_name(lawyer),
            "weeks": [
                (one, [duty_line(duty, place, now, lang) for duty in one.served])
                for one in reversed(weeks)
                if one.published
            ],
            "sums": sums_of(weeks),
            "plot": ledger_plot(weeks),
            "one": explained(wiring, connection, shown, lawyer, lang) if shown else None,
            "unread": unread(connection, viewer),
        }

    values = await wiring.read(look)
    if values is None:
        raise Problem(404)
    return page(
        request,
        "reports_lawyer.html",
        lawyer=lawyer,
        shown=str(shown) if shown else "",
        **values,
        **_span(week, lang),
    )


def _span(week: Week, lang: Lang) -> dict[str, Any]:
    first, last = week.next(-WINDOW).days[0], week.next(-1).days[-1]
    return {
        "since": words.date_of(first, lang, year=True),
        "until": words.date_of(last, lang, year=True),
    }


routes = [
    Route(f"{PATH}/fairness", fairness),
    Route(PATH + "/fairness/{lawyer}", one_lawyer),
]
