"""A lawyer's own ledger, and how each of its numbers was reckoned."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from zhiban.data.week import Week
from zhiban.roster.fairness import WINDOW
from zhiban.roster.own_ledger import LedgerWeek, own_weeks, reckoned
from zhiban.roster.presence_store import not_served
from zhiban.roster.store import load_shares, load_version_files
from zhiban.web import words
from zhiban.web.i18n import Lang, language_of
from zhiban.web.notify.inbox import unread
from zhiban.web.pages.lawyer import lawyer_of
from zhiban.web.pages.ledger_plot import ledger_plot
from zhiban.web.pages.offer_lines import duty_line
from zhiban.web.pages.places import names
from zhiban.web.pages.weeks import parsed, this_week
from zhiban.web.render import page
from zhiban.web.security import allowed, staff
from zhiban.web.wiring import Wiring, wiring_of


@allowed("lawyer")
async def ledger_page(request: Request) -> Response:
    """26 weeks of points served beside the fair share of them; one week explained on request."""
    wiring, lang, viewer = wiring_of(request), language_of(request), staff(request)
    now, lawyer = wiring.clock.now(), lawyer_of(viewer)
    week = this_week(now)
    wanted = request.query_params.get("week")
    shown = parsed(wanted) if wanted else None

    def look(connection: Connection) -> dict[str, Any]:
        first = week.next(-WINDOW)
        shares = load_shares(connection, first, week)
        missed = not_served(connection, first.span.start, week.span.start)
        weeks = own_weeks(wiring.published(connection), shares, lawyer, week, missed)
        place = names(connection, lang)
        return {
            "weeks": [
                {
                    "week": str(one.week),
                    "name": words.date_of(one.week.days[0], lang),
                    "points": one.points,
                    "share": one.share.points,
                    "hard": one.unpopular,
                    "hard_share": one.share.unpopular,
                    "duties": [duty_line(duty, place, now, lang) for duty in one.served],
                    "published": one.published,
                }
                for one in reversed(weeks)
                if one.published
            ],
            "sums": sums_of(weeks),
            "plot": ledger_plot(weeks),
            "missed": sum(who == lawyer for _, who in missed),
            "one": explained(wiring, connection, shown, lawyer, lang) if shown else None,
            "unread": unread(connection, viewer),
        }

    values = await wiring.read(look)
    return page(
        request,
        "ledger.html",
        shown=str(shown) if shown else "",
        since=words.date_of(week.next(-WINDOW).days[0], lang, year=True),
        until=words.date_of(week.next(-1).days[-1], lang, year=True),
        **values,
    )


def sums_of(weeks: tuple[LedgerWeek, ...]) -> dict[str, float]:
    """What was served and what was due, over some weeks."""
    return {
        "points": sum(one.points for one in weeks),
        "share": sum(one.share.points for one in weeks),
        "hard": sum(one.unpopular for one in weeks),
        "hard_share": sum(one.share.unpopular for one in weeks),
    }


def explained(
    wiring: Wiring, connection: Connection, week: Week, lawyer: str, lang: Lang
) -> dict[str, Any] | None:
    """How the share of one week was reckoned; None where that was not kept."""
    newest = wiring.published(connection).newest(week)
    files = load_version_files(connection, newest.id) if newest else None
    found = reckoned(files[0], files[1].roster, lawyer) if files else None
    if found is None:
        return None
    return {
        "name": words.date_of(week.days[0], lang),
        "places": found.places,
        "points": found.points,
        "others": round(found.others),
        "weight": found.weight,
        "presence": words.percent(found.presence),
        "share": found.share,
    }


routes = [Route("/lawyer/ledger", ledger_page)]
