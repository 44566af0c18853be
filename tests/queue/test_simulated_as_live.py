"""A run in virtual time and the service itself: the same questions end in the same hands."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from random import Random

import pytest

from zhiban.data.database import reading, writing
from zhiban.data.deadline import Target
from zhiban.queue import service
from zhiban.queue.event import SYSTEM, Kind
from zhiban.queue.knowledge import Rules
from zhiban.queue.outcomes import Moved
from zhiban.queue.overflow import Overflow
from zhiban.queue.policy import Policy, PolicyRow, Rung
from zhiban.queue.sla import clocks
from zhiban.queue.virtual import Arrival, Case, Talks, Told, run

EVENING = (time(17), time(20))
_BY_PEOPLE = (Kind.ASKED, Kind.ACCEPTED, Kind.ANSWERED)
LADDER = (Rung(0.3), Rung(0.6, "hand_on"), Rung(0.9, "supervisor"))
RULES = Rules(
    capacity=3,
    policy=Policy(
        (
            PolicyRow("first_answer", Target(6, "h"), "wall", ladder=LADDER),
            PolicyRow("accept", Target(20, "m"), "working", "live", ladder=(Rung(0.5, "hand_on"),)),
            PolicyRow("first_answer", Target(3, "h"), "working", "live", ladder=LADDER),
        )
    ),
    overflow=(Overflow("city", 0.1, lane="green"), Overflow("neighbours", 0.3, channel="live")),
)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("seed", [1, 7])
def test_the_run_ends_as_the_service_would(bureau, seed):
    b = bureau
    days = ("11-23", "11-24", "11-25")
    b.on(*(row for day in days for row in _rows(b, day)))
    with writing(b.engine) as connection:
        service.save_rules(connection, RULES)
    with reading(b.engine) as connection:
        known = service.knowledge(connection, b.keyring, b.at("11-23 00:00"))
    until = b.at("11-26 00:00")
    told: list[Told] = []
    talks = Talks(median=25.0, spread=0.9)
    cases = run(known, _asked(b, seed), until, seed=seed, talks=talks, told=told)
    tickets = _live(b, cases, told, until)
    lived = [_lived(b, ticket, until, known) for ticket in tickets]
    assert lived == [_run(case, told, until) for case in cases]
    _has_everything(b, cases, lived)


def _rows(b, day: str):
    """A day's duties. On the second day the county's seat closes at noon.

    Then its questions go to the neighbour in the midst of the shift, as their clocks run down.
    """
    yield from ((n, day, b.morning) for n in (1, 2))
    if day != "11-24":
        yield from ((n, day, b.afternoon) for n in (2, 3))
        yield from ((n, day, EVENING) for n in (3, 4))
    yield (5, day, b.morning, b.haining)
    yield from ((n, day, b.afternoon, b.haining) for n in (6, 8))
    yield (7, day, b.morning, b.city)


def _asked(b, seed: int) -> list[Arrival]:
    """A hundred and fifty questions of three days, at odd microseconds."""
    random = Random(seed)
    start = b.at("11-23 06:00")
    return [
        Arrival(
            start + timedelta(seconds=random.random() * 66 * 3600),
            random.choice((b.xiuzhou, b.xiuzhou, b.town, b.haining, b.city)),
            random.choice((None, "labour", "family")),
            random.choice(("message", "live")),
            random.random() < 0.2,
        )
        for _ in range(150)
    ]


def _live(b, cases: list[Case], told: list[Told], until: datetime) -> list[str]:
    """Does with the service what people did in the run, and lets its timers run; the tickets.

    Besides when the run says that a clock calls, they run every quarter of an hour.
    """
    tickets: list[str] = []
    quarters = b.at("11-23 06:00")
    for one in told:
        while quarters < one.at:
            b.run(service.hand_over, quarters)
            b.run(service.sweep, quarters)
            quarters += timedelta(minutes=15)
        if one.deed is Kind.ASKED:
            asked = cases[one.number].arrival
            lane = ("minor",) if asked.green else ()
            fields = {"division": asked.division, "category": asked.category}
            more = {"channel": asked.channel, "green_lane": lane}
            tickets.append(b.ask(one.at, **fields, **more).ticket)
        elif one.deed == "turn":
            b.run(service.hand_over, one.at)
        elif one.deed == "called":
            b.run(service.sweep, one.at)
        elif one.deed in (Kind.ACCEPTED, Kind.ANSWERED):
            move = service.accept if one.deed is Kind.ACCEPTED else service.answer
            done = b.do(move, tickets[one.number], one.lawyer, one.at, "可以申请劳动仲裁。")
            assert isinstance(done, Moved), one
    return tickets


def _lived(b, ticket: str, until: datetime, known) -> dict[str, object]:
    """How a question went, by the service's events."""
    events = b.events(ticket)
    state = b.state(ticket)
    at = {kind: [e.at for e in events if e.kind is kind] for kind in Kind}
    holds = [e.data for e in events if "post" in e.data]
    owed = next(
        clock
        for clock in clocks(state, known.rules.policy, known.worked_time, until)
        if clock.kind == "first_answer"
    )
    rungs = [e.data["act"] for e in events if e.kind is Kind.WARNED]
    answered = next(iter(at[Kind.ANSWERED]), None)
    return {
        "lawyer": holds[-1]["lawyer"] if holds else None,
        "shift": holds[-1]["shift"] if holds else None,
        "post": holds[-1]["post"] if holds else None,
        "given": next(iter(at[Kind.ASSIGNED]), None),
        "accepted": at[Kind.ACCEPTED][-1] if at[Kind.ACCEPTED] else None,
        "answered": answered,
        "due": owed.due,
        "late": (answered or until) > owed.due,
        "warned": len(rungs),
        "supervisor": "supervisor" in rungs or bool(at[Kind.BREACHED]),
        "moves": [e.kind for e in events if e.actor == SYSTEM and e.kind is not Kind.WAITING],
    }


def _run(case: Case, told: list[Told], until: datetime) -> dict[str, object]:
    """How it went, by the run."""
    duty = case.duty
    assert case.due is not None
    return {
        "lawyer": duty and duty.lawyer,
        "shift": duty and duty.shift,
        "post": duty and duty.post,
        "given": case.given,
        "accepted": case.accepted,
        "answered": case.answered,
        "due": case.due,
        "late": (case.answered or until) > case.due,
        "warned": case.warned,
        "supervisor": case.escalated or case.late,
        "moves": [
            one.deed for one in told if one.number == case.state.id and one.deed not in _BY_PEOPLE
        ],
    }


def _has_everything(b, cases: list[Case], lived: list[dict[str, object]]) -> None:
    """The three days hold all that is compared, so that the test cannot pass on little."""
    moves = [kind for one in lived for kind in one["moves"]]
    for kind in (Kind.RETURNED, Kind.LEFT, Kind.HANDED_OVER, Kind.WARNED, Kind.BREACHED):
        assert kind in moves, kind
    seats = {(case.state.county, case.duty.division) for case in cases if case.duty}
    assert {(b.xiuzhou, b.haining), (b.xiuzhou, b.city)} <= seats
    assert any(one["late"] for one in lived)
    assert not all(one["late"] for one in lived)
    assert any(case.escalated for case in cases)
    assert b.faults() == []
