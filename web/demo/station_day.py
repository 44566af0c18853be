"""The day at the stations: links to their screens, who signed in, and people with numbers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine

from zhiban.data.crypt import Keyring
from zhiban.data.database import writing
from zhiban.data.register import Register
from zhiban.data.timespan import SHANGHAI
from zhiban.queue import calling, number_store
from zhiban.queue.memory import knowledge
from zhiban.roster import station_keys
from zhiban.roster.presence import duties_near
from zhiban.roster.published import OnDuty
from zhiban.web.demo.coming import EARLY, arrivals, sign_in

BETWEEN = timedelta(minutes=11)
TALK = timedelta(minutes=15)
TAKEN, MISSED, STATIONS = 14, 3, 3
ABOUT = ("labour", "family", None, "housing", "debt", "traffic")


def play(engine: Engine, keyring: Keyring, now: datetime) -> int:
    """Plays the day up to `now`; how many numbers were taken by it, none a second time."""
    with writing(engine) as connection:
        known = knowledge(connection, keyring, now)
        if not station_keys.keys(connection, keyring):
            _give_links(connection, keyring, known.register, now)
        begun = [
            duty
            for duty in duties_near(known.published, now)
            if duty.role == "primary" and duty.span.start <= now
        ]
        sign_in(connection, arrivals(connection, known.published, now))
        today = now.astimezone(SHANGHAI).date()
        return sum(
            _numbers(connection, keyring, duty, now)
            for duty in _busy(begun, now)
            if not number_store.of_day(connection, duty.post, today)
        )


def _give_links(
    connection: Connection, keyring: Keyring, register: Register, now: datetime
) -> None:
    """Both links of every station."""
    for post in register.posts.values():
        if post.kind == "station":
            for purpose in station_keys.PURPOSES:
                station_keys.renew(connection, keyring, post.id, purpose, "scheduler", now)


def _busy(begun: Sequence[OnDuty], now: datetime) -> list[OnDuty]:
    """Somebody at each of the first few stations that are open now."""
    running = [one for one in begun if one.span.contains(now) and one.kind == "station"]
    return list({one.post: one for one in reversed(running)}.values())[-STATIONS:]


def _numbers(connection: Connection, keyring: Keyring, duty: OnDuty, now: datetime) -> int:
    """People come one after the other, and are heard one after the other; the last one is there."""
    known = knowledge(connection, keyring, now).register.categories
    comes = [duty.span.start - EARLY + BETWEEN * place for place in range(TAKEN)]
    comes = [at for at in comes if at <= now]
    acts = [(at, place, True) for place, at in enumerate(comes)]
    turns = int((now - duty.span.start - EARLY) / TALK) + 1
    acts += [(duty.span.start + EARLY + TALK * turn, turn, False) for turn in range(turns)]
    for at, place, takes in sorted(acts):
        if not takes:
            _hear(connection, keyring, duty, at, now, missed=place == MISSED)
            continue
        about = ABOUT[place % len(ABOUT)]
        category = about if about in known else None
        first = place % 5 == 3
        calling.take(connection, keyring, duty.post, at, first=first, category=category)
    return len(comes)


def _hear(
    connection: Connection,
    keyring: Keyring,
    duty: OnDuty,
    at: datetime,
    now: datetime,
    *,
    missed: bool,
) -> None:
    """One call, heard or in vain; a talk that is not over at `now` goes on."""
    called = calling.call_next(connection, keyring, duty.post, duty.lawyer, at)
    if not isinstance(called, calling.Called):
        return
    who = (duty.post, called.number.number, duty.lawyer)
    if missed:
        calling.missed(connection, keyring, *who, at + timedelta(minutes=2))
        return
    if at + timedelta(minutes=1) <= now:
        calling.start(connection, keyring, *who, at + timedelta(minutes=1))
    if at + TALK <= now:
        calling.finish(connection, keyring, *who, at + TALK - timedelta(seconds=30))
