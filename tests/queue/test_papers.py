"""Legal aid and drafting: their forms, their clocks, who may do what, and what erasing leaves."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from zhiban.data.database import writing
from zhiban.data.deadline import Target
from zhiban.data.records import OutboxRecord, table
from zhiban.data.wording import Refused
from zhiban.queue import aid, drafting, service
from zhiban.queue.aid_form import AidForm, checked_form, checked_wish
from zhiban.queue.drafting import Step
from zhiban.queue.outcomes import Moved, NoSuchTicket, NotYours, Stale
from zhiban.queue.paper_times import PaperTimes, load_times, save_times, times_from
from zhiban.queue.records import AID_APPLICATION, DRAFTING, VIEWING

FORM = AidForm("张三", "13800000000", "追索劳动报酬", "被拖欠三个月工资", True, "月收入两千元")


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"applicant": " "}, ["applicant"]),
        ({"means": ""}, ["means"]),
        ({"means": "", "exempt": "migrant_wage"}, []),
        ({"exempt": "rich"}, ["exempt"]),
        ({"agreed": False}, ["agreed"]),
        ({"grounds": "x" * 5001, "matter": ""}, ["matter", "grounds"]),
        ({"contact": "a\x00"}, ["contact"]),
    ],
)
def test_a_form_names_every_field_that_is_missing_or_wrong(changes, fields) -> None:
    if not fields:
        assert checked_form(replace(FORM, **changes)).exempt == "migrant_wage"
        return
    with pytest.raises(Refused) as refused:
        checked_form(replace(FORM, **changes))
    assert [error.field for error in refused.value.errors] == fields


def test_a_wish_names_a_known_document_and_says_something() -> None:
    assert checked_wish("will", " 遗嘱 ") == "遗嘱"
    with pytest.raises(Refused) as refused:
        checked_wish("novel", "")
    assert [error.field for error in refused.value.errors] == ["document", "wanted"]


@pytest.fixture
def nine(bureau):
    """Nine o'clock on Tuesday, with L1 on duty."""
    bureau.on((1, "11-24", bureau.morning))
    return bureau.at("11-24 09:00")


def run(bureau, function, *arguments, **more):
    """One of the functions in a transaction of its own."""
    with writing(bureau.engine) as connection:
        return function(connection, bureau.keyring, *arguments, **more)


def told(bureau) -> list[tuple[str, str]]:
    """Who was told what, so far."""
    outbox = table(OutboxRecord).c
    with writing(bureau.engine) as connection:
        rows = connection.execute(select(outbox.recipient, outbox.kind).order_by(outbox.id))
        return [(row.recipient, row.kind) for row in rows]


def test_a_lawyer_applies_and_the_bureau_decides_within_seven_days(bureau, nine):
    ticket = bureau.ask(nine).ticket
    made = bureau.do(aid.apply_for_aid, ticket, "L1", nine, form=FORM)
    assert made.due == bureau.at("12-01 09:00")  # seven days by the wall
    assert ("role:supervisor", "aid_applied") in told(bureau)
    (listed,) = _plain(bureau, aid.applications, nine)
    assert (listed.ticket, listed.status, listed.form) == (ticket, "submitted", None)
    found = run(bureau, aid.application_for, made.id, "anna", nine)
    assert found.form == FORM
    with writing(bureau.engine) as connection:
        assert ("staff:anna", "aid") in [
            tuple(row) for row in connection.execute(select(VIEWING.c.viewer, VIEWING.c.what))
        ]
    day = nine + timedelta(days=1)
    stale = run(bureau, aid.decide_aid, made.id, "anna", 0, True, "符合条件", day)
    assert isinstance(stale, Stale)
    done = run(bureau, aid.decide_aid, made.id, "anna", 1, True, "符合条件", day)
    assert isinstance(done, Moved)
    again = run(bureau, aid.decide_aid, made.id, "bob", 2, False, "不符合", day)
    assert isinstance(again, Stale)
    assert ("lawyer:L1", "aid_decided") in told(bureau)
    (mine,) = bureau.citizen(aid.applications_of, ticket, day)
    assert (mine.status, mine.reason, mine.late) == ("accepted", "符合条件", False)
    steps = bureau.citizen(service.ticket_view, ticket, day).steps
    assert [(s.kind, s.text) for s in steps][-1] == ("aid_decided", "符合条件")
    assert bureau.faults() == []


def _plain(bureau, function, *arguments):
    with writing(bureau.engine) as connection:
        return function(connection, *arguments)


def test_a_citizen_applies_alone_and_takes_it_back(bureau, nine):
    ticket, other = bureau.ask(nine).ticket, bureau.ask(nine).ticket
    made = bureau.citizen(aid.apply_for_own_aid, ticket, FORM, nine)
    assert isinstance(bureau.citizen(aid.withdraw_aid, other, made.id, nine), NotYours)
    assert isinstance(bureau.citizen(aid.withdraw_aid, ticket, made.id, nine), Moved)
    assert isinstance(bureau.citizen(aid.withdraw_aid, ticket, made.id, nine), Stale)
    wrong = run(bureau, aid.apply_for_own_aid, ticket, "0" * 16, FORM, nine)
    assert isinstance(wrong, NoSuchTicket)
    assert isinstance(bureau.do(aid.apply_for_aid, ticket, "L2", nine, form=FORM), NotYours)
    bureau.citizen(service.withdraw, ticket, "", nine)
    assert isinstance(bureau.citizen(aid.apply_for_own_aid, ticket, FORM, nine), Stale)
    assert bureau.faults() == []


