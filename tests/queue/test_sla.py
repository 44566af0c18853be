"""Clocks from the policy table: due, warned of, late, paused; each number derived beside it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import count

import pytest

from zhiban.data.deadline import Target
from zhiban.data.places import Opening, Post
from zhiban.data.timespan import SHANGHAI
from zhiban.data.wording import Refused
from zhiban.queue.event import Event, Kind, stamp
from zhiban.queue.folding import fold
from zhiban.queue.policy import (
    DEFAULT_POLICY,
    Policy,
    PolicyRow,
    Rung,
    policy_from,
    policy_json,
)
from zhiban.queue.sla import clocks, into_working_time, marks, pressing
from zhiban.queue.worked import WorkedTime


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=SHANGHAI)


def history(channel: str, asked: datetime, *steps: tuple[Kind, datetime, dict]) -> object:
    """The state after being asked, given to a lawyer at once, and these steps."""
    number = count(2)
    given = {"lawyer": "L1", "firm": "F1", "shift": "s", "until": stamp(asked)}
    first = {"channel": channel, "division": "330411", "county": "330411", "category": None}
    events = [Event(1, 1, 1, Kind.ASKED, asked, "citizen", None, first)]
    for kind, moment, data in ((Kind.ASSIGNED, asked, given), *steps):
        seq = next(number)
        events.append(Event(seq, 1, seq, kind, moment, "system", None, data))
    return fold(events)


def due_of(state, calendar, now, kind: str, policy=DEFAULT_POLICY):
    return next(c for c in clocks(state, policy, WorkedTime(calendar), now) if c.kind == kind)


@pytest.mark.parametrize(
    ("asked", "accept", "answer"),
    [
        # Saturday worked in exchange: 1.5 h to lunch and 3.5 h after it.
        ("02-14 10:00", "02-14 10:10", "02-14 17:00"),
        # Friday: 1 h left, 3 h on the worked Saturday's morning, 1 h after its lunch.
        ("02-13 16:00", "02-13 16:10", "02-14 14:30"),
        # The eve of National Day, off 1 to 7 October: half an hour, then 3 h and 1.5 h on the 8th.
        ("09-30 16:30", "09-30 16:40", "10-08 15:00"),
        # Sunday 15 February to 23 February off: everything counts from the 24th.
        ("02-15 09:00", "02-24 08:40", "02-24 15:30"),
    ],
)
def test_live_questions_count_working_time(calendar, asked, accept, answer):
    state = history("live", at(asked))
    assert due_of(state, calendar, at(asked), "accept").due == at(accept)
    assert due_of(state, calendar, at(asked), "first_answer").due == at(answer)


def test_a_message_counts_by_the_wall_even_through_a_holiday(calendar):
    asked = at("02-16 09:00")
    state = history("message", asked)
    clock = due_of(state, calendar, asked, "first_answer")
    assert clock.due == at("02-17 09:00")
    # Nothing is worked between asking and the due moment, so the warning stays at 18 h.
    assert clock.warn_at == at("02-17 03:00")


def test_a_letter_counts_working_days(calendar):
    # Seven working days from Tuesday 24 November: Thursday 3 December, same place in the day.
    state = history("letter", at("11-24 10:00"))
    assert due_of(state, calendar, at("11-24 10:00"), "first_answer").due == at("12-03 10:00")


def test_beyond_the_last_published_year_a_due_moment_is_provisional(calendar):
    asked = at("12-31 16:30")
    clock = due_of(history("live", asked), calendar, asked, "first_answer")
    assert clock.provisional
    assert not due_of(history("live", at("11-24 09:00")), calendar, asked, "accept").provisional


def test_a_late_notice_of_make_up_days_moves_what_is_due(calendar):
    asked = at("12-04 16:00")  # a Friday
    state = history("live", asked)
    assert due_of(state, calendar, asked, "first_answer").due == at("12-07 14:30")
    worked = replace(calendar, work=calendar.work | {date(2026, 12, 5)})
    # 1 h on Friday, 3 h on Saturday's morning, 1 h after its lunch.
    assert due_of(state, worked, asked, "first_answer").due == at("12-05 14:30")


def test_a_pause_over_a_night_moves_a_clock_by_its_length_in_the_clocks_unit(calendar):
    asked = at("11-24 10:00")
    back, reply = (Kind.ASKED_BACK, at("11-24 16:00"), {}), (Kind.MESSAGE, at("11-25 09:00"), {})
    accepted = (Kind.ACCEPTED, at("11-24 10:05"), {})
    live = history("live", asked, accepted, back, reply)
    # 5 h: 1.5 h to lunch, 2.5 h to 16:00, then 1 h from 9:00.
    assert due_of(live, calendar, reply[1], "first_answer").due == at("11-25 10:00")
    message = history("message", asked, accepted, back, reply)
    # 24 h by the wall, 17 h of them paused.
    assert due_of(message, calendar, reply[1], "first_answer").due == at("11-26 03:00")


def test_while_paused_a_clock_says_so_and_calls_for_nothing(calendar):
    asked = at("11-24 10:00")
    steps = ((Kind.ACCEPTED, asked, {}), (Kind.ASKED_BACK, at("11-24 10:30"), {}))
    state = history("live", asked, *steps)
    late = at("11-30 10:00")
    assert due_of(state, calendar, late, "first_answer").status == "paused"
    (mark,) = marks(state, DEFAULT_POLICY, WorkedTime(calendar), late)
    assert (mark.warn_at, mark.breach_at) == (None, None)


def test_a_pause_of_no_length_changes_nothing(calendar):
    asked = at("11-24 10:00")
    moment = at("11-24 10:30")
    steps = ((Kind.ACCEPTED, asked, {}), (Kind.ASKED_BACK, moment, {}), (Kind.MESSAGE, moment, {}))
    state = history("live", asked, *steps)
    # 1.5 h to lunch and 3.5 h after it, as without the pause.
    assert due_of(state, calendar, moment, "first_answer").due == at("11-24 17:00")


def test_a_clock_set_back_an_hour_makes_no_negative_pause(calendar):
    asked = at("11-24 10:00")
    steps = (
        (Kind.ACCEPTED, asked, {}),
        (Kind.ASKED_BACK, at("11-24 11:00"), {}),
        (Kind.MESSAGE, at("11-24 10:10"), {}),
    )
    state = history("live", asked, *steps)
    assert state.pauses[0].start == state.pauses[0].end
    assert due_of(state, calendar, at("11-24 10:10"), "first_answer").due == at("11-24 17:00")


def test_the_statuses_follow_one_another(calendar):
    asked = at("11-24 08:30")
    state = history("live", asked)
    # 10 minutes, warned of at 7 (7.5 cut to the minute); late is after the due moment, not at it.
    for moment, status in (
        ("08:36", "running"),
        ("08:37", "warned"),
        ("08:40", "warned"),
        ("08:41", "breached"),
    ):
        assert due_of(state, calendar, at(f"11-24 {moment}"), "accept").status == status


@pytest.mark.parametrize(("accepted", "late"), [("08:40", False), ("08:41", True)])
def test_a_met_clock_keeps_what_stood_as_due(calendar, accepted, late):
    asked = at("11-24 08:30")
    due = {"due": {"accept": stamp(at("11-24 08:40"))}}
    state = history("live", asked, (Kind.ACCEPTED, at(f"11-24 {accepted}"), due))
    changed = Policy((PolicyRow("accept", Target.parse("1m"), "working"),))
    clock = due_of(state, calendar, at("11-25 10:00"), "accept", changed)
    assert (clock.status, clock.due, clock.late) == ("met", at("11-24 08:40"), late)


def test_warnings_of_wall_clock_time_fall_into_working_time(calendar):
    # 18 h from Monday 14:00 is Tuesday 8:00, before opening: moved to 8:30, still before 14:00.
    state = history("message", at("11-23 14:00"))
    assert due_of(state, calendar, at("11-23 14:00"), "first_answer").warn_at == at("11-24 08:30")
    # 18 h from Friday 16:00 is Saturday 10:00; the next opening is after it is due on Saturday
    # 16:00, so the warning comes at Friday's closing.
    state = history("message", at("11-27 16:00"))
    assert due_of(state, calendar, at("11-27 16:00"), "first_answer").warn_at == at("11-27 17:00")


def test_a_moment_in_working_time_is_left_where_it_is(calendar):
    moment = at("11-24 10:00")
    assert into_working_time(calendar, moment, at("11-24 09:00"), at("11-25 09:00")) == moment


def test_the_most_particular_promise_holds():
    target = Target.parse
    policy = Policy(
        (
            PolicyRow("first_answer", target("24h"), "wall"),
            PolicyRow("first_answer", target("5h"), "working", channel="live"),
            PolicyRow("first_answer", target("4h"), "working", lane="green"),
            PolicyRow("first_answer", target("3h"), "working", category="labour"),
        )
    )
    found = policy.row("first_answer", "live", "labour", True)
    assert str(found.target) == "3h"
    assert str(policy.row("first_answer", "live", None, True).target) == "4h"
    assert str(policy.row("first_answer", "live", None, False).target) == "5h"
    assert str(policy.row("first_answer", "phone", None, False).target) == "24h"
    assert policy.row("close", "phone", None, False) is None


def test_the_clock_that_presses_is_the_earliest_that_runs(calendar):
    asked = at("11-24 09:00")
    state = history("live", asked)
    assert pressing(clocks(state, DEFAULT_POLICY, WorkedTime(calendar), asked)).kind == "accept"
    state = history("live", asked, (Kind.ACCEPTED, asked, {}))
    assert (
        pressing(clocks(state, DEFAULT_POLICY, WorkedTime(calendar), asked)).kind == "first_answer"
    )


def test_a_policy_goes_to_json_and_back():
    assert policy_from(policy_json(DEFAULT_POLICY)) == DEFAULT_POLICY


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ({"clock": "lunch", "target": "1h", "unit": "wall"}, "clock"),
        ({"clock": "accept", "target": "1x", "unit": "wall"}, "target"),
        ({"clock": "accept", "target": "1d", "unit": "wall"}, "target"),
        ({"clock": "accept", "target": "0h", "unit": "wall"}, "target"),
        ({"clock": "accept", "target": "1h", "unit": "moon"}, "unit"),
        ({"clock": "accept", "target": "1h", "unit": "wall", "channel": "fax"}, "channel"),
        ({"clock": "accept", "target": "1h", "unit": "wall", "ladder": [{"share": 2}]}, "ladder"),
        ({"clock": "accept", "target": "1h", "unit": "wall", "ladder": [{}]}, "ladder"),
        ({"clock": "accept", "target": "1h", "unit": "wall", "ladder": "x"}, "ladder"),
        ({"clock": "accept", "target": "1h", "unit": "wall", "extra": 1}, "policy[1]"),
        ("nonsense", "policy[1]"),
    ],
)
def test_a_policy_that_cannot_be_used_names_the_field(row, field):
    with pytest.raises(Refused) as refused:
        policy_from([row])
    assert field in refused.value.errors[0].field


def test_each_rung_of_a_ladder_comes_once_and_an_empty_ladder_never(calendar):
    ladder = (Rung(0.5), Rung(0.8, "supervisor"))
    policy = Policy((PolicyRow("accept", Target.parse("10m"), "working", ladder=ladder),))
    asked = at("11-24 09:00")
    state = history("live", asked)
    (mark,) = marks(state, policy, WorkedTime(calendar), asked)
    assert (mark.rung, mark.warn_at) == (ladder[0], asked + timedelta(minutes=5))
    first = {"clock": "accept", "round": 1, "share": 0.5}
    state = history("live", asked, (Kind.WARNED, asked + timedelta(minutes=5), first))
    (mark,) = marks(state, policy, WorkedTime(calendar), asked)
    assert (mark.rung, mark.warn_at) == (ladder[1], asked + timedelta(minutes=8))
    bare = Policy((replace(policy.rows[0], ladder=()),))
    (mark,) = marks(state, bare, WorkedTime(calendar), asked)
    assert (mark.warn_at, mark.breach_at) == (None, asked + timedelta(minutes=10))


def test_a_promise_by_the_post_s_hours_counts_while_its_seat_is_open(calendar):
    # The seat opens on Saturdays, 9 to 17, and never else: an hour from Friday 16:00 on is up on
    # Saturday at 10:00. By the bureau's hours it is up on Friday at 17:00.
    hours = tuple(Opening(5, time(9), time(17)) for _ in range(1))
    seat = Post("s", "坐席", "Seat", "seat", "county", "330411", openings=hours)
    worked = WorkedTime(calendar, {"330411": (seat,)})
    state = history("live", at("11-20 16:00"))
    for hours, expected in (("post", "11-21 10:00"), ("bureau", "11-20 17:00")):
        row = PolicyRow("first_answer", Target(1, "h"), "working", hours=hours)
        (clock,) = clocks(state, Policy((row,)), worked, at("11-20 16:00"))
        assert clock.due == at(expected)
    # Where no seat is known, the bureau's hours count.
    row = PolicyRow("first_answer", Target(1, "h"), "working", hours="post")
    (clock,) = clocks(state, Policy((row,)), WorkedTime(calendar), at("11-20 16:00"))
    assert clock.due == at("11-20 17:00")


def test_whose_hours_count_is_kept_and_refused_where_unknown():
    row = PolicyRow("first_answer", Target(1, "h"), "working", hours="post")
    assert policy_from(policy_json(Policy((row,)))) == Policy((row,))
    with pytest.raises(Refused, match="hours"):
        policy_from([{"clock": "accept", "target": "1h", "unit": "working", "hours": "moon"}])
