"""Duties offered for a swap, and answers to that; told only to whom it concerns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from zhiban.data import board, outbox
from zhiban.data.crypt import Keyring
from zhiban.data.week import Week
from zhiban.data.wording import Refused, Text
from zhiban.roster import offer_words as said
from zhiban.roster.current import newest
from zhiban.roster.offer_following import post_names
from zhiban.roster.offer_store import (
    NewOffer,
    active_offers,
    insert_offer,
    keyed_offer,
    load_offer,
    save_answer,
    save_offer,
)
from zhiban.roster.offers import (
    Answer,
    NotDone,
    Offer,
    all_agree,
    nobody_left,
    partners_in,
    people_in,
)
from zhiban.roster.published import OnDuty, Version
from zhiban.roster.request_store import lawyer_names
from zhiban.roster.roster import Duty
from zhiban.roster.settling import MOVED_ON, NOT_HELD, UNKNOWN, settled, tell, why_not
from zhiban.roster.swaps import Moves

WAYS, WRITTEN = 60, 200


@dataclass(frozen=True, slots=True)
class SwapAsk:
    """A duty to be offered, in these ways or (none) to everybody; `key` tells a second sending."""

    week: Week
    duty: Duty
    ways: tuple[Moves, ...] = ()
    message: str = ""
    key: str | None = None


def offer_swap(
    connection: Connection, keyring: Keyring, ask: SwapAsk, now: datetime
) -> Offer | NotDone:
    """Offers a published duty; those asked by name are told. Raises Refused for unusable input."""
    board.lock(connection)
    kept = keyed_offer(connection, keyring, ask.key) if ask.key else None
    if kept is not None and kept.lawyer == ask.duty.lawyer:
        return kept
    _refuse(ask)
    at = newest(connection, ask.week)
    held = None if at is None else _held(at.version, ask.duty)
    if at is None or held is None:
        return NotDone("unknown", NOT_HELD)
    if held.span.end <= now:
        return NotDone("moved_on", _OVER)
    if any(one.duty == ask.duty for one in active_offers(connection, keyring, ask.week)):
        return NotDone("moved_on", _TWICE)
    wrong = next(filter(None, (why_not(at, way, now) for way in ask.ways)), None)
    if wrong is not None:
        return NotDone("violations", wrong)
    key = ask.key if kept is None else None  # somebody else's key tells nothing of this offer
    new = NewOffer(ask.week, ask.duty, held.post, held.span, ask.ways, ask.message, key)
    made = insert_offer(connection, keyring, new, now)
    name = lawyer_names(connection).get(made.lawyer, made.lawyer)
    notices = [said.offered(made, who, name, held.post_name) for who in sorted(made.asked)]
    outbox.put_all(connection, keyring, notices, now)
    return made


def accept_swap(
    connection: Connection, keyring: Keyring, id: int, lawyer: str, way: Moves, now: datetime
) -> Offer | NotDone:
    """Takes part in one way of an offer; once all in it agree, it is made or waits for approval."""
    board.lock(connection)
    offer = load_offer(connection, keyring, id)
    if offer is None or not offer.concerns(lawyer) or lawyer == offer.lawyer:
        return NotDone("unknown", UNKNOWN)
    if offer.state != "open":
        taken = offer.agreed == way and lawyer in people_in(way)
        return offer if taken else NotDone("moved_on", MOVED_ON)
    if not _is_way(offer, lawyer, way):
        return NotDone("unknown", _NO_WAY)
    at = newest(connection, offer.week)
    wrong = NOT_HELD if at is None else why_not(at, way, now)
    if wrong is not None:
        return NotDone("violations", wrong)
    answer = Answer(lawyer, way, now)
    save_answer(connection, id, answer)
    offer = replace(offer, answers=(*_others(offer, lawyer), answer))
    return settled(connection, keyring, offer, way, now) if all_agree(offer, way) else offer


def decline_swap(
    connection: Connection, keyring: Keyring, id: int, lawyer: str, now: datetime
) -> Offer | NotDone:
    """Says no; when everybody asked by name has, the offer lapses and its maker is told."""
    board.lock(connection)
    offer = load_offer(connection, keyring, id)
    if offer is None or not offer.concerns(lawyer) or lawyer == offer.lawyer:
        return NotDone("unknown", UNKNOWN)
    if offer.state != "open":
        return NotDone("moved_on", MOVED_ON)
    answer = Answer(lawyer, None, now)
    save_answer(connection, id, answer)
    offer = replace(offer, answers=(*_others(offer, lawyer), answer))
    if not nobody_left(offer):
        return offer
    after = replace(offer, state="lapsed", why=_ALL_DECLINED, decided_at=now)
    save_offer(connection, after, "open")
    post = post_names(connection).get(after.post, after.post)
    outbox.put(connection, keyring, said.told(after, after.lawyer, said.DECLINED, post), now)
    return after


def withdraw_swap(
    connection: Connection, keyring: Keyring, id: int, lawyer: str, now: datetime
) -> Offer | NotDone:
    """Takes one's own offer back; whoever was asked or had agreed is told."""
    board.lock(connection)
    offer = load_offer(connection, keyring, id)
    if offer is None or offer.lawyer != lawyer:
        return NotDone("unknown", UNKNOWN)
    if offer.state == "withdrawn":
        return offer
    if not offer.active:
        return NotDone("moved_on", MOVED_ON)
    after = replace(offer, state="withdrawn", decided_at=now, decided_by=lawyer)
    save_offer(connection, after, offer.state)
    agreed = {one.lawyer for one in offer.answers if one.way is not None}
    tell(connection, keyring, after, (offer.asked | agreed) - offer.declined, said.WITHDRAWN, now)
    return after


def _refuse(ask: SwapAsk) -> None:
    if len(ask.ways) > WAYS:
        raise Refused.one("ways", f"一次最多选{WAYS}种", f"at most {WAYS} at a time")
    if len(ask.message) > WRITTEN:
        raise Refused.one("message", f"最多{WRITTEN}字", f"at most {WRITTEN} letters")
    if any(ask.duty not in [move.duty for move in way] for way in ask.ways):
        raise Refused.one("ways", "换法里没有这一班", "a way leaves the duty where it is")


def _held(version: Version, duty: Duty) -> OnDuty | None:
    return next(
        (
            one
            for one in version.duties
            if (one.shift, one.lawyer, one.role) == (duty.shift, duty.lawyer, duty.role)
        ),
        None,
    )


def _is_way(offer: Offer, lawyer: str, way: Moves) -> bool:
    """Whether a lawyer may say yes to it: one offered, or to an open offer one of two people."""
    if not offer.is_open:
        return way in offer.ways_of(lawyer)
    duties = [move.duty for move in way]
    return offer.duty in duties and partners_in(way, offer.lawyer) == (lawyer,)


def _others(offer: Offer, lawyer: str) -> Sequence[Answer]:
    return [one for one in offer.answers if one.lawyer != lawyer]


_NO_WAY = Text("没有这种换法，请刷新后再选", "there is no such way; reload and choose again")
_OVER = Text("这一班已经结束", "the duty is over")
_TWICE = Text(
    "这一班已经在换，先撤回原来的再重新发起", "it is on offer already; withdraw that first"
)
_ALL_DECLINED = Text("被邀请的人都谢绝了", "everybody asked has declined")
