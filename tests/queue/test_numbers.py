"""Numbers at a station: taken without a gap, called in turn, and over when the station closes."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from zhiban.data.database import make_engine, reading, writing
from zhiban.data.places import Opening, Post
from zhiban.data.store import save_register
from zhiban.data.wording import Refused
from zhiban.data.writer import Writer
from zhiban.queue import at_station, calling
from zhiban.queue.calling import Called, NoNumber, NotCalled, Taken
from zhiban.queue.numbers import Number, in_order, pace

POST = "station-330411"
DAY = "11-24"


@pytest.fixture
def station(bureau):
    """The county's station with two lawyers on Tuesday: L1 all day, L2 in the morning."""
    openings = tuple(
        Opening(2, start, end)
        for start, end in ((time(8, 30), time(11, 30)), (time(13, 30), time(17)))
    )
    post = Post(
        POST, "秀洲站", "Xiuzhou Station", "station", "county", bureau.xiuzhou, openings=openings
    )
    bureau.register = replace(bureau.register, posts={POST: post})
    with writing(bureau.engine) as connection:
        save_register(connection, bureau.register, bureau.keyring)
    lawyers = bureau.register.lawyers
    duties = [
        bureau.duty(lawyers[who], DAY, hours, kind="station")
        for who, hours in (("L1", bureau.morning), ("L2", bureau.morning), ("L1", bureau.afternoon))
    ]
    bureau.publish(duties)
    return bureau


def take(bureau, at: str, **more):
    """Somebody takes a number."""
    with writing(bureau.engine) as connection:
        return calling.take(connection, bureau.keyring, POST, bureau.at(f"{DAY} {at}"), **more)


def do(bureau, act, *arguments):
    """A lawyer does something; the last argument is the time."""
    *named, at = arguments
    with writing(bureau.engine) as connection:
        return act(connection, bureau.keyring, POST, *named, bureau.at(f"{DAY} {at}"))


def hall(bureau, at: str):
    """The station's day at a time."""
    with reading(bureau.engine) as connection:
        return at_station.hall(connection, bureau.keyring, POST, bureau.at(f"{DAY} {at}"))


def some(number: int, *, first: bool = False, state="waiting", called=None) -> Number:
    """A number of the day, for what is pure."""
    at = datetime(2026, 11, 24, 1, number, tzinfo=UTC)
    day = date(2026, 11, 24)
    return Number(POST, day, number, f"c{number}", first, None, state, at, at, called_at=called)


def test_numbers_count_up_from_one_every_day_and_a_second_tap_takes_none(station) -> None:
    first = take(station, "08:10", key="a" * 20)
    again = take(station, "08:11", key="a" * 20)
    second = take(station, "08:12", key="b" * 20, category="labour")
    assert (first.number.number, again.number.number, second.number.number) == (1, 1, 2)
    assert (first.repeated, again.repeated) == (False, True)
    assert first.number.label == "001"
    with pytest.raises(Refused):
        take(station, "08:13", category="nonsense")


@pytest.mark.parametrize(("at", "given"), [("07:59", False), ("08:00", True), ("12:30", True),
                                           ("16:59", True), ("17:00", False)])  # fmt: skip
def test_numbers_are_given_while_somebody_may_still_be_heard(station, at, given) -> None:
    # Half an hour before the first lawyer comes, and over noon as well, until the last one goes.
    assert isinstance(take(station, at), Taken if given else NoNumber)


def test_who_goes_first_does_so_but_never_three_in_a_row() -> None:
    line = [some(n, first=n > 2) for n in range(1, 8)]
    assert [one.number for one in in_order(line)] == [3, 4, 1, 5, 6, 2, 7]
    # Two that went first were just called: now one of the others.
    called = [
        replace(some(n, first=True, state="done"), called_at=some(n).taken_at) for n in (8, 9)
    ]
    assert [one.number for one in in_order([*line, *called])][:3] == [1, 3, 4]


def test_the_pace_is_the_usual_one_until_the_day_says_otherwise() -> None:
    assert pace([]) == timedelta(minutes=12)
    start = some(1).taken_at
    quick = replace(some(1, state="done", called=start), ended_at=start + timedelta(minutes=4))
    # Three usual talks and one of four minutes: (36 + 4) / 4.
    assert pace([quick]) == timedelta(minutes=10)


def test_calling_goes_from_call_to_record_and_a_second_tap_calls_nobody_else(station) -> None:
    for _ in range(2):
        take(station, "08:40")
    called = do(station, calling.call_next, "L1", "08:45")
    again = do(station, calling.call_next, "L1", "08:45")
    assert (called.number.number, again.number.number, again.repeated) == (1, 1, True)
    assert (called.number.counter, called.number.calls) == (1, 1)
    other = do(station, calling.call_next, "L2", "08:46")
    assert (other.number.number, other.number.counter) == (2, 2)
    louder = do(station, calling.call_again, 1, "L1", "08:47")
    assert louder.number.calls == 2
    assert do(station, calling.start, 1, "L1", "08:48").number.state == "talking"
    done = do(station, calling.finish, 1, "L1", "08:58")
    assert (done.number.state, done.number.lawyer) == ("done", "L1")
    assert isinstance(do(station, calling.finish, 1, "L1", "08:59"), NotCalled)
    assert do(station, calling.call_next, "L1", "08:59").reason == "nobody"


