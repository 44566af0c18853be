"""The timers: APScheduler in the service, one leader at a time, every job safe to repeat."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog
from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_EXECUTED, JobExecutionEvent
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from zhiban.data.database import DatabaseBusy, DatabaseUnavailable
from zhiban.data.writer import WriterBusy
from zhiban.queue import answer_draft, calling, rounds, unsent
from zhiban.queue import booking_following as bookings
from zhiban.queue import service as queue_service
from zhiban.roster import no_shows, nominations
from zhiban.roster import service as roster_service
from zhiban.roster.correcting import remind_members
from zhiban.roster.offer_following import lapse_begun
from zhiban.roster.queueing import interrupt_jobs
from zhiban.roster.worker import run_job
from zhiban.web.leadership import RENEW_SECONDS, Leadership
from zhiban.web.metrics import Metrics
from zhiban.web.next_week import request_next_week
from zhiban.web.notify.channels import Channels
from zhiban.web.notify.delivery import deliver
from zhiban.web.problems import where_of
from zhiban.web.sessions import purge_sessions
from zhiban.web.wiring import Wiring

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Timer:
    """A job of the leader: what it is called, how often it runs, what it does at a moment.

    `at_once` says how many runs of it may go on side by side.
    """

    name: str
    seconds: int
    run: Callable[[Wiring, Channels, datetime], object]
    at_once: int = 1


WATCH_SECONDS = 1
# A running roster job gives a sign of life every two seconds.
SILENCE = timedelta(seconds=20)
ROSTERS_AT_ONCE = 2


def sweep(wiring: Wiring, channels: Channels, now: datetime) -> object:
    """Warns of and records due clocks, once each, and tries those who wait again."""
    return wiring.write_now(lambda c: queue_service.sweep(c, wiring.keyring, now))


def hand_over(wiring: Wiring, channels: Channels, now: datetime) -> object:
    """Passes on what shifts that ended left behind."""
    return wiring.write_now(lambda c: queue_service.hand_over(c, wiring.keyring, now))


def send_notices(wiring: Wiring, channels: Channels, now: datetime) -> object:
    """Empties the outbox."""
    return deliver(wiring, channels, now)


def run_roster_jobs(wiring: Wiring, channels: Channels, now: datetime) -> object:
    """Runs the roster job that has waited longest, in processes of its own, taking turns."""
    # What was running when a service died is begun again before the next one starts.
    lost = wiring.write_now(lambda c: roster_service.recover_jobs(c, now, SILENCE))
    while (job := wiring.read_now(roster_service.next_job)) is not None:
        if _ran_roster_job(wiring, job):
            break  # else another run of this timer was faster: the next one, then
    return (lost, job)


def _ran_roster_job(wiring: Wiring, job: int) -> bool:
    ours = True
    try:
        ours = run_job(
            wiring.engine,
            wiring.keyring,
            job,
            wiring.clock.now,
            workers=wiring.settings.roster_workers,
            started=lambda pid: wiring.rostering.add(job),
            in_turn=True,
        )
    finally:
        if ours:
            wiring.rostering.discard(job)
    return ours


def draft_next_week(wiring: Wiring, channels: Channels, now: datetime) -> object:
    """Asks for next week's draft once its day has come."""
    return wiring.write_now(lambda c: request_next_week(c, now, wiring.settings.roster_seconds))


def remind_firms(wiring: Wiring, channels: Channels, now: datetime) -> object:
    """Reminds firms that may still name who comes to a shift given to them."""
    return wiring.write_now(lambda c: nominations.remind_firms(c, wiring.keyring, now))


def call_missing(wiring: Wiring, channels: Channels, now: datetime) -> object:
    """Raises the alarm for lawyers who have not come to their shift."""
    return wiring.write_now(
        lambda c: no_shows.raise_alarms(c, wiring.keyring, wiring.published(c), now)
    )


def end_numbers(wiring: Wiring, channels: Channels, now: datetime) -> object:
    """Ends the numbers of stations that have closed."""
    return wiring.write_now(lambda c: calling.expire(c, wiring.keyring, now))


def follow_bookings(wiring: Wiring, channels: Channels, now: datetime) -> object:
    """Lets bookings keep to the roster as published now."""
    if not wiring.read_now(lambda c: bookings.out_of_date(c, wiring.keyring, now)):
        return None
    return wiring.write_now(lambda c: bookings.follow_roster(c, wiring.keyring, now))


def forget_visitors(wiring: Wiring, channels: Channels, now: datetime) -> object:
    """Destroys who came to bookings long past."""
    return wiring.write_now(lambda c: bookings.destroy_old(c, now))


def follow_requests(wiring: Wiring, channels: Channels, now: datetime) -> object:
    """Lets swap offers end as their shifts begin, and reminds who has not looked at their entry."""
    lapsed = wiring.write_now(lambda c: lapse_begun(c, wiring.keyring, now))
    return lapsed, wiring.write_now(lambda c: remind_members(c, wiring.keyring, now))


