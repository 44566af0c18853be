"""Swap offers in words: what each lawyer sees of one, and what can be done with it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from zhiban.data.timespan import SHANGHAI
from zhiban.roster.offers import Offer, agreed_by, partners_in
from zhiban.roster.published import OnDuty
from zhiban.roster.request_store import lawyer_firms, lawyer_names
from zhiban.roster.swaps import Handover, Moves
from zhiban.web import words
from zhiban.web.i18n import Lang, translate

_WORD = re.compile(r"[^\s：:，,；;、()（）]+")
_SHIFT = re.compile(r"[^@]+@\d{4}-\d{2}-\d{2}T\d{4}")


@dataclass(frozen=True, slots=True)
class Person:
    """A lawyer by name and firm."""

    id: str
    name: str
    firm: str


@dataclass(frozen=True, slots=True)
class OfferLine:
    """One offer as a lawyer sees it in a list."""

    id: int
    mine: bool
    who: str
    what: str
    state: str
    why: str
    active: bool
    asks_me: bool
    for_all: bool
    people: tuple[str, ...]


def people(connection: Connection) -> dict[str, Person]:
    """Everybody in the register by id."""
    firms = lawyer_firms(connection)
    return {
        id: Person(id, name, firms.get(id, ("", ""))[1])
        for id, name in lawyer_names(connection).items()
    }


def called(who: Mapping[str, Person], id: str) -> str:
    """A lawyer's name."""
    return who[id].name if id in who else id


def duty_line(duty: OnDuty, place: Mapping[str, str], now: datetime, lang: Lang) -> str:
    """When and where a duty is."""
    post = place.get(duty.post, duty.post_name)
    role = f"（{words.name('role', duty.role, lang)}）" if duty.role == "standby" else ""
    return f"{words.span(duty.span.start, duty.span.end, now, lang)} {post}{role}"


def in_words(
    text: str, who: Mapping[str, Person], place: Mapping[str, str], now: datetime, lang: Lang
) -> str:
    """A rule's sentence with names of people, shifts and posts where it has their ids."""

    def said(match: re.Match[str]) -> str:
        word = match[0]
        bare = word.rstrip(".。")
        rest = word[len(bare) :]
        if bare in who:
            return who[bare].name + rest
        if _SHIFT.fullmatch(bare):
            return shift_line(bare, place, now, lang) + rest
        return place.get(bare, bare) + rest

    return _WORD.sub(said, text)


def shift_line(shift: str, place: Mapping[str, str], now: datetime, lang: Lang) -> str:
    """When and where a shift is, from its name alone, where nothing else is known of it."""
    post, _, start = shift.rpartition("@")
    try:
        at = datetime.strptime(start, "%Y-%m-%dT%H%M").replace(tzinfo=SHANGHAI)
    except ValueError:
        return place.get(post, shift)
    return f"{words.at(at, now, lang)} {place.get(post, post)}"


def offer_line(
    offer: Offer,
    lawyer: str,
    who: Mapping[str, Person],
    place: Mapping[str, str],
    now: datetime,
    lang: Lang,
) -> OfferLine:
    """The offer as the lawyer sees it."""
    mine = offer.lawyer == lawyer
    answered = any(one.lawyer == lawyer for one in offer.answers)
    return OfferLine(
        id=offer.id,
        mine=mine,
        who=called(who, offer.lawyer),
        what=offer_what(offer, place, now, lang),
        state=offer.state,
        why=in_words(offer.why.in_(lang), who, place, now, lang),
        active=offer.active,
        asks_me=not mine and offer.state == "open" and lawyer in offer.asked and not answered,
        for_all=not mine and offer.is_open and offer.state == "open" and not answered,
        people=tuple(called(who, one) for one in sorted(offer.asked)),
    )


def offer_what(offer: Offer, place: Mapping[str, str], now: datetime, lang: Lang) -> str:
    """The duty that is offered."""
    post = place.get(offer.post, offer.post)
    role = f"（{words.name('role', 'standby', lang)}）" if offer.duty.role == "standby" else ""
    return f"{words.span(offer.span.start, offer.span.end, now, lang)} {post}{role}"


def way_line(
    way: Moves,
    viewer: str,
    who: Mapping[str, Person],
    shifts: Mapping[str, str],
    lang: Lang,
) -> str:
    """Who would hold what, said to one of those concerned."""
    return ("；" if lang == "zh" else "; ").join(
        _move(move, viewer, who, shifts, lang) for move in way
    )


def _move(
    move: Handover,
    viewer: str,
    who: Mapping[str, Person],
    shifts: Mapping[str, str],
    lang: Lang,
) -> str:
    what = shifts.get(move.duty.shift, move.duty.shift)
    if move.to == viewer:
        return translate(lang, "您值%(what)s", what=what)
    return translate(lang, "%(name)s值%(what)s", name=called(who, move.to), what=what)


def consents(offer: Offer, way: Moves, who: Mapping[str, Person]) -> tuple[tuple[str, bool], ...]:
    """Everybody who has to agree to a way, and whether they have."""
    yes = agreed_by(offer, way)
    return tuple((called(who, one), one in yes) for one in partners_in(way, offer.lawyer))
