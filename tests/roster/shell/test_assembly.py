"""From the register to the problem: which shifts a week has, what they count, who may serve."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest

from zhiban.data.people import Firm, Lawyer, Leave, Preference
from zhiban.data.places import Division, Neighbour, Opening, Post
from zhiban.data.places import ExtraDay as Extra
from zhiban.data.register import Register
from zhiban.data.timespan import SHANGHAI, Span
from zhiban.data.week import Week
from zhiban.data.worktime import WorkCalendar
from zhiban.roster.assembly import Unpopular, points_of, problem_for, shift_id
from zhiban.roster.facts import Facts
from zhiban.roster.problem import Ledger, Lock, RosterProblem, Shift, load_problem
from zhiban.roster.rules import active_rules

MORNING, AFTERNOON = (time(8, 30), time(11, 30)), (time(13, 30), time(17))
FEBRUARY = Week.parse("2026-W07")  # Monday 9 to Sunday 15; Saturday 14 is worked, 15 is off


def openings(weekdays: range | tuple[int, ...]) -> tuple[Opening, ...]:
    return tuple(Opening(day, *span) for day in weekdays for span in (MORNING, AFTERNOON))


def register(calendar: WorkCalendar, *posts: Post) -> Register:
    """A city with two counties, one firm, two lawyers."""
    city = Division("3304", "嘉兴市", "city", None, "Jiaxing")
    county = Division("330421", "嘉善县", "county", "3304", "Jiashan")
    other = Division("330481", "海宁市", "county", "3304", "Haining")
    firm = Firm("F01", "甲律师事务所", "330421")
    people = [
        Lawyer(f"L{n}", f"律师{n}", "F01", "330421", date(2015, 1, 1), frozenset({"online"}))
        for n in (1, 2)
    ]
    return Register(
        divisions={d.code: d for d in (city, county, other)},
        neighbours=(Neighbour("330421", "330481", 35, 30),),
        firms={"F01": firm},
        lawyers={lawyer.id: lawyer for lawyer in people},
        posts={post.id: post for post in posts},
        leaves=(),
        preferences=(),
        categories={},
        calendar=calendar,
    )


def station(
    weekdays: range | tuple[int, ...] = range(5), id: str = "station", minutes: int = 0
) -> Post:
    return Post(
        *(id, "站", "Station", "station", "town", "330421"),
        minutes=minutes,
        openings=openings(weekdays),
    )


def days(problem: RosterProblem) -> list[str]:
    return sorted({shift.id.split("@")[1][:10] for shift in problem.shifts})


def unpopular(problem: RosterProblem) -> list[str]:
    return [shift.id.split("@")[1] for shift in problem.shifts if shift.unpopular]


def test_each_opening_of_each_day_is_a_shift_with_a_stable_name(calendar: WorkCalendar) -> None:
    problem = problem_for(register(calendar, station()), Week.parse("2026-W48"))
    assert len(problem.shifts) == 10  # five days of two half-days
    first = problem.shifts[0]
    assert first.id == "station@2026-11-23T0830"
    assert (first.start, first.end) == (
        datetime(2026, 11, 23, 8, 30, tzinfo=SHANGHAI),
        datetime(2026, 11, 23, 11, 30, tzinfo=SHANGHAI),
    )
    assert (first.need, first.standby, first.points) == (1, 0, 1.0)


def test_a_make_up_saturday_is_rostered_and_the_holiday_after_it_is_not(
    calendar: WorkCalendar,
) -> None:
    both = register(calendar, station(), station((0, 2, 4), id="mon-wed-fri"))
    problem = problem_for(both, FEBRUARY)
    assert days(problem)[-1] == "2026-02-14"
    saturday = [s.post for s in problem.shifts if "2026-02-14" in s.id]
    assert saturday == ["station", "station"]  # a list of weekdays stays closed on make-up days
    assert problem_for(both, FEBRUARY.next()).shifts == ()  # 16 to 22 February: all off


def test_an_extra_day_opens_a_post_in_the_holidays(calendar: WorkCalendar) -> None:
    extra = Extra(date(2026, 2, 17), time(9), time(12))
    post = replace(station(), extra_days=(extra,))
    problem = problem_for(register(calendar, post), FEBRUARY.next())
    assert [shift.id for shift in problem.shifts] == ["station@2026-02-17T0900"]
    assert problem.shifts[0].unpopular  # on a day off


@pytest.mark.parametrize(
    ("hours", "points"),
    [
        (3, 1.0),  # the usual morning: a half-day
        (3.5, 1.0),  # the usual afternoon
        (4, 1.0),
        (7, 2.0),
        (6, 1.75),  # 6 / 3.5 = 1.714
        (12, 3.5),  # 12 / 3.5 = 3.43, nearer to 3.5 than to 3.25
        (2, 0.5),  # 2 / 3.5 = 0.571
        (0.25, 0.25),  # no duty counts for nothing
    ],
)
def test_a_half_day_is_one_point_and_others_go_by_hours(hours: float, points: float) -> None:
    start = datetime(2026, 11, 23, 8, tzinfo=SHANGHAI)
    assert points_of(Span(start, start + timedelta(hours=hours))) == points


def test_friday_afternoon_is_unpopular_and_the_morning_is_not(calendar: WorkCalendar) -> None:
    problem = problem_for(register(calendar, station()), Week.parse("2026-W48"))
    assert unpopular(problem) == ["2026-11-27T1330"]


def test_weekends_worked_in_exchange_are_unpopular_and_so_is_the_eve_of_a_holiday(
    calendar: WorkCalendar,
) -> None:
    # Friday 13 is a usual Friday; Saturday 14 counts as a whole, being also the holiday's eve.
    problem = problem_for(register(calendar, station()), FEBRUARY)
    assert unpopular(problem) == ["2026-02-13T1330", "2026-02-14T0830", "2026-02-14T1330"]


def test_the_last_half_day_before_a_holiday_within_the_week_is_unpopular(
    calendar: WorkCalendar,
) -> None:
    # 2026: Labour Day off from Friday 1 May, so that Thursday 30 April is its eve.
    problem = problem_for(register(calendar, station()), Week.parse("2026-W18"))
    assert unpopular(problem) == ["2026-04-30T1330"]


def test_far_posts_are_unpopular_beyond_the_set_minutes(calendar: WorkCalendar) -> None:
    near, far = station(id="near", minutes=40), station(id="far", minutes=41)
    week = Week.parse("2026-W48")
    problem = problem_for(register(calendar, near, far), week)
    assert {s.post for s in problem.shifts if "T0830" in s.id and s.unpopular} == {"far"}
    marks = Unpopular(friday_afternoon=False, far=None)
    assert not unpopular(problem_for(register(calendar, far), week, unpopular=marks))


def test_leave_is_cut_to_the_horizon_and_what_lies_outside_is_left_out(
    calendar: WorkCalendar,
) -> None:
    week = Week.parse("2026-W48")
    monday = week.span.start
    leaves = (
        Leave("V1", "L1", Span(monday - timedelta(days=3), monday + timedelta(days=1))),
        Leave("V2", "L2", Span(monday - timedelta(days=3), monday)),
    )
    problem = problem_for(replace(register(calendar, station()), leaves=leaves), week)
    assert [(v.lawyer, v.start, v.end) for v in problem.leaves] == [
        ("L1", monday, monday + timedelta(days=1))
    ]


def test_leave_after_the_week_bars_a_night_shift_that_runs_into_it(calendar: WorkCalendar) -> None:
    week = Week.parse("2026-W48")
    night = Post(
        "seat", "席", "Seat", "seat", "city", "3304", openings=(Opening(6, time(20), time(8)),)
    )
    away = Leave("V1", "L1", Span(week.span.end, week.span.end + timedelta(days=1)))
    problem = problem_for(replace(register(calendar, night), leaves=(away,)), week)
    assert problem.shifts[0].end == week.span.end + timedelta(hours=8)
    assert [v.end for v in problem.leaves] == [problem.shifts[0].end]


def test_wishes_ledger_locks_and_rules_are_handed_on(calendar: WorkCalendar) -> None:
    wishes = (Preference("L1", None, 4, "pm", -30), Preference("L2", "station", None, None, 0))
    ledger = {"L1": Ledger(points=3.5, target=2.0)}
    lock = Lock(
        lawyer="L2", shift=shift_id("station", datetime(2026, 11, 23, 8, 30, tzinfo=SHANGHAI))
    )
    problem = problem_for(
        replace(register(calendar, station()), preferences=wishes),
        Week.parse("2026-W48"),
        ledger=ledger,
        locks=[lock],
        rules={"travel": {"price": 3}},
    )
    assert [(w.lawyer, w.weekday, w.half, w.value) for w in problem.wishes] == [
        ("L1", 4, "pm", -10)  # within what a problem takes; a wish of 0 is none
    ]
    assert [lawyer.ledger.points for lawyer in problem.lawyers] == [3.5, 0.0]
    assert problem.locks[0].shift == "station@2026-11-23T0830"
    assert problem.rules == {"travel": {"price": 3}}


def test_lawyers_of_a_listed_neighbour_may_help_and_not_the_other_way_round(
    calendar: WorkCalendar,
) -> None:
    # The register lets Haining's lawyers (330481) help in Jiashan (330421), for 30 points.
    problem = problem_for(register(calendar, station()), FEBRUARY)
    facts = Facts(problem, active_rules(problem))
    assert facts.neighbours == {("330421", "330481"): (35, 30)}  # post's county, lawyer's county


def test_several_weeks_make_one_horizon(calendar: WorkCalendar) -> None:
    problem = problem_for(register(calendar, station()), Week.parse("2026-W48"), weeks=2)
    assert len(problem.shifts) == 20
    assert problem.end == date(2026, 12, 7)


def test_hours_listed_twice_are_one_shift(calendar: WorkCalendar) -> None:
    twice = Opening(0, time(8, 30), time(12), season=((11, 1), (12, 31)))
    post = replace(station((0,)), openings=(Opening(0, *MORNING), twice))
    shifts = problem_for(register(calendar, post), Week.parse("2026-W48")).shifts
    assert [shift.end.astimezone(SHANGHAI).hour for shift in shifts] == [12]


def test_the_problem_reads_back_as_it_was_written(calendar: WorkCalendar) -> None:
    problem = problem_for(register(calendar, station()), FEBRUARY)
    again = load_problem(problem.model_dump_json())
    assert again == problem
    assert isinstance(again.shifts[0], Shift)
