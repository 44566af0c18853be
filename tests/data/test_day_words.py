"""Days, hours and halves as people say them on the bureau's wall clock."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from zhiban.data import day_words
from zhiban.data.timespan import SHANGHAI


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def test_a_date_is_said_with_its_weekday() -> None:
    said = day_words.day_of(date(2026, 12, 1))  # a Tuesday
    assert (said.zh, said.en) == ("12月1日周二", "Tue 1 Dec")


def test_a_moment_stored_in_utc_is_said_on_the_bureaus_wall_clock() -> None:
    said = day_words.moment_of(datetime(2026, 11, 30, 23, 30, tzinfo=UTC))  # 7:30 in Shanghai
    assert (said.zh, said.en) == ("12月1日周二7:30", "Tue 1 Dec 7:30")


@pytest.mark.parametrize(
    ("start", "end", "zh", "en"),
    [
        ("2026-12-01 08:30", "2026-12-01 11:30", "12月1日周二上午", "Tue 1 Dec, morning"),
        ("2026-12-01 13:30", "2026-12-01 17:00", "12月1日周二下午", "Tue 1 Dec, afternoon"),
        # No half of a day: a whole day, an evening, a night that ends on the next day.
        ("2026-12-01 08:30", "2026-12-01 17:00", "12月1日周二8:30–17:00", "Tue 1 Dec 8:30–17:00"),
        ("2026-12-01 18:00", "2026-12-01 21:00", "12月1日周二18:00–21:00", "Tue 1 Dec 18:00–21:00"),
        (
            "2026-12-01 19:00",
            "2026-12-02 07:00",
            "12月1日周二19:00至12月2日周三7:00",
            "Tue 1 Dec 19:00 to Wed 2 Dec 7:00",
        ),
    ],
)
def test_a_shift_is_said_by_its_half_day_where_it_is_one(
    start: str, end: str, zh: str, en: str
) -> None:
    said = day_words.half_day_of(at(start), at(end))
    assert (said.zh, said.en) == (zh, en)
