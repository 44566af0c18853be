"""Arrivals: read with one line per fault, fitted to the past, drawn alike from one seed."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from zhiban.data.timespan import SHANGHAI, Span
from zhiban.data.wording import Refused
from zhiban.queue.arrivals import Profile, drawn, fitted, read_arrivals, usual
from zhiban.queue.simulate import Arrival

MONDAY = datetime(2026, 11, 23, tzinfo=SHANGHAI)
WEEK = Span(MONDAY, MONDAY + timedelta(days=7))


def test_a_file_is_read_line_by_line():
    first = '{"at":"2026-11-24T09:00","division":"1"}'
    second = (
        '{"at":"2026-11-24T10:00+08:00","division":"1","category":"labour",'
        '"channel":"live","green":true}'
    )
    text = f"{first}\n\n{second}"
    nine = MONDAY + timedelta(days=1, hours=9)
    assert read_arrivals(text, {"1"}) == [
        Arrival(nine, "1"),
        Arrival(nine + timedelta(hours=1), "1", "labour", "live", True),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "nonsense",
        "[]",
        '{"at":"2026-11-24T09:00"}',
        '{"at":"yesterday","division":"1"}',
        '{"at":"2026-11-24T09:00","division":"2"}',
        '{"at":"2026-11-24T09:00","division":"1","channel":"fax"}',
        '{"at":"2026-11-24T09:00","division":"1","mood":"bad"}',
        '{"at":"2026-11-24T09:00","division":["1"]}',
        '{"at":"2026-11-24T09:00","division":"1","channel":{}}',
        '{"at":"2026-11-24T09:00","division":"1","category":"magic"}',
        '{"at":"2026-11-24T09:00","division":"1","category":[]}',
        '{"at":"2026-11-24T09:00","division":"1","green":"yes"}',
        "[" * 100_000,
    ],
)
def test_a_line_that_cannot_be_used_is_named(line):
    good = '{"at":"2026-11-24T09:00","division":"1"}'
    with pytest.raises(Refused) as refused:
        read_arrivals(f"{good}\n{line}", {"1"}, {"labour"})
    assert "line 2" in refused.value.errors[0].field


def test_what_was_drawn_from_a_profile_fits_it_again():
    profile = Profile({(0, 9): 200.0, (2, 14): 100.0}, ((("1", None, "message", False), 1),))
    asked = drawn(profile, WEEK, seed=1)
    # Poisson with mean 300: six standard deviations are 104.
    assert abs(len(asked) - 300) < 104
    again = fitted(asked, WEEK)
    assert again.hourly.keys() == profile.hourly.keys()
    assert sum(again.hourly.values()) == len(asked)  # one such hour in the week each
    assert again.kinds == ((("1", None, "message", False), len(asked)),)


def test_one_seed_gives_one_week():
    profile = usual(["1", "2"], 50)
    assert drawn(profile, WEEK, 3) == drawn(profile, WEEK, 3) != drawn(profile, WEEK, 4)


def test_the_usual_profile_has_so_many_questions_a_day_and_few_at_night():
    hourly = usual(["1"], 50).hourly
    assert sum(hourly.values()) == pytest.approx(7 * 50)
    assert hourly[(0, 3)] < hourly[(0, 20)] < hourly[(0, 10)]


def test_of_no_past_nothing_is_drawn():
    assert drawn(fitted([], WEEK), WEEK, 1) == []
