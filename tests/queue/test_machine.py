"""Any order of what people and timers may do: the laws that hold after every step."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import SQLModel

from zhiban.data.crypt import Keyring, new_key
from zhiban.data.database import make_engine, writing
from zhiban.data.store import save_register
from zhiban.queue import own_data, service, store
from zhiban.queue.asking import Ask
from zhiban.queue.attaching import checked_paper
from zhiban.queue.changes import Changes
from zhiban.queue.knowledge import Rules
from zhiban.queue.memory import knowledge, save_rules
from zhiban.queue.replay import overlooked, replay

PEOPLE = st.sampled_from(["L1", "L2", "L3", "L4", "L5"])
PARTY = "嘉兴市宏达纺织有限公司"
PICTURE = checked_paper("a.jpg", b"\xff\xd8\xff\xda\x00\x02....\xff\xd9")
DAYS = ("11-24", "11-25")


def machine(make_bureau, register):
    """The state machine over a fresh bureau; capacity two, so that the line is often used."""

    class Machine(RuleBasedStateMachine):
        @initialize()
        def open_office(self):
            self.bureau = make_bureau()
            b = self.bureau
            with writing(b.engine) as connection:
                save_rules(connection, Rules(capacity=2, capacity_by_shift={"seat-330411": 3}))
            b.on(
                *(
                    (n, day, half, division)
                    for day in DAYS
                    for n, half, division in (
                        (1, b.morning, b.xiuzhou),
                        (2, b.morning, b.xiuzhou),
                        (3, b.afternoon, b.xiuzhou),
                        (4, b.morning, b.haining),
                        (5, b.morning, b.city),
                        (5, b.afternoon, b.city),
                    )
                )
            )
            self.now = b.at("11-24 09:00")
            self.tickets = []
            self.acted = False

        @rule(minutes=st.sampled_from([0, 7, 30, 150, 300, -60]))
        def time_passes(self, minutes):
            self.now += timedelta(minutes=minutes)
            self.acted = False

        @rule(
            division=st.sampled_from(["330411", "330481", "330411104", "3304"]),
            category=st.sampled_from([None, "labour", "family"]),
            green=st.booleans(),
            live=st.booleans(),
            other=st.sampled_from([None, None, "正大律师事务所", PARTY]),
            many=st.integers(1, 4),
        )
        def people_ask(self, division, category, green, live, other, many):
            for _ in range(many):
                asked = self.bureau.ask(
                    self.now,
                    division=division,
                    category=category,
                    other_party=other,
                    green_lane=("minor",) if green else (),
                    channel="live" if live else "message",
                )
                self.tickets.append(asked.ticket)
                self.acted = True

        @rule(
            move=st.sampled_from(
                [
                    service.accept,
                    service.answer,
                    service.ask_back,
                    service.close,
                    service.decline,
                    service.recuse,
                ]
            ),
            data=st.data(),
        )
        def a_lawyer_acts(self, move, data):
            if self.tickets:
                ticket = data.draw(st.sampled_from(self.tickets))
                holder = self.bureau.holder(ticket) or "L1"
                self.bureau.do(move, ticket, holder, self.now, "理由")

        @rule(
            move=st.sampled_from(
                [
                    (service.defer, {"until": timedelta(hours=1)}),
                    (service.refer, {"to": "notary"}),
                    (service.note, {}),
                    (service.reopen_own, {}),
                    (service.transfer, {"to": "L2"}),
                ]
            ),
            data=st.data(),
        )
        def a_lawyer_does_something_else(self, move, data):
            if self.tickets:
                ticket = data.draw(st.sampled_from(self.tickets))
                act, more = move
                if "until" in more:
                    more = {"until": self.now + more["until"]}
                holder = self.bureau.state(ticket).lawyer or "L1"
                if not self.bureau.state(ticket).erased:
                    self.bureau.do(act, ticket, holder, self.now, "理由", **more)

        @rule(data=st.data())
        def a_citizen_sends_a_picture(self, data):
            if self.tickets:
                ticket = data.draw(st.sampled_from(self.tickets))
                self.bureau.citizen(service.attach, ticket, PICTURE, "", self.now)

        @rule(data=st.data())
        def a_citizen_has_everything_destroyed(self, data):
            if self.tickets:
                ticket = data.draw(st.sampled_from(self.tickets))
                self.bureau.citizen(own_data.erase_own, ticket, self.now)

        @rule(who=PEOPLE)
        def a_lawyer_declares_a_client(self, who):
            client = service.Client("lawyer", who, PARTY)
            with writing(self.bureau.engine) as connection:
                service.import_clients(
                    connection, self.bureau.keyring, [client], "staff:anna", self.now
                )

        @rule(who=PEOPLE, closes=st.booleans())
        def a_lawyer_records_a_talk(self, who, closes):
            asked = Ask("当面问", "330411", True, channel="walk_in", entered_by="anna")
            talk = service.Talk(asked, "当面答", closes)
            with writing(self.bureau.engine) as connection:
                done = service.record_talk(
                    connection, self.bureau.keyring, talk, who, None, self.now
                )
            if isinstance(done, service.Asked):
                self.bureau.secrets[done.ticket] = done.secret
                self.tickets.append(done.ticket)

        @rule(into=st.data(), data=st.data())
        def a_supervisor_merges(self, into, data):
            if self.tickets:
                ticket = data.draw(st.sampled_from(self.tickets))
                other = into.draw(st.sampled_from(self.tickets))
                self.bureau.do(service.merge, ticket, "anna", self.now, "重复", into=other)

        @rule(to=PEOPLE, data=st.data())
        def a_supervisor_reassigns(self, to, data):
            if self.tickets:
                ticket = data.draw(st.sampled_from(self.tickets))
                self.bureau.do(service.reassign, ticket, "anna", self.now, "督办", to=to)

        @rule(move=st.sampled_from([service.message, service.withdraw]), data=st.data())
        def a_citizen_acts(self, move, data):
            if self.tickets:
                self.bureau.citizen(
                    move, data.draw(st.sampled_from(self.tickets)), "再问", self.now
                )

        @rule(timer=st.sampled_from([service.sweep, service.hand_over]))
        def a_timer_runs(self, timer):
            self.bureau.run(timer, self.now)
            self.acted = True

        @invariant()
        def what_is_stored_is_what_was_written(self):
            assert self.bureau.faults() == []

        @invariant()
        def every_choice_was_the_rules_own_and_nobody_is_over_the_limit(self):
            with writing(self.bureau.engine) as connection:
                known = knowledge(connection, self.bureau.keyring, self.now)
                events = store.all_events(connection)
                assert replay(events, known, with_line=True) == ()
                if self.acted:
                    assert overlooked(events, known, self.now) == ()

        def teardown(self):
            self.bureau.engine.dispose()

    return Machine


@pytest.fixture
def fresh_machine(calendar, make_register, make_bureau):
    """The machine, each run over a bureau in a database of its own."""
    register = make_register(calendar, 5)

    def fresh():
        file = Path(tempfile.mkdtemp()) / "queue.sqlite3"
        engine = make_engine(f"sqlite:///{file}")
        SQLModel.metadata.create_all(engine)
        bureau = make_bureau(engine, Keyring([new_key()]), register)
        with writing(engine) as connection:
            save_register(connection, register, bureau.keyring)
        return bureau

    return machine(fresh, register)


def test_in_any_order_of_steps_every_law_holds(fresh_machine):
    run_state_machine_as_test(
        fresh_machine,
        settings=settings(
            max_examples=25,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_the_laws_find_a_chooser_that_reads_loads_and_writes_later(fresh_machine, monkeypatch):
    usual, kept = Changes.loads, []

    def as_they_were(changes):
        if len(kept) % 20 == 0:  # read anew now and then only
            loads = usual(changes)
            kept.append(replace(loads, open=dict(loads.open), last=dict(loads.last)))
        else:
            kept.append(kept[-1])
        return kept[-1]

    monkeypatch.setattr(Changes, "loads", as_they_were)
    with pytest.raises((AssertionError, SQLAlchemyError)):
        run_state_machine_as_test(
            fresh_machine,
            settings=settings(
                max_examples=25,
                stateful_step_count=30,
                deadline=None,
                suppress_health_check=list(HealthCheck),
                phases=[Phase.generate],
                report_multiple_bugs=False,
                derandomize=True,
                database=None,
            ),
        )
