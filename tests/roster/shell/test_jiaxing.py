"""This and next week of one county of Jiaxing: from the register to who is on shift."""

from collections import Counter
from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest
from sqlalchemy import Engine

from zhiban.data.crypt import Keyring
from zhiban.data.database import reading, writing
from zhiban.data.register import Register
from zhiban.data.store import save_register
from zhiban.data.timespan import SHANGHAI
from zhiban.data.week import Week
from zhiban.roster import job_store, service, store
from zhiban.roster.published import Published, Version, next_on_shift, on_shift
from zhiban.roster.worker import run_job

COUNTY, CITY_SEAT = "330424", "seat-3304"  # Haiyan, and the city's own seat


@pytest.fixture
def haiyan(jiaxing: Register) -> Register:
    """Its posts and the city's seat, its own lawyers, and those who may help out."""
    posts = {
        id: post
        for id, post in jiaxing.posts.items()
        if id == CITY_SEAT or jiaxing.county_of(post.division) == COUNTY
    }
    lawyers = {
        id: lawyer
        for id, lawyer in jiaxing.lawyers.items()
        if jiaxing.county_of(lawyer.division) == COUNTY
    }
    return replace(
        jiaxing,
        posts=posts,
        lawyers=lawyers,
        leaves=tuple(leave for leave in jiaxing.leaves if leave.lawyer in lawyers),
        preferences=tuple(
            wish
            for wish in jiaxing.preferences
            if wish.lawyer in lawyers and (wish.post is None or wish.post in posts)
        ),
    )


def test_two_weeks_are_made_checked_published_and_looked_up(
    database: Engine, keyring: Keyring, haiyan: Register, week: Week, now: datetime
) -> None:
    with writing(database) as connection:
        save_register(connection, haiyan, keyring)
        id = service.request_job(connection, week, 2, 60, "chen", now)
    assert run_job(database, keyring, id, lambda: now, workers=1)
    with reading(database) as connection:
        job = job_store.load_job(connection, id)
        verdicts = [service.check_draft(connection, one) for one in (week, week.next())]
    assert job is not None
    assert (job.state, job.error) == ("done", None)
    for verdict in verdicts:
        assert verdict is not None
        assert verdict.violations == ()
        with writing(database) as connection:
            made = service.publish(connection, keyring, verdict.week, "chen", now, 1, verdict)
        assert isinstance(made, Version)
    with reading(database) as connection:
        drafts = [service.draft(connection, one) for one in (week, week.next())]
        published = store.load_published(connection)
    assert [draft.summary.status for draft in drafts if draft] == ["optimal", "optimal"]
    _every_seat_answers_all_working_time(published, haiyan, week)
    _nobody_is_in_two_places(published)


def _every_seat_answers_all_working_time(
    published: Published, register: Register, week: Week
) -> None:
    seats = {id for id, post in register.posts.items() if post.kind == "seat"}
    assert seats == {CITY_SEAT, f"seat-{COUNTY}"}
    for day in week.days[:5] + week.next().days[:5]:
        for clock in (time(8, 30), time(11, 29), time(13, 30), time(16, 59)):
            at = datetime.combine(day, clock, SHANGHAI)
            here = [duty for duty in on_shift(published, at) if duty.role == "primary"]
            assert {duty.post for duty in here if duty.kind == "seat"} == seats
    noon = datetime.combine(week.monday, time(12), SHANGHAI)
    assert on_shift(published, noon) == ()
    after = next_on_shift(published, noon, lambda duty: duty.post == CITY_SEAT)
    assert after is not None
    assert after.span.start == noon + timedelta(hours=1, minutes=30)


def _nobody_is_in_two_places(published: Published) -> None:
    starts = {duty.span.start for version in published.versions for duty in version.duties}
    for start in starts:
        held = Counter(duty.lawyer for duty in on_shift(published, start))
        assert max(held.values()) == 1
