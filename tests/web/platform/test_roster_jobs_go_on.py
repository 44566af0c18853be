"""Generations that outlive their process, run side by side, and take turns; real processes die."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from zhiban.data.crypt import Keyring
from zhiban.data.database import reading, writing
from zhiban.data.places import Opening, Post
from zhiban.data.register import Register
from zhiban.data.store import load_register, save_register
from zhiban.data.week import Week
from zhiban.roster import alternatives, job_store, store
from zhiban.roster import service as rosters
from zhiban.roster.drafts import Job
from zhiban.roster.job_options import JobOptions
from zhiban.roster.queueing import ATTEMPTS, retry_job
from zhiban.roster.worker import run_job
from zhiban.web import jobs
from zhiban.web.jobs import ROSTERS_AT_ONCE, Timers
from zhiban.web.metrics import Metrics
from zhiban.web.notify.channels import Kept

WEEK = Week(2026, 49)
# Runs a job as a service would, and stops still in the middle of its second week.
PROGRAM = """
import sys, time
from datetime import UTC, datetime
from zhiban.data.crypt import Keyring
from zhiban.data.database import make_engine
from zhiban.roster.worker import run_job

url, key, job = sys.argv[1], sys.argv[2], int(sys.argv[3])
seen = []

def started(pid):
    seen.append(pid)
    if len(seen) == 2:
        print(pid, flush=True)
        time.sleep(600)

if __name__ == "__main__":
    now = lambda: datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
    run_job(make_engine(url), Keyring([key]), job, now, workers=1, started=started)
"""


@pytest.fixture
def posts(service: Any) -> None:
    """The served bureau with one post that is open all week."""
    openings = tuple(Opening(day, time(8, 30), time(11, 30)) for day in range(5))
    hall = Post("hall", "大厅", "Hall", "station", "county", "330411", openings=openings)
    wiring = service.wiring
    register: Register = wiring.read_now(lambda c: load_register(c, wiring.keyring))
    more = replace(register, posts={**register.posts, "hall": hall})
    wiring.write_now(lambda c: save_register(c, more, wiring.keyring))


def asked(service: Any, week: Week = WEEK, weeks: int = 1, **more: Any) -> int:
    now = service.clock.now()
    number: int = service.wiring.write_now(
        lambda c: job_store.insert_job(c, week, weeks, 20.0, 1, "scheduler", now, **more)
    )
    return number


def found(service: Any, job: int) -> Job:
    made = service.wiring.read_now(lambda c: job_store.load_job(c, job))
    assert made is not None
    return made


def revision(service: Any, week: Week) -> int:
    number: int = service.wiring.read_now(lambda c: store.draft_revision(c, week))
    return number


def gone(pid: int) -> bool:
    """Whether a process has ended, waiting for it as long as it takes to notice."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    ready, _, _ = select.select([handle], [], [], 30)
    os.close(handle)
    return bool(ready)


