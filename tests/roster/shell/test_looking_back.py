"""What other weeks mean for the one to be made: duties held, habits, and holidays served."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import Engine

from zhiban.data.crypt import Keyring
from zhiban.data.database import reading, writing
from zhiban.data.places import ExtraDay
from zhiban.data.register import Register
from zhiban.data.store import save_calendar, save_register
from zhiban.data.timespan import SHANGHAI, Span
from zhiban.data.week import Week
from zhiban.data.worktime import WorkCalendar
from zhiban.roster import service, store
from zhiban.roster.assembly import problem_for
from zhiban.roster.border import bordered, weeks_around
from zhiban.roster.drafts import Unpublished, Verdict
from zhiban.roster.editing import edited
from zhiban.roster.holiday_history import (
    Occasion,
    last_time,
    notes,
    occasions,
    served,
    unknown,
    weeks_of,
)
from zhiban.roster.looking_back import holidays_served
from zhiban.roster.problem import RosterProblem, sound
from zhiban.roster.publication import duties_of
from zhiban.roster.published import OnDuty, Published, Version
from zhiban.roster.roster import Duty, Roster
from zhiban.roster.rosterfile import RosterFile

Rostered = Callable[..., RosterFile]
SPRING_26, SPRING_27 = date(2026, 2, 17), date(2027, 2, 6)


def published(bureau: Register, week: Week, *held: tuple[str, str]) -> Version:
    """A version in which lawyers hold the station's shifts that start then, as Wed 0830."""
    problem = problem_for(bureau, week)
    days = dict(zip(("Mon", "Tue", "Wed", "Thu", "Fri"), week.days, strict=False))
    duties = [
        Duty(shift=f"station@{days[when.split()[0]]}T{when.split()[1]}", lawyer=lawyer)
        for lawyer, when in held
    ]
    return Version(1, week, 1, week.span.start, duties_of(problem, Roster.of(duties)))


def test_duties_on_both_sides_within_reach_are_held_and_the_weeks_own_are_not(
    bureau: Register, week: Week
) -> None:
    # by default five days running reach furthest: from Wednesday on before, to Friday after
    before = published(bureau, week.next(-1), ("L1", "Tue 0830"), ("L2", "Wed 0830"))
    own = published(bureau, week, ("L3", "Mon 0830"))
    after = published(bureau, week.next(), ("L4", "Mon 0830"), ("L5", "Fri 1330"))
    around = Published((before, own, after))
    problem = sound(bordered(problem_for(bureau, week), around))
    assert [(one.lawyer, one.post) for one in problem.held] == [
        ("L2", "station"),
        ("L4", "station"),
        ("L5", "station"),
    ]
    assert weeks_around(problem) == (week.next(-1), week.next())
    far = problem_for(bureau, week, rules={"gap_days": {"days": 20}})
    assert weeks_around(far) == (week.next(-3), week.next(3))
    assert [one.lawyer for one in bordered(far, around).held] == ["L1", "L2", "L4", "L5"]


def test_who_held_a_place_the_week_before_has_the_habit_of_it(bureau: Register, week: Week) -> None:
    before = published(bureau, week.next(-1), ("L1", "Tue 0830"), ("L8", "Wed 1330"))
    two = published(bureau, week.next(-2), ("L2", "Tue 0830"))
    people = {id: one for id, one in bureau.lawyers.items() if id != "L8"}  # who has left since
    problem = bordered(problem_for(replace(bureau, lawyers=people), week), Published((two, before)))
    assert [(h.lawyer, h.post, h.weekday, h.half) for h in problem.habits] == [
        ("L1", "station", 1, "am")
    ]


def test_a_post_that_was_closed_since_still_binds(bureau: Register, week: Week) -> None:
    before = published(bureau, week.next(-1), ("L1", "Fri 1330"))
    closed = replace(bureau, posts={"seat": bureau.posts["seat"]})
    problem = sound(bordered(problem_for(closed, week), Published((before,))))
    assert [one.post for one in problem.held] == ["station"]
    assert {post.id for post in problem.posts} == {"seat", "station"}


