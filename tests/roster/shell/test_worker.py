"""A job from its request to its drafts, on both databases."""

import os
import signal
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from zhiban.data.crypt import Keyring
from zhiban.data.database import reading, writing
from zhiban.data.register import Register
from zhiban.data.store import put_setting, save_register
from zhiban.data.week import Week
from zhiban.data.wording import Refused, Text
from zhiban.roster import heartbeat, job_store, keeping, service, store
from zhiban.roster.drafts import Job
from zhiban.roster.published import Version, on_shift
from zhiban.roster.worker import run_job

Run = Callable[..., Job]


@pytest.fixture
def run(database: Engine, keyring: Keyring, bureau: Register, week: Week, now: datetime) -> Run:
    """Requests a job over the small bureau, runs it, and gives it back as it ended."""
    with writing(database) as connection:
        save_register(connection, bureau, keyring)

    def go(weeks: int = 1, started: Callable[[int, int], None] | None = None) -> Job:
        with writing(database) as connection:
            id = service.request_job(connection, week, weeks, 20, "chen", now)
        hook = None if started is None else lambda pid: started(id, pid)
        assert run_job(database, keyring, id, lambda: now, workers=1, started=hook)
        with reading(database) as connection:
            job = job_store.load_job(connection, id)
        assert job is not None
        return job

    return go


def test_a_job_leaves_a_draft_that_passes_the_checker_and_can_be_published(
    database: Engine, keyring: Keyring, week: Week, now: datetime, run: Run
) -> None:
    job = run()
    assert (job.state, job.error) == ("done", None)
    assert job.progress
    assert job.progress[-1].week == "2026-W48"
    assert (job.started_at, job.finished_at) == (now, now)
    with reading(database) as connection:
        draft = service.draft(connection, week)
        verdict = service.check_draft(connection, week)
    assert draft is not None
    assert verdict is not None
    assert (draft.revision, draft.job, draft.created_by) == (1, job.id, "chen")
    assert (draft.summary.status, draft.summary.duties, draft.summary.vacancies) == (
        "optimal",
        20,
        0,
    )
    assert verdict.violations == ()
    with writing(database) as connection:
        version = service.publish(connection, keyring, week, "chen", now, 1)
        assert isinstance(version, Version)
        published = store.load_published(connection)
    assert len(on_shift(published, draft.problem.shifts[0].start)) == 2


def test_each_week_of_a_horizon_gets_a_draft_that_knows_the_ones_before(
    database: Engine, week: Week, run: Run
) -> None:
    job = run(weeks=2)
    assert job.state == "done"
    assert {row.week for row in job.progress} == {"2026-W48", "2026-W49"}
    with reading(database) as connection:
        first = service.draft(connection, week)
        second = service.draft(connection, week.next())
    assert first is not None
    assert second is not None
    held = {who: float(len(duties)) for who, duties in first.file.roster.by_lawyer.items()}
    ledger = {lawyer.id: lawyer.ledger for lawyer in second.problem.lawyers}
    assert {who: row.points for who, row in ledger.items() if row.points} == held
    assert {row.target for row in ledger.values()} == {2.5}  # 20 half-days among 8 equals


def test_a_job_is_run_once(database: Engine, keyring: Keyring, now: datetime, run: Run) -> None:
    job = run()
    assert not run_job(database, keyring, job.id, lambda: now)
    assert not run_job(database, keyring, job.id + 1, lambda: now)  # there is none


def test_a_job_says_that_it_lives_while_its_week_is_still_being_put_together(
    database: Engine,
    keyring: Keyring,
    bureau: Register,
    week: Week,
    now: datetime,
    monkeypatch: Any,
) -> None:
    """On a busy machine that takes longer than the silence after which it is begun again."""
    monkeypatch.setattr(heartbeat, "EVERY", 0.01)
    with writing(database) as connection:
        save_register(connection, bureau, keyring)
        id = service.request_job(connection, week, 1, 20, "chen", now)
    later, asked, seen = now + timedelta(seconds=40), threading.Event(), threading.Event()

    def clock() -> datetime:
        if threading.current_thread() is threading.main_thread():
            return now
        (seen if asked.is_set() else asked).set()  # the second comes once the first is written
        return later

    def start_of(*_: object) -> None:
        assert asked.wait(20)
        assert seen.wait(20)
        with reading(database) as connection:
            assert job_store.silent_jobs(connection, now + timedelta(seconds=20)) == ()
        raise Refused.one("week", "到此为止", "that is all")

    monkeypatch.setattr(keeping, "start_of", start_of)
    assert run_job(database, keyring, id, clock, workers=1)
    with reading(database) as connection:
        job = job_store.load_job(connection, id)
    assert job is not None
    assert (job.state, job.error) == ("failed", Text("week：到此为止", "week: that is all"))


def test_a_killed_solver_fails_the_job_in_words_and_leaves_no_draft(
    database: Engine, week: Week, run: Run
) -> None:
    job = run(started=lambda id, pid: os.kill(pid, signal.SIGKILL))
    assert job.state == "failed"
    assert job.error is not None
    assert "SIGKILL" in job.error.zh
    with reading(database) as connection:
        assert service.draft(connection, week) is None


def test_a_register_that_cannot_be_rostered_fails_the_job_with_the_reason(
    database: Engine, run: Run
) -> None:
    with writing(database) as connection:
        put_setting(connection, service.RULES_SETTING, {"nonsense": {}})
    job = run()
    assert job.state == "failed"
    assert job.error is not None
    assert "rules.nonsense" in job.error.en


def test_what_nobody_foresaw_fails_the_job_too(
    database: Engine, keyring: Keyring, week: Week, now: datetime, run: Run
) -> None:
    def trip(id: int, pid: int) -> None:
        raise RuntimeError("unforeseen")

    with pytest.raises(RuntimeError, match="unforeseen"):
        run(started=trip)
    with reading(database) as connection:
        (job,) = job_store.load_jobs(connection)
    assert job.state == "failed"
    assert job.error is not None
    assert "重新生成" in job.error.zh


def test_a_job_given_up_meanwhile_leaves_no_draft(
    database: Engine, week: Week, now: datetime, run: Run
) -> None:
    lost = Text("已中断", "interrupted")

    def give_up(id: int, pid: int) -> None:
        with writing(database) as connection:
            job_store.finish_job(connection, id, "failed", lost, now)

    job = run(started=give_up)
    assert (job.state, job.error) == ("failed", lost)
    with reading(database) as connection:
        assert service.draft(connection, week) is None


def test_a_stopped_city_job_keeps_its_best_so_far_and_leaves_later_weeks_alone(
    database: Engine, keyring: Keyring, jiaxing: Register, week: Week, now: datetime
) -> None:
    with writing(database) as connection:
        save_register(connection, jiaxing, keyring)
        id = service.request_job(connection, week, 2, 60, "chen", now)

    def stop(pid: int) -> None:
        with writing(database) as connection:
            assert service.request_stop(connection, id, now)

    assert run_job(database, keyring, id, lambda: now, workers=1, started=stop)
    with reading(database) as connection:
        job = job_store.load_job(connection, id)
        first = service.draft(connection, week)
        second = service.draft(connection, week.next())
    assert job is not None
    assert (job.state, job.error) == ("stopped", None)
    assert first is not None
    assert first.summary.status == "feasible"
    assert second is None