def test_a_killed_process_loses_no_finished_week_and_the_next_one_goes_on(
    service: Any, posts: None, tmp_path: Path
) -> None:
    wiring = service.wiring
    job = asked(service, weeks=2)
    program = tmp_path / "runs_a_job.py"
    program.write_text(PROGRAM)
    url = wiring.engine.url.render_as_string(hide_password=False)
    key = wiring.settings.keys.split(",")[0]
    with subprocess.Popen(
        [sys.executable, str(program), url, key, str(job)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        solver = int(process.stdout.readline())
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
    assert gone(solver), "the solver must not outlive the process that wants its roster"
    cut_off = found(service, job)
    assert (cut_off.state, cut_off.weeks_done, cut_off.attempt) == ("running", 1, 1)
    first = revision(service, WEEK)
    assert first == 1
    jobs.run_roster_jobs(wiring, Kept(), service.clock.now() + timedelta(minutes=5))
    done = found(service, job)
    assert (done.state, done.weeks_done, done.attempt) == ("done", 2, 2)
    assert revision(service, WEEK) == first  # the finished week was not made again
    assert revision(service, WEEK.next()) == 1
    assert {row.week for row in done.progress} == {str(WEEK), str(WEEK.next())}


def test_a_job_that_kills_its_process_every_time_is_given_up(service: Any) -> None:
    job, now = asked(service), service.clock.now()
    for attempt in range(1, ATTEMPTS + 1):
        service.wiring.write_now(lambda c, now=now: job_store.start_job(c, job, now))
        now += timedelta(minutes=1)
        service.wiring.write_now(lambda c, now=now: service_recover(c, now))
        state = found(service, job).state
        assert state == ("failed" if attempt == ATTEMPTS else "queued")
    error = found(service, job).error
    assert error is not None
    assert "连续中断3次" in error.zh


def service_recover(connection: Any, now: datetime) -> None:
    rosters.recover_jobs(connection, now, jobs.SILENCE)


def test_a_shutdown_puts_a_running_job_back_and_does_not_wait_for_its_end(
    service: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = threading.Event()

    def slow(engine: Engine, keyring: Keyring, job: int, now: Any, **hooks: Any) -> bool:
        """Runs until somebody gives the job up."""
        service.wiring.write_now(lambda c: job_store.start_job(c, job, now()))
        hooks["started"](os.getpid())
        running.set()
        while found(service, job).state == "running":
            threading.Event().wait(0.02)
        return True

    monkeypatch.setattr(jobs, "run_job", slow)
    job = asked(service)
    timers = Timers(service.wiring, Metrics(), Kept())
    timers.start()
    assert running.wait(30)
    timers.stop()
    back = found(service, job)
    assert (back.state, back.attempt, back.error) == ("queued", 1, None)
    assert service.wiring.rostering == set()


def test_two_generations_run_side_by_side(service: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    # Each waits for the other to have begun: one after the other, neither would ever end.
    both = threading.Barrier(ROSTERS_AT_ONCE)
    finished: list[int] = []

    def meet(engine: Engine, keyring: Keyring, job: int, now: Any, **hooks: Any) -> bool:
        if not service.wiring.write_now(lambda c: job_store.start_job(c, job, now())):
            return False
        both.wait(30)
        service.wiring.write_now(lambda c: job_store.finish_job(c, job, "done", None, now()))
        finished.append(job)
        return True

    monkeypatch.setattr(jobs, "run_job", meet)
    wanted = {asked(service), asked(service, WEEK.next(3))}
    threads = [
        threading.Thread(
            target=jobs.run_roster_jobs, args=(service.wiring, Kept(), service.clock.now())
        )
        for _ in range(ROSTERS_AT_ONCE)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert set(finished) == wanted


def run_in_turn(service: Any, job: int) -> Job:
    wiring = service.wiring
    assert run_job(wiring.engine, wiring.keyring, job, service.clock.now, workers=1, in_turn=True)
    return found(service, job)


def test_a_long_job_lets_others_go_first_after_each_week(service: Any, posts: None) -> None:
    long, short = asked(service, weeks=3), asked(service, WEEK.next(8))
    paused = run_in_turn(service, long)
    assert (paused.state, paused.weeks_done) == ("queued", 1)
    assert service.wiring.read_now(service_next) == short
    assert run_in_turn(service, short).state == "done"
    done = run_in_turn(service, long)
    assert (done.state, done.weeks_done, done.attempt) == ("done", 3, 2)
    assert [revision(service, WEEK.next(n)) for n in range(3)] == [1, 1, 1]


def service_next(connection: Any) -> int | None:
    return rosters.next_job(connection)


def test_a_failed_job_is_tried_again_from_the_week_that_failed(service: Any) -> None:
    job, now = asked(service, weeks=3, alternative="更公平"), service.clock.now()
    wiring = service.wiring

    def fail(connection: Any) -> None:
        job_store.start_job(connection, job, now)
        job_store.touch_job(connection, job, (), now, 1, 1)
        job_store.finish_job(connection, job, "failed", None, now)

    wiring.write_now(fail)
    again = wiring.write_now(lambda c: retry_job(c, job, "li", now))
    made = found(service, again)
    assert (made.week, made.weeks, made.alternative) == (WEEK.next(), 2, "更公平")
    assert made.requested_by == "li"
    assert wiring.write_now(lambda c: retry_job(c, 99, "li", now)) is None


def test_a_draft_changed_while_it_was_generated_is_left_and_the_result_kept_beside(
    service: Any, posts: None
) -> None:
    wiring = service.wiring
    run_in_turn(service, asked(service))
    job = asked(service)

    def somebody_edits(pid: int) -> None:
        with writing(wiring.engine) as connection:
            draft = store.load_draft(connection, WEEK)
            assert draft is not None
            changed = service_replace(connection, draft)
        assert changed == 2

    assert run_job(
        wiring.engine,
        wiring.keyring,
        job,
        service.clock.now,
        workers=1,
        started=somebody_edits,
    )
    assert revision(service, WEEK) == 2
    with reading(wiring.engine) as connection:
        (kept,) = alternatives.of_week(connection, WEEK)
    assert (kept.name, kept.job) == (f"第{job}次生成", job)


def service_replace(connection: Any, draft: Any) -> Any:
    return rosters.replace_draft(
        connection, draft.week, draft.file, "li", draft.created_at, draft.revision
    )


def test_an_alternative_with_other_weights_is_kept_beside_and_chosen_later(
    service: Any, posts: None
) -> None:
    wiring = service.wiring
    run_in_turn(service, asked(service))
    options = JobOptions(emphasis="fair")
    job = run_in_turn(service, asked(service, alternative="更公平", options=options))
    assert (job.state, revision(service, WEEK)) == ("done", 1)
    with reading(wiring.engine) as connection:
        (kept,) = alternatives.of_week(connection, WEEK)
    assert kept.note.zh.startswith("更看重公平")
    now = service.clock.now()
    with writing(wiring.engine) as connection:
        assert alternatives.choose(connection, WEEK, kept.id, "li", now, 1) == 2
        # The draft until then is not lost; a choice from a page that is out of date is refused.
        (replaced,) = alternatives.of_week(connection, WEEK)
        stale = alternatives.choose(connection, WEEK, replaced.id, "li", now, 1)
        verdict = rosters.check_draft(connection, WEEK)
    assert replaced.name == "原草稿第1稿"
    assert stale is not None
    assert not isinstance(stale, int)
    assert stale.revision == 2
    assert verdict is not None
    assert verdict.violations == ()


def test_only_the_chosen_posts_are_made_anew(service: Any, posts: None) -> None:
    wiring = service.wiring
    run_in_turn(service, asked(service))
    with reading(wiring.engine) as connection:
        before = store.load_draft(connection, WEEK)
    assert before is not None
    register: Register = wiring.read_now(lambda c: load_register(c, wiring.keyring))
    other = replace(register.posts["hall"], id="desk", name="窗口")
    more = replace(register, posts={**register.posts, "desk": other})
    wiring.write_now(lambda c: save_register(c, more, wiring.keyring))
    run_in_turn(service, asked(service, options=JobOptions(posts=("desk",))))
    with reading(wiring.engine) as connection:
        after = store.load_draft(connection, WEEK)
        verdict = rosters.check_draft(connection, WEEK)
    assert after is not None
    assert verdict is not None
    assert verdict.violations == ()
    hall = {duty for duty in after.file.duties if duty.shift.startswith("hall@")}
    assert hall == set(before.file.duties)
    assert len(after.file.duties) == 10
    assert after.file.certificate is None  # nothing is proved of the whole week
