"""The week ahead: who asked before is who will ask, and without a past a usual week is drawn."""

from __future__ import annotations

from datetime import date, time

from zhiban.data.database import reading, writing
from zhiban.data.store import load_register
from zhiban.data.timespan import Span
from zhiban.data.week import Week
from zhiban.queue.outlook import asked_in, expected, loads, play, short_posts, week_ahead
from zhiban.queue.simulate import Arrival
from zhiban.roster.problem import Division as ProblemDivision
from zhiban.roster.problem import Firm as ProblemFirm
from zhiban.roster.problem import Lawyer as ProblemLawyer
from zhiban.roster.problem import Post, RosterProblem, Shift
from zhiban.roster.solve import solve
from zhiban.roster.store import save_draft


def test_who_asked_in_the_weeks_before_is_who_will_ask(bureau):
    nine = bureau.at("11-10 09:00")
    for _ in range(4):
        bureau.ask(nine, category="labour")
    now = bureau.at("11-24 10:00")
    with reading(bureau.engine) as connection:
        register = load_register(connection, bureau.keyring)
        past = asked_in(connection, Span(nine, now))
        coming, source = expected(connection, register, Week.parse("2026-W48"), now, 1, 200.0)
        # Before week 47 there are less than seven days of a past: a usual bureau's are drawn.
        usual, other = expected(connection, register, Week.parse("2026-W47"), now, 1, 200.0)
    assert [(one.at, one.category) for one in past] == [(nine, "labour")] * 4
    assert (source, other) == ("past", "usual")
    # All asked on a Tuesday from 9 to 10, of which two have passed: Poisson with mean 2.
    assert {(one.at.weekday(), one.at.hour, one.category) for one in coming} <= {(1, 9, "labour")}
    assert len(coming) < 15
    assert abs(len(usual) - 1400) < 6 * 38


def test_a_week_without_any_roster_has_no_outlook(bureau):
    with reading(bureau.engine) as connection:
        assert week_ahead(connection, bureau.keyring, Week.parse("2027-W10")) is None


def test_a_night_that_began_on_sunday_answers_on_monday(bureau):
    night = (time(20), time(8))
    people = bureau.register.lawyers
    sunday = bureau.duty(people["L1"], "11-29", night)
    earlier = bureau.duty(people["L3"], "11-28", bureau.morning)
    monday = bureau.duty(people["L2"], "11-30", bureau.morning)
    bureau.publish([sunday, earlier, monday])
    week = Week.parse("2026-W49")
    with reading(bureau.engine) as connection:
        ahead = week_ahead(connection, bureau.keyring, week)
    assert (ahead.kind, ahead.number) == ("published", 1)
    asked = [Arrival(bureau.at("11-30 02:00"), bureau.xiuzhou)]
    outlook = play(ahead, week, asked, "file", 1)
    # L1 sits until eight on Monday; L3's Saturday has no part in this week.
    assert loads(outlook) == {"L1": 1, "L2": 0}
    assert outlook.found.waiting.p99 == 0


def test_the_published_roster_or_the_draft_can_be_asked_for_alone(bureau):
    bureau.publish([bureau.duty(bureau.register.lawyers["L1"], "11-24", bureau.morning)])
    week = Week.parse("2026-W48")
    with reading(bureau.engine) as connection:
        assert week_ahead(connection, bureau.keyring, week, "draft") is None
        assert week_ahead(connection, bureau.keyring, week, "published").kind == "published"
    problem = RosterProblem(
        start=date(2026, 11, 23),
        divisions=(ProblemDivision(code=bureau.xiuzhou, name="秀洲区", level="county"),),
        firms=(ProblemFirm(id="F1", name="正大", division=bureau.xiuzhou),),
        posts=(Post(id="seat", name="坐席", kind="seat", division=bureau.xiuzhou),),
        shifts=(
            Shift(
                id="s", post="seat", start=bureau.at("11-24 08:30"), end=bureau.at("11-24 11:30")
            ),
        ),
        lawyers=(
            ProblemLawyer(
                id="L2", name="律师2", firm="F1", division=bureau.xiuzhou, skills=("online",)
            ),
        ),
    )
    now = bureau.at("11-20 09:00")
    with writing(bureau.engine) as connection:
        save_draft(connection, week, problem, solve(problem), job=None, by="test", now=now)
    with reading(bureau.engine) as connection:
        draft = week_ahead(connection, bureau.keyring, week, "draft")
        assert week_ahead(connection, bureau.keyring, week).kind == "published"
    asked = [Arrival(bureau.at("11-24 09:00"), bureau.xiuzhou)]
    outlook = play(draft, week, asked, "file", 1)
    assert (draft.kind, loads(outlook), short_posts(outlook)) == ("draft", {"L2": 1}, {})
