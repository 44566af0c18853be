"""The one look-up: who is on shift, by which version, and who comes next."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhiban.data.timespan import SHANGHAI, Span
from zhiban.data.week import Week
from zhiban.roster.published import (
    OnDuty,
    Published,
    Version,
    holders_at_end,
    next_on_shift,
    on_shift,
)

WEEK = Week.parse("2026-W48")
MONDAY = datetime(2026, 11, 23, tzinfo=SHANGHAI)
HOUR = timedelta(hours=1)


def duty(start: float, end: float, lawyer: str = "L1", post: str = "seat-1", **more: Any) -> OnDuty:
    """A duty from and to so many hours after Monday's midnight."""
    plain = OnDuty(
        shift=f"{post}@{start}",
        span=Span(MONDAY + start * HOUR, MONDAY + end * HOUR),
        post=post,
        post_name=post,
        kind="seat",
        division="330402",
        lawyer=lawyer,
        lawyer_name=lawyer,
        firm="F1",
        firm_name="F1",
        role="primary",
    )
    return replace(plain, **more)


def version(number: int, published: float, *duties: OnDuty, week: Week = WEEK) -> Version:
    return Version(number, week, number, MONDAY + published * HOUR, duties)


def at(hours: float) -> datetime:
    return MONDAY + hours * HOUR


def people(published: Published, hours: float) -> list[str]:
    return [d.lawyer for d in on_shift(published, at(hours))]


def test_a_shift_is_on_from_its_first_instant_to_just_before_its_end() -> None:
    published = Published((version(1, -48, duty(8.5, 11.5)),))
    assert people(published, 8.5) == ["L1"]
    assert on_shift(published, at(8.5) - timedelta(microseconds=1)) == ()
    assert on_shift(published, at(11.5) - timedelta(microseconds=1)) != ()
    assert people(published, 11.5) == []


def test_lawyers_change_over_at_one_instant_without_gap_or_overlap() -> None:
    published = Published((version(1, -48, duty(8, 12, "L1"), duty(12, 17, "L2")),))
    assert people(published, 12) == ["L2"]


def test_a_later_version_holds_from_the_moment_it_is_published() -> None:
    old, new = version(1, -48, duty(8, 12, "L1")), version(2, 10, duty(8, 12, "L2"))
    published = Published((new, old))
    assert people(published, 9.99) == ["L1"]
    assert people(published, 10) == ["L2"]


def test_nobody_was_on_shift_before_the_first_version_was_published() -> None:
    assert people(Published((version(1, 9, duty(8, 12)),)), 8.5) == []


def test_a_version_says_nothing_about_other_weeks() -> None:
    following = WEEK.next()
    emptied = version(1, 0, week=following)
    published = Published((version(1, -48, duty(8, 12)), emptied))
    assert people(published, 9) == ["L1"]
    assert published.newest(following) == emptied
    assert published.newest(following.next()) is None


def test_an_empty_version_takes_everybody_off() -> None:
    published = Published((version(1, -48, duty(8, 12)), version(2, 9)))
    assert people(published, 8.5) == ["L1"]
    assert people(published, 9) == []


def test_a_night_shift_runs_past_midnight_and_past_the_end_of_its_week() -> None:
    # Sunday 20:00 is hour 164; the week ends at 168; the shift ends Monday 08:00, hour 176.
    night = duty(164, 176, "night")
    morning = duty(174, 180, "morning", post="seat-0")
    published = Published((version(1, -48, night), version(1, -48, morning, week=WEEK.next())))
    assert people(published, 170) == ["night"]
    assert people(published, 175) == ["morning", "night"]
    assert people(published, 176) == ["morning"]


def test_a_long_shift_is_found_behind_weeks_that_end_earlier() -> None:
    long = duty(8, 8 + 15 * 24, "long")
    published = Published((version(1, -48, long), version(1, -48, week=WEEK.next())))
    assert people(published, 14 * 24 + 1) == ["long"]


def test_a_duty_belongs_to_the_week_in_which_it_starts() -> None:
    with pytest.raises(ValueError, match="outside of week 2026-W48"):
        version(1, -48, duty(168, 172))


def test_moments_must_be_aware() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        on_shift(Published(), datetime(2026, 11, 23))  # noqa: DTZ001


def test_versions_of_a_week_must_count_up_as_they_are_published() -> None:
    published = Published((version(1, 10), version(2, 9)))
    with pytest.raises(ValueError, match="count up"):
        on_shift(published, at(11))


