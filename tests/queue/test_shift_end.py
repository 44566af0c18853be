"""The end of a shift: what goes back to choice, what stays, what is handed over, and when."""

from __future__ import annotations

from datetime import timedelta

from zhiban.queue import service
from zhiban.queue.outcomes import NotYours
from zhiban.queue.question import State

MINUTE = timedelta(minutes=1)


def test_what_is_not_accepted_goes_back_to_choice_at_the_shifts_end(bureau):
    bureau.on((1, "11-24", bureau.morning), (3, "11-24", bureau.afternoon))
    asked = bureau.ask(bureau.at("11-24 11:00"))
    before = bureau.run(service.hand_over, bureau.at("11-24 11:29"))
    assert before.returned == 0
    assert bureau.run(service.hand_over, bureau.at("11-24 11:30")).returned == 1
    state = bureau.state(asked.ticket)
    assert (state.state, state.lawyer) == (State.WAITING, None)
    view = bureau.citizen(service.ticket_view, asked.ticket, bureau.at("11-24 11:30"))
    assert view.waiting.next.lawyer == "L3"
    assert view.due.due == asked.due.at  # clocks never restart
    assert bureau.run(service.hand_over, bureau.at("11-24 13:30")).assigned == 1
    assert bureau.holder(asked.ticket) == "L3"
    assert bureau.faults() == []


def test_what_is_accepted_stays_until_the_next_covering_shift_and_may_be_answered(bureau):
    bureau.on((1, "11-24", bureau.morning), (3, "11-24", bureau.afternoon))
    eleven = bureau.at("11-24 11:00")
    mine, other = bureau.ask(eleven).ticket, bureau.ask(eleven).ticket
    for ticket in (mine, other):
        bureau.do(service.accept, ticket, "L1", eleven)
    assert bureau.run(service.hand_over, bureau.at("11-24 11:30")).left == 2
    assert bureau.holder(mine) == "L1"
    answered = bureau.do(service.answer, mine, "L1", bureau.at("11-24 12:30"), "答复")
    assert answered.state is State.ANSWERED
    due = bureau.citizen(service.ticket_view, other, eleven).due.due
    assert bureau.run(service.hand_over, bureau.at("11-24 13:29")).handed_over == 0
    assert bureau.run(service.hand_over, bureau.at("11-24 13:30")).handed_over == 1
    assert bureau.holder(other) == "L3"
    assert bureau.citizen(service.ticket_view, other, eleven).due.due == due
    assert bureau.faults() == []


def test_the_lawyer_who_is_on_the_next_shift_too_keeps_what_is_accepted(bureau):
    bureau.on(*((n, "11-24", half) for n in (1, 3) for half in (bureau.morning, bureau.afternoon)))
    eleven = bureau.at("11-24 11:00")
    ticket = bureau.ask(eleven).ticket
    holder = bureau.holder(ticket)
    bureau.do(service.accept, ticket, holder, eleven)
    version = bureau.state(ticket).version
    bureau.run(service.hand_over, bureau.at("11-24 11:30"))
    assert bureau.run(service.hand_over, bureau.at("11-24 13:30")).kept == 1
    assert (bureau.holder(ticket), bureau.state(ticket).state) == (holder, State.ACCEPTED)
    # The page the lawyer has open is good still.
    assert bureau.state(ticket).version == version
    assert bureau.run(service.hand_over, bureau.at("11-24 17:00")).left == 1


def test_a_draft_typed_over_the_end_of_a_shift_is_refused_in_words_and_changes_nothing(bureau):
    bureau.on((1, "11-24", bureau.morning), (3, "11-24", bureau.afternoon))
    eleven = bureau.at("11-24 11:00")
    ticket = bureau.ask(eleven).ticket
    bureau.do(service.accept, ticket, "L1", eleven)
    bureau.run(service.hand_over, bureau.at("11-24 13:30"))
    kinds = bureau.kinds(ticket)
    late = bureau.do(service.answer, ticket, "L1", bureau.at("11-24 13:31"), "写了很久的答复")
    assert isinstance(late, NotYours)
    assert "转给他人" in late.why.zh
    assert bureau.kinds(ticket) == kinds


def test_running_again_does_nothing_more(bureau):
    bureau.on((1, "11-24", bureau.morning), (3, "11-24", bureau.afternoon))
    eleven = bureau.at("11-24 11:00")
    tickets = [bureau.ask(eleven).ticket for _ in range(4)]
    for ticket in tickets[:2]:
        bureau.do(service.accept, ticket, "L1", eleven)
    for moment in ("11:30", "12:30", "13:30", "14:00"):
        bureau.run(service.hand_over, bureau.at(f"11-24 {moment}"))
        bureau.run(service.sweep, bureau.at(f"11-24 {moment}"))
        kinds = [bureau.kinds(ticket) for ticket in tickets]
        bureau.run(service.hand_over, bureau.at(f"11-24 {moment}") + MINUTE)
        bureau.run(service.sweep, bureau.at(f"11-24 {moment}") + MINUTE)
        assert [bureau.kinds(ticket) for ticket in tickets] == kinds
    assert {bureau.holder(ticket) for ticket in tickets} == {"L3"}
    assert bureau.faults() == []


