"""Citizens' own data: taken along, destroyed, found again by code and number."""

from __future__ import annotations

import pytest

from zhiban.data.database import writing
from zhiban.queue import aid, own_data, service
from zhiban.queue.aid_form import AidForm
from zhiban.queue.attaching import checked_paper
from zhiban.queue.outcomes import Moved, NoSuchTicket, Stale
from zhiban.queue.question import State

FORM = AidForm("张三", "13800000000", "追索劳动报酬", "三个月", True, "无")


@pytest.fixture
def nine(bureau):
    """Nine o'clock with L1 on duty."""
    bureau.on((1, "11-24", bureau.morning))
    return bureau.at("11-24 09:00")


def test_all_that_was_sent_and_written_can_be_taken_along(bureau, nine):
    ticket = bureau.ask(nine, contact="13805731234", other_party="某餐馆").ticket
    bureau.do(service.answer, ticket, "L1", nine, "可以仲裁")
    bureau.citizen(aid.apply_for_own_aid, ticket, FORM, nine)
    found = bureau.citizen(own_data.own_data, ticket, nine)
    assert (found.sent["contact"], found.sent["other_party"]) == ("13805731234", "某餐馆")
    assert found.applications[0].form == FORM
    assert "可以仲裁" in [step.text for step in found.view.steps]
    with writing(bureau.engine) as connection:
        k = bureau.keyring
        assert isinstance(own_data.own_data(connection, k, ticket, "x", nine), NoSuchTicket)


def test_everything_is_destroyed_at_the_citizens_word_and_the_chain_stays(bureau, nine):
    ticket = bureau.ask(nine, "我的隐私").ticket
    picture = checked_paper("a.jpg", b"\xff\xd8\xff\xda\x00\x02....\xff\xd9")
    bureau.citizen(service.attach, ticket, picture, "", nine)
    bureau.do(service.accept, ticket, "L1", nine)
    done = bureau.citizen(own_data.erase_own, ticket, nine)
    assert isinstance(done, Moved)
    assert bureau.state(ticket).state is State.WITHDRAWN
    assert all(event.body is None for event in bureau.events(ticket))
    found = bureau.citizen(own_data.own_data, ticket, nine)
    assert (found.sent, found.view.attachments) == ({}, ())
    assert isinstance(bureau.citizen(own_data.erase_own, ticket, nine), Stale)
    assert bureau.faults() == []
    # One that was closed stays closed.
    other = bureau.ask(nine).ticket
    bureau.do(service.answer, other, "L1", nine, "答复")
    bureau.do(service.close, other, "L1", nine)
    bureau.citizen(own_data.erase_own, other, nine)
    assert bureau.state(other).state is State.CLOSED
    assert bureau.faults() == []


def test_who_has_everything_destroyed_takes_an_undecided_application_back(bureau, nine):
    ticket = bureau.ask(nine).ticket
    made = bureau.citizen(aid.apply_for_own_aid, ticket, FORM, nine)
    bureau.citizen(own_data.erase_own, ticket, nine)
    (kept,) = bureau.citizen(aid.applications_of, ticket, nine)
    assert (kept.id, kept.status, kept.decided_at, kept.form) == (made.id, "withdrawn", nine, None)
    # A decision that was made stands, whatever is destroyed afterwards.
    other = bureau.ask(nine).ticket
    asked = bureau.citizen(aid.apply_for_own_aid, other, FORM, nine)
    with writing(bureau.engine) as connection:
        k = bureau.keyring
        aid.decide_aid(connection, k, asked.id, "anna", 1, True, "符合条件", nine)
    bureau.citizen(own_data.erase_own, other, nine)
    (kept,) = bureau.citizen(aid.applications_of, other, nine)
    assert kept.status == "accepted"
    assert bureau.faults() == []


def recover(bureau, ticket, phone, now):
    """Asks for a new secret."""
    with writing(bureau.engine) as connection:
        return own_data.recover(connection, bureau.keyring, ticket, phone, now)


@pytest.mark.parametrize("phone", ["13805731234", "138 0573 1234", "+86 138-0573-1234"])
def test_code_and_whole_number_give_a_new_secret_and_the_old_one_ends(bureau, nine, phone):
    ticket = bureau.ask(nine, contact="138-0573-1234").ticket
    found = recover(bureau, ticket.lower(), phone, nine)
    assert found.ticket == ticket
    with writing(bureau.engine) as connection:
        k, old = bureau.keyring, bureau.secrets[ticket]
        assert service.ticket_view(connection, k, ticket, old, nine) is None
        assert service.ticket_view(connection, k, ticket, found.secret, nine) is not None
    assert "recovered" in bureau.kinds(ticket)
    assert bureau.faults() == []


def test_a_wrong_number_a_part_of_it_and_a_ticket_without_one_get_the_same_answer(bureau, nine):
    with_one = bureau.ask(nine, contact="13805731234").ticket
    without, mail = bureau.ask(nine).ticket, bureau.ask(nine, contact="a1@b.cn").ticket
    for ticket, phone in (
        (with_one, "13805731235"),
        (with_one, "1234"),
        (with_one, ""),
        (without, ""),
        (mail, "1"),
        ("ZB-0000-0000", "13805731234"),
        ("nonsense", "13805731234"),
    ):
        assert recover(bureau, ticket, phone, nine) == NoSuchTicket()
    assert "recovered" not in bureau.kinds(with_one)
