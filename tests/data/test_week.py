"""ISO weeks."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from zhiban.data.timespan import SHANGHAI
from zhiban.data.week import Week
from zhiban.data.wording import Refused


def test_a_week_runs_from_monday_to_sunday() -> None:
    week = Week.parse("2026-W48")
    assert week.monday == date(2026, 11, 23)
    assert week.days == tuple(date(2026, 11, day) for day in range(23, 30))
    assert week.span.start == datetime(2026, 11, 23, tzinfo=SHANGHAI)
    assert week.span.duration == timedelta(days=7)
    assert str(week) == "2026-W48"


def test_the_year_of_a_week_is_that_of_its_thursday() -> None:
    # 2027-01-01 is a Friday: its Thursday, and so its week, belongs to 2026, which has 53 weeks.
    assert str(Week.of(date(2027, 1, 1))) == "2026-W53"
    assert str(Week.parse("2026-W53").next()) == "2027-W01"
    assert str(Week.parse("2027-W01").next(-1)) == "2026-W53"


@pytest.mark.parametrize(
    "text",
    ["9999-W52", "0001-W01", "2026-W54", "2025-W53", "2026-W00", "2026-48", "W48", "week", ""],
)
def test_a_week_that_is_none_is_refused_with_the_form_to_write(text: str) -> None:
    with pytest.raises(Refused, match="2026-W48"):
        Week.parse(text)
