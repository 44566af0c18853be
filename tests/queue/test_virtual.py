"""What a run in virtual time takes as known already: laws of clocks and of folding."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from zhiban.data.calendar_seed import published_calendar
from zhiban.data.deadline import Target
from zhiban.queue.assignment import Reach
from zhiban.queue.due_ahead import LATEST, ahead, call_of, moments
from zhiban.queue.event import SYSTEM, Event, Kind, stamp
from zhiban.queue.folding import after, unaccepted
from zhiban.queue.index import next_due
from zhiban.queue.knowledge import Knowledge, Rules
from zhiban.queue.policy import Policy, PolicyRow, Rung
from zhiban.queue.scenes import share_of
from zhiban.queue.sla import breached, climbed, marks
from zhiban.queue.virtual_agenda import Agenda
from zhiban.queue.virtual_case import Arrival, Case, asked
from zhiban.roster.published import Published

LADDER = (Rung(0.3), Rung(0.6, "hand_on"), Rung(0.9, "supervisor"))
ROWS = (
    PolicyRow("first_answer", Target(6, "h"), "wall", ladder=LADDER),
    PolicyRow("close", Target(3, "d"), "working"),
    PolicyRow("accept", Target(20, "m"), "working", "live", ladder=()),
    PolicyRow("first_answer", Target(3, "h"), "working", "live", ladder=LADDER),
)


@pytest.fixture(scope="module", params=["bureau", "post"])
def known(request, make_register, make_bureau):
    """A policy of all sorts of clocks; by the bureau's hours, or some of them by the posts'."""
    posts = (PolicyRow("accept", Target(30, "m"), "working", "phone", ladder=(), hours="post"),)
    rows = ROWS if request.param == "bureau" else ROWS + posts
    register = make_register(published_calendar(), 4)
    return Knowledge(register, Published(()), Rules(policy=Policy(rows)))


def _some(make_bureau, seed: int) -> list[Arrival]:
    """Two hundred questions of a fortnight, over the weekends and at night."""
    random, start = Random(seed), make_bureau.at("11-13 00:00")
    found = []
    for _ in range(200):
        at = start + timedelta(seconds=random.random() * 14 * 86400)
        channel = random.choice(("message", "live", "phone"))
        found.append(Arrival(at, "330411", None, channel, random.random() < 0.3))
    return found


def _states(make_bureau, seed: int = 1):
    return [asked(n, one, one.division) for n, one in enumerate(_some(make_bureau, seed))]


def test_what_is_reckoned_ahead_is_what_the_clocks_of_each_question_say(known, make_bureau):
    states = _states(make_bureau)
    found = ahead(known, states)
    dues, calls = moments(found.nearest), moments(found.call)
    policy, time = known.rules.policy, known.worked_time
    for n, state in enumerate(states):
        own = marks(state, policy, time, state.asked)
        assert found.marks(n, state) == own
        assert (dues[n], calls[n]) == (next_due(own), call_of(own))


def test_a_mark_heeded_is_the_mark_of_the_question_after_that_event(known, make_bureau):
    policy, time = known.rules.policy, known.worked_time
    rungs = 0
    for begun in _states(make_bureau):
        for mark in marks(begun, policy, time, begun.asked):
            state, one = begun, mark
            facts = {"clock": mark.timer.clock, "round": 1}
            while one.rung is not None:
                rungs += 1
                data = facts | {"share": one.rung.share}
                one = climbed(one, begun, policy, time, one.warn_at)
                state = after(
                    state,
                    Event(0, state.id, state.seq + 1, Kind.WARNED, state.asked, SYSTEM, None, data),
                )
                assert one in marks(state, policy, time, state.asked)
            late = one.due.at + timedelta(seconds=1)
            event = Event(0, state.id, state.seq + 1, Kind.BREACHED, late, SYSTEM, None, facts)
            assert breached(one, late) in marks(after(state, event), policy, time, late)
    # Each of the 200 has one rung of closing and three of the first answer.
    assert rungs == 200 * 4


def test_given_and_given_back_unaccepted_a_question_stands_as_before(make_bureau):
    state = _states(make_bureau)[0]
    given, back = state.asked + timedelta(minutes=5), state.asked + timedelta(hours=2)
    held = {"lawyer": "L1", "firm": "F1", "shift": "S", "until": stamp(back)}
    events = (
        Event(0, state.id, 2, Kind.ASSIGNED, given, SYSTEM, None, held),
        Event(0, state.id, 3, Kind.RETURNED, back, SYSTEM, None, {"lawyer": "L1"}),
    )
    folded = after(after(state, events[0]), events[1])
    assert folded == unaccepted(state, back)


@pytest.mark.parametrize("share", [0.1, 1 / 3, 0.5, 0.75, 1.7])
def test_the_agenda_has_the_first_microsecond_at_which_a_share_of_the_clock_has_run(
    known, make_bureau, share
):
    rules = replace(known.rules, reach=Reach(share, share))
    wide = Knowledge(known.register, known.published, rules)
    arrivals, states = _some(make_bureau, 2), _states(make_bureau, 2)
    found = ahead(wide, states)
    each = zip(arrivals, states, moments(found.answer), moments(found.nearest), strict=True)
    cases = [Case(*one) for one in each]
    for case in cases:
        case.waited = case.begun.asked
    agenda = Agenda(cases, found, wide, make_bureau.at("12-31 00:00"))
    met = 0
    while (at := agenda.next) is not None:
        call = agenda.take()
        if call is not None and call.further:
            met += 1
            case = cases[call.number]
            before = at - timedelta(microseconds=1)
            assert share_of(case.begun.asked, case.nearest, at) >= share
            assert share_of(case.begun.asked, case.nearest, before) < share
    assert met == len(cases)
    assert int(found.nearest.max()) < LATEST
