"""Questions given away in bulk: each for itself, told one by one."""

from __future__ import annotations

from datetime import timedelta

import pytest

from zhiban.data.database import writing
from zhiban.data.wording import Refused
from zhiban.queue import service
from zhiban.queue.outcomes import Moved, NoSuchTicket, NotPossible, Stale
from zhiban.queue.question import State
from zhiban.queue.reassigning import MOST, NOBODY_ELSE, Picked, reassign_many


def _give(bureau, picked, to=None, reason="律师临时出庭"):
    with writing(bureau.engine) as connection:
        return reassign_many(
            connection, bureau.keyring, picked, "supervisor", reason,
            bureau.at("11-24 09:30"), to=to,
        )  # fmt: skip


def test_each_goes_to_the_named_lawyer_or_says_why_it_does_not(bureau):
    bureau.on((1, "11-24", bureau.morning), (2, "11-24", bureau.morning))
    nine = bureau.at("11-24 09:00")
    tickets = [bureau.ask(nine).ticket for _ in range(4)]
    mine = [one for one in tickets if bureau.holder(one) == "L1"]
    seen = [Picked(one, bureau.state(one).version) for one in mine]
    bureau.do(service.accept, mine[0], "L1", nine + timedelta(minutes=9))  # what was seen is old
    told = _give(bureau, [*seen, Picked("ZB-9999-9999", 1)], to="L2")
    assert [type(one.outcome) for one in told] == [Stale, Moved, NoSuchTicket]
    assert (bureau.holder(mine[0]), bureau.holder(mine[1])) == ("L1", "L2")
    assert [one.lawyer for one in told] == ["L1", "L2", None]
    assert bureau.faults() == []


def test_chosen_anew_it_goes_to_somebody_else_by_the_rules_and_never_back(bureau):
    bureau.on((1, "11-24", bureau.morning), (2, "11-24", bureau.morning))
    ticket = bureau.ask(bureau.at("11-24 09:00")).ticket
    first = bureau.holder(ticket)
    (told,) = _give(bureau, [Picked(ticket, bureau.state(ticket).version)])
    other = {"L1": "L2", "L2": "L1"}[first]
    assert (told.lawyer, bureau.holder(ticket)) == (other, other)
    assert first in bureau.state(ticket).declined
    assert bureau.kinds(ticket)[-3:] == ["noted", "returned", "assigned"]
    # A second time there is nobody left; it stays, and no event says that it moved.
    (told,) = _give(bureau, [Picked(ticket, bureau.state(ticket).version)])
    assert told.outcome == NotPossible(NOBODY_ELSE)
    assert bureau.holder(ticket) == other
    assert bureau.faults() == []


def test_one_that_waits_is_not_taken_from_anybody(bureau):
    ticket = bureau.ask(bureau.at("11-24 09:00")).ticket
    (told,) = _give(bureau, [Picked(ticket, bureau.state(ticket).version)])
    assert isinstance(told.outcome, Stale)
    assert told.outcome.state is State.WAITING


def test_a_reason_and_some_questions_are_needed(bureau):
    with pytest.raises(Refused):
        _give(bureau, [Picked("ZB-1", 1)], reason=" ")
    with pytest.raises(Refused):
        _give(bureau, [])
    with pytest.raises(Refused):
        _give(bureau, [Picked("ZB-1", n) for n in range(MOST + 1)])