def test_an_application_past_due_is_told_once(bureau, nine):
    ticket = bureau.ask(nine).ticket
    bureau.do(aid.apply_for_aid, ticket, "L1", nine, form=FORM)
    bureau.run(service.sweep, bureau.at("12-01 09:00"))
    assert ("role:supervisor", "aid_late") not in told(bureau)  # due then, not late yet
    for minute in (1, 2):
        bureau.run(service.sweep, bureau.at(f"12-01 09:0{minute}"))
    assert told(bureau).count(("role:supervisor", "aid_late")) == 1


def test_a_document_is_asked_for_taken_and_delivered_on_its_own_clock(bureau, nine):
    ticket = bureau.ask(nine).ticket
    made = bureau.citizen(drafting.ask_for_draft, ticket, "complaint", "告老板", nine)
    # Three working days on from Tuesday 9:00: Friday 9:00.
    assert made.due == bureau.at("11-27 09:00")
    assert ("lawyer:L1", "draft_asked") in told(bureau)
    assert run(bureau, drafting.drafts_for, "L2", nine) == ()
    (seen,) = run(bureau, drafting.drafts_for, "L1", nine)
    assert (seen.wanted, seen.status) == ("告老板", "requested")
    early = run(bureau, drafting.deliver_draft, Step(made.id, "L1", 1, nine, "状"))
    assert isinstance(early, NotYours)  # nobody has taken it yet
    assert isinstance(run(bureau, drafting.take_draft, Step(made.id, "L2", 1, nine)), NotYours)
    assert isinstance(run(bureau, drafting.take_draft, Step(made.id, "L1", 1, nine)), Moved)
    assert isinstance(run(bureau, drafting.take_draft, Step(made.id, "L1", 2, nine)), Stale)
    late = bureau.at("11-27 09:01")
    bureau.run(service.sweep, late)
    bureau.run(service.sweep, late)
    assert told(bureau).count(("role:supervisor", "draft_late")) == 1
    done = run(bureau, drafting.deliver_draft, Step(made.id, "L1", 2, late, "民事起诉状……"))
    assert isinstance(done, Moved)
    (mine,) = bureau.citizen(drafting.drafts_of, ticket, late)
    assert (mine.status, mine.delivered, mine.late) == ("delivered", "民事起诉状……", True)
    assert _plain(bureau, drafting.open_drafts, late) == ()
    assert bureau.faults() == []


def test_a_lawyer_notes_a_wish_and_may_decline_it_with_a_reason(bureau, nine):
    ticket = bureau.ask(nine).ticket
    made = bureau.do(drafting.note_draft, ticket, "L1", nine, "要一份协议", document="agreement")
    run(bureau, drafting.take_draft, Step(made.id, "L1", 1, nine))
    with pytest.raises(Refused):
        run(bureau, drafting.decline_draft, Step(made.id, "L1", 2, nine, " "))
    run(bureau, drafting.decline_draft, Step(made.id, "L1", 2, nine, "材料不足"))
    (mine,) = bureau.citizen(drafting.drafts_of, ticket, nine)
    assert (mine.status, mine.delivered) == ("declined", "材料不足")


def test_forms_and_documents_are_sealed_and_gone_when_the_question_is_erased(bureau, nine):
    ticket = bureau.ask(nine).ticket
    bureau.do(aid.apply_for_aid, ticket, "L1", nine, form=FORM)
    bureau.citizen(drafting.ask_for_draft, ticket, "will", "给女儿的房子", nine)
    with writing(bureau.engine) as connection:
        tables = (AID_APPLICATION, DRAFTING)
        rows = str([row for one in tables for row in connection.execute(select(one))])
    assert "张三" not in rows
    assert "女儿" not in rows
    bureau.citizen(service.withdraw, ticket, "", nine)
    bureau.do(service.erase, ticket, "anna", nine)
    with writing(bureau.engine) as connection:
        assert connection.execute(select(AID_APPLICATION.c.form)).scalar_one() is None
        assert connection.execute(select(DRAFTING.c.wanted)).scalar_one() is None
    assert isinstance(run(bureau, aid.decide_aid, 1, "anna", 1, True, "好", nine), NotYours)
    (kept,) = bureau.citizen(aid.applications_of, ticket, nine)
    assert kept.form is None
    assert bureau.faults() == []


def test_the_bureau_sets_how_long_they_may_take(bureau, nine):
    with writing(bureau.engine) as connection:
        assert load_times(connection) == PaperTimes()
        save_times(connection, PaperTimes(Target(5, "d"), Target(48, "h")))
    ticket = bureau.ask(nine).ticket
    assert bureau.do(aid.apply_for_aid, ticket, "L1", nine, form=FORM).due == bureau.at(
        "12-01 09:00"
    )
    made = bureau.citizen(drafting.ask_for_draft, ticket, "will", "遗嘱", nine)
    assert made.due == bureau.at("11-26 09:00")
    for wrong in ({"aid": "0d"}, {"aid": "soon"}, {"other": "1d"}, []):
        with pytest.raises(Refused):
            times_from(wrong)
