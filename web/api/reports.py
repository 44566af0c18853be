"""Calls for the bureau's figures and a lawyer's own ledger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

from sqlalchemy import Connection
from starlette.requests import Request

from zhiban.data.timespan import SHANGHAI
from zhiban.data.week import Week
from zhiban.data.wording import Refused
from zhiban.queue import service
from zhiban.queue.knowledge import Knowledge
from zhiban.queue.load import Load
from zhiban.roster.fairness import WINDOW
from zhiban.roster.problem import Ledger
from zhiban.roster.service import ledger_for
from zhiban.web.api.call import Answer, Call, Parameter
from zhiban.web.api.queue import lawyer_of
from zhiban.web.api.reports_model import HalfLoadOut, LawyerLoadOut, LoadOut
from zhiban.web.api.shapes import local
from zhiban.web.api.sla import CALL, read_period
from zhiban.web.api.staff_model import LedgerOut
from zhiban.web.i18n import Lang, language_of
from zhiban.web.security import staff
from zhiban.web.wiring import wiring_of


async def my_ledger(request: Request) -> Answer:
    """What one served over the last 26 weeks, beside one's fair share of it."""
    wiring = wiring_of(request)
    lawyer = lawyer_of(staff(request))
    week = Week.of(wiring.clock.now().astimezone(SHANGHAI).date())

    def question(connection: Connection) -> LedgerOut:
        mine = ledger_for(connection, week).get(lawyer)
        return LedgerOut(
            lawyer=lawyer,
            since=str(week.next(-WINDOW)),
            until=str(week.next(-1)),
            points=mine.points if mine else 0,
            unpopular=mine.unpopular if mine else 0,
            target_points=mine.target if mine else 0,
            target_unpopular=mine.unpopular_target if mine else 0,
        )

    return Answer(await wiring.read(question))


async def load(request: Request) -> Answer:
    """How much each lawyer was given and did in a time, and when people asked."""
    wiring, lang = wiring_of(request), language_of(request)
    now = wiring.clock.now()
    period = read_period(request, now)
    if period is None:
        raise Refused.one("from", "请给出开始时间", "the beginning of the time is needed")

    def question(connection: Connection) -> LoadOut:
        found = service.load_report(connection, period.start, period.end)
        known = service.knowledge(connection, wiring.keyring, now)
        week = Week.of(period.end.astimezone(SHANGHAI).date())
        return _load_out(found, known, ledger_for(connection, week), lang)

    return Answer(await wiring.read(question))


def _load_out(found: Load, known: Knowledge, ledgers: Mapping[str, Ledger], lang: Lang) -> LoadOut:
    lawyers, divisions = known.register.lawyers, known.register.divisions
    rows = []
    for one in found.lawyers:
        mine, person = ledgers.get(one.lawyer), lawyers.get(one.lawyer)
        row = LawyerLoadOut(
            **asdict(one),
            name=known.lawyer_name(one.lawyer),
            firm=known.firm_name(person.firm) if person else None,
            points=mine.points if mine else 0,
            target_points=mine.target if mine else 0,
        )
        rows.append(row)
    halves = [
        HalfLoadOut(
            day=one.day,
            half=one.half,
            division=one.county,
            name=divisions[one.county].text.in_(lang) if one.county in divisions else None,
            asked=one.asked,
            seats=one.seats,
        )
        for one in found.halves
    ]
    return LoadOut(since=local(found.since), until=local(found.until), lawyers=rows, halves=halves)


CALLS = (
    CALL,
    Call(
        "GET",
        "/reports/load",
        load,
        "What each lawyer was given and did in a time; questions by county and half-day.",
        answer=LoadOut,
        roles=("scheduler", "supervisor"),
        parameters=(
            Parameter("from", "query", "a day or a time, ISO 8601", required=True),
            Parameter("to", "query", "a day or a time, ISO 8601, exclusive; default now"),
        ),
        problems=(422,),
    ),
    Call(
        "GET",
        "/me/ledger",
        my_ledger,
        "My ledger: what I served over 26 weeks, and my fair share of it.",
        answer=LedgerOut,
        roles=("lawyer",),
    ),
)
