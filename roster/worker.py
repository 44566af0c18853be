"""Runs a job that makes rosters: solves week after week, says how far it is, leaves the drafts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from time import monotonic

from sqlalchemy import Engine

from zhiban.data.crypt import Keyring
from zhiban.data.database import DatabaseBusy, reading, writing
from zhiban.data.week import Week
from zhiban.data.wording import Refused, Text
from zhiban.roster import job_store, service, store
from zhiban.roster.drafts import Job, JobProgress, JobState
from zhiban.roster.problem import RosterProblem
from zhiban.roster.rosterfile import RosterFile
from zhiban.roster.solving import Failed, Solving

Clock = Callable[[], datetime]
TICK = 0.25  # between looking for a request to stop, and writing progress at most
HEARTBEAT = 2.0
STOP_GRACE = 15.0
OVERRUN_GRACE = 60.0


def run_job(
    engine: Engine,
    keyring: Keyring,
    job_id: int,
    clock: Clock,
    *,
    workers: int = 2,
    started: Callable[[int], None] | None = None,
) -> bool:
    """Makes the drafts of a queued job; false when somebody else took it.

    Each week is solved in a process of its own, the weeks one after the other, so that a later
    one knows what the earlier ones ask of everybody. The job's row says how far it is and how it
    ended. `started` is told the number of each process.
    """
    with writing(engine) as connection:
        if not job_store.start_job(connection, job_id, clock()):
            return False
        job = job_store.load_job(connection, job_id)
    if job is None:
        return False
    run = _Run(engine, keyring, job, clock, workers, started or (lambda pid: None))
    ended: tuple[JobState, Text | None] = ("failed", _INTERNAL)
    try:
        ended = run.all_weeks()
    finally:
        with writing(engine) as connection:
            job_store.touch_job(connection, job_id, run.progress, clock())
            job_store.finish_job(connection, job_id, *ended, clock())
    return True


class _Run:
    """One running job."""

    def __init__(
        self,
        engine: Engine,
        keyring: Keyring,
        job: Job,
        clock: Clock,
        workers: int,
        started: Callable[[int], None],
    ) -> None:
        self._engine, self._keyring, self._job, self._clock = engine, keyring, job, clock
        self._workers, self._started = workers, started
        self.progress: list[JobProgress] = []
        self._rows_written = 0
        self._written_at = self._looked_at = monotonic()
        self._must_stop = False

    def all_weeks(self) -> tuple[JobState, Text | None]:
        """Solves each week and saves its draft; how the job ended."""
        planned: dict[Week, tuple[RosterProblem, RosterFile]] = {}
        for number in range(self._job.weeks):
            week = self._job.week.next(number)
            if self._must_stop:
                return "stopped", None
            try:
                with reading(self._engine) as connection:
                    problem = service.assemble(connection, self._keyring, week, planned)
            except Refused as error:
                return "failed", error.text
            outcome = self._solve(week, problem)
            if isinstance(outcome, Failed):
                return "failed", outcome.text
            if outcome is None:
                return "stopped", None
            self._save(week, problem, outcome)
            planned[week] = (problem, outcome)
            if outcome.stopped == "asked":
                return "stopped", None
        return "done", None

    def _solve(self, week: Week, problem: RosterProblem) -> RosterFile | Failed | None:
        """The roster of one week; None when it had to be stopped without any."""
        job, before = self._job, len(self.progress)
        limit = monotonic() + job.seconds + OVERRUN_GRACE
        asked_at: float | None = None
        with Solving(problem, seconds=job.seconds, workers=self._workers, seed=job.seed) as solving:
            self._started(solving.pid)
            while True:
                outcome = solving.outcome(TICK)
                self.progress[before:] = [
                    JobProgress(str(week), p.seconds, p.objective, p.bound, p.stage)
                    for p in solving.progress
                ]
                if outcome is not None:
                    return outcome
                self._pulse()
                now = monotonic()
                if self._must_stop and asked_at is None:
                    solving.ask_to_stop()
                    asked_at = now
                if asked_at is not None and now > asked_at + STOP_GRACE:
                    return None
                if now > limit:
                    return Failed(_OVERRUN)

    def _pulse(self) -> None:
        """Every tick looks whether to stop; writes progress, or now and then a sign of life."""
        now = monotonic()
        if now < self._looked_at + TICK:
            return
        self._looked_at = now
        news = len(self.progress) > self._rows_written or now > self._written_at + HEARTBEAT
        try:
            asked = self._touch(now) if news else self._look()
        except DatabaseBusy:
            return  # the next tick comes soon
        # A job that is not running any more was given up by somebody: nobody waits for it.
        self._must_stop = asked is None or asked

    def _touch(self, now: float) -> bool | None:
        with writing(self._engine) as connection:
            asked = job_store.touch_job(connection, self._job.id, self.progress, self._clock())
        self._rows_written, self._written_at = len(self.progress), now
        return asked

    def _look(self) -> bool | None:
        with reading(self._engine) as connection:
            return job_store.asked_to_stop(connection, self._job.id)

    def _save(self, week: Week, problem: RosterProblem, file: RosterFile) -> None:
        now = self._clock()
        with writing(self._engine) as connection:
            if job_store.touch_job(connection, self._job.id, self.progress, now) is None:
                return  # given up meanwhile: a later job's draft must not be overwritten
            store.save_draft(
                connection,
                week,
                problem,
                file,
                job=self._job.id,
                by=self._job.requested_by,
                now=now,
            )


_INTERNAL = Text(
    "排班任务意外中断，没有完成，请重新生成",
    "the job was cut off unexpectedly and did not finish; please generate the roster again",
)
_OVERRUN = Text(
    "求解进程超过时限仍未结束，已终止，请重试",
    "the solver's process did not end within its time and was ended; please try again",
)
