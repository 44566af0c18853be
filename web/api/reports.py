"""Calls for the bureau's figures and a lawyer's own ledger."""

from __future__ import annotations

from sqlalchemy import Connection
from starlette.requests import Request

from zhiban.data.timespan import SHANGHAI
from zhiban.data.week import Week
from zhiban.roster.fairness import WINDOW
from zhiban.roster.service import ledger_for
from zhiban.web.api.call import Answer, Call
from zhiban.web.api.queue import lawyer_of
from zhiban.web.api.sla import CALL
from zhiban.web.api.staff_model import LedgerOut
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


CALLS = (
    CALL,
    Call(
        "GET",
        "/me/ledger",
        my_ledger,
        "My ledger: what I served over 26 weeks, and my fair share of it.",
        answer=LedgerOut,
        roles=("lawyer",),
    ),
)
