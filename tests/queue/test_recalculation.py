"""A changed policy or calendar: previewed, then done once, with breaches kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from sqlalchemy import select

from zhiban.data.database import make_engine, reading, writing
from zhiban.data.deadline import Target
from zhiban.data.places import Closure, Opening, Post
from zhiban.data.store import put_setting, save_register
from zhiban.queue import service, store
from zhiban.queue.asking import Ask
from zhiban.queue.event import Kind
from zhiban.queue.knowledge import Rules
from zhiban.queue.memory import save_rules
from zhiban.queue.policy import DEFAULT_POLICY, Policy, PolicyRow, Rung
from zhiban.queue.recalculation import SETTING
from zhiban.queue.records import QUESTION, QUESTION_CLOCK


def test_a_late_notice_of_a_make_up_day_moves_what_is_due(bureau):
    # Friday 4 December 16:00, live: 1 h left, then Monday; 14:30 without the worked Saturday.
    friday = bureau.at("12-04 16:00")
    ticket = bureau.ask(friday, channel="live").ticket
    untouched = bureau.ask(friday).ticket
    bureau.run(service.sweep, friday)
    calendar = bureau.register.calendar
    noticed = replace(calendar, work=calendar.work | {date(2026, 12, 5)})

    def look(connection, keyring, now):
        return service.preview(connection, keyring, now, calendar=noticed)

    shifts = bureau.run(look, friday)
    assert {(one.ticket, one.clock) for one in shifts} == {
        (ticket, "first_answer"),
    }
    assert (shifts[0].before, shifts[0].after) == (
        bureau.at("12-07 14:30"),
        bureau.at("12-05 14:30"),
    )
    with writing(bureau.engine) as connection:
        register = replace(bureau.register, calendar=noticed)
        save_register(connection, register, bureau.keyring)
    # Not done yet: both wait, the second for its warning, which can now come on Saturday.
    assert [fault.question for fault in bureau.faults()] == [0, 1, 2]
    bureau.run(service.sweep, friday)
    assert bureau.faults() == []
    view = bureau.citizen(service.ticket_view, ticket, friday)
    assert next(c.due for c in view.clocks if c.kind == "first_answer") == bureau.at("12-05 14:30")
    view = bureau.citizen(service.ticket_view, untouched, friday)
    assert view.due.due == friday + timedelta(days=1)


def test_a_longer_promise_erases_no_breach(bureau):
    bureau.on((1, "11-24", bureau.morning))
    nine = bureau.at("11-24 09:00")
    ticket = bureau.ask(nine).ticket
    late = nine + timedelta(hours=25)
    assert bureau.run(service.sweep, late).breached == 1
    longer = Policy((PolicyRow("first_answer", Target.parse("72h"), "wall"),))
    with writing(bureau.engine) as connection:
        save_rules(connection, Rules(policy=longer))
    assert bureau.run(service.sweep, late).breached == 0
    view = bureau.citizen(service.ticket_view, ticket, late)
    assert (view.due.due, view.due.status) == (nine + timedelta(hours=72), "breached")
    assert bureau.faults() == []


def test_nothing_changed_is_nothing_done(bureau):
    nine = bureau.at("11-24 09:00")
    bureau.ask(nine)
    assert bureau.run(service.recalculate, nine) == 1
    assert bureau.run(service.recalculate, nine) == 0


def every_sort_of_question(bureau):
    """Open questions that wait, are held, warned of, late, paused, deferred, answered, ended."""
    bureau.on((1, "11-24", bureau.morning), (3, "11-24", bureau.morning))
    nine = bureau.at("11-24 09:00")
    found = []
    for channel in ("live", "message", "letter"):
        for minute in range(8):
            at = nine + timedelta(minutes=minute, microseconds=minute * 12_345)
            green = ("minor",) if minute % 2 else ()
            found.append(bureau.ask(at, channel=channel, category="labour", green_lane=green))
    tickets = [one.ticket for one in found]
    later = bureau.at("11-24 09:30")
    moves = (service.accept, service.ask_back, service.answer, service.defer, service.close)
    for ticket, move in zip(tickets[::4], moves, strict=False):
        more = {"until": bureau.at("11-26 10:00")} if move is service.defer else {}
        bureau.do(move, ticket, bureau.holder(ticket), later, "理由", **more)
    bureau.citizen(service.message, tickets[8], "再问", later)
    bureau.run(service.sweep, bureau.at("11-25 08:00"))
    bureau.run(service.sweep, bureau.at("11-25 10:00"))
    assert bureau.faults() == []
    return tickets


def longer(row):
    """The same promise with half as much time again, and two rungs."""
    target = Target(row.target.number + (row.target.number + 1) // 2, row.target.scale)
    return replace(row, target=target, ladder=(Rung(0.5), Rung(0.9, "supervisor")))


def by_post(row):
    """The same promise, by the hours of the seat that answers."""
    return replace(row, hours="post")


LUNCH = ((time(9), time(11)), (time(11, 15), time(12)), (time(14), time(18)))
CHANGES = {
    "other hours": (None, {"hours": LUNCH}),
    "a make-up day": (None, {"work": frozenset({date(2026, 11, 28)})}),
    "a year unknown": (None, {"known_years": frozenset({2025})}),
    "longer promises": ({"policy": Policy(tuple(map(longer, DEFAULT_POLICY.rows)))}, {}),
    "a promise more": (
        {"policy": Policy((*DEFAULT_POLICY.rows, PolicyRow("close", Target(9, "d"), "working")))},
        {},
    ),
    "a promise less": ({"policy": Policy(DEFAULT_POLICY.rows[3:])}, {}),
    "other units": (
        {"policy": Policy((PolicyRow("first_answer", Target(30, "h"), "wall", lane="green"),))},
        {"hours": LUNCH},
    ),
    "hours of the posts": ({"policy": Policy(tuple(map(by_post, DEFAULT_POLICY.rows)))}, {}),
    "closed sooner": ({"close_answered": timedelta(days=2)}, {}),
}


@pytest.mark.parametrize("change", CHANGES)
def test_after_any_change_every_clock_is_as_if_it_had_always_been_so(bureau, change):
    every_sort_of_question(bureau)
    rules, calendar = CHANGES[change]
    register = replace(bureau.register, calendar=replace(bureau.register.calendar, **calendar))
    now = bureau.at("11-25 10:01")
    proposed = {"policy": (rules or {}).get("policy"), "calendar": register.calendar}
    breaches = number_of_breaches(bureau)
    with reading(bureau.engine) as connection:
        shifts = service.preview(connection, bureau.keyring, now, **proposed)
        before = dues(connection)
    with writing(bureau.engine) as connection:
        if rules is not None:
            save_rules(connection, Rules(**rules))
        save_register(connection, register, bureau.keyring)
    assert bureau.run(service.recalculate, now) > 0
    # The proof reckons every clock from its question's own history.
    assert bureau.faults() == []
    assert number_of_breaches(bureau) == breaches > 0
    with reading(bureau.engine) as connection:
        after = dues(connection)
    moved = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
    # What was paused without end has no row, and yet may have been foretold.
    assert moved == {(one.ticket, one.clock) for one in shifts} & (before.keys() | after.keys())
    foretold = {(one.ticket, one.clock): (one.before, one.after) for one in shifts}
    assert all((before.get(key), after.get(key)) == foretold[key] for key in moved)
    assert bureau.run(service.recalculate, now) == 0


def dues(connection):
    """What is due when, by ticket and clock, as stored."""
    rows = connection.execute(
        select(QUESTION.c.code, QUESTION_CLOCK.c.clock, QUESTION_CLOCK.c.due).join_from(
            QUESTION_CLOCK, QUESTION, QUESTION_CLOCK.c.question == QUESTION.c.id
        )
    )
    return {(code, clock): due for code, clock, due in rows}


def number_of_breaches(bureau):
    """How many breaches are recorded."""
    with writing(bureau.engine) as connection:
        return sum(one.kind is Kind.BREACHED for one in store.all_events(connection))


def test_questions_that_wait_are_reached_by_their_new_clocks_at_once(bureau):
    # L4 sits in the next county only: reached when three quarters of the clock have run.
    bureau.on((4, "11-24", bureau.morning, bureau.haining))
    ticket = bureau.ask(bureau.at("11-24 08:30")).ticket
    half_past_nine = bureau.at("11-24 09:30")
    bureau.run(service.sweep, half_past_nine)
    assert bureau.holder(ticket) is None  # one hour of 24
    short = Policy((PolicyRow("first_answer", Target(80, "m"), "wall"),))
    with writing(bureau.engine) as connection:
        save_rules(connection, Rules(policy=short))
    bureau.run(service.sweep, half_past_nine)  # an hour of 80 minutes: three quarters
    assert bureau.holder(ticket) == "L4"
    assert bureau.faults() == []


def test_a_database_from_before_has_its_clocks_written_anew(bureau):
    every_sort_of_question(bureau)
    with writing(bureau.engine) as connection:
        # As an upgrade leaves it: the rows do not tell of their timers, and the basis is unknown.
        connection.execute(QUESTION_CLOCK.update().values(started=None, warned=0, paused=False))
        put_setting(connection, SETTING, "")
    assert bureau.faults() != []
    bureau.run(service.sweep, bureau.at("11-25 10:00"))
    assert bureau.faults() == []


def test_readers_see_all_clocks_as_before_or_all_as_after(bureau):
    every_sort_of_question(bureau)
    with reading(bureau.engine) as reader:
        before = dues(reader)
        with writing(bureau.engine) as connection:
            longest = Policy((PolicyRow("first_answer", Target(99, "h"), "wall"),))
            save_rules(connection, Rules(policy=longest))
            service.recalculate(connection, bureau.keyring, bureau.at("11-25 10:01"))
            with reading(bureau.engine) as another:
                assert dues(another) == before
        assert dues(reader) == before
    with reading(bureau.engine) as connection:
        assert dues(connection) != before


def test_another_process_takes_in_the_new_clocks_of_those_who_wait(bureau):
    bureau.on((4, "11-24", bureau.morning, bureau.haining))
    early, half_past_nine = bureau.at("11-24 08:30"), bureau.at("11-24 09:30")
    ticket = bureau.ask(early).ticket
    other = make_engine(bureau.engine.url.render_as_string(hide_password=False))
    with writing(other) as connection:  # the copies of another process, kept from here on
        service.ask(connection, bureau.keyring, Ask("问", bureau.xiuzhou, True), None, early)
    short = Policy((PolicyRow("first_answer", Target(80, "m"), "wall"),))
    with writing(bureau.engine) as connection:
        save_rules(connection, Rules(policy=short))
    bureau.run(service.recalculate, half_past_nine)
    with writing(other) as connection:
        service.hand_over(connection, bureau.keyring, half_past_nine)
    other.dispose()
    assert bureau.holder(ticket) == "L4"
    assert bureau.faults() == []


def with_seats(register, **other):
    """The register with a seat for each division, open longer than the bureau."""
    hours = tuple(Opening(day, time(8), time(19)) for day in range(6))
    seats = {
        f"seat-{code}": Post(
            f"seat-{code}", "坐席", "Seat", "seat", "county", code, openings=hours, **other
        )
        for code in register.divisions
    }
    return replace(register, posts=seats)


def test_a_seat_that_closes_for_a_day_moves_the_clocks_that_go_by_its_hours(bureau):
    every_sort_of_question(bureau)
    now, found = bureau.at("11-25 10:01"), []
    with writing(bureau.engine) as connection:
        save_rules(connection, Rules(policy=Policy(tuple(map(by_post, DEFAULT_POLICY.rows)))))
    closed = (Closure(date(2026, 11, 25), date(2026, 11, 26)),)
    for seats in (
        bureau.register,  # no seats: the bureau's hours
        with_seats(bureau.register),
        with_seats(bureau.register, closures=closed),
    ):
        with writing(bureau.engine) as connection:
            save_register(connection, seats, bureau.keyring)
        assert bureau.run(service.recalculate, now) > 0
        assert bureau.run(service.recalculate, now) == 0
        # The proof reckons every clock from its question's own history.
        assert bureau.faults() == []
        with reading(bureau.engine) as connection:
            found.append(dues(connection))
    assert found[0] != found[1] != found[2]
