"""A question's life, through the service, on both databases."""

from __future__ import annotations

from datetime import timedelta

from zhiban.queue import service
from zhiban.queue.outcomes import Moved, NoSuchTicket, NotYours, Stale
from zhiban.queue.question import State

HOUR = timedelta(hours=1)


def test_a_question_goes_to_the_lawyer_on_shift_and_comes_to_its_end(bureau):
    bureau.on((1, "11-24", bureau.morning))
    nine = bureau.at("11-24 09:00")
    asked = bureau.ask(nine)
    assert (asked.state, asked.lawyer_name, asked.firm_name) == (
        State.ASSIGNED,
        "律师1",
        "正大律师事务所",
    )
    # A message left online: first answer within 24 h by the wall.
    assert asked.due.at == bureau.at("11-25 09:00")
    ticket = asked.ticket
    assert bureau.do(service.accept, ticket, "L1", nine + HOUR).state is State.ACCEPTED
    assert bureau.do(service.answer, ticket, "L1", nine + HOUR, "可以申请仲裁").state is (
        State.ANSWERED
    )
    again = bureau.citizen(service.message, ticket, "要带什么材料？", nine + 1.5 * HOUR)
    assert again.state is State.ACCEPTED  # still on shift, so it stays with its lawyer
    bureau.do(service.answer, ticket, "L1", nine + 2 * HOUR, "身份证和工资条")
    bureau.do(service.close, ticket, "L1", nine + 2 * HOUR)
    assert bureau.citizen(service.rate, ticket, 5, "很清楚", nine + 3 * HOUR).state is State.CLOSED
    assert bureau.kinds(ticket) == [
        "asked", "assigned", "accepted", "answered", "message", "answered", "closed", "rated",
    ]  # fmt: skip
    assert bureau.state(ticket).rating == 5
    assert bureau.faults() == []


def test_nobody_on_duty_says_the_next_shift_and_the_line_moves_when_it_begins(bureau):
    bureau.on((1, "11-24", bureau.afternoon))
    asked = bureau.ask(bureau.at("11-24 12:00"))
    assert asked.state is State.WAITING
    assert asked.waiting.next.span.start == bureau.at("11-24 13:30")
    assert "没有值班律师" in asked.waiting.reason.zh
    bureau.run(service.sweep, bureau.at("11-24 13:29"))
    assert bureau.holder(asked.ticket) is None
    swept = bureau.run(service.sweep, bureau.at("11-24 13:30"))
    assert (swept.assigned, bureau.holder(asked.ticket)) == (1, "L1")
    assert bureau.faults() == []


def test_whoever_asks_as_a_shift_begins_goes_behind_those_who_waited(bureau):
    bureau.on((1, "11-24", bureau.afternoon))
    early = [bureau.ask(bureau.at("11-24 12:00")).ticket for _ in range(20)]
    late = bureau.ask(bureau.at("11-24 13:30"))
    # One lawyer, the usual 20 places: the twenty that waited fill them.
    assert {bureau.holder(ticket) for ticket in early} == {"L1"}
    assert late.state is State.WAITING


def test_a_place_that_comes_free_goes_to_the_oldest_at_once_and_the_green_lane_goes_first(bureau):
    bureau.on((1, "11-24", bureau.morning))
    nine = bureau.at("11-24 09:00")
    held = [bureau.ask(nine).ticket for _ in range(20)]
    minute = timedelta(minutes=1)
    first, second, green = (
        bureau.ask(nine + minute).ticket,
        bureau.ask(nine + 2 * minute).ticket,
        bureau.ask(nine + 3 * minute, green_lane=("老年人",)).ticket,
    )
    assert [bureau.holder(t) for t in (first, second, green)] == [None] * 3
    bureau.do(service.answer, held[0], "L1", nine + HOUR, "答复")
    assert [bureau.holder(t) for t in (first, second, green)] == [None, None, "L1"]
    bureau.do(service.answer, held[1], "L1", nine + HOUR, "答复")
    assert [bureau.holder(t) for t in (first, second)] == ["L1", None]
    assert bureau.faults() == []