def test_the_zone_of_the_question_does_not_matter() -> None:
    published = Published((version(1, -48, duty(8, 12)),))
    for zone in (UTC, SHANGHAI, ZoneInfo("America/New_York")):
        assert on_shift(published, at(8).astimezone(zone)) != ()


def test_the_next_shift_is_the_earliest_later_one_that_fits() -> None:
    first, second = duty(13, 17, "L2"), duty(32, 36, "L3", post="seat-2")
    published = Published((version(1, -48, duty(8, 12), second, first),))
    assert next_on_shift(published, at(8), lambda _: True) == first
    assert next_on_shift(published, at(9), lambda d: d.post == "seat-2") == second
    assert next_on_shift(published, at(32), lambda _: True) is None
    assert next_on_shift(published, at(9), lambda _: False) is None


def test_the_next_shift_is_looked_for_in_later_weeks_and_newest_versions() -> None:
    gone, later = duty(32, 36, "gone"), duty(176, 180, "later")
    published = Published(
        (
            version(1, -48, gone),
            version(2, 0),
            version(1, -48, later, week=WEEK.next()),
        )
    )
    assert next_on_shift(published, at(1), lambda _: True) == later


def test_who_took_a_duty_over_before_its_end_holds_it_at_the_end() -> None:
    old, new = version(1, -48, duty(8, 12, "L1")), version(2, 10, duty(8, 12, "L2"))
    published = Published((old, new))
    whole = WEEK.span
    assert [d.lawyer for d in holders_at_end(published, whole)] == ["L2"]


def test_a_change_after_the_end_credits_who_was_there() -> None:
    old, new = version(1, -48, duty(8, 12, "L1")), version(2, 13, duty(8, 12, "L2"))
    published = Published((old, new))
    assert [d.lawyer for d in holders_at_end(published, WEEK.span)] == ["L1"]


def test_only_shifts_that_end_within_the_span_are_counted() -> None:
    published = Published((version(1, -48, duty(8, 12, "L1"), duty(13, 17, "L2")),))
    found = holders_at_end(published, Span(at(12), at(17)))
    assert [d.lawyer for d in found] == ["L1"]


hours = st.integers(-30, 200)


@st.composite
def _versions(draw: st.DrawFn) -> tuple[Version, ...]:
    made = []
    for offset, week in enumerate((WEEK, WEEK.next())):
        moments = sorted(draw(st.lists(hours, max_size=3)))
        for number, published in enumerate(moments, start=1):
            spans = draw(st.lists(st.tuples(st.integers(0, 167), st.integers(0, 40)), max_size=5))
            duties = tuple(
                duty(start + offset * 168, start + offset * 168 + length, lawyer=f"L{i}")
                for i, (start, length) in enumerate(spans)
            )
            made.append(version(number, published, *duties, week=week))
    return tuple(made)


def _by_definition(versions: tuple[Version, ...], moment: datetime) -> set[OnDuty]:
    found: set[OnDuty] = set()
    for week in {v.week for v in versions}:
        known = [v for v in versions if v.week == week and v.published_at <= moment]
        if known:
            newest = max(known, key=lambda v: v.number)
            found |= {d for d in newest.duties if d.span.start <= moment < d.span.end}
    return found


@given(_versions(), st.lists(st.integers(-40, 400), min_size=1, max_size=6))
def test_the_look_up_is_its_definition_whatever_was_asked_before(
    versions: tuple[Version, ...], hours: list[int]
) -> None:
    published = Published(versions)
    moments = [at(hour) + timedelta(microseconds=by) for hour in hours for by in (0, -1)]
    for moment in moments:
        assert set(on_shift(published, moment)) == _by_definition(versions, moment)


@given(_versions(), st.integers(-40, 400))
def test_the_next_one_is_on_shift_at_its_start_and_nobody_starts_before(
    versions: tuple[Version, ...], hour: int
) -> None:
    published = Published(versions)
    following = next_on_shift(published, at(hour), lambda _: True)
    starts = {d.span.start for v in versions for d in v.duties if d.span.start > at(hour)}
    starting = [s for s in sorted(starts) if any(d.span.start == s for d in on_shift(published, s))]
    assert (following.span.start if following else None) == (starting[0] if starting else None)
    if following:
        assert following in on_shift(published, following.span.start)


def test_weeks_are_found_by_their_own_day() -> None:
    assert Week.of(date(2026, 11, 29)) == WEEK
