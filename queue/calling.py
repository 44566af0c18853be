"""Taking numbers at a station and calling them; the board makes each transaction the only one.

Every change of a number is a conditional write: of two who call the next one at once, each gets
another; a number that has moved on meanwhile is a normal answer.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection

from zhiban.data import board
from zhiban.data.crypt import Keyring
from zhiban.data.places import Post
from zhiban.data.timespan import SHANGHAI
from zhiban.data.wording import Refused, Text
from zhiban.queue import number_store as store
from zhiban.queue.keys import digest_of
from zhiban.queue.knowledge import Knowledge
from zhiban.queue.memory import knowledge
from zhiban.queue.numbers import Number, NumberState, in_order, rank_behind
from zhiban.queue.opening import StationDay, station_day

MOST_WAITING = 200
_WAITING: tuple[NumberState, ...] = ("waiting",)
_CALLED: tuple[NumberState, ...] = ("called",)
_BEFORE_SOMEBODY: tuple[NumberState, ...] = ("called", "talking")
_CODE_BYTES = 9
_OFF_SHIFT = Text("您现在不在这个站点的班上", "you are not on shift at this station now")
_NOBODY = Text("现在没有人等候", "nobody is waiting")
_MOVED = Text(
    "这个号刚刚有了变化，请看过最新情况再操作", "this number has just changed; look again first"
)


@dataclass(frozen=True, slots=True)
class Taken:
    """A number, new or (`repeated`) the one that this very tap had taken."""

    number: Number
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class NoNumber:
    """Why no number is given now; `opens` is when a lawyer is there next, where that is known."""

    why: Literal["closed", "full"]
    opens: datetime | None


@dataclass(frozen=True, slots=True)
class Called:
    """A number that a lawyer has before them now; `repeated` where they had it already."""

    number: Number
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class NotCalled:
    """Why nothing was done."""

    reason: Literal["off_shift", "nobody", "moved"]
    why: Text


def take(
    connection: Connection,
    keyring: Keyring,
    post: str,
    now: datetime,
    *,
    first: bool = False,
    category: str | None = None,
    key: str | None = None,
) -> Taken | NoNumber:
    """Gives out the post's next number of the day. Raises Refused for an unknown category."""
    board.lock(connection)
    known = knowledge(connection, keyring, now)
    if category is not None and category not in known.register.offered:
        raise Refused.one("category", "没有这个类别", "there is no such category")
    digest = None if key is None else digest_of(key)
    before = None if digest is None else store.by_key(connection, digest)
    if before is not None and before.post == post:
        return Taken(before, repeated=True)
    day = _day(known, post, now)
    if not day.gives_numbers(now):
        return NoNumber("closed", day.coming.span.start if day.coming else None)
    today = now.astimezone(SHANGHAI).date()
    if len(in_order(store.of_day(connection, post, today))) >= MOST_WAITING:
        return NoNumber("full", None)
    made = Number(
        post=post,
        day=today,
        number=store.next_number(connection, post, today),
        code=secrets.token_urlsafe(_CODE_BYTES),
        first=first,
        category=category,
        state="waiting",
        taken_at=now,
        ranked_at=now,
    )
    store.add(connection, made, digest)
    return Taken(made)


def call_next(
    connection: Connection, keyring: Keyring, post: str, lawyer: str, now: datetime
) -> Called | NotCalled:
    """Calls whose turn it is to the lawyer's counter; whom they called before, they still have."""
    day = _on_shift(connection, keyring, post, lawyer, now)
    if isinstance(day, NotCalled):
        return day
    numbers = store.of_day(connection, post, now.astimezone(SHANGHAI).date())
    mine = next((one for one in numbers if one.with_lawyer and one.lawyer == lawyer), None)
    if mine is not None:
        return Called(mine, repeated=True)
    waiting = in_order(numbers)
    if not waiting:
        return NotCalled("nobody", _NOBODY)
    return _called(connection, waiting[0], _WAITING, day, lawyer, now)


def call_again(
    connection: Connection, keyring: Keyring, post: str, number: int, lawyer: str, now: datetime
) -> Called | NotCalled:
    """Calls a number by name: one's own once more, one that missed its call, or any that waits.

    One that a lawyer called who is no longer on shift may be called by who is.
    """
    day = _on_shift(connection, keyring, post, lawyer, now)
    if isinstance(day, NotCalled):
        return day
    numbers = store.of_day(connection, post, now.astimezone(SHANGHAI).date())
    other = next((one for one in numbers if one.with_lawyer and one.lawyer == lawyer), None)
    if other is not None and other.number != number:
        return Called(other, repeated=True)
    one = next((one for one in numbers if one.number == number), None)
    there = {duty.lawyer for duty in day.here} - {lawyer}
    if one is None or (one.with_lawyer and one.lawyer in there):
        return NotCalled("moved", _MOVED)
    return _called(connection, one, ("waiting", "missed", "called"), day, lawyer, now)


