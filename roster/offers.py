"""Offers of duties to swap, as plain values: what is offered to whom, and what becomes of it; pure.

An offer follows its shift. When the holder has another shift of the same post on the same day
instead, the offer is for that one; when no way of it can be made any more, it lapses, with words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from zhiban.data.timespan import SHANGHAI, Span
from zhiban.data.week import Week
from zhiban.data.wording import Text
from zhiban.roster.problem import Role
from zhiban.roster.published import OnDuty, Version
from zhiban.roster.roster import Duty
from zhiban.roster.swaps import Handover, Moves

OfferState = Literal["open", "agreed", "done", "refused", "withdrawn", "lapsed", "undone"]
ACTIVE: tuple[OfferState, ...] = ("open", "agreed")
NOTHING = Text("", "")


@dataclass(frozen=True, slots=True)
class NotDone:
    """Why nothing came of it: it is not there (or not yours), moved on, or a rule is in the way."""

    why: Literal["unknown", "moved_on", "violations"]
    text: Text


@dataclass(frozen=True, slots=True)
class Answer:
    """What a lawyer said: takes part in `way`, or declines it all where that is None."""

    lawyer: str
    way: Moves | None
    at: datetime


@dataclass(frozen=True)
class Offer:
    """A duty offered, in certain `ways` or (none) to everybody who could take or exchange it."""

    id: int
    week: Week
    duty: Duty
    post: str
    span: Span
    ways: tuple[Moves, ...]
    agreed: Moves | None
    state: OfferState
    message: str
    asked_at: datetime
    decided_at: datetime | None = None
    decided_by: str | None = None
    version: int | None = None
    why: Text = NOTHING
    answers: tuple[Answer, ...] = field(default=())

    @property
    def lawyer(self) -> str:
        """Who offers it."""
        return self.duty.lawyer

    @property
    def active(self) -> bool:
        """Whether something can still come of it."""
        return self.state in ACTIVE

    @property
    def is_open(self) -> bool:
        """Whether everybody who could is asked."""
        return not self.ways

    @property
    def under_way(self) -> bool:
        """Whether it was made while the shift ran: then only its rest can be given away."""
        return self.asked_at >= self.span.start

    @property
    def until(self) -> datetime:
        """When it lapses by itself: as the shift begins, or ends where it ran already."""
        return self.span.end if self.under_way else self.span.start

    @property
    def asked(self) -> frozenset[str]:
        """Lawyers to whom it is offered by name."""
        return frozenset(who for way in self.ways for who in partners_in(way, self.lawyer))

    @property
    def declined(self) -> frozenset[str]:
        """Those of them who said no."""
        return frozenset(one.lawyer for one in self.answers if one.way is None)

    def concerns(self, lawyer: str) -> bool:
        """Whether the lawyer may see it: their own, offered to them by name, or to everybody."""
        taken = self.agreed is not None and lawyer in people_in(self.agreed)
        answered = any(one.lawyer == lawyer for one in self.answers)
        open_to_all = self.is_open and self.state == "open"
        return lawyer == self.lawyer or lawyer in self.asked or taken or answered or open_to_all

    def ways_of(self, lawyer: str) -> tuple[Moves, ...]:
        """The ways in which a lawyer would take part."""
        return tuple(way for way in self.ways if lawyer in partners_in(way, self.lawyer))


def people_in(way: Moves) -> tuple[str, ...]:
    """Everybody whose duties would change, once each."""
    return tuple(dict.fromkeys(who for move in way for who in (move.duty.lawyer, move.to)))


def partners_in(way: Moves, lawyer: str) -> tuple[str, ...]:
    """Everybody who has to agree, beside who offers."""
    return tuple(who for who in people_in(way) if who != lawyer)


def agreed_by(offer: Offer, way: Moves) -> frozenset[str]:
    """Who has said yes to that way."""
    return frozenset(one.lawyer for one in offer.answers if one.way == way)


def all_agree(offer: Offer, way: Moves) -> bool:
    """Whether everybody in a way has said yes."""
    return agreed_by(offer, way) >= set(partners_in(way, offer.lawyer))


def possible(offer: Offer) -> tuple[Moves, ...]:
    """The ways in which nobody has said no."""
    return tuple(
        way for way in offer.ways if offer.declined.isdisjoint(partners_in(way, offer.lawyer))
    )


def to_json(way: Moves) -> list[list[str]]:
    """A way as it is stored and sent by forms."""
    return [[move.duty.lawyer, move.duty.shift, move.duty.role, move.to] for move in way]


def from_json(value: Sequence[Any]) -> Moves:
    """The same back; raises ValueError for anything else."""
    moves = []
    for one in value:
        if not (isinstance(one, list | tuple) and len(one) == 4):
            raise ValueError("a move is lawyer, shift, role and to whom")
        lawyer, shift, role, to = (str(part) for part in one)
        if role not in ("primary", "standby"):
            raise ValueError(f"no role {role}")
        moves.append(Handover(Duty(shift=shift, lawyer=lawyer, role=_ROLES[role]), to))
    return tuple(moves)


_ROLES: Mapping[str, Role] = {"primary": "primary", "standby": "standby"}


def reversed_way(way: Moves) -> Moves:
    """What undoes it: each duty goes back to who gave it."""
    return tuple(Handover(move.after, move.duty.lawyer) for move in way)


def followed(
    offer: Offer, version: Version, allowed: Callable[[Moves], Text | None], now: datetime
) -> Offer:
    """The offer under a week's newest version: the same, for a moved shift, or lapsed.

    `allowed` says in words why a way can no longer be made, None where it can.
    """
    if not offer.active:
        return offer
    held = _held(offer, version)
    if held is None:
        return _lapsed(offer, _NOT_YOURS, now)
    at = _moved(offer, held) if held.shift != offer.duty.shift else offer
    at = replace(at, span=held.span, post=held.post)
    if at.until <= now:
        return _lapsed(at, _BEGUN, now)
    if at.agreed is not None:
        why = allowed(at.agreed)
        return at if why is None else _lapsed(at, why, now)
    if at.is_open:
        return at
    reasons = {way: allowed(way) for way in at.ways}
    kept = tuple(way for way in at.ways if reasons[way] is None)
    if not kept:
        return _lapsed(at, next(filter(None, reasons.values()), _NOBODY), now)
    return replace(at, ways=kept)


def _held(offer: Offer, version: Version) -> OnDuty | None:
    """The offered duty as it stands, or the one of that post and day that took its place."""
    mine = [one for one in version.duties if one.lawyer == offer.lawyer]
    for one in mine:
        if (one.shift, one.role) == (offer.duty.shift, offer.duty.role):
            return one
    if any(one.shift == offer.duty.shift for one in version.duties):
        return None  # the shift is where it was, others hold it
    day = offer.span.start.astimezone(SHANGHAI).date()
    near = [
        one
        for one in mine
        if one.post == offer.post
        and one.role == offer.duty.role
        and one.span.start.astimezone(SHANGHAI).date() == day
    ]
    return min(near, key=lambda one: abs(one.span.start - offer.span.start), default=None)


def _moved(offer: Offer, held: OnDuty) -> Offer:
    """The same offer for another shift, what was said to it included."""
    new = Duty(shift=held.shift, lawyer=offer.lawyer, role=offer.duty.role)

    def moved(way: Moves) -> Moves:
        return tuple(replace(move, duty=new) if move.duty == offer.duty else move for move in way)

    return replace(
        offer,
        duty=new,
        ways=tuple(moved(way) for way in offer.ways),
        agreed=None if offer.agreed is None else moved(offer.agreed),
        answers=tuple(
            replace(one, way=None if one.way is None else moved(one.way)) for one in offer.answers
        ),
    )


def _lapsed(offer: Offer, why: Text, now: datetime) -> Offer:
    return replace(offer, state="lapsed", why=why, decided_at=now)


def nobody_left(offer: Offer) -> bool:
    """Whether everybody to whom it was offered by name has declined."""
    return not offer.is_open and not possible(offer)


def shifts_in(ways: Iterable[Moves]) -> frozenset[tuple[str, str, str]]:
    """The duties that would change hands: shift, lawyer, role."""
    return frozenset(
        (move.duty.shift, move.duty.lawyer, move.duty.role) for way in ways for move in way
    )


_NOT_YOURS = Text(
    "值班表有变，这一班已不由申请人值班", "the roster changed; the duty is no longer theirs"
)
_BEGUN = Text("到开始时还没有换成", "it was not settled before the shift began")
_NOBODY = Text("没有人可以接", "nobody could take it")
