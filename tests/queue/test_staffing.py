"""Seats by half-day, the tightest ones, and a roster with one more."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np

from zhiban.data.timespan import SHANGHAI, Span
from zhiban.queue.staffing import halves_of, heaviest, one_more, seats_of
from zhiban.roster.published import OnDuty

MONDAY = datetime(2026, 11, 23, tzinfo=SHANGHAI)


def _duty(start: float, end: float, lawyer: str = "L1") -> OnDuty:
    span = Span(MONDAY + timedelta(hours=start), MONDAY + timedelta(hours=end))
    return OnDuty(
        shift=f"p-{start}", span=span, post="p", post_name="p", kind="seat", division="330411",
        lawyer=lawyer, lawyer_name=lawyer, firm="F", firm_name="F", role="primary",
    )  # fmt: skip


def test_a_duty_fills_the_half_days_that_it_lies_in_by_an_hour() -> None:
    assert halves_of(_duty(8.5, 11.5)) == ((0, 0),)
    assert halves_of(_duty(13.5, 17)) == ((0, 1),)
    assert halves_of(_duty(8.5, 17)) == ((0, 0), (0, 1))
    assert halves_of(_duty(24 + 9, 24 + 12.5)) == ((1, 0),)  # half an hour past noon is not one
    assert halves_of(_duty(11.5, 12)) == ((0, 0),)


def test_only_those_on_seats_count() -> None:
    standby = replace(_duty(8.5, 11.5, "L2"), role="standby")
    station = replace(_duty(8.5, 11.5, "L3"), kind="station")
    found = seats_of([_duty(8.5, 17), standby, station])
    assert found.whole[0].tolist() == [1, 1]
    assert found.whole.sum() == 2
    assert found.posts == {"p": 2}


def test_the_tightest_half_days_come_first_and_a_missing_seat_counts_as_one() -> None:
    asked, seats = np.zeros((7, 2)), np.zeros((7, 2))
    asked[0, 0], seats[0, 0] = 10, 5  # 2 each
    asked[1, 1], seats[1, 1] = 6, 2  # 3 each
    asked[5, 0] = 4  # nobody sits
    assert heaviest(asked, seats) == ((5, 0), (1, 1), (0, 0))
    assert heaviest(np.zeros((7, 2)), seats) == ()


def test_one_more_sits_whenever_the_seat_is_open_and_no_more_often() -> None:
    duties = (_duty(8.5, 11.5), _duty(8.5, 11.5, "L2"), _duty(13.5, 17))
    more = one_more(duties, "330411", "L9", "F9")
    assert [one.span.start.hour for one in more if one.lawyer == "L9"] == [8, 13]
    assert one_more(duties, "330402", "L9", "F9") == duties
