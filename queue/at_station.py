"""What a station's pages read: the kiosk, the hall's screen, somebody's place, all stations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from zhiban.data.crypt import Keyring
from zhiban.data.timespan import SHANGHAI
from zhiban.queue import number_store as store
from zhiban.queue.calling import station_of
from zhiban.queue.memory import knowledge
from zhiban.queue.numbers import Guess, Number, guess, in_order
from zhiban.queue.opening import StationDay, station_day

_LAST = 5
_NEXT = 8


@dataclass(frozen=True, slots=True)
class Hall:
    """A station's day as the hall and the lawyers see it; `last` are the newest calls first."""

    day: StationDay
    waiting: tuple[Number, ...]
    last: tuple[Number, ...]
    missed: tuple[Number, ...]
    numbers: tuple[Number, ...]
    for_next: Guess | None

    @property
    def next(self) -> tuple[Number, ...]:
        """The few who come next."""
        return self.waiting[:_NEXT]

    def called_by(self, lawyer: str) -> Number | None:
        """The number that a lawyer has before them."""
        found = (one for one in self.numbers if one.with_lawyer and one.lawyer == lawyer)
        return next(found, None)


@dataclass(frozen=True, slots=True)
class Place:
    """Somebody's place in the line; without a guess once it is not waiting any more."""

    number: Number
    day: StationDay
    ahead: int
    guess: Guess | None
    over: bool


def hall(connection: Connection, keyring: Keyring, post: str, now: datetime) -> Hall:
    """A station at `now`. Raises Refused where there is none of that name."""
    known = knowledge(connection, keyring, now)
    day = station_day(known, station_of(known, post), now)
    numbers = store.of_day(connection, post, now.astimezone(SHANGHAI).date())
    open_now = day.closes is not None and now < day.closes
    waiting = tuple(in_order(numbers)) if open_now else ()
    called = [one for one in numbers if one.called_at is not None and one.state != "waiting"]
    called.sort(key=lambda one: (one.called_at or now, one.number), reverse=True)
    return Hall(
        day=day,
        waiting=waiting,
        last=tuple(called[:_LAST]),
        missed=tuple(one for one in numbers if one.state == "missed") if open_now else (),
        numbers=numbers,
        for_next=_guess(numbers, len(waiting), day, now),
    )


def place(connection: Connection, keyring: Keyring, code: str, now: datetime) -> Place | None:
    """Somebody's place by the code of their number; None for a code that is nobody's."""
    one = store.by_code(connection, code)
    if one is None:
        return None
    known = knowledge(connection, keyring, now)
    day = station_day(known, station_of(known, one.post), now)
    today = now.astimezone(SHANGHAI).date()
    over = one.day != today or day.closes is None or now >= day.closes
    numbers = store.of_day(connection, one.post, one.day)
    if one.state != "waiting" or over:
        return Place(one, day, 0, None, over)
    ahead = next(i for i, other in enumerate(in_order(numbers)) if other.number == one.number)
    return Place(one, day, ahead, _guess(numbers, ahead, day, now), over)


def waiting_by_post(connection: Connection, now: datetime) -> Mapping[str, tuple[Number, ...]]:
    """Who waits today at each station where anybody does."""
    today = now.astimezone(SHANGHAI).date()
    found: dict[str, tuple[Number, ...]] = {}
    for one in store.open_numbers(connection, today):
        if one.day == today and one.state == "waiting":
            found[one.post] = (*found.get(one.post, ()), one)
    return found


def _guess(numbers: tuple[Number, ...], ahead: int, day: StationDay, now: datetime) -> Guess | None:
    if day.closes is None or now >= day.closes:
        return None
    coming = day.coming.span.start if day.coming else None
    starts = coming if coming is not None and coming < day.closes else None
    if not day.counters and starts is None:
        return None
    return guess(numbers, ahead, day.counters, now, starts, day.closes)
