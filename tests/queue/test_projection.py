"""Copies kept between transactions: what another process wrote is followed, event by event."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

import pytest

from zhiban.data import board
from zhiban.data.database import make_engine, writing
from zhiban.queue import memory, service, tally_store
from zhiban.queue.asking import Ask
from zhiban.queue.intake import Asking
from zhiban.queue.knowledge import Rules
from zhiban.queue.memory import save_rules


@pytest.fixture
def two(bureau):
    """The bureau as two processes have it: each with an engine, and so with copies, of its own."""
    engines = [make_engine(bureau.engine.url.render_as_string(False)) for _ in range(2)]
    yield [replace(bureau, engine=engine) for engine in engines]
    for engine in engines:
        engine.dispose()


@pytest.fixture
def loaded(monkeypatch):
    """How often the whole tally was read."""
    times = []
    usual = tally_store.load_tally

    def counted(connection):
        times.append(connection.engine)
        return usual(connection)

    monkeypatch.setattr(tally_store, "load_tally", counted)
    return times


def kept_and_stored(bureau):
    """The tally that a process goes on with, and the one in the tables, made comparable."""
    with writing(bureau.engine) as connection:
        at = board.lock(connection)
        kept, last_hash = memory.take_tally(connection, at)
        memory.keep_tally(connection, at, last_hash, kept)
        stored = tally_store.load_tally(connection)
    return [
        (
            {who: number for who, number in one.open.items() if number},
            one.last,
            {line.id: line for line in one.lines()},
        )
        for one in (kept, stored)
    ]


def test_what_two_processes_do_by_turns_is_in_both_their_tallies(two, loaded):
    bureau = two[0]
    with writing(bureau.engine) as connection:
        save_rules(connection, Rules(capacity=3))
    bureau.on(*((n, "11-24", bureau.morning) for n in range(1, 4)))
    now, chance, open_ones = bureau.at("11-24 09:00"), random.Random(7), []
    for one in two:
        kept_and_stored(one)
    loaded.clear()
    for step in range(60):
        now += timedelta(seconds=20)
        one = two[step % 2]
        if not open_ones or chance.random() < 0.5:
            green = ("elder",) if chance.random() < 0.3 else ()
            open_ones.append(one.ask(now, green_lane=green).ticket)
        else:
            ticket = chance.choice(open_ones)
            holder = one.holder(ticket)
            if holder is not None and chance.random() < 0.5:
                one.do(service.decline, ticket, holder, now, "太忙")
            else:
                open_ones.remove(ticket)
                one.citizen(service.withdraw, ticket, "", now)
        if chance.random() < 0.3:
            other = two[chance.randrange(2)]
            kept, stored = kept_and_stored(other)
            assert kept == stored, step
            loaded.pop()  # the one that was compared with
    assert loaded == []  # nobody had to read everything again
    assert bureau.faults() == []


def test_much_done_elsewhere_and_a_changed_rule_are_read_whole(two, loaded, monkeypatch):
    here, there = two
    here.on((1, "11-24", here.morning))
    nine = here.at("11-24 09:00")
    here.ask(nine)
    there.ask(nine)
    loaded.clear()
    monkeypatch.setattr(tally_store, "FOLLOWED", 3)
    here.ask(nine)  # the other's question, two events: followed
    assert loaded == []
    there.ask(nine)
    there.ask(nine)
    here.ask(nine)  # four of them: read whole
    assert loaded == [here.engine]
    with writing(there.engine) as connection:
        save_rules(connection, Rules(capacity=7))
    here.ask(nine)
    assert loaded == [here.engine] * 2


def test_a_database_put_back_is_read_whole_though_its_numbers_fit(two, loaded):
    here, there = two
    here.on((1, "11-24", here.morning))
    nine = here.at("11-24 09:00")
    here.ask(nine)
    there.ask(nine)
    with writing(there.engine) as connection:  # as if the last event had been another one
        at = board.lock(connection)
        connection.exec_driver_sql(
            f"UPDATE question_event SET hash = 'x' || substr(hash, 2) "
            f"WHERE position = {at.next_position - 1}"
        )
    loaded.clear()
    there.ask(nine)
    assert loaded == [there.engine]


def test_within_a_batch_a_shift_ends_and_the_next_begins(bureau):
    # L1 sits until 11:30, L2 from 13:30: three commands of one transaction, each at its own time.
    bureau.on((1, "11-24", bureau.morning), (2, "11-24", bureau.afternoon))
    times = [bureau.at(f"11-24 {clock}") for clock in ("11:29", "11:30", "13:30")]
    batch = [
        Asking(bureau.keyring, Ask("问题", bureau.xiuzhou, True), f"key-{n:030d}", now)
        for n, now in enumerate(times)
    ]
    with writing(bureau.engine) as connection:
        Asking.ahead(connection, batch)
        answers = [asking(connection) for asking in batch]
    holders = [bureau.holder(one.ticket) for one in answers]
    # The second waits from 11:30 to the third's 13:30, when both are given.
    assert holders == ["L1", "L2", "L2"]
    assert [one.state for one in answers] == ["assigned", "waiting", "assigned"]
    again = Asking(bureau.keyring, batch[0].request, batch[0].key, times[2])
    with writing(bureau.engine) as connection:
        Asking.ahead(connection, [again])
        assert again(connection) == replace(answers[0], repeated=True)


def test_a_roster_published_between_two_questions_decides_the_second(two):
    here, there = two
    here.on((1, "11-24", here.morning))
    nine = here.at("11-24 09:00")
    assert here.holder(here.ask(nine).ticket) == "L1"
    there.on((2, "11-24", there.morning))  # the week's newer version
    assert here.holder(here.ask(nine).ticket) == "L2"
    assert there.holder(there.ask(nine).ticket) == "L2"