def missed(
    connection: Connection, keyring: Keyring, post: str, number: int, lawyer: str, now: datetime
) -> Called | NotCalled:
    """Notes that nobody came to the call."""
    return _moved(connection, keyring, post, number, lawyer, now, _CALLED, state="missed")


def put_back(
    connection: Connection, keyring: Keyring, post: str, number: int, lawyer: str, now: datetime
) -> Called | NotCalled:
    """Lets somebody who missed the call wait again, behind the next few."""
    day = _on_shift(connection, keyring, post, lawyer, now)
    if isinstance(day, NotCalled):
        return day
    numbers = store.of_day(connection, post, now.astimezone(SHANGHAI).date())
    one = next((one for one in numbers if one.number == number), None)
    if one is None or (one.state == "called" and one.lawyer != lawyer):
        return NotCalled("moved", _MOVED)
    alike = [other for other in in_order(numbers) if other.first == one.first]
    fresh = {"state": "waiting", "ranked_at": rank_behind(alike, now), "lawyer": None}
    moved = store.move(connection, one, ("missed", "called"), **fresh)
    return NotCalled("moved", _MOVED) if moved is None else Called(moved)


def start(
    connection: Connection, keyring: Keyring, post: str, number: int, lawyer: str, now: datetime
) -> Called | NotCalled:
    """Notes that the talk begins; begun already, it goes on."""
    values = {"state": "talking", "started_at": now}
    return _moved(connection, keyring, post, number, lawyer, now, _BEFORE_SOMEBODY, **values)


def finish(
    connection: Connection,
    keyring: Keyring,
    post: str,
    number: int,
    lawyer: str,
    now: datetime,
    ticket: str | None = None,
) -> Called | NotCalled:
    """Notes that the talk is over, with the question that it was recorded as."""
    values = {"state": "done", "ended_at": now, "ticket": ticket}
    return _moved(connection, keyring, post, number, lawyer, now, _BEFORE_SOMEBODY, **values)


def leave(connection: Connection, code: str, now: datetime) -> Number | None:
    """The holder gives a number back; None where it is not waiting any more."""
    board.lock(connection)
    one = store.by_code(connection, code)
    if one is None:
        return None
    return store.move(connection, one, ("waiting", "missed"), state="left", ended_at=now)


def expire(connection: Connection, keyring: Keyring, now: datetime) -> int:
    """Ends the numbers of days and stations that are over; how many. Again, it ends none."""
    board.lock(connection)
    today, ended = now.astimezone(SHANGHAI).date(), 0
    still_open: dict[str, bool] = {}
    for one in store.open_numbers(connection, today):
        if one.day == today and one.post not in still_open:
            day = _day(knowledge(connection, keyring, now), one.post, now)
            still_open[one.post] = day.closes is not None and now < day.closes
        if one.day == today and still_open[one.post]:
            continue
        how: NumberState = "done" if one.state == "talking" else "expired"
        moved = store.move(connection, one, (one.state,), state=how, ended_at=now)
        ended += moved is not None
    return ended


def _day(known: Knowledge, post: str, now: datetime) -> StationDay:
    return station_day(known, station_of(known, post), now)


def station_of(known: Knowledge, post: str) -> Post:
    """A station of the register; raises Refused where there is none of that name."""
    found = known.register.posts.get(post)
    if found is None or found.kind != "station":
        raise Refused.one("post", f"没有站点 {post[:20]}", f"there is no station {post[:20]!r}")
    return found


def _on_shift(
    connection: Connection, keyring: Keyring, post: str, lawyer: str, now: datetime
) -> StationDay | NotCalled:
    """The station, if the lawyer is on shift there; the board is locked."""
    board.lock(connection)
    day = _day(knowledge(connection, keyring, now), post, now)
    if all(duty.lawyer != lawyer for duty in day.here):
        return NotCalled("off_shift", _OFF_SHIFT)
    return day


def _called(
    connection: Connection,
    one: Number,
    states: Collection[NumberState],
    day: StationDay,
    lawyer: str,
    now: datetime,
) -> Called | NotCalled:
    moved = store.move(
        connection,
        one,
        states,
        state="called",
        calls=one.calls + 1,
        called_at=now,
        lawyer=lawyer,
        counter=day.counter_of(lawyer),
        started_at=None,
    )
    return NotCalled("moved", _MOVED) if moved is None else Called(moved)


def _moved(
    connection: Connection,
    keyring: Keyring,
    post: str,
    number: int,
    lawyer: str,
    now: datetime,
    states: Collection[NumberState],
    **values: object,
) -> Called | NotCalled:
    """Moves a number that the lawyer has called."""
    day = _on_shift(connection, keyring, post, lawyer, now)
    if isinstance(day, NotCalled):
        return day
    numbers = store.of_day(connection, post, now.astimezone(SHANGHAI).date())
    one = next((one for one in numbers if one.number == number and one.lawyer == lawyer), None)
    moved = None if one is None else store.move(connection, one, states, **values)
    return NotCalled("moved", _MOVED) if moved is None else Called(moved)
