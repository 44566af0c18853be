"""A changed policy or calendar: previewed, then done once, with breaches kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from zhiban.data.database import writing
from zhiban.data.deadline import Target
from zhiban.data.store import save_register
from zhiban.queue import service
from zhiban.queue.knowledge import Rules
from zhiban.queue.memory import save_rules
from zhiban.queue.policy import Policy, PolicyRow


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
