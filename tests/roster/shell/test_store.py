"""Jobs, drafts and versions in both databases."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from time import monotonic

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import IntegrityError

from zhiban.data.database import reading, writing
from zhiban.data.register import Register
from zhiban.data.week import Week
from zhiban.data.wording import Text
from zhiban.roster import job_store, store
from zhiban.roster.assembly import problem_for
from zhiban.roster.drafts import Draft, JobProgress, summary_of
from zhiban.roster.fairness import Share
from zhiban.roster.problem import RosterProblem
from zhiban.roster.publication import duties_of
from zhiban.roster.published import Version, on_shift
from zhiban.roster.rosterfile import RosterFile

Rostered = Callable[..., RosterFile]


@pytest.fixture
def problem(bureau: Register, week: Week) -> RosterProblem:
    return problem_for(bureau, week)


def draft(problem: RosterProblem, file: RosterFile, week: Week, now: datetime) -> Draft:
    return Draft(week, 1, problem, file, summary_of(file), None, now, "chen", None)


def publish(
    engine: Engine,
    problem: RosterProblem,
    file: RosterFile,
    week: Week,
    now: datetime,
    number: int = 1,
) -> Version:
    duties = duties_of(problem, file.roster)
    with writing(engine) as connection:
        return store.insert_version(
            connection,
            draft(problem, file, week, now),
            number,
            duties,
            {"L1": Share(2.5, 0.25)},
            "chen",
            now,
        )


def test_a_job_comes_back_as_it_was_queued(database: Engine, week: Week, now: datetime) -> None:
    with writing(database) as connection:
        id = job_store.insert_job(connection, week, 2, 30.0, 1, "chen", now)
    with reading(database) as connection:
        job = job_store.load_job(connection, id)
        assert job is not None
        assert (job.week, job.weeks, job.seconds, job.state) == (week, 2, 30.0, "queued")
        assert (job.requested_at, job.started_at, job.error) == (now, None, None)
        assert job_store.queued_jobs(connection) == job_store.load_jobs(connection) == (job,)
        assert job_store.load_job(connection, id + 1) is None


def test_a_queued_job_is_taken_once(database: Engine, week: Week, now: datetime) -> None:
    with writing(database) as connection:
        id = job_store.insert_job(connection, week, 1, 30.0, 1, "chen", now)
        assert job_store.start_job(connection, id, now)
        assert not job_store.start_job(connection, id, now)
        assert job_store.queued_jobs(connection) == ()


def test_progress_is_kept_and_the_request_to_stop_comes_back(
    database: Engine, week: Week, now: datetime
) -> None:
    rows = (
        JobProgress(str(week), 0.5, None, 90, "bound"),
        JobProgress(str(week), 1.0, 100, 90, "dive"),
    )
    with writing(database) as connection:
        id = job_store.insert_job(connection, week, 1, 30.0, 1, "chen", now)
        assert job_store.touch_job(connection, id, rows, now) is None  # it does not run yet
        job_store.start_job(connection, id, now)
        assert job_store.touch_job(connection, id, rows, now + timedelta(seconds=9)) is False
        assert job_store.ask_to_stop(connection, id)
        assert job_store.asked_to_stop(connection, id) is True
        assert job_store.touch_job(connection, id, rows, now + timedelta(seconds=9)) is True
    with reading(database) as connection:
        job = job_store.load_job(connection, id)
    assert job is not None
    assert job.progress == rows
    assert [row.gap for row in job.progress] == [None, 0.1]  # (100 - 90) / 100
    assert job.heartbeat_at == now + timedelta(seconds=9)


def test_a_job_ends_once_with_its_reason(database: Engine, week: Week, now: datetime) -> None:
    with writing(database) as connection:
        id = job_store.insert_job(connection, week, 1, 30.0, 1, "chen", now)
        job_store.start_job(connection, id, now)
        error = Text("求解进程意外退出", "the process ended")
        assert job_store.finish_job(connection, id, "failed", error, now)
        assert not job_store.finish_job(connection, id, "done", None, now)
        assert not job_store.ask_to_stop(connection, id)
        assert job_store.asked_to_stop(connection, id) is None
        job = job_store.load_job(connection, id)
    assert job is not None
    assert (job.state, job.error, job.finished_at) == ("failed", error, now)


def test_drafts_count_their_revisions(
    database: Engine, problem: RosterProblem, rostered: Rostered, week: Week, now: datetime
) -> None:
    first, second = rostered(problem), rostered(problem, without=("L1",))
    with writing(database) as connection:
        assert store.load_draft(connection, week) is None
        saved = [
            store.save_draft(connection, week, problem, file, job=None, by="chen", now=now)
            for file in (first, second)
        ]
        found = store.load_draft(connection, week)
    assert saved == [1, 2]
    assert found is not None
    assert (found.problem, found.file, found.revision) == (problem, second, 2)
    assert (found.summary.duties, found.created_by, found.created_at) == (20, "chen", now)


def test_a_draft_changed_meanwhile_is_not_overwritten(
    database: Engine, problem: RosterProblem, rostered: Rostered, week: Week, now: datetime
) -> None:
    def save(expected: int) -> int | None:
        with writing(database) as connection:
            return store.save_draft(
                connection,
                week,
                problem,
                rostered(problem),
                job=None,
                by="chen",
                now=now,
                expected_revision=expected,
            )

    assert save(0) == 1
    assert save(0) is None  # both meant to make the first
    assert save(1) == 2
    assert save(1) is None


def test_of_two_who_write_the_first_draft_at_once_one_wins(
    database: Engine, problem: RosterProblem, rostered: Rostered, week: Week, now: datetime
) -> None:
    def save(connection: Connection, by: str) -> int | None:
        file = rostered(problem)
        return store.save_draft(
            connection, week, problem, file, job=None, by=by, now=now, expected_revision=0
        )

    def second() -> int | None:
        with writing(database) as connection:
            return save(connection, "li")

    with ThreadPoolExecutor(1) as pool:
        with writing(database) as connection:
            assert save(connection, "chen") == 1
            late = pool.submit(second)
            _until_somebody_waits(connection)
        assert late.result(timeout=30) is None
    with reading(database) as connection:
        found = store.load_draft(connection, week)
    assert found is not None
    assert found.created_by == "chen"


def _until_somebody_waits(connection: Connection) -> None:
    """On PostgreSQL, until another transaction waits for this one; on SQLite it cannot begin."""
    if connection.dialect.name != "postgresql":
        return
    waiting = text("select count(*) from pg_locks where not granted")
    limit = monotonic() + 30
    while connection.execute(waiting).scalar_one() == 0:
        assert monotonic() < limit


def test_a_published_mark_outlives_later_revisions(
    database: Engine, problem: RosterProblem, rostered: Rostered, week: Week, now: datetime
) -> None:
    file = rostered(problem)
    with writing(database) as connection:
        store.save_draft(connection, week, problem, file, job=None, by="chen", now=now)
        store.mark_published(connection, week, 1)
        store.save_draft(connection, week, problem, file, job=None, by="chen", now=now)
        found = store.load_draft(connection, week)
    assert found is not None
    assert (found.revision, found.published_revision) == (2, 1)


def test_a_version_comes_back_with_all_its_duties(
    database: Engine, problem: RosterProblem, rostered: Rostered, week: Week, now: datetime
) -> None:
    version = publish(database, problem, rostered(problem), week, now)
    with reading(database) as connection:
        published = store.load_published(connection)
        history = store.load_history(connection, week)
        files = store.load_version_files(connection, version.id)
    (found,) = published.versions
    assert (found.week, found.number, found.published_at) == (week, 1, now)
    assert sorted(found.duties, key=repr) == sorted(version.duties, key=repr)
    assert len(on_shift(published, problem.shifts[0].start)) == 2  # the seat and the station
    assert [(row.number, row.published_by, row.summary.duties) for row in history] == [
        (1, "chen", 20)
    ]
    assert files == (problem, rostered(problem))


def test_a_number_is_given_once_a_week(
    database: Engine, problem: RosterProblem, rostered: Rostered, week: Week, now: datetime
) -> None:
    file = rostered(problem)
    publish(database, problem, file, week, now)
    with pytest.raises(IntegrityError):
        publish(database, problem, file, week, now)
    assert publish(database, problem, file, week, now, number=2).number == 2


def test_only_the_weeks_asked_for_are_read_and_known_versions_are_not_read_again(
    database: Engine, bureau: Register, rostered: Rostered, week: Week, now: datetime
) -> None:
    weeks = [week.next(number) for number in (0, 6)]  # 2026-W48 and 2027-W01
    for one in weeks:
        asked = problem_for(bureau, one)
        publish(database, asked, rostered(asked), one, now)
    with reading(database) as connection:
        everything = store.load_published(connection)
        late = store.load_published(connection, since=weeks[1])
        early = store.load_published(connection, until=week)
        again = store.load_published(connection, known=everything)
    assert [version.week for version in everything.versions] == weeks
    assert [version.week for version in late.versions] == weeks[1:]
    assert [version.week for version in early.versions] == weeks[:1]
    assert all(a is b for a, b in zip(again.versions, everything.versions, strict=True))


def test_shares_are_found_by_version(
    database: Engine, problem: RosterProblem, rostered: Rostered, week: Week, now: datetime
) -> None:
    version = publish(database, problem, rostered(problem), week, now)
    with reading(database) as connection:
        assert store.load_shares(connection, week, week) == {version.id: {"L1": Share(2.5, 0.25)}}
        assert store.load_shares(connection, week.next(), week.next()) == {}
