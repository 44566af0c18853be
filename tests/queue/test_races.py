"""Several writers at once, on both databases: nobody over the limit, nothing doubled or lost."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from zhiban.data.database import make_engine, writing
from zhiban.data.store import save_register
from zhiban.data.writer import Writer
from zhiban.queue import service, store
from zhiban.queue.asking import Ask
from zhiban.queue.knowledge import Rules
from zhiban.queue.memory import knowledge, save_rules
from zhiban.queue.outcomes import Moved, NotYours, Stale
from zhiban.queue.question import State
from zhiban.queue.replay import overlooked, replay


@pytest.fixture
def writers(bureau):
    """Two writers as of two processes: each with an engine, and so with copies, of its own."""
    engines = [make_engine(bureau.engine.url.render_as_string(False)) for _ in range(2)]
    found = [Writer(engine) for engine in engines]
    for writer in found:
        writer.start()
    yield found
    for writer, engine in zip(found, engines, strict=True):
        writer.stop()
        engine.dispose()


def differences(bureau, now):
    with writing(bureau.engine) as connection:
        known = knowledge(connection, bureau.keyring, now)
        events = store.all_events(connection)
        return replay(events, known), overlooked(events, known, now)


def test_a_thousand_questions_for_eight_lawyers_with_fifty_places_give_400_and_600(bureau, writers):
    with writing(bureau.engine) as connection:
        save_rules(connection, Rules(capacity=50))
    bureau.on(*((n, "11-24", bureau.morning) for n in range(1, 9)))
    nine = bureau.at("11-24 09:00")

    def ask(number: int):
        request = Ask(f"问题{number}", bureau.xiuzhou, True)
        writer = writers[number % 2]
        return writer.submit(
            lambda connection: service.ask(
                connection, bureau.keyring, request, f"key-{number:030d}", nine
            )
        ).result()

    with ThreadPoolExecutor(16) as callers:
        asked = list(callers.map(ask, range(1000)))
    states = [one.state for one in asked]
    assert (states.count(State.ASSIGNED), states.count(State.WAITING)) == (400, 600)
    assert len({one.ticket for one in asked}) == 1000
    with writing(bureau.engine) as connection:
        assert set(store.open_counts(connection).values()) == {50}
    assert differences(bureau, nine) == ((), ())
    assert bureau.faults() == []


def test_equals_of_one_division_end_at_most_one_question_apart(bureau, writers):
    bureau.on(*((n, "11-24", bureau.morning) for n in range(1, 9)))
    nine = bureau.at("11-24 09:00")

    def ask(number: int):
        request = Ask(f"问题{number}", bureau.xiuzhou, True)
        writer = writers[number % 2]
        return writer.submit(
            lambda connection: service.ask(connection, bureau.keyring, request, None, nine)
        ).result()

    with ThreadPoolExecutor(16) as callers:
        list(callers.map(ask, range(100)))
    with writing(bureau.engine) as connection:
        held = sorted(store.open_counts(connection).values())
    # 100 questions for 8 lawyers: four hold 13 and four hold 12.
    assert held == [12] * 4 + [13] * 4
    assert differences(bureau, nine) == ((), ())


def test_two_who_take_one_question_at_once(bureau, writers):
    bureau.on((1, "11-24", bureau.morning))
    nine = bureau.at("11-24 09:00")
    for _ in range(10):
        ticket = bureau.ask(nine).ticket
        version = bureau.state(ticket).version
        start = threading.Barrier(2)

        def take(writer, ticket=ticket, version=version, start=start):
            start.wait()
            return writer.submit(
                lambda connection: service.accept(
                    connection, bureau.keyring, service.Move(ticket, "L1", nine, version=version)
                )
            ).result()

        with ThreadPoolExecutor(2) as callers:
            outcomes = sorted(callers.map(take, writers), key=lambda one: type(one).__name__)
        assert [type(one) for one in outcomes] == [Moved, Stale]
        bureau.citizen(service.withdraw, ticket, "", nine)
    assert bureau.faults() == []


def test_one_key_sent_by_two_at_once_makes_one_question(bureau, writers):
    nine = bureau.at("11-24 09:00")
    request = Ask("同一个问题", bureau.xiuzhou, True)
    for round_ in range(10):
        key = f"key-{round_:030d}"

        def ask(writer, key=key):
            return writer.submit(
                lambda connection: service.ask(connection, bureau.keyring, request, key, nine)
            ).result()

        with ThreadPoolExecutor(2) as callers:
            one, other = callers.map(ask, writers)
        assert replace(one, repeated=False) == replace(other, repeated=False)
        assert {one.repeated, other.repeated} == {True, False}
    assert bureau.faults() == []


def test_a_supervisor_and_the_sweep_at_once_leave_one_holder(bureau, writers):
    bureau.on((1, "11-24", bureau.afternoon), (3, "11-24", bureau.afternoon))
    noon, later = bureau.at("11-24 12:00"), bureau.at("11-24 13:30")
    tickets = [bureau.ask(noon).ticket for _ in range(10)]

    def sweep():
        return writers[0].submit(lambda c: service.sweep(c, bureau.keyring, later)).result()

    def reassign(ticket):
        return (
            writers[1]
            .submit(
                lambda c: service.reassign(
                    c, bureau.keyring, service.Move(ticket, "anna", later, "督办"), to="L3"
                )
            )
            .result()
        )

    with ThreadPoolExecutor(4) as callers:
        swept = callers.submit(sweep)
        list(callers.map(reassign, tickets))
        swept.result()
    assert {bureau.holder(ticket) for ticket in tickets} <= {"L1", "L3"}
    assert differences(bureau, later) == ((), ())
    assert bureau.faults() == []


def test_a_command_that_fails_takes_nobody_with_it_and_leaves_nothing(bureau, writers):
    bureau.on((1, "11-24", bureau.morning))
    nine = bureau.at("11-24 09:00")
    writer = writers[0]
    held = threading.Event()
    blocker = writer.submit(lambda connection: held.wait(10))

    def ask(text):
        request = Ask(text, bureau.xiuzhou, True)
        return writer.submit(lambda c: service.ask(c, bureau.keyring, request, None, nine))

    def poisoned(connection):
        service.ask(connection, bureau.keyring, Ask("毒", bureau.xiuzhou, True), None, nine)
        raise ZeroDivisionError

    good = [ask("一"), ask("二")]
    bad = writer.submit(poisoned)
    good.append(ask("三"))
    held.set()
    blocker.result()
    assert [one.result().state for one in good] == [State.ASSIGNED] * 3
    with pytest.raises(ZeroDivisionError):
        bad.result()
    with writing(bureau.engine) as connection:
        assert len(store.all_events(connection)) == 6
    assert differences(bureau, nine) == ((), ())
    assert bureau.faults() == []


def test_copies_are_read_again_when_the_register_or_the_roster_changes(bureau, writers):
    bureau.on((1, "11-24", bureau.morning))
    nine = bureau.at("11-24 09:00")
    first, second = writers

    def ask(writer):
        request = Ask("问", bureau.xiuzhou, True)
        return writer.submit(lambda c: service.ask(c, bureau.keyring, request, None, nine)).result()

    assert ask(first).lawyer_name == ask(second).lawyer_name == "律师1"
    swap = bureau.duty(bureau.register.lawyers["L3"], "11-24", bureau.morning)
    bureau.publish([swap])
    assert ask(first).lawyer_name == ask(second).lawyer_name == "律师3"
    renamed = replace(bureau.register.lawyers["L3"], name="新名", capacity=2)
    register = replace(bureau.register, lawyers={**bureau.register.lawyers, "L3": renamed})
    with writing(bureau.engine) as connection:
        save_register(connection, register, bureau.keyring)
    assert ask(first).state is State.WAITING  # two are the new limit, and L3 holds two


def test_a_transaction_rolled_back_leaves_no_trace_in_the_copies(bureau):
    bureau.on((1, "11-24", bureau.morning), (2, "11-24", bureau.morning))
    nine = bureau.at("11-24 09:00")
    bureau.ask(nine)

    def in_vain():
        with writing(bureau.engine) as connection:
            for _ in range(3):
                service.ask(connection, bureau.keyring, Ask("问", bureau.xiuzhou, True), None, nine)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        in_vain()
    assert [bureau.ask(nine).lawyer_name for _ in range(3)] == ["律师2", "律师1", "律师2"]
    assert differences(bureau, nine) == ((), ())
    assert bureau.faults() == []


def test_a_later_command_of_a_transaction_sees_what_an_earlier_one_did(bureau):
    bureau.on((1, "11-24", bureau.morning))
    nine = bureau.at("11-24 09:00")
    with writing(bureau.engine) as connection:
        k = bureau.keyring
        asked = service.ask(connection, k, Ask("问", bureau.xiuzhou, True), None, nine)
        ticket = asked.ticket
        assert isinstance(service.accept(connection, k, service.Move(ticket, "L2", nine)), NotYours)
        assert isinstance(service.accept(connection, k, service.Move(ticket, "L1", nine)), Moved)
        (item,) = service.queue_of(connection, k, "L1", nine)
        assert item.state is State.ACCEPTED
        assert service.verify(connection, k) == []
        assert service.sweep(connection, k, bureau.at("11-25 09:01")).breached == 1
        view = service.ticket_view(connection, k, ticket, asked.secret, nine)
        assert view.due.status == "breached"
    assert bureau.faults() == []
