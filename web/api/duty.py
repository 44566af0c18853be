"""Calls about who is on duty: anyone's look, and a lawyer's own shifts and ledger."""

from __future__ import annotations

from sqlalchemy import Connection
from starlette.requests import Request

from zhiban.data.timespan import SHANGHAI
from zhiban.data.week import Week
from zhiban.roster.published import OnDuty, Version, on_shift
from zhiban.web.api.call import Answer, Call, Parameter
from zhiban.web.api.reading import read_moment
from zhiban.web.api.shapes import local, shift_out
from zhiban.web.api.staff_model import DutiesOut, DutyOut, OwnShift, OwnShifts
from zhiban.web.security import staff
from zhiban.web.wiring import wiring_of

WEEKS_AHEAD = 4


def duty_out(duty: OnDuty) -> DutyOut:
    """A duty as anyone may see it: no phones, no ids of people."""
    return DutyOut(
        **shift_out(duty).model_dump(),
        kind=duty.kind,
        division=duty.division,
        lawyer=duty.lawyer_name,
        firm=duty.firm_name,
        role=duty.role,
    )


async def duty(request: Request) -> Answer:
    """Who is on duty, now or at `at`."""
    wiring = wiring_of(request)
    at = read_moment(request, "at") or wiring.clock.now()
    published = await wiring.read(wiring.published)
    found = [duty_out(one) for one in on_shift(published, at)]
    return Answer(DutiesOut(at=local(at), duties=found))


async def my_shifts(request: Request) -> Answer:
    """One's own duties that are not over, this week and the four after it."""
    wiring = wiring_of(request)
    lawyer = staff(request).lawyer
    now = wiring.clock.now()
    this_week = Week.of(now.astimezone(SHANGHAI).date())

    def question(connection: Connection) -> list[OwnShift]:
        published = wiring.published(connection)
        versions = [published.newest(this_week.next(step)) for step in range(WEEKS_AHEAD + 1)]
        return [
            _own(version, one)
            for version in versions
            if version is not None
            for one in sorted(version.duties, key=lambda one: one.span)
            if one.lawyer == lawyer and one.span.end > now
        ]

    return Answer(OwnShifts(shifts=await wiring.read(question)))


def _own(version: Version, duty: OnDuty) -> OwnShift:
    return OwnShift(
        **shift_out(duty).model_dump(),
        week=str(version.week),
        version=version.number,
        role=duty.role,
        points=duty.points,
        unpopular=duty.unpopular,
    )


CALLS = (
    Call(
        "GET",
        "/duty",
        duty,
        "Who is on duty, with names and firms.",
        answer=DutiesOut,
        parameters=(
            Parameter("at", "query", "ISO 8601; without an offset Asia/Shanghai; default now"),
        ),
        problems=(422,),
    ),
    Call(
        "GET",
        "/me/shifts",
        my_shifts,
        "My duties, this week and the four after it.",
        answer=OwnShifts,
        roles=("lawyer",),
    ),
)
