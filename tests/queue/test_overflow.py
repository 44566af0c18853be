"""Overflow as rows of the policy: who takes part beyond the own county's seat, and when."""

from __future__ import annotations

from datetime import timedelta

import pytest

from zhiban.data.database import writing
from zhiban.data.deadline import Target
from zhiban.data.wording import Refused
from zhiban.queue import service, store
from zhiban.queue.knowledge import Rules, rules_from, rules_json
from zhiban.queue.overflow import Overflow, overflow_from, reach_of
from zhiban.queue.policy import Policy, PolicyRow, Rung
from zhiban.queue.question import State
from zhiban.queue.replay import replay

HOUR = timedelta(hours=1)


def test_the_most_particular_row_holds_for_each_of_whom_it_speaks() -> None:
    rows = (
        Overflow("neighbours", 0.8),
        Overflow("neighbours", 0.3, channel="live"),
        Overflow("neighbours", 0.1, lane="green"),
        Overflow("city", 0.2, category="labour"),
        Overflow("city", 0.9, category="labour"),
    )
    assert reach_of(rows, "message", None, False) == {"neighbours": 0.8}
    assert reach_of(rows, "live", None, False) == {"neighbours": 0.3}
    assert reach_of(rows, "live", "labour", True) == {"neighbours": 0.1, "city": 0.2}


@pytest.mark.parametrize(
    "row",
    [
        {"to": "city"},
        {"to": "moon", "after": 0.5},
        {"to": "city", "after": -1},
        {"to": "city", "after": True},
        {"to": "city", "after": "soon"},
        {"to": "city", "after": 0.5, "channel": "fax"},
        {"to": "city", "after": 0.5, "lane": "fast"},
        {"to": "city", "after": 0.5, "when": "now"},
    ],
)
def test_a_row_that_cannot_be_used_is_refused(row) -> None:
    with pytest.raises(Refused):
        overflow_from([row])
    with pytest.raises(Refused):
        overflow_from(row)


def rules(bureau, **changes: object) -> None:
    """Sets rules of the queue."""
    made = Rules(**changes)
    assert rules_from(rules_json(made)) == made
    with writing(bureau.engine) as connection:
        service.save_rules(connection, made)


def differences(bureau, now):
    """What the replay finds wrong."""
    with writing(bureau.engine) as connection:
        known = service.knowledge(connection, bureau.keyring, now)
        return replay(store.all_events(connection), known, with_line=True)


def test_a_live_question_goes_to_the_neighbour_earlier_than_a_message(bureau):
    # Only the neighbouring county's seat is staffed, until 17:00.
    bureau.on((1, "11-24", bureau.afternoon, bureau.haining))
    rows = (Overflow("neighbours", 0.75), Overflow("neighbours", 0.5, channel="live"))
    rules(bureau, overflow=rows)
    noon = bureau.at("11-24 12:00")
    # A live question is accepted within ten working minutes: by 13:40, so half of its time has run
    # at 12:50; of a message's 24 hours three quarters have run at 6:00 of the next day.
    live = bureau.ask(noon, channel="live").ticket
    message = bureau.ask(noon).ticket
    assert bureau.state(live).state is bureau.state(message).state is State.WAITING
    bureau.run(service.sweep, bureau.at("11-24 13:31"))
    assert bureau.holder(live) == "L1"
    assert bureau.state(message).state is State.WAITING
    rules(bureau, overflow=(Overflow("neighbours", 0.1),))
    bureau.run(service.sweep, bureau.at("11-24 15:00"))
    assert bureau.holder(message) == "L1"
    assert bureau.faults() == []


def test_never_means_never_and_at_once_means_at_once(bureau):
    bureau.on((1, "11-24", bureau.morning, bureau.haining))
    nine = bureau.at("11-24 09:00")
    rules(bureau, overflow=(Overflow("neighbours", 2.0),))
    waits = bureau.ask(nine).ticket
    bureau.run(service.sweep, nine + 2 * HOUR)
    assert bureau.state(waits).state is State.WAITING
    rules(bureau, overflow=(Overflow("neighbours", 0.0),))
    assert bureau.holder(bureau.ask(nine + 2 * HOUR).ticket) == "L1"
    bureau.run(service.sweep, nine + 2 * HOUR)
    assert bureau.holder(waits) == "L1"


def test_the_city_takes_over_by_the_rows_while_the_own_seat_is_full(bureau):
    bureau.on((1, "11-24", bureau.morning), (3, "11-24", bureau.morning, bureau.city))
    nine = bureau.at("11-24 09:00")
    late = (Overflow("city", 0.02, lane="green"),)
    rules(bureau, capacity=1, overflow=late)
    bureau.ask(nine)
    normal = bureau.ask(nine).ticket
    green = bureau.ask(nine, green_lane=("minor",)).ticket
    # 2 % of 24 hours are 29 minutes: then the green one goes to the city, the other at a half.
    bureau.run(service.sweep, nine + timedelta(minutes=30))
    assert bureau.holder(green) == "L3"
    assert bureau.state(normal).state is State.WAITING
    assert differences(bureau, nine + timedelta(minutes=30)) == ()


def test_the_supervisor_is_told_by_the_ladder_also_of_one_that_waits(bureau):
    ladder = (Rung(0.25), Rung(0.5, "supervisor"))
    row = PolicyRow("first_answer", Target(4, "h"), "wall", ladder=ladder)
    rules(bureau, policy=Policy((row,)))
    nine = bureau.at("11-24 09:00")
    ticket = bureau.ask(nine).ticket
    for minutes in (60, 61, 120, 121):
        bureau.run(service.sweep, nine + timedelta(minutes=minutes))
    warned = [event.data["act"] for event in bureau.events(ticket) if event.kind == "warned"]
    assert warned == ["remind", "supervisor"]
    assert bureau.faults() == []