def test_after_three_days_outage_everything_is_caught_up_once(bureau):
    days = ((1, "11-24"), (2, "11-24"), (3, "11-27"))
    bureau.on(*((n, day, bureau.morning) for n, day in days))
    nine = bureau.at("11-24 09:00")
    accepted, unaccepted = bureau.ask(nine).ticket, bureau.ask(nine).ticket
    bureau.do(service.accept, accepted, bureau.holder(accepted), nine)
    friday = bureau.at("11-27 09:00")
    swept = bureau.run(service.sweep, friday)
    # Both were due on the 25th; the rung before it is of no use any more.
    assert (swept.warned, swept.breached) == (0, 2)
    handed = bureau.run(service.hand_over, friday)
    assert (handed.handed_over, handed.returned, handed.assigned) == (1, 1, 1)
    assert {bureau.holder(accepted), bureau.holder(unaccepted)} == {"L3"}
    assert bureau.run(service.sweep, friday + MINUTE).breached == 0
    assert bureau.faults() == []


def test_a_lawyer_swapped_away_at_ten_past_gets_nothing_after_it(bureau):
    bureau.on((1, "11-24", bureau.morning))
    nine = bureau.at("11-24 09:00")
    unaccepted, accepted = bureau.ask(nine).ticket, bureau.ask(nine).ticket
    bureau.do(service.accept, accepted, "L1", nine)
    swap = bureau.duty(bureau.register.lawyers["L3"], "11-24", bureau.morning)
    bureau.publish([swap], since=bureau.at("11-24 10:02"))
    assert bureau.ask(bureau.at("11-24 10:03")).lawyer_name == "律师3"
    handed = bureau.run(service.hand_over, bureau.at("11-24 10:04"))
    assert (handed.returned, handed.left) == (1, 1)
    assert bureau.holder(unaccepted) == "L3"
    assert bureau.holder(accepted) == "L1"
    assert bureau.faults() == []


def test_a_colleague_who_merely_stays_longer_is_no_next_shift(bureau):
    from datetime import time

    bureau.on((1, "11-24", bureau.morning), (3, "11-24", (time(8, 30), time(12))))
    nine = bureau.at("11-24 09:00")
    tickets = [bureau.ask(nine).ticket, bureau.ask(nine).ticket]
    mine = next(ticket for ticket in tickets if bureau.holder(ticket) == "L1")
    bureau.do(service.accept, mine, "L1", nine)
    assert bureau.run(service.hand_over, bureau.at("11-24 11:45")).left == 1
    assert bureau.holder(mine) == "L1"


def test_shifts_that_touch_are_one_time_on_duty(bureau):
    from datetime import time

    bureau.on((1, "11-24", (time(8), time(12))), (1, "11-24", (time(12), time(17))))
    ticket = bureau.ask(bureau.at("11-24 11:00")).ticket
    assert bureau.state(ticket).hold.until == bureau.at("11-24 17:00")
    handed = bureau.run(service.hand_over, bureau.at("11-24 12:00"))
    assert (handed.returned, bureau.holder(ticket)) == (0, "L1")


def test_a_reply_to_a_lawyer_long_off_shift_goes_to_who_is_on_now(bureau):
    bureau.on((1, "11-24", bureau.morning), (3, "11-25", bureau.morning))
    nine = bureau.at("11-24 09:00")
    ticket = bureau.ask(nine).ticket
    bureau.do(service.ask_back, ticket, "L1", nine, "合同签了吗？")
    assert bureau.run(service.hand_over, bureau.at("11-24 12:00")).left == 0
    bureau.citizen(service.message, ticket, "没有", bureau.at("11-25 09:00"))
    assert bureau.holder(ticket) == "L3"
    assert bureau.faults() == []


def test_the_next_shift_without_a_free_place_puts_what_was_accepted_into_the_line(bureau):
    bureau.on((1, "11-24", bureau.morning), (3, "11-24", bureau.afternoon))
    eleven = bureau.at("11-24 11:00")
    tickets = [bureau.ask(eleven).ticket for _ in range(20)]
    for ticket in tickets:
        bureau.do(service.accept, ticket, "L1", eleven)
    later = [bureau.ask(bureau.at("11-24 12:00")).ticket for _ in range(2)]
    bureau.run(service.sweep, bureau.at("11-24 13:30"))  # gives both to L3 first
    handed = bureau.run(service.hand_over, bureau.at("11-24 13:30"))
    assert (handed.handed_over, handed.returned) == (18, 2)
    assert [bureau.holder(ticket) for ticket in later] == ["L3", "L3"]
    waiting = [ticket for ticket in tickets if bureau.state(ticket).state is State.WAITING]
    assert len(waiting) == 2
    bureau.do(service.answer, later[0], "L3", bureau.at("11-24 14:00"), "答复")
    assert bureau.holder(waiting[0]) == "L3"
    assert bureau.faults() == []
