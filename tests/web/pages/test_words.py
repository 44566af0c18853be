"""Times, spans and lengths as people say them."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from zhiban.data.timespan import SHANGHAI
from zhiban.web import words


def at(text: str) -> datetime:
    """A moment on the bureau's wall clock, in 2026 unless a year stands before it."""
    full = text if text.count("-") == 2 else f"2026-{text}"
    return datetime.fromisoformat(full).replace(tzinfo=SHANGHAI)


NOW = at("11-24 10:20")  # a Tuesday


@pytest.mark.parametrize(
    ("moment", "zh", "en"),
    [
        ("11-24 16:30", "今天16:30", "today 16:30"),
        ("11-25 08:05", "明天8:05", "tomorrow 8:05"),
        ("11-23 09:00", "昨天9:00", "yesterday 9:00"),
        ("11-26 09:00", "后天9:00", "Thu 9:00"),
        ("11-27 09:00", "周五9:00", "Fri 9:00"),
        # Next week's days carry their date: "周一" alone would be taken for this week's.
        ("11-30 09:00", "11月30日周一9:00", "Mon 30 Nov 9:00"),
        ("11-20 09:00", "11月20日9:00", "20 Nov 9:00"),
        ("2027-01-04 09:00", "2027年1月4日9:00", "4 Jan 2027 9:00"),
    ],
)
def test_a_moment_is_said_from_today(moment: str, zh: str, en: str) -> None:
    assert words.at(at(moment), NOW, "zh") == zh
    assert words.at(at(moment), NOW, "en") == en


def test_a_moment_is_said_on_the_bureaus_clock_whatever_its_own_zone() -> None:
    # 16:30 in Shanghai is 8:30 in UTC; the day changes at 16:00 UTC.
    from datetime import UTC

    assert words.at(datetime(2026, 11, 24, 8, 30, tzinfo=UTC), NOW, "zh") == "今天16:30"
    assert words.at(datetime(2026, 11, 24, 16, 30, tzinfo=UTC), NOW, "zh") == "明天0:30"


def test_a_promise_is_said_as_a_limit() -> None:
    assert words.before(at("11-24 16:30"), NOW, "zh") == "今天16:30前"
    assert words.before(at("11-24 16:30"), NOW, "en") == "by 16:30 today"


@pytest.mark.parametrize(
    ("minutes", "zh", "en"),
    [
        (0.5, "不到1分钟", "under 1 min"),
        (18, "18分钟", "18 min"),
        (80, "1小时20分钟", "1 h 20 min"),
        (120, "2小时", "2 h"),
        # Two units at most: three days, four hours and five minutes.
        (3 * 1440 + 245, "3天4小时", "3 d 4 h"),
    ],
)
def test_a_length_is_said_in_two_units_at_most(minutes: float, zh: str, en: str) -> None:
    assert words.duration(timedelta(minutes=minutes), "zh") == zh
    assert words.duration(timedelta(minutes=minutes), "en") == en


def test_what_is_left_turns_into_how_late_it_is() -> None:
    due = at("11-24 10:38")
    assert words.left(due, NOW, "zh") == "还有18分钟"
    assert words.left(due, due + timedelta(minutes=25), "zh") == "超时25分钟"
    assert words.left(due, due + timedelta(minutes=25), "en") == "25 min late"


@pytest.mark.parametrize(
    ("start", "end", "half"),
    [
        ("08:30", "11:30", "am"),
        ("13:30", "17:00", "pm"),
        ("09:00", "16:00", "day"),
        ("12:00", "17:30", "am"),  # begins before half past twelve, but leaves no morning free
        ("19:00", "23:00", "pm"),
    ],
)
def test_a_shift_falls_into_a_half_of_the_day_or_fills_it(start: str, end: str, half: str) -> None:
    assert words.half(at(f"11-24 {start}"), at(f"11-24 {end}")) == half


def test_a_night_shift_names_the_day_on_which_it_ends() -> None:
    said = words.span(at("11-24 19:00"), at("11-25 07:00"), NOW, "zh")
    assert said == "今天19:00–明天7:00"


@pytest.mark.parametrize(
    ("share", "said"),
    [(0.0, "0%"), (0.00023, "0.023%"), (0.005, "0.5%"), (0.047, "4.7%"), (0.5, "50%")],
)
def test_a_small_share_is_not_rounded_to_nought(share: float, said: str) -> None:
    assert words.percent(share) == said


def test_a_code_without_a_name_is_shown_as_it_is() -> None:
    assert words.name("state", "waiting", "en") == "Waiting for a lawyer"
    assert words.name("state", "something-new", "en") == "something-new"