def test_days_off_belong_to_the_holiday_of_the_year(calendar: WorkCalendar) -> None:
    names = {
        date(2026, 2, 17): "春节",
        date(2026, 2, 14): "春节",  # worked in exchange: no holiday
        date(2026, 2, 11): "",
        date(2027, 12, 31): "元旦",
    }
    off = replace(calendar, off=frozenset({date(2026, 2, 17), date(2027, 12, 31)}))
    days = occasions(off, names)
    assert days == {
        date(2026, 2, 17): Occasion(2026, "春节"),
        date(2027, 12, 31): Occasion(2028, "元旦"),  # eve of 2028's New Year's Day
    }
    runs = weeks_of(days, set(days.values()))
    assert runs == [(Week.parse("2026-W08"),) * 2, (Week.parse("2027-W52"),) * 2]


def on_duty(shift: str, lawyer: str, day: date, hours: float = 3) -> OnDuty:
    start = datetime.combine(day, time(20), SHANGHAI)
    span = Span(start, start + timedelta(hours=hours))
    return OnDuty(shift, span, "p", "p", "station", "330421", lawyer, lawyer, "F", "F", "primary")


def test_who_held_a_holidays_duty_to_its_end_served_it() -> None:
    days = {SPRING_26: Occasion(2026, "春节"), SPRING_27: Occasion(2027, "春节")}
    first = [
        on_duty("s1", "A", SPRING_26, hours=12),  # a night: it ends on the day after
        on_duty("s2", "B", SPRING_26),
        on_duty("s3", "C", SPRING_26 + timedelta(days=1)),  # no holiday in these days
        on_duty("s4", "D", SPRING_26),
    ]
    second = [*first[:1], replace(first[1], lawyer="E"), *first[2:]]  # E took over from B
    week = Week.of(SPRING_26)
    versions = tuple(
        Version(number, week, number, week.span.start + timedelta(hours=number), tuple(duties))
        for number, duties in ((1, first), (2, second))
    )
    history = served(Published(versions), days, no_shows={("s4", "D")})
    assert history == {
        "A": frozenset({Occasion(2026, "春节")}),
        "E": frozenset({Occasion(2026, "春节")}),
    }
    assert last_time(history, [Occasion(2027, "春节")]) == {"A": ("春节",), "E": ("春节",)}
    assert last_time(history, [Occasion(2028, "春节")]) == {}  # two years ago is long enough


@pytest.mark.parametrize(
    ("since", "said"),
    [(None, ("春节",)), (date(2026, 3, 2), ("春节",)), (date(2026, 2, 16), ())],
)
def test_a_history_younger_than_the_last_time_says_so(
    bureau: Register, week: Week, since: date | None, said: tuple[str, ...]
) -> None:
    days = {SPRING_26: Occasion(2026, "春节"), SPRING_27: Occasion(2027, "春节")}
    found = unknown(days, [Occasion(2027, "春节")], since)
    assert found == said
    problem = problem_for(bureau, week).model_copy(update={"unknown_holidays": found})
    assert ["春节" in text.zh and "春节" in text.en for text in notes(problem)] == [True] * len(
        said
    )


def _publish(
    engine: Engine, keyring: Keyring, week: Week, problem: RosterProblem, file: RosterFile
) -> None:
    now = week.span.start - timedelta(days=3)
    with writing(engine) as connection:
        revision = store.save_draft(connection, week, problem, file, job=None, by="chen", now=now)
        assert revision is not None
        passed = Verdict(week, revision, ())
        done = service.publish(connection, keyring, week, "chen", now, revision, passed)
    assert not isinstance(done, Unpublished)


