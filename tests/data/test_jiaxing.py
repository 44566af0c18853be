"""The seed: the city as it is, and people enough for it."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest

from zhiban.data.jiaxing.seed import jiaxing_register
from zhiban.data.register import Register
from zhiban.data.week import Week
from zhiban.data.wording import Refused
from zhiban.data.worktime import WorkCalendar

COUNTIES = ["330402", "330411", "330421", "330424", "330481", "330482", "330483"]


def test_the_city_has_seven_counties_and_seventy_two_towns(jiaxing: Register) -> None:
    levels = Counter(division.level for division in jiaxing.divisions.values())
    assert levels == {"city": 1, "county": 7, "town": 72}
    names = [one.name for one in jiaxing.divisions.values() if one.level == "town"]
    # 42 towns and 30 streets
    assert Counter(name[-2:] == "街道" for name in names) == {False: 42, True: 30}
    assert all(division.approximate for division in jiaxing.divisions.values())


def test_there_are_eight_seats_eight_centres_and_a_station_in_every_town(
    jiaxing: Register,
) -> None:
    expected = {f"{kind}-{code}" for kind in ("seat", "centre") for code in ("3304", *COUNTIES)}
    towns = {code for code, one in jiaxing.divisions.items() if one.level == "town"}
    assert set(jiaxing.posts) == expected | {f"station-{town}" for town in towns}
    assert len(jiaxing.posts) == 88
    seats = [post for post in jiaxing.posts.values() if post.kind == "seat"]
    assert {post.skills for post in seats} == {frozenset({"online"})}


def test_xincheng_opens_on_monday_wednesday_and_friday(
    jiaxing: Register, calendar: WorkCalendar
) -> None:
    station = jiaxing.posts["station-330411104"]
    assert station.name.startswith("新塍镇")
    days = Week(2026, 48).days
    assert [len(station.spans(day, calendar)) for day in days] == [2, 0, 2, 0, 2, 0, 0]


def test_nothing_opens_in_the_spring_festival_and_seats_and_centres_on_the_saturday_before(
    calendar: WorkCalendar,
) -> None:
    register = jiaxing_register(calendar, Week(2026, 7))
    saturday = date(2026, 2, 14)
    open_then = {id for id, post in register.posts.items() if post.spans(saturday, calendar)}
    assert open_then == {id for id in register.posts if id.startswith(("seat", "centre"))}
    for number in range(15, 23):
        day = date(2026, 2, number)
        assert not any(post.spans(day, calendar) for post in register.posts.values())


def test_some_stations_hold_an_open_day_on_a_free_saturday_early_in_the_month(
    jiaxing: Register, calendar: WorkCalendar
) -> None:
    days = {extra.day for post in jiaxing.posts.values() for extra in post.extra_days}
    # the first Saturdays of the months from W47 of 2026 to W07 of 2027; none is known to be off
    assert days == {date(2026, 11, 7), date(2026, 12, 5), date(2027, 1, 2), date(2027, 2, 6)}
    assert not any(calendar.is_holiday(day) or calendar.is_makeup(day) for day in days)


def test_600_lawyers_in_60_firms_are_spread_over_the_city(jiaxing: Register) -> None:
    assert (len(jiaxing.lawyers), len(jiaxing.firms)) == (600, 60)
    assert len({lawyer.name for lawyer in jiaxing.lawyers.values()}) == 600
    assert len({firm.name for firm in jiaxing.firms.values()}) == 60
    spread = Counter(lawyer.division for lawyer in jiaxing.lawyers.values())
    assert set(spread) == {"3304", *COUNTIES}
    assert min(spread.values()) >= 55
    for lawyer in jiaxing.lawyers.values():
        assert jiaxing.firms[lawyer.firm].division == lawyer.division


def test_some_may_not_serve_for_every_reason_the_rules_know(jiaxing: Register) -> None:
    people = jiaxing.lawyers.values()
    assert {lawyer.licence for lawyer in people} == {"active", "suspended", "revoked"}
    assert any(lawyer.sanctioned_until for lawyer in people)
    assert any(lawyer.licensed_on > date(2025, 11, 24) for lawyer in people)
    assert sum(not firm.consents for firm in jiaxing.firms.values()) == 3


def test_every_division_has_online_lawyers_enough_for_its_seat(jiaxing: Register) -> None:
    able = Counter(
        lawyer.division
        for lawyer in jiaxing.lawyers.values()
        if "online" in lawyer.skills
        and lawyer.licence == "active"
        and lawyer.sanctioned_until is None
        and lawyer.licensed_on < date(2025, 1, 1)
        and jiaxing.firms[lawyer.firm].consents
    )
    # Ten half-days a week; twice that many lawyers leave room for leave and for other duties.
    assert all(able[division] >= 20 for division in ("3304", *COUNTIES)), able


def test_about_eight_percent_of_the_half_days_are_leave_some_over_days(jiaxing: Register) -> None:
    spans = [leave.span for leave in jiaxing.leaves]
    taken = sum((span.duration for span in spans), timedelta()) / timedelta(hours=12)
    # 14 weeks (one before, twelve after) of 10 half-days for 600 lawyers; 12 hours are a half-day.
    assert 0.07 < taken / (14 * 10 * 600) < 0.09
    assert any(span.duration > timedelta(days=2) for span in spans)


def test_a_weeks_people_and_leave_do_not_depend_on_the_week_asked_for(
    jiaxing: Register, calendar: WorkCalendar
) -> None:
    later = jiaxing_register(calendar, Week(2026, 50))
    assert later.lawyers == jiaxing.lawyers
    assert later.firms == jiaxing.firms
    both = Week(2026, 50).span
    assert [leave for leave in later.leaves if leave.span.overlaps(both)] == [
        leave for leave in jiaxing.leaves if leave.span.overlaps(both)
    ]
    assert jiaxing_register(calendar, Week(2026, 48), seed=2).lawyers != jiaxing.lawyers


def test_a_towns_questions_go_to_its_county_then_the_city_then_the_nearest_neighbour(
    jiaxing: Register,
) -> None:
    assert jiaxing.county_of("330421103") == "330421"
    assert jiaxing.county_of("3304") == "3304"
    # From Jiashan: Nanhu 30 minutes, Xiuzhou 35, Pinghu 40.
    assert jiaxing.covering_divisions("330421103") == (
        "330421",
        "3304",
        "330402",
        "330411",
        "330482",
    )


def test_neighbours_are_listed_both_ways(jiaxing: Register) -> None:
    pairs = {(one.division, one.neighbour) for one in jiaxing.neighbours}
    assert pairs == {(there, here) for here, there in pairs}


def test_a_register_refuses_ids_that_nobody_has(jiaxing: Register) -> None:
    without = {id: firm for id, firm in jiaxing.firms.items() if id != "F01"}
    fields = jiaxing.__dataclass_fields__
    values = {name: getattr(jiaxing, name) for name in fields} | {"firms": without}
    with pytest.raises(Refused, match=r"lawyer L0001\.firm"):
        Register(**values)
