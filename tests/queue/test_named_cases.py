"""Named cases that belong to no single part; which tests show which case: `test_case_table.py`."""

from __future__ import annotations

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import event, select

from zhiban.data.database import writing
from zhiban.data.deadline import Target
from zhiban.data.outbox import claim
from zhiban.queue import service, store, tickets
from zhiban.queue.event import Kind
from zhiban.queue.knowledge import Rules
from zhiban.queue.memory import knowledge, save_rules
from zhiban.queue.outcomes import NoSuchTicket, NotPossible, NotYours
from zhiban.queue.policy import Policy, PolicyRow, Rung
from zhiban.queue.question import State
from zhiban.queue.records import QUESTION
from zhiban.queue.replay import overlooked, replay

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def test_a_conflict_found_after_accepting_takes_it_from_the_whole_firm_at_once(bureau):
    # L1 and L2 are of one firm, L3 of another.
    bureau.on(*((n, "11-24", bureau.morning) for n in (1, 2, 3)))
    nine = bureau.at("11-24 09:00")
    asked = bureau.ask(nine)
    bureau.do(service.accept, asked.ticket, "L1", nine)
    bureau.do(service.recuse, asked.ticket, "L1", nine + HOUR, "对方是本所客户")
    assert bureau.holder(asked.ticket) == "L3"
    for lawyer in ("L1", "L2"):
        late = bureau.do(service.answer, asked.ticket, lawyer, nine + HOUR, "答复")
        assert isinstance(late, NotYours)
        with writing(bureau.engine) as connection:
            seen = service.question_for(
                connection, bureau.keyring, asked.ticket, f"lawyer:{lawyer}", nine + HOUR
            )
        assert isinstance(seen, NotYours)
    view = bureau.citizen(service.ticket_view, asked.ticket, nine + HOUR)
    assert view.due.due == asked.due.at  # clocks never restart
    assert bureau.faults() == []


def laws(bureau, now):
    """What is not as the rules would have it."""
    with writing(bureau.engine) as connection:
        known = knowledge(connection, bureau.keyring, now)
        events = store.all_events(connection)
        return replay(events, known), overlooked(events, known, now)


def test_a_transfer_against_the_automatic_choice_leaves_one_holder_and_no_place_twice(bureau):
    with writing(bureau.engine) as connection:
        save_rules(connection, Rules(capacity=2))
    bureau.on((1, "11-24", bureau.morning), (3, "11-24", bureau.morning))
    nine = bureau.at("11-24 09:00")
    held = [bureau.ask(nine).ticket for _ in range(3)]
    mine = next(ticket for ticket in held if bureau.holder(ticket) == "L1")
    # The automatic choice takes the last place of L3 first: the transfer is refused in words.
    bureau.ask(nine)
    refused = bureau.do(service.transfer, mine, "L1", nine, "他更熟悉", to="L3")
    assert isinstance(refused, NotPossible)
    assert bureau.holder(mine) == "L1"
    # A place of L3 that comes free is taken in the same step: no transfer comes in between.
    waiting = bureau.ask(nine).ticket
    theirs = next(ticket for ticket in held if bureau.holder(ticket) == "L3")
    bureau.do(service.answer, theirs, "L3", nine, "答复")
    assert bureau.holder(waiting) == "L3"
    # Where nobody waits, the transfer has the place, and the next question the one it left.
    bureau.do(service.answer, waiting, "L3", nine, "答复")
    moved = bureau.do(service.transfer, mine, "L1", nine, "他更熟悉", to="L3")
    assert (moved.state, bureau.holder(mine)) == (State.ASSIGNED, "L3")
    assert bureau.holder(bureau.ask(nine).ticket) == "L1"
    assert laws(bureau, nine) == ((), ())
    assert bureau.faults() == []