def test_what_has_waited_eight_hours_longer_goes_before_the_green_lane(bureau):
    bureau.on((1, "11-24", bureau.morning))
    old = bureau.ask(bureau.at("11-23 23:00")).ticket
    others = [bureau.ask(bureau.at("11-24 07:30"), green_lane=("minor",)).ticket for _ in range(20)]
    bureau.run(service.sweep, bureau.at("11-24 08:30"))
    # 23:00 to 7:30 is 8.5 hours, more than the lead of 8: the old one is among the 20 given.
    assert bureau.holder(old) == "L1"
    assert [bureau.holder(t) for t in others].count(None) == 1


def test_a_declined_question_goes_to_another_lawyer_and_never_back(bureau):
    bureau.on((1, "11-24", bureau.morning), (2, "11-24", bureau.morning))
    nine = bureau.at("11-24 09:00")
    ticket = bureau.ask(nine, category="labour").ticket
    assert bureau.holder(ticket) == "L1"  # works in labour law
    bureau.do(service.decline, ticket, "L1", nine, "与本人案件冲突")
    assert bureau.holder(ticket) == "L2"
    bureau.do(service.decline, ticket, "L2", nine, "不熟悉")
    assert bureau.state(ticket).state is State.WAITING
    view = bureau.citizen(service.ticket_view, ticket, nine)
    declined = [step for step in view.steps if step.kind == "declined"]
    assert [step.text for step in declined] == [None, None]  # the reasons are not shown
    assert bureau.faults() == []


def test_a_stale_page_and_a_stranger_change_nothing(bureau):
    bureau.on((1, "11-24", bureau.morning))
    nine = bureau.at("11-24 09:00")
    ticket = bureau.ask(nine).ticket
    version = bureau.state(ticket).version
    assert isinstance(bureau.do(service.accept, ticket, "L1", nine, version=version), Moved)
    late = bureau.do(service.answer, ticket, "L1", nine, "答复", version=version)
    assert isinstance(late, Stale)
    assert late.version == version + 1
    assert isinstance(bureau.do(service.accept, ticket, "L1", nine), Stale)  # accepted already
    assert isinstance(bureau.do(service.answer, ticket, "L2", nine, "答复"), NotYours)
    assert isinstance(bureau.do(service.answer, "ZB-0000-0000", "L1", nine, "答复"), NotYours)
    assert bureau.kinds(ticket) == ["asked", "assigned", "accepted"]


def test_a_warning_makes_no_page_stale(bureau):
    bureau.on((1, "11-24", bureau.morning))
    nine = bureau.at("11-24 09:00")
    ticket = bureau.ask(nine, channel="live").ticket
    version = bureau.state(ticket).version
    # Live: accepted within 10 minutes of working time, warned of at 7.5, so at 9:07.
    assert bureau.run(service.sweep, bureau.at("11-24 09:08")).warned == 1
    assert bureau.state(ticket).version == version
    moved = bureau.do(service.accept, ticket, "L1", bureau.at("11-24 09:09"), version=version)
    assert isinstance(moved, Moved)


def test_asking_back_pauses_the_clock_and_frees_the_place(bureau):
    bureau.on((1, "11-24", bureau.morning), (1, "11-25", bureau.morning))
    nine = bureau.at("11-24 09:00")
    ticket = bureau.ask(nine).ticket
    bureau.do(service.ask_back, ticket, "L1", nine + HOUR, "合同签了吗？")
    view = bureau.citizen(service.ticket_view, ticket, nine + 2 * HOUR)
    assert (view.state, view.due.status) == (State.ASKING_BACK, "paused")
    assert bureau.run(service.sweep, bureau.at("11-26 09:00")).breached == 0
    bureau.citizen(service.message, ticket, "没有签", bureau.at("11-25 10:00"))
    view = bureau.citizen(service.ticket_view, ticket, bureau.at("11-25 10:00"))
    # 24 h less the first hour are left after the pause of a day: the 26th, 9:00.
    assert (view.state, view.due.due) == (State.ACCEPTED, bureau.at("11-26 09:00"))
    assert bureau.holder(ticket) == "L1"
    assert bureau.faults() == []


