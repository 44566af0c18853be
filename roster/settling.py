"""What becomes of a swap that all have agreed to: made, approved, refused, undone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from zhiban.data import board, outbox
from zhiban.data.crypt import Keyring
from zhiban.data.wording import Text
from zhiban.roster import offer_words as said
from zhiban.roster.current import Newest, newest
from zhiban.roster.offer_following import post_names
from zhiban.roster.offer_store import active_offers, load_offer, save_offer
from zhiban.roster.offers import NotDone, Offer, people_in, reversed_way, shifts_in
from zhiban.roster.published import Version
from zhiban.roster.request_store import lawyer_names, load_policy
from zhiban.roster.swapping import NotSwapped, checked, make_swap
from zhiban.roster.swaps import Moves


def approve_swap(
    connection: Connection, keyring: Keyring, id: int, by: str, now: datetime
) -> Offer | NotDone:
    """A scheduler lets it happen: the week's newest version from this moment on."""
    board.lock(connection)
    offer = load_offer(connection, keyring, id)
    if offer is None:
        return NotDone("unknown", UNKNOWN)
    if offer.state != "agreed" or offer.agreed is None:
        return NotDone("moved_on", decided(offer))
    return _made(connection, keyring, offer, offer.agreed, by, now)


def refuse_swap(
    connection: Connection, keyring: Keyring, id: int, by: str, now: datetime, remark: str = ""
) -> Offer | NotDone:
    """A scheduler does not; all who agreed are told, with the remark."""
    board.lock(connection)
    offer = load_offer(connection, keyring, id)
    if offer is None:
        return NotDone("unknown", UNKNOWN)
    if offer.state != "agreed" or offer.agreed is None:
        return NotDone("moved_on", decided(offer))
    after = replace(offer, state="refused", why=Text(remark, remark), decided_at=now, decided_by=by)
    save_offer(connection, after, "agreed")
    tell(connection, keyring, after, people_in(offer.agreed), said.REFUSED, now)
    return after


def why_no_undo(
    connection: Connection, keyring: Keyring, offer: Offer, now: datetime
) -> Text | None:
    """Why a swap that was made cannot be undone; None where it can."""
    if offer.state != "done" or offer.agreed is None:
        return MOVED_ON
    back = reversed_way(offer.agreed)
    theirs = shifts_in((back,))
    for other in active_offers(connection, keyring, offer.week):
        if theirs & (
            shifts_in(other.ways) | shifts_in([((*other.agreed,) if other.agreed else ())])
        ):
            return _OFFERED_ON
        if (other.duty.shift, other.duty.lawyer, other.duty.role) in theirs:
            return _OFFERED_ON
    at = newest(connection, offer.week)
    return NOT_HELD if at is None else why_not(at, back, now)


def undo_swap(
    connection: Connection, keyring: Keyring, id: int, by: str, now: datetime
) -> Offer | NotDone:
    """Puts everything back as it was, before any of the shifts begins; all concerned are told.

    `by` is one of the lawyers in it, or a scheduler; that is for the caller to know.
    """
    board.lock(connection)
    offer = load_offer(connection, keyring, id)
    if offer is None or offer.agreed is None:
        return NotDone("unknown", UNKNOWN)
    if offer.state == "undone":
        return offer
    wrong = why_no_undo(connection, keyring, offer, now)
    if wrong is not None:
        return NotDone("moved_on", wrong)
    made = make_swap(connection, keyring, offer.week, reversed_way(offer.agreed), by, now)
    if isinstance(made, NotSwapped):
        return NotDone("violations", made.text)
    after = replace(offer, state="undone", version=made.number, decided_at=now, decided_by=by)
    save_offer(connection, after, "done")
    return after


def decided(offer: Offer) -> Text:
    """In words, where an offer stands that somebody wanted to decide."""
    by = offer.decided_by or ""
    if offer.state == "done":
        return Text(
            f"已由{by}批准，见第{offer.version}版", f"approved by {by}, version {offer.version}"
        )
    if offer.state == "refused":
        return Text(f"已由{by}退回", f"turned down by {by}")
    return MOVED_ON


def why_not(at: Newest, way: Moves, now: datetime) -> Text | None:
    """In words, why a way cannot be made now; None where it can."""
    found = checked(at, way, now, under_way=True)
    if isinstance(found, NotSwapped):
        return found.text
    return None if found.allowed else found.text


def settled(
    connection: Connection, keyring: Keyring, offer: Offer, way: Moves, now: datetime
) -> Offer | NotDone:
    """All agree: it is made at once where the policy lets it, else schedulers are asked."""
    agreed = replace(offer, state="agreed", agreed=way)
    save_offer(connection, agreed, "open")
    if load_policy(connection).swap_automatic and offer.span.start > now:
        return _made(connection, keyring, agreed, way, f"swap {offer.id}", now)
    name = lawyer_names(connection).get(offer.lawyer, offer.lawyer)
    post = post_names(connection).get(offer.post, offer.post)
    outbox.put(connection, keyring, said.waits(agreed, name, post), now)
    return agreed


def _made(
    connection: Connection, keyring: Keyring, offer: Offer, way: Moves, by: str, now: datetime
) -> Offer | NotDone:
    # Settled first, so that the new version does not find it open and lapse it.
    after = replace(offer, state="done", agreed=way, decided_at=now, decided_by=by)
    save_offer(connection, after, "agreed")
    made = make_swap(connection, keyring, offer.week, way, by, now, under_way=True)
    if isinstance(made, Version):
        after = replace(after, version=made.number)
        save_offer(connection, after, "done")
        return after
    lapsed = replace(offer, state="lapsed", why=made.text, decided_at=now, decided_by=by)
    save_offer(connection, lapsed, "done")
    tell(connection, keyring, lapsed, people_in(way), said.LAPSED, now)
    return NotDone("violations", made.text)


def tell(
    connection: Connection,
    keyring: Keyring,
    offer: Offer,
    who: Iterable[str],
    title: Text,
    now: datetime,
) -> None:
    """Leaves a notice about the offer for each of them."""
    post = post_names(connection).get(offer.post, offer.post)
    notices = [said.told(offer, one, title, post) for one in sorted(who)]
    outbox.put_all(connection, keyring, notices, now)


UNKNOWN = Text("没有这个换班", "there is no such swap")
NOT_HELD = Text("这一班已不在您名下，请刷新", "the duty is no longer yours; reload the page")
MOVED_ON = Text("情况已经变化：这个换班已经有了结果", "things have moved on: the swap is settled")
_OFFERED_ON = Text(
    "其中的班次又在换，先等那边有结果", "one of the duties is on offer again; that comes first"
)
