"""Clocks reckoned by the thousand are those of each question's own history."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from zhiban.data.calendar_seed import published_calendar
from zhiban.data.deadline import Target
from zhiban.data.timespan import SHANGHAI
from zhiban.data.worktime_many import microseconds
from zhiban.queue.policy import Policy, PolicyRow, Rung
from zhiban.queue.question import QuestionState, State
from zhiban.queue.reckoning import NEVER, Running, dues_of_questions, reckoned
from zhiban.queue.sla import marks
from zhiban.queue.timers import Timer
from zhiban.queue.worked import WorkedTime

PUBLISHED = published_calendar()
CALENDARS = (
    PUBLISHED,
    replace(PUBLISHED, hours=((time(0), time(0)),)),
    replace(PUBLISHED, work=PUBLISHED.work | {date(2026, 12, 5)}, known_years=frozenset({2026})),
)
FIRST = datetime(2026, 1, 1, tzinfo=SHANGHAI)
MINUTE = timedelta(minutes=1)
shares = st.lists(st.sampled_from([0.1, 0.25, 0.5, 0.75, 0.8, 0.9]), unique=True, max_size=3)
ladders = shares.map(lambda found: tuple(Rung(share) for share in sorted(found)))
targets = st.one_of(
    st.tuples(st.integers(1, 900), st.just("m"), st.sampled_from(["working", "wall"])),
    st.tuples(st.integers(1, 80), st.just("h"), st.sampled_from(["working", "wall"])),
    st.tuples(st.integers(1, 12), st.just("d"), st.just("working")),
)
rows = st.builds(
    lambda target, ladder, channel: PolicyRow(
        "first_answer", Target(*target[:2]), target[2], channel, ladder=ladder
    ),
    targets,
    ladders,
    st.sampled_from([None, "live"]),
)
asked = st.one_of(
    st.integers(0, 370 * 24 * 60).map(lambda n: FIRST + n * MINUTE),
    st.integers(0, 370 * 24 * 60 * 60_000_000).map(lambda n: FIRST + timedelta(microseconds=n)),
)
questions = st.tuples(
    asked, st.sampled_from(["live", "message"]), st.sampled_from([0.0, 0.25, 0.8]), st.booleans()
)


def state(number: int, question: tuple[datetime, str, float, bool]) -> QuestionState:
    """A question with one clock that runs, warned of and breached as said."""
    at, channel, warned, breached = question
    timer = Timer("first_answer", 1, at, warned=warned, breached=at if breached else None)
    return QuestionState(
        number, 1, 1, at, State.WAITING, at, channel, "330411", "330411", None, False,
        timers=(timer,),
    )  # fmt: skip


def rows_of(states: list[QuestionState]) -> Running:
    """What the table of clocks knows of these questions."""
    timers = [one.timers[0] for one in states]
    sorts = [("first_answer", channel, None, False) for channel in ("live", "message")]
    none = np.full(len(states), NEVER)
    return Running(
        question=np.array([one.id for one in states], dtype=np.int64),
        sorts=sorts,
        sort=np.array([("live", "message").index(one.channel) for one in states], dtype=np.int64),
        started=np.array([microseconds(one.started) for one in timers], dtype=np.int64),
        warned=np.array([one.warned for one in timers], dtype=np.float64),
        breached=np.array([one.breached is not None for one in timers], dtype=bool),
        due=none,
        provisional=np.zeros(len(states), dtype=bool),
        warn_at=none.copy(),
    )


def number(at: datetime | None) -> int:
    """A moment as the arrays hold it."""
    return NEVER if at is None else microseconds(at)


@settings(deadline=None, max_examples=300)
@given(st.lists(rows, min_size=1, max_size=2), st.sampled_from(CALENDARS), st.lists(questions))
def test_many_clocks_are_reckoned_as_each_history_says(found, calendar, several):
    policy = Policy((*found, PolicyRow("first_answer", Target(5, "h"), "working")))
    states = [state(n, one) for n, one in enumerate(several)]
    expected = [
        mark for one in states for mark in marks(one, policy, WorkedTime(calendar), one.asked)
    ]
    after = reckoned(rows_of(states), policy, calendar)
    assert after.due.tolist() == [number(mark.due.at) for mark in expected]
    assert after.provisional.tolist() == [mark.due.provisional for mark in expected]
    assert after.warn_at.tolist() == [number(mark.warn_at) for mark in expected]
    assert after.breach_at.tolist() == [number(mark.breach_at) for mark in expected]


def test_what_stands_as_due_of_a_question_is_the_earliest_of_its_clocks():
    one = rows_of([state(n, (FIRST, "live", 0.0, False)) for n in (3, 3, 5)])
    questions_, due = dues_of_questions(replace(one, due=np.array([7, 4, 9])))
    assert (questions_.tolist(), due.tolist()) == ([3, 5], [4, 9])