def tidy(wiring: Wiring, channels: Channels, now: datetime) -> object:
    """Removes sessions that are over, and what people left unsent: answers and questions."""
    idle = timedelta(minutes=wiring.settings.session_idle_minutes)
    wiring.write_now(lambda c: answer_draft.forget_drafts(c, now))
    wiring.write_now(lambda c: unsent.purge(c, now))
    return wiring.write_now(lambda c: purge_sessions(c, now, idle))


TIMERS = (
    Timer("sweep", 15, sweep),
    Timer("hand_over", 15, hand_over),
    Timer("send_notices", 5, send_notices),
    Timer("run_roster_jobs", 2, run_roster_jobs, ROSTERS_AT_ONCE),
    Timer("draft_next_week", 600, draft_next_week),
    Timer("remind_firms", 600, remind_firms),
    Timer("follow_bookings", 5, follow_bookings),
    Timer("forget_visitors", 3600, forget_visitors),
    Timer("call_missing", 30, call_missing),
    Timer("end_numbers", 120, end_numbers),
    Timer("follow_requests", 60, follow_requests),
    Timer("tidy", 3600, tidy),
)


_THREADS = sum(timer.at_once for timer in TIMERS) + 2  # and leadership, and the seats


class Timers:
    """Runs the timers of one process while it leads."""

    def __init__(self, wiring: Wiring, metrics: Metrics, channels: Channels | None = None) -> None:
        self._wiring = wiring
        self._metrics = metrics
        self._channels = channels or wiring.channels
        self._leadership = Leadership(wiring)
        self._seated: frozenset[tuple[str, str]] | None = None
        self._scheduler: BackgroundScheduler | None = None

    def start(self) -> None:
        """Starts them; the first round comes at once, so that an outage is caught up with."""
        scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={"default": ThreadPoolExecutor(_THREADS)},
            # A late run is made up for by one run, however late and however many were missed.
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )
        scheduler.add_listener(self._note, EVENT_JOB_ERROR | EVENT_JOB_EXECUTED)
        with suppress(DatabaseBusy, DatabaseUnavailable, WriterBusy):
            self._leadership.renew()  # else the next renewal leads
        scheduler.add_job(self._renew, "interval", seconds=RENEW_SECONDS, id="leadership")
        scheduler.add_job(self._watch_seats, "interval", seconds=WATCH_SECONDS, id="seats")
        for timer in TIMERS:
            scheduler.add_job(
                self._lead,
                "interval",
                (timer,),
                seconds=timer.seconds,
                id=timer.name,
                max_instances=timer.at_once,
                next_run_time=datetime.now(UTC),
            )
        scheduler.start()
        self._scheduler = scheduler

    def stop(self) -> None:
        """Ends them after what runs has ended, and lets another process lead.

        Roster jobs that run here go back to their place in the queue: whoever leads next goes on
        with the week that was being made.
        """
        if self._scheduler is not None:
            self._scheduler.pause()
            self._stop_roster_jobs()
            self._scheduler.shutdown(wait=True)
            self._scheduler = None
            self._leadership.give_back()

    def _stop_roster_jobs(self) -> None:
        ours = tuple(self._wiring.rostering)
        if ours:
            with suppress(DatabaseBusy, DatabaseUnavailable, WriterBusy):
                self._wiring.write_now(lambda c: interrupt_jobs(c, ours))

    def _renew(self) -> None:
        """Leads on, or begins to: who has just taken over runs every timer at once."""
        led = self._leadership.held
        if self._leadership.renew() and not led:
            self._hasten(*(timer.name for timer in TIMERS))

    def _watch_seats(self) -> None:
        """Hands over when a shift ends or a roster is published, and not with the next round."""
        if not self._leadership.held:
            return
        now, keyring = self._wiring.clock.now(), self._wiring.keyring
        seated = self._wiring.read_now(lambda connection: rounds.seated(connection, keyring, now))
        if seated != self._seated:
            hand_over(self._wiring, self._channels, now)
            self._seated = seated

    def _hasten(self, *timers: str) -> None:
        for name in timers:
            if self._scheduler is not None:
                self._scheduler.modify_job(name, next_run_time=datetime.now(UTC))

    def _lead(self, timer: Timer) -> None:
        if self._leadership.held:
            timer.run(self._wiring, self._channels, self._wiring.clock.now())

    def _note(self, event: JobExecutionEvent) -> None:
        """Counts each run; says which failed and where, without the message's contents."""
        error = event.exception
        outcome = "done" if error is None else "failed"
        self._metrics.jobs.labels(event.job_id, outcome).inc()
        if error is not None:
            log.error(
                "timer_failed",
                job=event.job_id,
                error=type(error).__name__,
                where=where_of(error),
            )
