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
from zhiban.roster import hand_edits, job_store, keeping, mending, service
from zhiban.roster.drafts import Job, JobProgress, JobState
from zhiban.roster.heartbeat import Heartbeat
from zhiban.roster.keeping import Start
from zhiban.roster.narrowing import as_asked, whole
from zhiban.roster.problem import RosterProblem
from zhiban.roster.rosterfile import RosterFile
from zhiban.roster.solving import Failed, Solving

Clock = Callable[[], datetime]
TICK = 0.25  # between looking for a request to stop, and writing progress at most
STOP_GRACE = 15.0
OVERRUN_GRACE = 60.0
MENDED_ANEW = 3  # times a draft is mended again because hands were faster


def run_job(
    engine: Engine,
    keyring: Keyring,
    job_id: int,
    clock: Clock,
    *,
    workers: int = 2,
    started: Callable[[int], None] | None = None,
    in_turn: bool = False,
) -> bool:
    """Makes the drafts of a queued job; false when somebody else took it.

    Each week is solved in a process of its own, the weeks one after the other, so that a later
    one knows what the earlier ones ask of everybody. The job's row says how far it is and how it
    ended. `started` is told the number of each process. `in_turn`: after a week, a job that waits
    goes first, and this one takes its place at the end of the queue.
    """
    with writing(engine) as connection:
        if not job_store.start_job(connection, job_id, clock()):
            return False
        job = job_store.load_job(connection, job_id)
    if job is None:
        return False
    run = _Run(engine, keyring, job, clock, workers, started or (lambda pid: None), in_turn)
    ended: tuple[JobState, Text | None] = ("failed", _INTERNAL)
    try:
        with Heartbeat(engine, job.id, job.attempt, clock):
            ended = run.all_weeks()
    finally:
        _end(engine, job, run.progress, ended, clock())
    return True


def _end(
    engine: Engine,
    job: Job,
    progress: list[JobProgress],
    ended: tuple[JobState, Text | None],
    now: datetime,
) -> None:
    """Writes how this attempt ended; nothing where it was given up meanwhile."""
    with writing(engine) as connection:
        job_store.touch_job(connection, job.id, progress, now, job.attempt)
        if ended[0] == "queued":
            job_store.requeue_job(connection, job.id, now, job.attempt)
        else:
            job_store.finish_job(connection, job.id, *ended, now, job.attempt)


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
        in_turn: bool,
    ) -> None:
        self._engine, self._keyring, self._job, self._clock = engine, keyring, job, clock
        self._workers, self._started, self._in_turn = workers, started, in_turn
        done = {str(job.week.next(number)) for number in range(job.weeks_done)}
        self.progress = [row for row in job.progress if row.week in done]
        self._rows_written = 0
        self._looked_at = monotonic()
        self._must_stop = self._given_up = False

    def all_weeks(self) -> tuple[JobState, Text | None]:
        """Solves each week that is not done yet and saves its draft; how the job ended."""
        first, job = self._job.weeks_done, self._job
        with reading(self._engine) as connection:
            planned = keeping.made_already(connection, job)
        for number in range(first, job.weeks):
            if self._must_stop:
                return "stopped", None
            if self._in_turn and number > first and self._others_wait():
                return "queued", None
            try:
                ended = self._one_week(job.week.next(number), number, planned)
            except Refused as error:
                return "failed", error.text
            if ended is not None:
                return ended
        return "done", None

    def _one_week(
        self, week: Week, number: int, planned: dict[Week, tuple[RosterProblem, RosterFile]]
    ) -> tuple[JobState, Text | None] | None:
        """Solves a week and saves its draft; how the job ended, where it did."""
        job = self._job
        if job.options.mend:
            return self._mend(week)
        with reading(self._engine) as connection:
            start = keeping.start_of(connection, self._keyring, job, week, planned)
        asked = as_asked(start.problem, job.options, start.present)
        outcome = self._solve(week, asked)
        if isinstance(outcome, Failed):
            return "failed", outcome.text
        if outcome is None:
            return "stopped", None
        file = outcome if job.options.plain else whole(start.problem, outcome)
        self._save(start, file, number + 1)
        planned[week] = (start.problem, file)
        return ("stopped", None) if outcome.stopped == "asked" else None

    def _mend(self, week: Week) -> tuple[JobState, Text | None] | None:
        """Makes a week's draft whole again; looks again where a hand was faster."""
        for _ in range(MENDED_ANEW):
            with reading(self._engine) as connection:
                found = hand_edits.open_draft(connection, week)
            if found is None:
                return "failed", _NO_DRAFT
            outcome = self._solve(week, found.draft.problem, found.draft.file)
            if isinstance(outcome, Failed):
                return "failed", outcome.text
            if outcome is None:
                return "stopped", None
            with writing(self._engine) as connection:
                job, now = self._job, self._clock()
                alive = job_store.touch_job(connection, job.id, self.progress, now, job.attempt)
                if alive is None or mending.put_down(
                    connection, found, outcome, job.requested_by, now
                ):
                    return None
        return "failed", _BUSY

    def _others_wait(self) -> bool:
        with reading(self._engine) as connection:
            return service.next_job(connection) is not None

    def _solve(
        self, week: Week, problem: RosterProblem, start: RosterFile | None = None
    ) -> RosterFile | Failed | None:
        """The roster of one week; None when it had to be stopped without any."""
        job, before = self._job, len(self.progress)
        limit = monotonic() + job.seconds + OVERRUN_GRACE
        asked_at: float | None = None
        with Solving(
            problem, seconds=job.seconds, workers=self._workers, seed=job.seed, start=start
        ) as solving:
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
                if self._given_up or (asked_at is not None and now > asked_at + STOP_GRACE):
                    return None
                if now > limit:
                    return Failed(_OVERRUN)

    def _pulse(self) -> None:
        """Every tick looks whether to stop, and writes what is new of the progress."""
        now = monotonic()
        if now < self._looked_at + TICK:
            return
        self._looked_at = now
        news = len(self.progress) > self._rows_written
        try:
            asked = self._touch() if news else self._look()
        except DatabaseBusy:
            return  # the next tick comes soon
        # What is not running any more, or was begun again elsewhere: nobody waits for it here.
        self._given_up = asked is None
        self._must_stop = asked is None or asked

    def _touch(self) -> bool | None:
        with writing(self._engine) as connection:
            asked = job_store.touch_job(
                connection, self._job.id, self.progress, self._clock(), self._job.attempt
            )
        self._rows_written = len(self.progress)
        return asked

    def _look(self) -> bool | None:
        with reading(self._engine) as connection:
            return job_store.asked_to_stop(connection, self._job.id, self._job.attempt)

    def _save(self, start: Start, file: RosterFile, weeks_done: int) -> None:
        job, now = self._job, self._clock()
        with writing(self._engine) as connection:
            alive = job_store.touch_job(
                connection, job.id, self.progress, now, job.attempt, weeks_done
            )
            if alive is not None:  # else a later job's draft must not be overwritten
                keeping.save(connection, job, start, file, now)


_INTERNAL = Text(
    "排班任务意外中断，没有完成，请重新生成",
    "the job was cut off unexpectedly and did not finish; please generate the roster again",
)
_OVERRUN = Text(
    "求解进程超过时限仍未结束，已终止，请重试",
    "the solver's process did not end within its time and was ended; please try again",
)
_NO_DRAFT = Text("这一周还没有草稿", "there is no draft of this week yet")
_BUSY = Text(
    "草稿一直有人在改，没有重排；请等大家停手再试",
    "the draft was being changed all the while and was not mended; try again when hands rest",
)
