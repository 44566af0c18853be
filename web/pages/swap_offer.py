"""One swap offer: who would hold what, who has agreed, and what the viewer can do with it."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from zhiban.data.wording import Refused
from zhiban.roster.current import newest
from zhiban.roster.offer_store import load_offer
from zhiban.roster.offering import accept_swap, decline_swap, withdraw_swap
from zhiban.roster.offers import NotDone, Offer, people_in, possible, to_json
from zhiban.roster.roster import Duty
from zhiban.roster.settling import undo_swap, why_no_undo, why_not
from zhiban.roster.swaps import Moves, exchange, give_away
from zhiban.web.i18n import Lang, language_of
from zhiban.web.notify.inbox import unread
from zhiban.web.pages.form import Form, form_of
from zhiban.web.pages.lawyer import lawyer_of
from zhiban.web.pages.leaves import done_words
from zhiban.web.pages.offer_lines import (
    called,
    consents,
    in_words,
    offer_what,
    people,
    shift_line,
    way_line,
)
from zhiban.web.pages.places import names
from zhiban.web.pages.swaps import read_way, shift_words
from zhiban.web.problems import Problem
from zhiban.web.render import page
from zhiban.web.security import allowed, staff
from zhiban.web.wiring import Wiring, wiring_of

_MINE_SHOWN = 8


@allowed("lawyer")
async def offer_page(request: Request) -> Response:
    """The offer as its viewer sees it; nobody sees one that is not theirs."""
    return await _page(request)


async def _page(request: Request, problem: str = "", status: int = 200) -> Response:
    wiring, lang, viewer = wiring_of(request), language_of(request), staff(request)
    lawyer, now, id = lawyer_of(viewer), wiring.clock.now(), request.path_params["id"]

    def look(connection: Connection) -> dict[str, Any]:
        offer = load_offer(connection, wiring.keyring, id)
        if offer is None or not offer.concerns(lawyer):
            raise Problem(404)
        return {
            **_values(wiring, connection, offer, lawyer, now, lang),
            "problem": in_words(problem, people(connection), names(connection, lang), now, lang),
            "unread": unread(connection, viewer),
        }

    values = await wiring.read(look)
    return page(
        request,
        "swap_offer.html",
        status_code=status,
        said=done_words(request, lang),
        **values,
    )


def _values(
    wiring: Wiring, connection: Connection, offer: Offer, lawyer: str, now: datetime, lang: Lang
) -> dict[str, Any]:
    who, place = people(connection), names(connection, lang)
    shifts = shift_words(wiring, connection, offer.week, now, lang)

    def row(way: Moves) -> dict[str, Any]:
        known = {
            one.duty.shift: shifts.get(one.duty.shift)
            or shift_line(one.duty.shift, place, now, lang)
            for one in way
        }
        return {
            "value": json.dumps(to_json(way), separators=(",", ":")),
            "words": way_line(way, lawyer, who, known, lang),
            "consents": consents(offer, way, who),
        }

    mine = offer.lawyer == lawyer
    waits = offer.state == "open"
    ways = offer.ways_of(lawyer) if not mine else possible(offer)
    if not mine and offer.is_open and waits:
        ways = _open_ways(connection, offer, lawyer, now)
    answer = next((one for one in offer.answers if one.lawyer == lawyer), None)
    can_undo = (
        offer.agreed is not None
        and lawyer in people_in(offer.agreed)
        and why_no_undo(connection, wiring.keyring, offer, now) is None
    )
    return {
        "offer": offer,
        "mine": mine,
        "who": called(who, offer.lawyer),
        "what": offer_what(offer, place, now, lang),
        "ways": [row(way) for way in ways] if waits else [],
        "agreed": row(offer.agreed) if offer.agreed is not None else None,
        "answered": answer is not None,
        "said_yes": answer is not None and answer.way is not None,
        "declined": [called(who, one) for one in sorted(offer.declined)],
        "why": in_words(offer.why.in_(lang), who, place, now, lang),
        "can_answer": not mine and waits,
        "can_withdraw": mine and offer.active,
        "can_undo": can_undo,
    }


def _open_ways(
    connection: Connection, offer: Offer, lawyer: str, now: datetime
) -> tuple[Moves, ...]:
    """How this lawyer could take an open offer: for nothing, or for one of their own duties."""
    at = newest(connection, offer.week)
    if at is None:
        return ()
    wanted: list[Moves] = [give_away(offer.duty, lawyer)]
    if not offer.under_way:
        own = [one for one in at.version.duties if one.lawyer == lawyer and one.span.start > now]
        wanted += [
            exchange(offer.duty, Duty(shift=one.shift, lawyer=lawyer, role=one.role))
            for one in own[:_MINE_SHOWN]
        ]
    return tuple(way for way in wanted if why_not(at, way, now) is None)


Step = Callable[[Connection, Wiring, int, str, Form, datetime], "Offer | NotDone"]


def _accept(
    connection: Connection, wiring: Wiring, id: int, lawyer: str, form: Form, now: datetime
) -> Offer | NotDone:
    return accept_swap(connection, wiring.keyring, id, lawyer, read_way(form.text("way")), now)


def _decline(
    connection: Connection, wiring: Wiring, id: int, lawyer: str, form: Form, now: datetime
) -> Offer | NotDone:
    return decline_swap(connection, wiring.keyring, id, lawyer, now)


def _withdraw(
    connection: Connection, wiring: Wiring, id: int, lawyer: str, form: Form, now: datetime
) -> Offer | NotDone:
    return withdraw_swap(connection, wiring.keyring, id, lawyer, now)


def _undo(
    connection: Connection, wiring: Wiring, id: int, lawyer: str, form: Form, now: datetime
) -> Offer | NotDone:
    offer = load_offer(connection, wiring.keyring, id)
    if offer is None or offer.agreed is None or lawyer not in people_in(offer.agreed):
        raise Problem(404)
    return undo_swap(connection, wiring.keyring, id, lawyer, now)


_SAID = {"open": "waiting", "agreed": "agreed", "done": "swapped"}


def _act(step: Step, said: str) -> Callable[[Request], Awaitable[Response]]:
    @allowed("lawyer")
    async def act(request: Request) -> Response:
        wiring, lang, lawyer = wiring_of(request), language_of(request), lawyer_of(staff(request))
        form, now, id = await form_of(request), wiring.clock.now(), request.path_params["id"]
        try:
            done = await wiring.write(lambda c: step(c, wiring, id, lawyer, form, now))
        except Refused as error:
            return await _page(request, error.text.in_(lang), 422)
        if isinstance(done, NotDone):
            if done.why == "unknown":
                raise Problem(404, done.text)
            return await _page(request, done.text.in_(lang), 409)
        word = said or _SAID.get(done.state, "waiting")
        # Who has declined an offer made to all, or withdrawn, is led back to the list.
        back = f"/lawyer/swaps/{id}" if word in ("waiting", "agreed", "swapped", "undone") else ""
        return RedirectResponse(f"{back or '/lawyer/leave'}?done={word}", 303)

    return act


routes = [
    Route("/lawyer/swaps/{id:int}", offer_page),
    Route("/lawyer/swaps/{id:int}/accept", _act(_accept, ""), methods=["POST"]),
    Route("/lawyer/swaps/{id:int}/decline", _act(_decline, "declined"), methods=["POST"]),
    Route("/lawyer/swaps/{id:int}/withdraw", _act(_withdraw, "withdrawn"), methods=["POST"]),
    Route("/lawyer/swaps/{id:int}/undo", _act(_undo, "undone"), methods=["POST"]),
]
