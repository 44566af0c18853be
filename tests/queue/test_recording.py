"""Walk-ins and calls: entered by staff on the same clocks, or recorded with their answer."""

from __future__ import annotations

from datetime import timedelta

import pytest

from zhiban.data.database import writing
from zhiban.data.wording import Refused
from zhiban.queue import service
from zhiban.queue.asking import Ask
from zhiban.queue.outcomes import KeyReused, NotPossible
from zhiban.queue.question import State


@pytest.fixture
def nine(bureau):
    """Nine o'clock: L1 on the seat, L3 at the county's station."""
    station = bureau.duty(
        bureau.register.lawyers["L3"], "11-24", bureau.morning, bureau.xiuzhou, kind="station"
    )
    seat = bureau.duty(bureau.register.lawyers["L1"], "11-24", bureau.morning)
    bureau.publish([seat, station])
    return bureau.at("11-24 09:00")


def talk(bureau, lawyer, now, closes=True, key=None, answer="可以申请仲裁", **fields):
    """A lawyer records a talk."""
    base = {"text": "拖欠工资", "division": bureau.xiuzhou, "consent": True, "channel": "walk_in"}
    asking = Ask(**(base | {"entered_by": "clerk"} | fields))
    with writing(bureau.engine) as connection:
        done = service.record_talk(
            connection, bureau.keyring, service.Talk(asking, answer, closes), lawyer, key, now
        )
    if isinstance(done, service.Asked):
        bureau.secrets[done.ticket] = done.secret
    return done


def test_a_call_entered_by_staff_runs_on_the_same_clocks(bureau, nine):
    asked = bureau.ask(nine, channel="phone", entered_by="anna")
    # By telephone: 24 hours by the wall, from when it was entered.
    assert (asked.state, asked.due.at) == (State.ASSIGNED, nine + timedelta(hours=24))
    walk = bureau.ask(nine, channel="walk_in", entered_by="anna")
    # At a counter: five working hours; 2:30 are left of the morning, 2:30 from 13:30 on.
    assert walk.due.at == bureau.at("11-24 16:00")
    assert bureau.events(walk.ticket)[0].actor == "staff:anna"


def test_a_talk_at_a_station_is_recorded_with_its_answer_and_closed(bureau, nine):
    done = talk(bureau, "L3", nine)
    assert (done.state, done.lawyer_name) == (State.CLOSED, "律师3")
    assert bureau.kinds(done.ticket) == ["asked", "recorded", "closed"]
    view = bureau.citizen(service.ticket_view, done.ticket, nine)
    assert "可以申请仲裁" in [step.text for step in view.steps]
    with writing(bureau.engine) as connection:
        found = service.sla_report(connection, nine, nine + timedelta(hours=1))
    (clock,) = [one for one in found.whole.clocks if one.clock == "first_answer"]
    assert (clock.kept, clock.late) == (1, 0)
    assert [part.key for part in found.by["lawyer"]] == ["L3"]
    assert bureau.faults() == []


def test_one_left_open_goes_to_a_seat_when_the_citizen_writes_again(bureau, nine):
    done = talk(bureau, "L3", nine, closes=False)
    assert done.state is State.ANSWERED
    bureau.citizen(service.message, done.ticket, "还有一个问题", nine)
    # L3 sits at a station, not on a seat: the follow-up goes to who does.
    assert bureau.holder(done.ticket) == "L1"
    assert bureau.faults() == []


def test_only_a_lawyer_on_shift_records_and_never_against_a_client(bureau, nine):
    assert isinstance(talk(bureau, "L2", nine), NotPossible)
    with writing(bureau.engine) as connection:
        client = service.Client("firm", bureau.register.lawyers["L3"].firm, "宏达公司")
        service.import_clients(connection, bureau.keyring, [client], "staff:anna", nine)
    assert isinstance(talk(bureau, "L3", nine, other_party="宏达公司"), NotPossible)
    with pytest.raises(Refused) as refused:
        talk(bureau, "L3", nine, channel="message")
    assert refused.value.errors[0].field == "channel"
    with pytest.raises(Refused):
        talk(bureau, "L3", nine, answer=" ")


def test_the_same_key_records_once(bureau, nine):
    key = "k" * 32
    first = talk(bureau, "L3", nine, key=key)
    again = talk(bureau, "L3", nine, key=key)
    assert (again.ticket, again.repeated) == (first.ticket, True)
    assert isinstance(talk(bureau, "L3", nine, key=key, answer="别的"), KeyReused)
    assert isinstance(talk(bureau, "L1", nine, key=key), KeyReused)
