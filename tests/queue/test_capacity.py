"""Limits by lawyer and by shift, kept by the choice, its replay and the table itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from alembic import command
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from zhiban.data.database import migrations, writing
from zhiban.data.wording import Refused
from zhiban.queue import service, store
from zhiban.queue.arrivals import Arrival
from zhiban.queue.assignment_rules import Loads
from zhiban.queue.knowledge import Knowledge, Rules, rules_from, rules_json
from zhiban.queue.question import State
from zhiban.queue.records import LAWYER_LOAD, QUESTION
from zhiban.queue.replay import replay
from zhiban.queue.simulate import simulate

SEAT = "seat-330411"


def limit(bureau, **rules: object) -> None:
    """Sets rules of the queue."""
    with writing(bureau.engine) as connection:
        service.save_rules(connection, Rules(**rules))


def differences(bureau, now):
    """What the replay finds wrong with everything chosen so far."""
    with writing(bureau.engine) as connection:
        known = service.knowledge(connection, bureau.keyring, now)
        return replay(store.all_events(connection), known, with_line=True)


@pytest.fixture
def nine(bureau):
    """Nine o'clock with L1 and L3 on the county's seat until half past eleven."""
    bureau.on((1, "11-24", bureau.morning), (3, "11-24", bureau.morning))
    return bureau.at("11-24 09:00")


def test_a_shift_holds_no_more_than_its_limit_whoever_has_room(bureau, nine):
    limit(bureau, capacity_by_shift={SEAT: 3})
    asked = [bureau.ask(nine) for _ in range(5)]
    # Each lawyer may hold twenty, the shift three: two of one, one of the other.
    assert [one.state for one in asked] == [State.ASSIGNED] * 3 + [State.WAITING] * 2
    assert asked[3].waiting.reason.zh == "当班律师手头的咨询已满"
    bureau.do(service.answer, asked[0].ticket, bureau.holder(asked[0].ticket), nine, "答复")
    assert bureau.state(asked[3].ticket).state is State.ASSIGNED  # a place has come free
    assert bureau.state(asked[4].ticket).state is State.WAITING
    assert differences(bureau, nine) == ()
    assert bureau.faults() == []


def test_the_limit_of_a_lawyer_still_holds_within_the_shifts(bureau, nine):
    limit(bureau, capacity=1, capacity_by_shift={SEAT: 10})
    asked = [bureau.ask(nine) for _ in range(3)]
    assert [one.state for one in asked] == [State.ASSIGNED] * 2 + [State.WAITING]
    assert differences(bureau, nine) == ()


def test_a_transfer_within_a_full_shift_is_refused_and_between_shifts_counts(bureau, nine):
    limit(bureau, capacity_by_shift={SEAT: 1})
    ticket = bureau.ask(nine).ticket
    other = "L3" if bureau.holder(ticket) == "L1" else "L1"
    full = bureau.do(service.reassign, ticket, "anna", nine, "平衡", to=other)
    assert isinstance(full, service.NotPossible)
    assert bureau.faults() == []


def test_each_shift_has_its_own_count_and_handing_over_fills_the_next(bureau):
    bureau.on((1, "11-24", bureau.morning), (3, "11-24", bureau.afternoon))
    limit(bureau, capacity_by_shift={SEAT: 2})
    nine, half_past_one = bureau.at("11-24 09:00"), bureau.at("11-24 13:30")
    held = [bureau.ask(nine).ticket for _ in range(2)]
    for ticket in held:
        bureau.do(service.accept, ticket, "L1", nine)
    assert bureau.ask(nine).state is State.WAITING
    bureau.run(service.hand_over, bureau.at("11-24 11:31"))
    bureau.run(service.hand_over, half_past_one)
    assert [bureau.holder(ticket) for ticket in held] == ["L3", "L3"]
    assert bureau.ask(half_past_one).state is State.WAITING
    assert differences(bureau, half_past_one) == ()
    assert bureau.faults() == []


def test_the_replay_sees_a_shift_over_its_limit(bureau, nine):
    for _ in range(3):
        bureau.ask(nine)
    limit(bureau, capacity_by_shift={SEAT: 2})
    found = differences(bureau, nine)
    assert "holds 3, more than 2" in [one.what for one in found][-1]


def test_the_table_refuses_a_lawyer_given_more_than_the_choice_allows(bureau, nine, monkeypatch):
    limit(bureau, capacity=1)
    bureau.ask(nine)
    bureau.ask(nine)
    # A choice that forgot the limit is stopped by the table, and nothing of it stays.
    monkeypatch.setattr(Loads, "has_room", lambda self, duty: True)
    with pytest.raises(IntegrityError):
        bureau.ask(nine)
    monkeypatch.undo()
    assert bureau.faults() == []
    over = update(LAWYER_LOAD).values(given_open=LAWYER_LOAD.c.given_limit + 1)
    with pytest.raises(IntegrityError), writing(bureau.engine) as connection:
        connection.execute(over)


def test_one_put_off_comes_back_over_the_limit_and_the_table_does_not_mind(bureau, nine):
    limit(bureau, capacity=1)
    first = bureau.ask(nine).ticket
    holder = bureau.holder(first)
    bureau.do(service.defer, first, holder, nine, "等材料", until=nine + timedelta(hours=1))
    second = bureau.ask(nine)
    third = bureau.ask(nine)
    assert {bureau.holder(second.ticket), bureau.holder(third.ticket)} == {"L1", "L3"}
    bureau.run(service.sweep, nine + timedelta(hours=1))
    assert bureau.state(first).state is State.ACCEPTED
    with writing(bureau.engine) as connection:
        assert store.open_counts(connection)[holder] == 2
        named = set(connection.execute(select(QUESTION.c.shift)).scalars())
    assert named == {f"{SEAT}@2026-11-24T0830"}
    assert bureau.faults() == []


def test_the_simulation_keeps_the_limit_of_a_shift(bureau, nine):
    with writing(bureau.engine) as connection:
        known = service.knowledge(connection, bureau.keyring, nine)
    arrivals = [Arrival(nine + timedelta(seconds=n), bureau.xiuzhou) for n in range(6)]
    until = nine + timedelta(seconds=10)
    free = simulate(known, arrivals, until)
    rules = replace(known.rules, capacity_by_shift={SEAT: 4})
    tight = simulate(Knowledge(known.register, known.published, rules), arrivals, until)
    assert (free.waiting.count, tight.waiting.count) == (6, 4)


def test_limits_are_read_from_the_setting_and_wrong_ones_refused() -> None:
    rules = Rules(capacity_by_shift={SEAT: 3})
    assert rules_from(rules_json(rules)) == rules
    for wrong in ({"capacity_by_shift": []}, {"capacity_by_shift": {SEAT: "many"}}):
        with pytest.raises(Refused):
            rules_from(wrong)


def test_questions_of_an_older_version_get_their_shift_from_their_history(bureau, nine):
    held, moved = bureau.ask(nine).ticket, bureau.ask(nine).ticket
    holder = bureau.holder(moved)
    bureau.do(service.decline, moved, holder, nine, "不熟悉")
    bureau.citizen(service.withdraw, bureau.ask(nine).ticket, "", nine)
    with bureau.engine.connect() as connection:
        driver = connection.connection.driver_connection
        if connection.dialect.name == "sqlite":
            driver.execute("PRAGMA foreign_keys=OFF")  # SQLite changes a table by copying it
        with connection.begin():
            config = migrations()
            config.attributes["connection"] = connection
            command.downgrade(config, "0007")
            upgrade_here = migrations()
            upgrade_here.attributes["connection"] = connection
            command.upgrade(upgrade_here, "head")
        connection.connection.invalidate()
    assert bureau.state(held).state is State.ASSIGNED
    assert bureau.faults() == []
