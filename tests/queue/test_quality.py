"""A sample of answered questions: drawn once each, reviewed once each."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest

from zhiban.data.database import reading, writing
from zhiban.data.wording import Refused
from zhiban.queue import quality, service
from zhiban.queue.outcomes import Stale

HOUR = timedelta(hours=1)


def _answered(bureau, number):
    nine = bureau.at("11-24 09:00")
    tickets = [bureau.ask(nine).ticket for _ in range(number)]
    for ticket in tickets:
        bureau.do(service.answer, ticket, bureau.holder(ticket), nine + HOUR, "答复")
    return tickets


def _draw(bureau, number, at="11-24 11:00"):
    with writing(bureau.engine) as connection:
        return quality.draw(connection, number, "supervisor", bureau.at(at), Random(1))


def test_only_answered_ones_are_drawn_and_none_twice(bureau):
    bureau.on((1, "11-24", bureau.morning))
    tickets = _answered(bureau, 3)
    bureau.ask(bureau.at("11-24 10:00"))  # open
    assert _draw(bureau, 2) == 2
    assert _draw(bureau, 5) == 1  # one is left
    with reading(bureau.engine) as connection:
        drawn = quality.sample(connection, bureau.keyring)
    assert sorted(one.ticket for one in drawn) == sorted(tickets)
    assert {one.lawyer for one in drawn} == {"L1"}


def test_old_ones_are_not_drawn_and_a_number_is_checked(bureau):
    bureau.on((1, "11-24", bureau.morning))
    _answered(bureau, 1)
    assert _draw(bureau, 1, "12-31 11:00") == 0
    for number in (0, quality.MOST + 1):
        with pytest.raises(Refused):
            _draw(bureau, number)


def test_a_verdict_is_written_once_and_a_bad_one_needs_a_note(bureau):
    bureau.on((1, "11-24", bureau.morning))
    _answered(bureau, 1)
    _draw(bureau, 1)
    noon = bureau.at("11-24 12:00")
    with writing(bureau.engine) as connection:
        (one,) = quality.sample(connection, bureau.keyring)
        with pytest.raises(Refused):
            quality.judge(connection, bureau.keyring, one.id, "bad", " ", "supervisor", noon)
        note = "没有引用法条"
        judge = (connection, bureau.keyring, one.id, "bad", note, "supervisor", noon)
        assert quality.judge(*judge) is None
        assert isinstance(quality.judge(*judge), Stale)
    with reading(bureau.engine) as connection:
        found = quality.review(connection, bureau.keyring, one.id)
        sums = quality.judged(connection, noon, noon + HOUR)
        stored = connection.exec_driver_sql("SELECT note FROM quality_review").scalar_one()
    assert (found.verdict, found.note, found.reviewed_by) == ("bad", note, "supervisor")
    assert note not in stored  # it is encrypted
    assert sums == {"L1": (0, 1)}


def test_erasing_a_question_destroys_the_note_on_it_and_leaves_only_the_verdict(bureau):
    bureau.on((1, "11-24", bureau.morning))
    first, second, third = _answered(bureau, 3)
    noon = bureau.at("11-24 12:00")
    assert _draw(bureau, 2) == 2
    with writing(bureau.engine) as connection:
        one, other = quality.sample(connection, bureau.keyring)
        quality.judge(connection, bureau.keyring, one.id, "bad", "她的话", "supervisor", noon)
        (left,) = {first, second, third} - {one.ticket, other.ticket}
        for ticket in (one.ticket, other.ticket, left):
            service.close(connection, bureau.keyring, service.Move(ticket, "L1", noon))
            service.erase(connection, bureau.keyring, service.Move(ticket, "supervisor", noon))
        (kept,) = quality.sample(connection, bureau.keyring)
        stored = connection.exec_driver_sql("SELECT note FROM quality_review").scalar_one()
    # The verdict still counts; what nobody had reviewed is not to be reviewed any more.
    assert (kept.ticket, kept.verdict, kept.note) == (one.ticket, "bad", "")
    assert stored is None
    assert _draw(bureau, 1) == 0