def test_the_problem_of_a_holiday_week_knows_who_served_it_the_year_before(
    database: Engine, keyring: Keyring, bureau: Register, rostered: Rostered
) -> None:
    # the station opens on one day of each Spring Festival; 2026's is served by L1
    last, coming = Week.of(SPRING_26), Week.of(SPRING_27)
    extra = tuple(ExtraDay(day, time(9), time(12)) for day in (SPRING_26, SPRING_27))
    posts = {**bureau.posts, "station": replace(bureau.posts["station"], extra_days=extra)}
    calendar = replace(
        bureau.calendar,
        off=bureau.calendar.off | {SPRING_27},
        work=bureau.calendar.work - {SPRING_27},
        known_years=bureau.calendar.known_years | {2027},
    )
    now = replace(bureau, posts=posts, calendar=calendar)
    with writing(database) as connection:
        save_register(connection, now, keyring)
        save_calendar(connection, calendar, "test", {SPRING_26: "春节", SPRING_27: "春节"})
    with reading(database) as connection:
        assert service.assemble(connection, keyring, coming).unknown_holidays == ("春节",)
    problem = problem_for(now, last)
    (shift,) = (one for one in problem.shifts if "2026-02-17" in one.id)
    duties = (Duty(shift=shift.id, lawyer="L1"),)
    file = rostered(problem).model_copy(update={"duties": duties})
    _publish(database, keyring, last, problem, file)
    with reading(database) as connection:
        made = service.assemble(connection, keyring, coming)
        history = holidays_served(connection, {SPRING_26: Occasion(2026, "春节")})
    assert {one.id for one in made.lawyers if one.holidays == ("春节",)} == {"L1"}
    assert {one.holiday for one in made.shifts} == {None, "春节"}
    assert made.unknown_holidays == ()
    assert history == {"L1": frozenset({Occasion(2026, "春节")})}


def test_the_next_weeks_problem_holds_what_is_published_or_planned_around_it(
    database: Engine, keyring: Keyring, bureau: Register, rostered: Rostered, week: Week
) -> None:
    with writing(database) as connection:
        save_register(connection, bureau, keyring)
    problem = problem_for(bureau, week)
    friday = next(s.id for s in problem.shifts if s.post == "station" and "27T1330" in s.id)
    one = {"duties": (Duty(shift=friday, lawyer="L1"),)}
    other = {"duties": (Duty(shift=friday, lawyer="L2"),)}
    file = rostered(problem)
    _publish(database, keyring, week, problem, file.model_copy(update=one))
    planned = {week: (problem, file.model_copy(update=other))}
    with reading(database) as connection:
        made = service.assemble(connection, keyring, week.next())
        ahead = service.assemble(connection, keyring, week.next(), planned)
    assert [held.lawyer for held in made.held] == ["L1"]
    assert [habit.lawyer for habit in made.habits] == ["L1"]
    assert [held.lawyer for held in ahead.held] == ["L2"]
    assert sound(made) == made


def test_a_draft_that_what_was_published_since_forbids_is_not_published(
    database: Engine, keyring: Keyring, bureau: Register, rostered: Rostered, week: Week
) -> None:
    # the draft gives L1 Monday morning after the week; meanwhile Sunday night is given to L1, too:
    # from 6:00 to 8:30 are two hours and a half, with eleven asked
    sunday = ExtraDay(week.days[6], time(22), time(6))
    posts = {**bureau.posts, "station": replace(bureau.posts["station"], extra_days=(sunday,))}
    with writing(database) as connection:
        save_register(connection, replace(bureau, posts=posts), keyring)
    with reading(database) as connection:
        ahead = service.assemble(connection, keyring, week.next())
        now = service.assemble(connection, keyring, week)
    monday = next(s.id for s in ahead.shifts if s.post == "station" and "30T0830" in s.id)
    night = next(s.id for s in now.shifts if "29T2200" in s.id)
    file = rostered(ahead)
    one = edited(ahead, file.model_copy(update={"duties": (Duty(monday, "L1"),)}), ()).file
    with writing(database) as connection:
        store.save_draft(
            connection, week.next(), ahead, one, job=None, by="chen", now=week.span.start
        )
    with reading(database) as connection:
        before = service.check_draft(connection, week.next())
    _publish(database, keyring, week, now, file.model_copy(update={"duties": (Duty(night, "L1"),)}))
    with reading(database) as connection:
        after = service.check_draft(connection, week.next())
    assert before is not None
    assert before.violations == ()
    assert after is not None
    assert [(broken.rule, broken.lawyer) for broken in after.violations] == [("rest", "L1")]
    with writing(database) as connection:
        done = service.publish(
            connection, keyring, week.next(), "chen", week.span.start, expected_revision=1
        )
    assert isinstance(done, Unpublished)
    assert done.why == "violations"
