"""Calls by which lawyers ask for leave and swap duties, and schedulers approve swaps."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection
from starlette.requests import Request

from zhiban.data.timespan import Span, parse_time
from zhiban.data.week import Week
from zhiban.data.wording import Refused
from zhiban.roster.asking_leave import ask_leave
from zhiban.roster.leave_requests import LeaveAsk, LeaveRequest, touched
from zhiban.roster.offering import SwapAsk, accept_swap, decline_swap, offer_swap
from zhiban.roster.offers import NotDone, Offer
from zhiban.roster.roster import Duty
from zhiban.roster.settling import approve_swap, refuse_swap
from zhiban.roster.swaps import Handover, Moves
from zhiban.web.api.call import Answer, Call, Parameter
from zhiban.web.api.queue import lawyer_of
from zhiban.web.api.reading import read_number
from zhiban.web.api.requests_model import (
    AcceptIn,
    LeaveIn,
    LeaveOut,
    MoveIn,
    MoveOut,
    RefuseIn,
    SwapIn,
    SwapOut,
)
from zhiban.web.api.shapes import local
from zhiban.web.i18n import Lang, language_of
from zhiban.web.problems import Problem
from zhiban.web.security import staff
from zhiban.web.wiring import wiring_of

_KEY = Parameter("Idempotency-Key", "header", "Random, 128 bits or more: twice the same is one.")


async def ask_for_leave(request: Request) -> Answer:
    """Asks for leave; approved at once where the bureau's policy lets it."""
    wiring, lawyer = wiring_of(request), lawyer_of(staff(request))
    given: LeaveIn = request.state.input
    now, key = wiring.clock.now(), request.headers.get("idempotency-key")
    start, end = parse_time(given.start, "start"), parse_time(given.end, "end")
    if end <= start:
        raise Refused.one("end", "结束须晚于开始", "it must end after it begins")
    ask = LeaveAsk(lawyer, Span(start, end), given.kind, given.reason, key and key[:80])

    def command(connection: Connection) -> tuple[LeaveRequest, list[str]]:
        made = ask_leave(connection, wiring.keyring, ask, now)
        hit = touched(wiring.published(connection), lawyer, made.span, now)
        return made, [duty.shift for duty in hit]

    made, hit = await wiring.write(command)
    return Answer(
        LeaveOut(
            id=made.id,
            start=local(made.span.start),
            end=local(made.span.end),
            kind=made.kind,
            state=made.state,
            automatic=made.automatic,
            touches=hit,
        )
    )


async def offer_a_swap(request: Request) -> Answer:
    """Offers a published duty of one's own, in certain ways or to everybody who could."""
    wiring, lawyer = wiring_of(request), lawyer_of(staff(request))
    given: SwapIn = request.state.input
    now, key = wiring.clock.now(), request.headers.get("idempotency-key")
    ask = SwapAsk(
        week=Week.parse(given.week),
        duty=Duty(shift=given.shift, lawyer=lawyer, role=given.role),
        ways=tuple(_way(moves) for moves in given.ways),
        message=given.message,
        key=key and key[:80],
    )
    done = await wiring.write(lambda c: offer_swap(c, wiring.keyring, ask, now))
    return _answer(done, language_of(request))


async def accept_a_swap(request: Request) -> Answer:
    """Takes part in one way of an offer."""
    wiring, lawyer = wiring_of(request), lawyer_of(staff(request))
    given: AcceptIn = request.state.input
    id, now, way = read_number(request, "swap"), wiring.clock.now(), _way(given.way)
    done = await wiring.write(lambda c: accept_swap(c, wiring.keyring, id, lawyer, way, now))
    return _answer(done, language_of(request))


async def approve_a_swap(request: Request) -> Answer:
    """Lets a swap happen that all have agreed to: the week's newest version from now on."""
    wiring, by = wiring_of(request), staff(request).login
    id, now = read_number(request, "swap"), wiring.clock.now()
    done = await wiring.write(lambda c: approve_swap(c, wiring.keyring, id, by, now))
    return _answer(done, language_of(request))


async def refuse_a_swap(request: Request) -> Answer:
    """A lawyer who is asked declines; a scheduler turns down what was agreed."""
    wiring, account = wiring_of(request), staff(request)
    given: RefuseIn = request.state.input
    id, now, lawyer = read_number(request, "swap"), wiring.clock.now(), account.lawyer

    def command(connection: Connection) -> Offer | NotDone:
        if lawyer is not None:
            return decline_swap(connection, wiring.keyring, id, lawyer, now)
        by = account.login
        return refuse_swap(connection, wiring.keyring, id, by, now, given.reason)

    return _answer(await wiring.write(command), language_of(request))


def _way(moves: Sequence[MoveIn]) -> Moves:
    return tuple(
        Handover(Duty(shift=one.shift, lawyer=one.lawyer, role=one.role), one.to) for one in moves
    )


def _moves(way: Moves) -> list[MoveOut]:
    return [
        MoveOut(lawyer=one.duty.lawyer, shift=one.duty.shift, role=one.duty.role, to=one.to)
        for one in way
    ]


def _answer(done: Offer | NotDone, lang: Lang) -> Answer:
    """The offer; Problem 404 where there is none for the caller, 409 where it has moved on."""
    if isinstance(done, NotDone):
        raise Problem(404 if done.why == "unknown" else 409, done.text)
    return Answer(
        SwapOut(
            id=done.id,
            week=str(done.week),
            shift=done.duty.shift,
            role=done.duty.role,
            start=local(done.span.start),
            end=local(done.span.end),
            state=done.state,
            ways=[_moves(way) for way in done.ways],
            agreed=None if done.agreed is None else _moves(done.agreed),
            version=done.version,
            why=done.why.in_(lang) or None,
        )
    )


CALLS = (
    Call(
        "POST",
        "/leaves",
        ask_for_leave,
        "Ask for leave: approved at once, or waiting for a scheduler.",
        answer=LeaveOut,
        status=201,
        body=LeaveIn,
        roles=("lawyer",),
        parameters=(_KEY,),
    ),
    Call(
        "POST",
        "/swaps",
        offer_a_swap,
        "Offer a published duty of one's own for a swap.",
        answer=SwapOut,
        status=201,
        body=SwapIn,
        roles=("lawyer",),
        parameters=(_KEY,),
        problems=(404, 409),
    ),
    Call(
        "POST",
        "/swaps/{swap}/accept",
        accept_a_swap,
        "Take part in one way of an offer.",
        answer=SwapOut,
        body=AcceptIn,
        roles=("lawyer",),
        problems=(404, 409),
    ),
    Call(
        "POST",
        "/swaps/{swap}/approve",
        approve_a_swap,
        "Let an agreed swap happen: a new version at once.",
        answer=SwapOut,
        roles=("scheduler",),
        problems=(404, 409),
    ),
    Call(
        "POST",
        "/swaps/{swap}/refuse",
        refuse_a_swap,
        "Decline an offer (a lawyer who is asked), or turn down an agreed swap (a scheduler).",
        answer=SwapOut,
        body=RefuseIn,
        roles=("lawyer", "scheduler"),
        problems=(404, 409),
    ),
)
