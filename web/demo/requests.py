"""What lawyers of the demonstration ask for: leave, swaps, corrections, and a round of looking."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from sqlalchemy import Connection, Engine, func, select

from zhiban.data.crypt import Keyring
from zhiban.data.database import writing
from zhiban.data.timespan import SHANGHAI, Span
from zhiban.data.week import Week
from zhiban.roster import correcting, entry_store, feeds
from zhiban.roster.asking_leave import approve_leave, ask_leave
from zhiban.roster.current import Newest, newest
from zhiban.roster.entries import Entry
from zhiban.roster.leave_requests import LeaveAsk
from zhiban.roster.offering import SwapAsk, accept_swap, offer_swap
from zhiban.roster.offers import Offer
from zhiban.roster.partners import partners
from zhiban.roster.published import OnDuty
from zhiban.roster.request_records import LEAVE_REQUEST
from zhiban.roster.request_store import lawyer_names
from zhiban.roster.roster import Duty
from zhiban.roster.swaps import Swap

HAVE_LOOKED = 3  # of five lawyers


def play(engine: Engine, keyring: Keyring, week: Week, now: datetime) -> int:
    """Plays them once for a database, in the week after `week`; how many requests there are."""
    with writing(engine) as connection:
        count = select(func.count()).select_from(LEAVE_REQUEST)
        at = newest(connection, week.next())
        if at is None or connection.execute(count).scalar_one():
            return 0
        cast = _cast(at)
        _leave(connection, keyring, cast, now)
        made = _swaps(connection, keyring, at, cast, now)
        _entries(connection, keyring, cast, now)
        feeds.renew(connection, keyring, "lawyer", cast[0][0].lawyer, "demo", now)
        return made + 5


def _cast(at: Newest) -> list[list[OnDuty]]:
    """The duties of the first lawyers who have two or more on different days."""
    found: dict[str, list[OnDuty]] = {}
    for duty in sorted(at.version.duties, key=lambda one: (one.lawyer, one.span.start)):
        if duty.role == "primary":
            found.setdefault(duty.lawyer, []).append(duty)
    return [duties for duties in found.values() if _day(duties[0]) != _day(duties[-1])][:8]


def _leave(
    connection: Connection, keyring: Keyring, cast: list[list[OnDuty]], now: datetime
) -> None:
    """One approved over a published duty, one that would hit some, two that hit nothing."""
    first = ask_leave(connection, keyring, _whole_day(cast[0][0], "family", "孩子家长会"), now)
    approve_leave(connection, keyring, first.id, "scheduler", now)
    ask_leave(connection, keyring, _whole_day(cast[1][0], "court", "海宁法院开庭"), now)
    for duties, kind in ((cast[2], "training"), (cast[3], "annual")):
        free = _free_day(duties, now)
        start = datetime.combine(free, time(), SHANGHAI)
        span = Span(start, start + timedelta(days=1))
        ask_leave(connection, keyring, LeaveAsk(duties[0].lawyer, span, kind), now)


def _swaps(
    connection: Connection, keyring: Keyring, at: Newest, cast: list[list[OnDuty]], now: datetime
) -> int:
    """One to some, one to the first lawyer, one to everybody, one that waits for approval."""
    mine = _offered(connection, keyring, at, cast[0][-1], now, most=3)
    everybody = SwapAsk(at.version.week, _duty(cast[4][0]))
    offer_swap(connection, keyring, everybody, now)
    asked = _offered(connection, keyring, at, cast[5][0], now, to=cast[0][0].lawyer)
    agreed = _offered(connection, keyring, at, cast[6][0], now, most=1)
    if agreed is not None:
        way = agreed.ways[0]
        for who in agreed.asked:
            accept_swap(connection, keyring, agreed.id, who, way, now)
    return 1 + sum(one is not None for one in (mine, asked, agreed))


def _offered(
    connection: Connection,
    keyring: Keyring,
    at: Newest,
    duty: OnDuty,
    now: datetime,
    most: int = 1,
    to: str = "",
) -> Offer | None:
    """An offer to the best partners, or to one of them; None where nobody could take it."""
    found = partners(at.facts, _duty(duty), since=now, chains=False)
    ways = list(_named(found.all, to))[:most]
    if not ways:
        return None
    ask = SwapAsk(
        at.version.week, _duty(duty), tuple(one.moves for one in ways), "那天要出庭，麻烦了。"
    )
    made = offer_swap(connection, keyring, ask, now)
    return made if isinstance(made, Offer) else None


def _named(swaps: tuple[Swap, ...], to: str) -> Iterator[Swap]:
    return (one for one in swaps if not to or one.moves[0].to == to)


def _entries(
    connection: Connection, keyring: Keyring, cast: list[list[OnDuty]], now: datetime
) -> None:
    """A round that is under way, with two corrections and three of five who have looked."""
    deadline = datetime.combine(now.astimezone(SHANGHAI).date() + timedelta(days=9), time(17))
    title = "明年第一季度排班前核对"
    made = correcting.open_round(
        connection, keyring, title, deadline.replace(tzinfo=SHANGHAI), "scheduler", now
    )
    names = sorted(lawyer_names(connection))
    for number, lawyer in enumerate(names):
        if number % 5 < HAVE_LOOKED and lawyer != cast[0][0].lawyer:
            entry_store.save_confirmation(connection, made.id, lawyer, now, corrected=False)
    for duties, away, phone in (
        (cast[7], frozenset({(2, "pm")}), ""),
        (cast[1], frozenset[tuple[int, str]](), "13905731234"),
    ):
        lawyer = duties[0].lawyer
        old = entry_store.load_entry(connection, keyring, lawyer)
        if old is not None:
            new = Entry(phone or old.phone, old.skills, old.languages, old.away | away)
            correcting.ask_correction(connection, keyring, lawyer, new, "", None, now)


def _whole_day(duty: OnDuty, kind: str, reason: str) -> LeaveAsk:
    start = datetime.combine(_day(duty), time(), SHANGHAI)
    return LeaveAsk(duty.lawyer, Span(start, start + timedelta(days=1)), kind, reason)


def _free_day(duties: list[OnDuty], now: datetime) -> date:
    """The first day from now on without a duty: near, so that somebody has to decide."""
    taken = {_day(duty) for duty in duties}
    day = now.astimezone(SHANGHAI).date() + timedelta(days=4)
    while day in taken:
        day += timedelta(days=1)
    return day


def _day(duty: OnDuty) -> date:
    return duty.span.start.astimezone(SHANGHAI).date()


def _duty(duty: OnDuty) -> Duty:
    return Duty(shift=duty.shift, lawyer=duty.lawyer, role=duty.role)