def test_a_warning_that_falls_before_opening_time_comes_once_at_opening(bureau):
    bureau.on((1, "11-23", bureau.afternoon))
    # A message of Monday 14:00 is due on Tuesday 14:00, warned of after 18 h: at 8:00, moved to
    # the opening at 8:30.
    bureau.ask(bureau.at("11-23 14:00"))
    warned = [
        bureau.run(service.sweep, bureau.at(f"11-24 {moment}")).warned
        for moment in ("07:59", "08:00", "08:29", "08:30", "08:31", "09:00")
    ]
    assert warned == [0, 0, 0, 1, 0, 0]


def test_two_schedulers_at_once_do_everything_once(bureau):
    bureau.on((1, "11-24", bureau.morning), (3, "11-24", bureau.afternoon))
    nine = bureau.at("11-24 09:00")
    several = [bureau.ask(nine, channel="live").ticket for _ in range(6)]
    for ticket in several[:3]:
        bureau.do(service.accept, ticket, "L1", nine)
    for moment in ("09:08", "09:11", "11:30", "13:30", "15:30", "17:30"):
        now = bureau.at(f"11-24 {moment}")
        timers = [service.sweep, service.hand_over] * 2
        with ThreadPoolExecutor(len(timers)) as pool:
            list(pool.map(lambda timer, now=now: bureau.run(timer, now), timers))
    with writing(bureau.engine) as connection:
        events = store.all_events(connection)
    once = Counter(
        (one.question, one.kind, *(one.data.get(name) for name in ("clock", "lawyer", "until")))
        for one in events
        if one.kind in (Kind.WARNED, Kind.BREACHED, Kind.LEFT, Kind.RETURNED, Kind.HANDED_OVER)
    )
    assert set(once.values()) == {1}
    assert {kind for _, kind, *_ in once} >= {
        Kind.WARNED,
        Kind.BREACHED,
        Kind.LEFT,
        Kind.RETURNED,
        Kind.HANDED_OVER,
    }
    assert bureau.faults() == []


def test_a_step_that_finds_nobody_to_hand_on_to_is_taken_once_and_the_next_still_comes(bureau):
    ladder = (Rung(0.5, "hand_on"), Rung(0.8, "supervisor"))
    row = PolicyRow("accept", Target.parse("10m"), "working", ladder=ladder)
    with writing(bureau.engine) as connection:
        save_rules(connection, Rules(policy=Policy((row,))))
    bureau.on((1, "11-24", bureau.morning))
    nine = bureau.at("11-24 09:00")
    ticket = bureau.ask(nine).ticket
    for minute in (5, 6, 8, 9):  # half of ten minutes, and four fifths
        bureau.run(service.sweep, nine + minute * MINUTE)
    assert bureau.holder(ticket) == "L1"  # there is nobody else
    acts = [one.data["act"] for one in bureau.events(ticket) if one.kind is Kind.WARNED]
    assert acts == ["hand_on", "supervisor"]
    with writing(bureau.engine) as connection:
        told = Counter(one.notice.kind for one in claim(connection, bureau.keyring, nine + HOUR))
    assert told == {"assigned": 1, "escalated": 1}
    assert bureau.faults() == []


@pytest.mark.parametrize("jump", [HOUR, -HOUR])
def test_a_clock_that_jumps_an_hour_either_way_repeats_and_loses_nothing(bureau, jump):
    bureau.on((1, "11-24", bureau.morning), (3, "11-24", bureau.afternoon))
    nine = bureau.at("11-24 10:00")
    several = [bureau.ask(nine, channel="live").ticket for _ in range(4)]
    bureau.do(service.accept, several[0], "L1", nine + MINUTE)
    moments = (nine + 8 * MINUTE, nine + 8 * MINUTE + jump, nine + 9 * MINUTE, nine + 20 * MINUTE)
    for now in moments:
        bureau.run(service.sweep, now)
        bureau.run(service.hand_over, now)
        several.append(bureau.ask(now, channel="live").ticket)
    bureau.do(service.answer, several[0], "L1", nine + 20 * MINUTE, "答复")
    with writing(bureau.engine) as connection:
        events = store.all_events(connection)
    marked = Counter(
        (one.question, one.kind, one.data["clock"])
        for one in events
        if one.kind in (Kind.WARNED, Kind.BREACHED)
    )
    assert set(marked.values()) == {1}
    assert {bureau.holder(ticket) for ticket in several} == {"L1"}
    assert laws(bureau, nine + 20 * MINUTE)[0] == ()
    assert bureau.faults() == []


