"""Offers follow the roster: after a new version, new leave, or as shifts begin."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from zhiban.data import outbox
from zhiban.data.crypt import Keyring
from zhiban.data.outbox import Notice
from zhiban.data.records import PostRecord, table
from zhiban.data.week import Week
from zhiban.data.wording import Refused, Text
from zhiban.roster import offer_words
from zhiban.roster.current import Newest, newest, with_leave
from zhiban.roster.offer_store import active_offers, save_answers, save_offer
from zhiban.roster.offers import Offer, followed, partners_in
from zhiban.roster.problem import RosterProblem
from zhiban.roster.published import Version
from zhiban.roster.rosterfile import RosterFile
from zhiban.roster.swaps import Moves, swap

_POST = table(PostRecord)


def follow_offers(
    connection: Connection,
    keyring: Keyring,
    now: datetime,
    week: Week | None = None,
    known: tuple[Version, RosterProblem, RosterFile] | None = None,
) -> int:
    """Brings all offers (of one week) in line with the newest versions; how many changed.

    `known` is that week's newest version, where it is at hand, so that it is not read again.
    """
    active = active_offers(connection, keyring, week)
    if not active:
        return 0
    posts = post_names(connection)
    changed = 0
    for one in sorted({offer.week for offer in active}):
        at = newest(connection, one) if known is None else _made_of(connection, *known)
        if at is not None:
            mine = [offer for offer in active if offer.week == one]
            changed += _follow(connection, keyring, at, mine, posts, now)
    return changed


def _made_of(
    connection: Connection, version: Version, problem: RosterProblem, file: RosterFile
) -> Newest:
    return Newest(version, with_leave(connection, problem), file)


def lapse_begun(connection: Connection, keyring: Keyring, now: datetime) -> int:
    """Ends offers whose shift has begun before anything came of them; how many."""
    late = [offer for offer in active_offers(connection, keyring) if offer.until <= now]
    if not late:
        return 0
    return sum(follow_offers(connection, keyring, now, week) for week in {one.week for one in late})


def post_names(connection: Connection) -> dict[str, str]:
    """What each post is called."""
    return {row.id: row.name for row in connection.execute(select(_POST.c.id, _POST.c.name))}


def _follow(
    connection: Connection,
    keyring: Keyring,
    at: Newest,
    offers: Iterable[Offer],
    posts: dict[str, str],
    now: datetime,
) -> int:
    changed = 0
    look = _Allowed(at, now)
    for offer in offers:
        after = followed(offer, at.version, look.why_not, now)
        if after == offer or not save_offer(connection, after, offer.state):
            continue
        changed += 1
        if after.answers != offer.answers:
            save_answers(connection, after)
        outbox.put_all(connection, keyring, _notices(offer, after, posts), now)
    return changed


@dataclass
class _Allowed:
    """Looks at ways under one version; the rules are set up when the first one is looked at."""

    at: Newest
    now: datetime

    def why_not(self, way: Moves) -> Text | None:
        """In words, why the handovers cannot be made; None where they can."""
        facts = self.at.facts
        for move in way:
            shift = facts.shifts.get(move.duty.shift)
            if shift is None or move.duty not in facts.duties_of(move.duty.lawyer):
                return _GONE
            if shift.start <= self.now and len(way) > 1:
                return _BEGUN
        try:
            found = swap(facts, way)
        except Refused as error:
            return error.text
        return None if found.allowed else found.text


def _notices(before: Offer, after: Offer, posts: dict[str, str]) -> list[Notice]:
    post = posts.get(after.post, after.post)
    told = offer_words.told
    if after.state == "lapsed":
        who = {before.lawyer, *(one.lawyer for one in before.answers if one.way is not None)}
        return [told(after, one, offer_words.LAPSED, post) for one in sorted(who)]
    if after.span != before.span:
        agreed = () if after.agreed is None else partners_in(after.agreed, after.lawyer)
        who = {after.lawyer, *after.asked, *agreed} - after.declined
        return [told(after, one, offer_words.MOVED, post) for one in sorted(who)]
    return []


_GONE = Text("值班表有变，这样换已经不行", "the roster changed; this can no longer be done")
_BEGUN = Text("其中有班次已经开始", "one of the duties has begun")
