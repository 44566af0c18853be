"""Calls for the bureau's figures and a lawyer's own ledger."""

from __future__ import annotations

from sqlalchemy import Connection
from starlette.requests import Request

from zhiban.data.timespan import SHANGHAI
from zhiban.data.week import Week
from zhiban.queue import service
from zhiban.roster.fairness import WINDOW
from zhiban.roster.service import ledger_for
from zhiban.web.api.call import Answer, Call
from zhiban.web.api.queue import lawyer_of
from zhiban.web.api.rosters_model import SlaLine, SlaOut
from zhiban.web.api.shapes import local
from zhiban.web.api.staff_model import LedgerOut
from zhiban.web.i18n import language_of
from zhiban.web.security import staff
from zhiban.web.wiring import wiring_of


async def sla(request: Request) -> Answer:
    """Open questions by county: how many, how many due soon, how many late."""
    wiring = wiring_of(request)
    now, lang = wiring.clock.now(), language_of(request)
    board = await wiring.read(
        lambda connection: service.clock_board(connection, wiring.keyring, now, limit=0)
    )
    lines = [
        SlaLine(
            division=line.county.code,
            name=line.county.name.in_(lang),
            on_duty=line.on_duty,
            open=line.open,
            waiting=line.waiting,
            due_soon=line.due_soon,
            late=line.late,
        )
        for line in board.counties
    ]
    return Answer(SlaOut(at=local(board.at), total=board.total, lines=lines))


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


CALLS = (
    Call(
        "GET",
        "/reports/sla",
        sla,
        "Open questions by county: how many, waiting, due soon and late.",
        answer=SlaOut,
        roles=("scheduler", "supervisor"),
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
