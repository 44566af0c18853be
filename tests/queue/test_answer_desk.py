"""A lawyer's writing desk: drafts under the question's key, phrases, colleagues, the queue."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from zhiban.data.database import writing
from zhiban.data.wording import Refused
from zhiban.queue import service
from zhiban.queue.after_shift import after_shift
from zhiban.queue.answer_draft import draft_of, drafted_tickets, forget_drafts, keep_draft
from zhiban.queue.attaching import checked_paper
from zhiban.queue.colleagues import colleagues
from zhiban.queue.enclosing import say
from zhiban.queue.event import Kind, lawyer_actor
from zhiban.queue.my_queue import ended_of, queue_of, search, seen_until
from zhiban.queue.outcomes import Moved, NotYours, Stale
from zhiban.queue.phrases import MOST, bureau_phrases, drop_phrase, phrases_for, save_phrase
from zhiban.queue.records import ATTACHMENT, UNSENT, VIEWING
from zhiban.queue.repeated import repeated

NINE = "11-24 09:00"


@pytest.fixture
def nine(bureau):
    """Tuesday 9:00, L1 and L3 on Xiuzhou's seat in the morning, L5 on the city's."""
    bureau.on(
        (1, "11-24", bureau.morning),
        (3, "11-24", bureau.morning),
        (5, "11-24", bureau.morning, bureau.city),
    )
    return bureau.at(NINE)


def kept(bureau, ticket, lawyer, text, now):
    """Keeps a draft."""
    with writing(bureau.engine) as connection:
        return keep_draft(connection, bureau.keyring, ticket, lawyer, text, now)


def draft(bureau, ticket, lawyer):
    """The draft that a lawyer finds."""
    with writing(bureau.engine) as connection:
        return draft_of(connection, bureau.keyring, ticket, lawyer)


def test_a_draft_is_the_same_wherever_its_lawyer_looks_and_nobody_elses(bureau, nine):
    ticket = bureau.ask(nine).ticket
    assert kept(bureau, ticket, "L1", "写到一半", nine).at == nine
    assert draft(bureau, ticket, "L1").text == "写到一半"
    assert draft(bureau, ticket, "L3") is None
    assert isinstance(kept(bureau, ticket, "L3", "我的", nine), NotYours)
    with writing(bureau.engine) as connection:
        assert drafted_tickets(connection, "L1") == {ticket}
        assert drafted_tickets(connection, "L3") == frozenset()
        assert "写到一半" not in str(connection.execute(select(UNSENT)).all())
    kept(bureau, ticket, "L1", "  ", nine)
    assert draft(bureau, ticket, "L1") is None


def test_a_draft_is_gone_when_it_is_sent_and_stays_when_it_was_not(bureau, nine):
    ticket = bureau.ask(nine).ticket
    kept(bureau, ticket, "L1", "先去投诉", nine)
    stale = bureau.do(say, ticket, "L1", nine, "先去投诉", version=99, said=service.answer)
    assert isinstance(stale, Stale)
    assert draft(bureau, ticket, "L1").text == "先去投诉"
    done = bureau.do(say, ticket, "L1", nine, "先去投诉", said=service.answer)
    assert isinstance(done, Moved)
    assert draft(bureau, ticket, "L1") is None


def test_a_draft_cannot_be_read_once_its_lawyer_has_stepped_back(bureau, nine):
    ticket = bureau.ask(nine).ticket
    kept(bureau, ticket, "L1", "写到一半", nine)
    bureau.do(service.recuse, ticket, "L1", nine, "对方是本所客户")
    assert draft(bureau, ticket, "L1") is None
    assert draft(bureau, ticket, bureau.holder(ticket)) is None


def test_a_draft_goes_with_the_questions_texts_and_after_a_month(bureau, nine):
    ticket, other = bureau.ask(nine).ticket, bureau.ask(nine).ticket
    kept(bureau, ticket, bureau.holder(ticket), "一", nine)
    kept(bureau, other, bureau.holder(other), "二", nine)
    bureau.do(service.close, ticket, bureau.holder(ticket), nine, "重复")
    bureau.do(service.erase, ticket, "supervisor", nine)
    with writing(bureau.engine) as connection:
        count = select(func.count()).select_from(UNSENT)
        assert connection.execute(count).scalar_one() == 1
        assert forget_drafts(connection, nine + timedelta(days=30)) == 0
        assert forget_drafts(connection, nine + timedelta(days=31)) == 1


def test_a_draft_longer_than_an_answer_may_be_is_refused(bureau, nine):
    ticket = bureau.ask(nine).ticket
    with pytest.raises(Refused):
        kept(bureau, ticket, "L1", "字" * 5001, nine)


def test_an_answer_and_its_file_are_sent_together_or_not_at_all(bureau, nine):
    ticket = bureau.ask(nine).ticket
    paper = checked_paper("答复.pdf", b"%PDF-1.7\n")
    with pytest.raises(Refused):
        bureau.do(say, ticket, "L1", nine, " ", said=service.answer, papers=[paper])
    bureau.do(say, ticket, "L1", nine, "答", version=99, said=service.answer, papers=[paper])
    with writing(bureau.engine) as connection:
        count = select(func.count()).select_from(ATTACHMENT)
        assert connection.execute(count).scalar_one() == 0
    bureau.do(say, ticket, "L1", nine, "见附件", said=service.answer, papers=[paper])
    assert bureau.kinds(ticket)[-3:] == ["attached", "accepted", "answered"]
    assert bureau.faults() == []


def test_phrases_are_ones_own_and_the_bureaus(bureau, nine):
    with writing(bureau.engine) as c:
        own = save_phrase(c, "L1", "欠薪", "先去投诉。", "lawyer:L1", nine)
        again = save_phrase(c, "L1", "欠薪", "先去投诉。", "lawyer:L1", nine)
        assert again == own  # a second tap adds no second one
        save_phrase(c, None, "结束语", "祝您顺利。", "staff:supervisor", nine)
        save_phrase(c, "L2", "别人的", "……", "lawyer:L2", nine)
        assert [one.title for one in phrases_for(c, "L1")] == ["欠薪", "结束语"]
        assert [one.title for one in bureau_phrases(c)] == ["结束语"]
        assert isinstance(save_phrase(c, "L2", "x", "x", "l", nine, own.id, 1), NotYours)
        assert not drop_phrase(c, "L2", own.id)
        changed = save_phrase(c, "L1", "欠薪", "先去监察大队。", "lawyer:L1", nine, own.id, 1)
        assert (changed.version, changed.body) == (2, "先去监察大队。")
        assert isinstance(save_phrase(c, "L1", "欠", "旧", "lawyer:L1", nine, own.id, 1), Stale)
        assert drop_phrase(c, "L1", own.id)
        with pytest.raises(Refused) as refused:
            save_phrase(c, "L1", " ", "字" * 5001, "lawyer:L1", nine)
        assert [error.field for error in refused.value.errors] == ["title", "body"]


def test_there_is_an_end_to_how_many_phrases_one_keeps(bureau, nine):
    with writing(bureau.engine) as c:
        for number in range(MOST):
            save_phrase(c, "L1", f"第{number}条", "……", "lawyer:L1", nine)
        with pytest.raises(Refused):
            save_phrase(c, "L1", "多一条", "……", "lawyer:L1", nine)


def test_colleagues_are_those_on_duty_who_cover_the_question_with_what_bars_them(bureau, nine):
    # L1 and L3 share Xiuzhou's seat, L5 has the city's; L3 is in another firm than L1.
    ticket = bureau.ask(nine, category="labour").ticket
    with writing(bureau.engine) as connection:
        found = colleagues(connection, bureau.keyring, ticket, "L1", nine)
        assert isinstance(colleagues(connection, bureau.keyring, ticket, "L3", nine), NotYours)
    assert [(one.lawyer, one.near, one.versed, one.bar) for one in found] == [
        ("L3", 0, True, None),
        ("L5", 1, True, None),
    ]
    # L3 declines once it is theirs: it is shown last then, with the reason.
    bureau.do(service.transfer, ticket, "L1", nine, "更熟悉", to="L3")
    bureau.do(service.decline, ticket, "L3", nine, "太忙")
    holder = bureau.holder(ticket)
    with writing(bureau.engine) as connection:
        found = colleagues(connection, bureau.keyring, ticket, holder, nine)
    assert [(one.lawyer, one.bar is None) for one in found][-1] == ("L3", False)


def test_the_queue_shows_open_ones_and_apart_those_that_ended_lately(bureau, nine):
    tickets = [bureau.ask(nine).ticket for _ in range(2)]
    mine = [ticket for ticket in tickets if bureau.holder(ticket) == "L1"]
    bureau.do(service.close, mine[0], "L1", nine, "重复")
    with writing(bureau.engine) as c:
        assert mine[0] not in [one.ticket for one in queue_of(c, bureau.keyring, "L1", nine)]
        (ended,) = ended_of(c, bureau.keyring, "L1", nine)
        assert (ended.ticket, ended.excerpt) == (mine[0], "老板拖欠工资怎么办")
        later = nine + timedelta(days=15)
        assert ended_of(c, bureau.keyring, "L1", later) == ()


def test_a_search_looks_through_what_was_written_and_only_through_ones_own(bureau, nine):
    first = bureau.ask(nine, "邻居的树压到了我家屋顶，怎么要求赔偿").ticket
    bureau.ask(nine, "离婚后孩子的抚养费").ticket  # noqa: B018 - another one, to be left out
    holder = bureau.holder(first)
    bureau.do(service.answer, first, holder, nine, "可以要求排除妨害")
    with writing(bureau.engine) as c:
        ring = bureau.keyring
        before = c.execute(select(func.count()).select_from(VIEWING)).scalar_one()
        assert [one.ticket for one in search(c, ring, holder, "屋顶 赔偿", nine)] == [first]
        (hit,) = search(c, ring, holder, "妨害", nine)
        assert "排除妨害" in hit.excerpt
        assert [one.ticket for one in search(c, ring, holder, first[-4:], nine)] == [first]
        assert search(c, ring, holder, "没有这个词", nine) == ()
        other = "L3" if holder == "L1" else "L1"
        assert search(c, ring, other, "屋顶", nine) == ()
        assert search(c, ring, holder, "  ", nine) == ()
        # Each hit shown was seen, and that is recorded.
        assert c.execute(select(func.count()).select_from(VIEWING)).scalar_one() == before + 3


def test_a_second_tap_is_known_by_its_lawyer_its_kind_and_its_text(bureau, nine):
    ticket = bureau.ask(nine).ticket
    seen = bureau.state(ticket).seq
    bureau.do(service.answer, ticket, "L1", nine, "先去投诉")

    def again(lawyer, kind, since, text=None):
        with writing(bureau.engine) as connection:
            actor = lawyer_actor(lawyer)
            return repeated(connection, bureau.keyring, ticket, actor, kind, since, text)

    assert again("L1", Kind.ANSWERED, seen, " 先去投诉 ")
    assert not again("L1", Kind.ANSWERED, seen, "另一句")
    assert not again("L3", Kind.ANSWERED, seen, "先去投诉")
    assert not again("L1", Kind.CLOSED, seen)
    assert not again("L1", Kind.ANSWERED, bureau.state(ticket).seq, "先去投诉")


def test_after_the_shift_one_is_told_until_when_the_question_stays(bureau, nine):
    bureau.on(
        (1, "11-24", bureau.morning),
        (3, "11-24", bureau.afternoon),
    )
    ticket = bureau.ask(nine).ticket
    bureau.do(service.accept, ticket, "L1", nine)

    def told(lawyer, moment):
        with writing(bureau.engine) as connection:
            return after_shift(connection, bureau.keyring, ticket, lawyer, bureau.at(moment))

    assert told("L1", NINE) is None
    noon = told("L1", "11-24 12:00")
    assert noon.ended == bureau.at("11-24 11:30")
    assert noon.next.span.start == bureau.at("11-24 13:30")
    assert told("L3", "11-24 12:00") is None
    with writing(bureau.engine) as connection:
        assert seen_until(connection, ticket, "L1") == 3  # asked, assigned, accepted
        assert seen_until(connection, ticket, "L3") is None