@pytest.mark.parametrize("zone", ["America/New_York", "Pacific/Kiritimati", "UTC"])
def test_a_host_in_another_time_zone_gives_and_hands_over_at_the_bureaus_hours(
    bureau, zone, monkeypatch
):
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        bureau.on((1, "11-24", bureau.morning), (3, "11-24", bureau.afternoon))
        early = bureau.ask(bureau.at("11-24 08:29"))
        assert early.state is State.WAITING
        asked = bureau.ask(bureau.at("11-24 08:30"), channel="live")
        # Five hours: three to lunch, two after it.
        assert asked.due.at == bureau.at("11-24 15:30")
        assert bureau.holder(asked.ticket) == "L1"
        assert bureau.run(service.hand_over, bureau.at("11-24 11:29")).returned == 0
        assert bureau.run(service.hand_over, bureau.at("11-24 11:30")).returned == 2
        assert bureau.run(service.hand_over, bureau.at("11-24 13:30")).assigned == 2
        assert bureau.state(asked.ticket).asked == bureau.at("11-24 08:30")
        assert bureau.faults() == []
    finally:
        monkeypatch.undo()
        time.tzset()


def test_a_guessed_ticket_code_costs_the_same_work_as_a_wrong_secret(bureau, monkeypatch):
    nine = bureau.at("11-24 09:00")
    real = bureau.ask(nine).ticket
    checked = []
    usual = tickets.matches

    def counted(*arguments):
        checked.append(arguments[0])
        return usual(*arguments)

    monkeypatch.setattr(tickets, "matches", counted)
    work = {}
    for code in (real, "ZB-0000-0000"):
        statements: list[str] = []

        def note(connection, cursor, statement, *more, kept=statements):
            kept.append(statement)

        bureau.secrets[code] = "0" * 16
        event.listen(bureau.engine, "before_cursor_execute", note)
        assert bureau.citizen(service.ticket_view, code, nine) is None
        assert bureau.citizen(service.message, code, "你好", nine) == NoSuchTicket()
        event.remove(bureau.engine, "before_cursor_execute", note)
        work[code] = (statements, len(checked))
        checked.clear()
    assert work[real] == work["ZB-0000-0000"]
    assert work[real][1] == 2


def test_a_plain_question_under_a_steady_stream_of_urgent_ones_waits_no_longer_than_the_lead(
    bureau,
):
    with writing(bureau.engine) as connection:
        save_rules(connection, Rules(capacity=1, green_lead=2 * HOUR))
    bureau.on((1, "11-24", (bureau.morning[0], bureau.afternoon[1])))
    start = bureau.at("11-24 08:30")
    busy = bureau.ask(start).ticket
    plain = bureau.ask(start + MINUTE).ticket
    # Every ten minutes one urgent question more, and one place that comes free.
    now, urgent = start + MINUTE, 0
    while bureau.holder(plain) is None:
        now += 10 * MINUTE
        bureau.ask(now, green_lane=("minor",))
        urgent += 1
        bureau.do(service.answer, busy, "L1", now, "答复")
        with writing(bureau.engine) as connection:
            held = select(QUESTION.c.code).where(QUESTION.c.lawyer == "L1")
            open_one = held.where(QUESTION.c.state == State.ASSIGNED.value)
            busy = connection.execute(open_one).scalar_one()
    # Asked two hours before the twelfth of them, and numbered before it: it goes first.
    assert (now - start - MINUTE, urgent) == (120 * MINUTE, 12)
    assert laws(bureau, now)[0] == ()