def test_nobody_touches_another_lawyers_number_or_calls_off_shift(station) -> None:
    take(station, "08:40")
    do(station, calling.call_next, "L1", "08:45")
    for act in (
        calling.missed,
        calling.start,
        calling.finish,
        calling.put_back,
        calling.call_again,
    ):
        assert do(station, act, 1, "L2", "08:46").reason == "moved"
        assert do(station, act, 1, "L3", "08:46").reason == "off_shift"
    assert do(station, calling.call_next, "L3", "08:46").reason == "off_shift"


def test_who_missed_the_call_is_called_again_or_waits_behind_three(station) -> None:
    for minute in range(30, 36):
        take(station, f"08:{minute}")
    do(station, calling.call_next, "L1", "08:45")
    assert do(station, calling.missed, 1, "L1", "08:48").number.state == "missed"
    assert [one.number for one in hall(station, "08:48").missed] == [1]
    do(station, calling.put_back, 1, "L1", "08:49")
    assert [one.number for one in hall(station, "08:49").waiting] == [2, 3, 4, 1, 5, 6]
    do(station, calling.call_next, "L1", "08:50")
    do(station, calling.missed, 2, "L1", "08:52")
    assert isinstance(do(station, calling.call_again, 2, "L2", "08:53"), Called)


def test_a_number_called_by_who_has_left_may_be_called_by_who_is_there(station) -> None:
    take(station, "11:20")
    do(station, calling.call_next, "L2", "11:25")
    taken = do(station, calling.call_again, 1, "L1", "13:35")
    assert (taken.number.lawyer, taken.number.counter) == ("L1", 1)


def test_the_guess_is_honest_about_who_is_there_and_when_it_closes(station) -> None:
    codes = [take(station, "08:05").number.code for _ in range(3)]

    def place(code: str, at: str):
        with reading(station.engine) as connection:
            return at_station.place(connection, station.keyring, code, station.at(f"{DAY} {at}"))

    early = place(codes[2], "08:05")
    # Nobody is there before 8:30; then two ahead at 12 minutes each: 16.8 to 36, in fives.
    assert (early.ahead, early.guess.since) == (2, station.at(f"{DAY} 08:30"))
    assert early.guess.early == station.at(f"{DAY} 08:45")
    assert early.guess.late_end == station.at(f"{DAY} 09:10")
    # With two lawyers there it takes half as long: 8.4 to 18 minutes.
    soon = place(codes[2], "08:31")
    assert soon.guess.early == station.at(f"{DAY} 08:36")
    assert soon.guess.late_end == station.at(f"{DAY} 08:51")
    assert not soon.guess.late
    assert place(codes[2], "16:50").guess.late
    assert place("nobody's", "08:31") is None
    assert place(codes[0], "08:31").guess.now
    do(station, calling.call_next, "L1", "08:31")
    do(station, calling.call_next, "L2", "08:31")
    # Next in line, but both lawyers are talking, so it takes a while.
    following = place(codes[2], "08:32")
    assert (following.ahead, following.guess.now) == (0, False)
    assert following.guess.late_end > station.at(f"{DAY} 08:32")


def test_a_number_is_over_when_the_station_closes_and_the_timer_may_run_twice(station) -> None:
    codes = [take(station, "16:50").number.code for _ in range(2)]
    do(station, calling.call_next, "L1", "16:55")
    do(station, calling.start, 1, "L1", "16:56")

    def expire(at: str) -> int:
        with writing(station.engine) as connection:
            return calling.expire(connection, station.keyring, station.at(at))

    assert expire(f"{DAY} 16:59") == 0
    with reading(station.engine) as connection:
        assert at_station.place(
            connection, station.keyring, codes[1], station.at(f"{DAY} 17:00")
        ).over
    assert expire(f"{DAY} 17:00") == 2
    assert expire(f"{DAY} 17:01") == 0
    assert [one.state for one in hall(station, "17:01").numbers] == ["done", "expired"]
    take_back = calling.leave
    with writing(station.engine) as connection:
        assert take_back(connection, codes[1], station.at(f"{DAY} 17:02")) is None


def test_many_who_take_numbers_at_once_get_one_each_and_leave_no_gap(station) -> None:
    engines = [make_engine(station.engine.url.render_as_string(False)) for _ in range(2)]
    writers = [Writer(engine) for engine in engines]
    for writer in writers:
        writer.start()
    at = station.at(f"{DAY} 09:00")

    def one(n: int) -> int:
        command = lambda c: calling.take(c, station.keyring, POST, at, key=f"{n:020d}")  # noqa: E731
        made = writers[n % 2].submit(command).result()
        return made.number.number

    with ThreadPoolExecutor(8) as callers:
        numbers = list(callers.map(one, range(40)))
    assert sorted(numbers) == list(range(1, 41))
    start = threading.Barrier(2)

    def call(pair) -> int:
        writer, lawyer = pair
        start.wait()
        command = lambda c: calling.call_next(c, station.keyring, POST, lawyer, at)  # noqa: E731
        return writer.submit(command).result().number.number

    with ThreadPoolExecutor(2) as callers:
        called = list(callers.map(call, zip(writers, ("L1", "L2"), strict=True)))
    assert sorted(called) == [1, 2]
    for writer, engine in zip(writers, engines, strict=True):
        writer.stop()
        engine.dispose()