def test_a_deferred_question_rests_until_its_date(bureau):
    bureau.on((1, "11-24", bureau.morning))
    nine = bureau.at("11-24 09:00")
    ticket = bureau.ask(nine).ticket
    friday = bureau.at("11-27 09:00")
    bureau.do(service.defer, ticket, "L1", nine, "等判决", until=friday)
    assert bureau.run(service.sweep, bureau.at("11-26 12:00")).resumed == 0
    assert bureau.run(service.sweep, friday).resumed == 1
    # The pause began at once, so the whole 24 h follow it.
    view = bureau.citizen(service.ticket_view, ticket, friday)
    assert view.due.due == bureau.at("11-28 09:00")
    assert bureau.faults() == []


def test_a_recused_firm_has_no_access_and_no_other_chance(bureau):
    # L1 and L2 are of one firm, L3 of another.
    bureau.on(*((n, "11-24", bureau.morning) for n in (1, 2, 3)))
    nine = bureau.at("11-24 09:00")
    ticket = bureau.ask(nine).ticket
    bureau.do(service.recuse, ticket, "L1", nine, "对方是本所客户")
    assert bureau.holder(ticket) == "L3"
    assert isinstance(bureau.do(service.answer, ticket, "L1", nine, "答复"), NotYours)
    bureau.do(service.decline, ticket, "L3", nine, "忙")
    assert bureau.state(ticket).state is State.WAITING
    # The reason is not shown to others.
    view = bureau.citizen(service.ticket_view, ticket, nine)
    assert all(step.text is None for step in view.steps if step.kind == "recused")


def test_the_other_party_named_like_a_firm_keeps_that_firm_away(bureau):
    bureau.on((1, "11-24", bureau.morning), (3, "11-24", bureau.morning))
    ticket = bureau.ask(bureau.at("11-24 09:00"), other_party="浙江正大律师事务所").ticket
    assert bureau.holder(ticket) == "L3"


def test_a_transfer_goes_to_a_colleague_on_shift_only(bureau):
    bureau.on((1, "11-24", bureau.morning), (3, "11-24", bureau.morning))
    nine = bureau.at("11-24 09:00")
    ticket = bureau.ask(nine).ticket
    refused = bureau.do(service.transfer, ticket, "L1", nine, "他更熟悉", to="L5")
    assert "不在" in refused.why.zh
    assert bureau.do(service.transfer, ticket, "L1", nine, "他更熟悉", to="L3").state is (
        State.ASSIGNED
    )
    assert bureau.holder(ticket) == "L3"
    again = bureau.do(service.transfer, ticket, "L3", nine, "还是他", to="L1")
    assert again.state is State.ASSIGNED
    assert bureau.faults() == []


def test_withdrawing_frees_the_place_and_ends_the_question(bureau):
    bureau.on((1, "11-24", bureau.morning))
    nine = bureau.at("11-24 09:00")
    ticket = bureau.ask(nine).ticket
    assert bureau.citizen(service.withdraw, ticket, "", nine).state is State.WITHDRAWN
    assert isinstance(bureau.citizen(service.message, ticket, "还在吗", nine), Stale)
    assert isinstance(bureau.citizen(service.withdraw, ticket, "", nine), Stale)
    assert bureau.run(service.sweep, bureau.at("11-30 09:00")).breached == 0


def test_a_wrong_secret_and_an_unknown_code_are_told_apart_by_nothing(bureau):
    bureau.on((1, "11-24", bureau.morning))
    nine = bureau.at("11-24 09:00")
    ticket = bureau.ask(nine).ticket
    right = bureau.secrets[ticket]
    for code, secret in ((ticket, "0" * 16), ("ZB-0000-0000", right), ("?", right), (ticket, "")):
        bureau.secrets[code] = secret
        assert bureau.citizen(service.ticket_view, code, nine) is None
        assert bureau.citizen(service.message, code, "你好", nine) == NoSuchTicket()
    # Typed by hand: small letters, spaces, the letter O for the digit 0.
    typed = " " + ticket.lower().replace("0", "o") + " "
    bureau.secrets[typed] = right.lower()
    assert bureau.citizen(service.ticket_view, typed, nine).ticket == ticket


