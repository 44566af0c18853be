"""Half-open spans: what touches does not overlap, what overlaps counts once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhiban.data.timespan import SHANGHAI, Span, difference, parse_day, parse_time, total, union
from zhiban.data.wording import Refused

START = datetime(2026, 11, 24, tzinfo=UTC)


def span(first: int, last: int) -> Span:
    """From hour `first` to hour `last`."""
    return Span(START + timedelta(hours=first), START + timedelta(hours=last))


SPANS = st.lists(
    st.tuples(st.integers(0, 40), st.integers(0, 12)).map(lambda t: span(t[0], t[0] + t[1])),
    max_size=8,
)


def hours(spans: list[Span] | tuple[Span, ...]) -> set[int]:
    """The whole hours that lie in some span, counted one by one."""
    return {
        hour
        for hour in range(60)
        for one in spans
        if one.contains(START + timedelta(hours=hour, minutes=30))
    }


def test_the_start_belongs_to_a_span_and_the_end_does_not() -> None:
    assert span(1, 2).contains(START + timedelta(hours=1))
    assert not span(1, 2).contains(START + timedelta(hours=2))
    assert span(1, 3).duration == timedelta(hours=2)


def test_spans_that_touch_or_are_empty_do_not_overlap() -> None:
    assert not span(1, 2).overlaps(span(2, 3))
    assert not span(1, 3).overlaps(span(2, 2))
    assert span(1, 3).intersection(span(2, 5)) == span(2, 3)
    assert span(1, 2).intersection(span(2, 3)) is None


def test_a_span_refuses_to_end_before_it_starts_or_to_have_no_zone() -> None:
    with pytest.raises(ValueError, match="before it starts"):
        span(2, 1)
    with pytest.raises(ValueError, match="zone"):
        Span(datetime(2026, 1, 1), datetime(2026, 1, 2))  # noqa: DTZ001 - the fault under test


@given(SPANS)
def test_a_union_covers_the_same_hours_in_order_and_apart(spans: list[Span]) -> None:
    merged = union(spans)
    assert hours(merged) == hours(spans)
    assert all(a.end < b.start for a, b in pairwise(merged))
    assert total(spans) == timedelta(hours=len(hours(spans)))


@given(SPANS, SPANS)
def test_a_difference_leaves_the_hours_outside_the_holes(
    spans: list[Span], holes: list[Span]
) -> None:
    assert hours(difference(spans, holes)) == hours(spans) - hours(holes)


def test_a_time_without_offset_is_read_as_shanghai() -> None:
    assert parse_time("2026-02-14T10:00", "at") == datetime(2026, 2, 14, 10, tzinfo=SHANGHAI)
    assert parse_time("2026-02-14T02:00Z", "at") == parse_time("2026-02-14T10:00", "at")


@pytest.mark.parametrize("text", ["", "soon", "2026-13-01", "10:00", "2026-02-30T10:00"])
def test_what_is_no_time_is_refused_by_its_field(text: str) -> None:
    with pytest.raises(Refused) as caught:
        parse_time(text, "asked")
    assert caught.value.errors[0].field == "asked"


@pytest.mark.parametrize("text", ["0001-01-01", "1899-12-31", "3000-01-01", "9999-12-31"])
def test_a_year_that_leads_beyond_the_calendar_is_refused_with_the_years_allowed(text: str) -> None:
    # In Shanghai, 0001-01-01T00:00+14:00 and 9999-12-31T23:00Z have no date at all.
    for parse in (parse_time, parse_day):
        with pytest.raises(Refused, match="not one of 1900 to 2999"):
            parse(text, "at")


def test_what_is_quoted_in_a_refusal_stays_one_short_line() -> None:
    for parse in (parse_time, parse_day):
        with pytest.raises(Refused) as refused:
            parse("9" * 900_000, "at")
        assert len(refused.value.text.en) < 200
        assert len(refused.value.text.zh) < 200