def test_a_message_after_closing_opens_the_question_for_its_lawyer_on_a_later_shift(bureau):
    bureau.on(
        (1, "11-24", bureau.morning), (1, "11-25", bureau.morning), (3, "11-25", bureau.morning)
    )
    nine = bureau.at("11-24 09:00")
    ticket = bureau.ask(nine).ticket
    bureau.do(service.answer, ticket, "L1", nine, "答复")
    bureau.do(service.close, ticket, "L1", nine)
    night = bureau.at("11-24 22:00")
    assert bureau.citizen(service.message, ticket, "还有一点", night).state is State.WAITING
    # Two others come before it, and would make L1 the one with more open questions.
    for _ in range(2):
        bureau.ask(night)
    bureau.run(service.sweep, bureau.at("11-25 08:30"))
    assert bureau.holder(ticket) == "L1"  # who answered before
    view = bureau.citizen(service.ticket_view, ticket, bureau.at("11-25 08:30"))
    # Next answer: 24 h from the message, whatever happened since.
    assert view.due.due == bureau.at("11-25 22:00")
    assert bureau.faults() == []


def test_five_messages_in_a_row_owe_one_answer_from_the_first(bureau):
    bureau.on((1, "11-24", bureau.morning))
    nine = bureau.at("11-24 09:00")
    ticket = bureau.ask(nine).ticket
    bureau.do(service.answer, ticket, "L1", nine, "答复")
    for minute in range(5):
        bureau.citizen(service.message, ticket, "再问", nine + timedelta(minutes=10 + minute))
    view = bureau.citizen(service.ticket_view, ticket, nine + HOUR)
    owed = [clock for clock in view.clocks if clock.kind == "next_answer"]
    assert [clock.due for clock in owed] == [bureau.at("11-25 09:10")]
    bureau.do(service.note, ticket, "L1", nine + HOUR, "内部备注")
    bureau.do(service.answer, ticket, "L1", nine + HOUR, "答复")
    view = bureau.citizen(service.ticket_view, ticket, nine + HOUR)
    assert [c.status for c in view.clocks] == ["met", "met"]
    assert "noted" not in [step.kind for step in view.steps]


def test_quiet_questions_are_closed_by_age(bureau):
    bureau.on((1, "11-24", bureau.morning))
    nine = bureau.at("11-24 09:00")
    ticket = bureau.ask(nine).ticket
    bureau.do(service.answer, ticket, "L1", nine, "答复")
    assert bureau.run(service.sweep, nine + timedelta(days=6)).closed == 0
    assert bureau.run(service.sweep, nine + timedelta(days=7)).closed == 1
    assert bureau.state(ticket).state is State.CLOSED
    assert bureau.faults() == []


def test_a_supervisor_reassigns_reopens_merges_and_erases(bureau):
    bureau.on((1, "11-24", bureau.morning), (3, "11-24", bureau.morning))
    nine = bureau.at("11-24 09:00")
    ticket, other = bureau.ask(nine).ticket, bureau.ask(nine).ticket
    assert bureau.holder(ticket) == "L1"
    bureau.do(service.reassign, ticket, "anna", nine, "平衡工作量", to="L3")
    assert bureau.holder(ticket) == "L3"
    bureau.do(service.answer, ticket, "L3", nine, "答复")
    bureau.do(service.close, ticket, "L3", nine)
    assert bureau.do(service.reopen, ticket, "anna", nine, "复查").state is State.ASSIGNED
    assert bureau.holder(ticket) == "L3"  # knows it
    assert bureau.do(service.merge, other, "anna", nine, "同一件事", into=ticket).state is (
        State.CLOSED
    )
    assert bureau.faults() == []


def test_an_erased_question_keeps_its_chain_and_shows_no_text(bureau):
    bureau.on((1, "11-24", bureau.morning))
    nine = bureau.at("11-24 09:00")
    ticket = bureau.ask(nine, "我的隐私").ticket

    def erase(connection, keyring, now):
        return service.erase(connection, keyring, service.Move(ticket, "anna", now))

    assert isinstance(bureau.run(erase, nine), Stale)  # not before it has ended
    bureau.citizen(service.withdraw, ticket, "", nine)
    assert isinstance(bureau.run(erase, nine), Moved)
    assert bureau.faults() == []
    assert all(event.body is None for event in bureau.events(ticket))
    assert "我的隐私" not in str(bureau.citizen(service.ticket_view, ticket, nine))
