"""The timers: one leader, every job safe to repeat, an outage caught up with."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

from prometheus_client import generate_latest
from sqlalchemy import select

from zhiban.data import outbox
from zhiban.data.outbox import Notice
from zhiban.data.records import OutboxRecord, table
from zhiban.data.store import put_setting
from zhiban.data.timespan import SHANGHAI
from zhiban.data.week import Week
from zhiban.data.wording import Text
from zhiban.roster import job_store
from zhiban.roster.job_store import load_jobs
from zhiban.web import jobs
from zhiban.web.jobs import TIMERS, Timers
from zhiban.web.leadership import Leadership
from zhiban.web.metrics import Metrics
from zhiban.web.next_week import request_next_week
from zhiban.web.notify.channels import Kept
from zhiban.web.notify.delivery import RETRIES, deliver
from zhiban.web.notify.inbox import inbox_of, mark_read, unread

OUTBOX = table(OutboxRecord)
ASK = {"text": "老板拖欠三个月工资", "division": "330411", "consent": True}


def tell(service, recipient: str, title: str = "有新咨询") -> None:
    """Leaves a notice in the outbox."""
    wiring = service.wiring
    notice = Notice(recipient, "assigned", Text(title, "New"), Text("请受理", "Please"), "/lawyer")
    wiring.write_now(lambda c: outbox.put(c, wiring.keyring, notice, wiring.clock.now()))


def inbox(service, login: str):
    """The inbox of an account."""
    wiring = service.wiring
    return wiring.read_now(lambda c: inbox_of(c, wiring.keyring, service.accounts[login]))


def test_a_notice_reaches_the_inbox_once_however_often_it_is_sent(service) -> None:
    tell(service, "lawyer:L1")
    now = service.clock.now()
    assert deliver(service.wiring, Kept(), now).sent == 1
    assert deliver(service.wiring, Kept(), now).sent == 0
    # As if the sender had died before writing down that it was sent.
    service.wiring.write_now(lambda c: c.execute(OUTBOX.update().values(sent_at=None, due_at=now)))
    assert deliver(service.wiring, Kept(), now).sent == 1
    (notice,) = inbox(service, "lawyer")
    assert (notice.title.zh, notice.link, notice.read_at) == ("有新咨询", "/lawyer", None)
    assert inbox(service, "scheduler") == ()


def test_notices_reach_their_person_or_role_and_are_read_by_them_only(service) -> None:
    tell(service, "L1")  # a bare id is a lawyer's
    tell(service, "role:supervisor")
    deliver(service.wiring, Kept(), service.clock.now())
    found = {role: len(inbox(service, role)) for role in service.accounts}
    # An administrator acts as a supervisor too.
    assert found == {"lawyer": 1, "scheduler": 0, "supervisor": 1, "administrator": 1}
    wiring, account = service.wiring, service.accounts["lawyer"]
    (notice,) = inbox(service, "supervisor")
    assert wiring.write_now(lambda c: mark_read(c, account, service.clock.now(), notice.id)) == 0
    assert wiring.write_now(lambda c: mark_read(c, account, service.clock.now())) == 1
    assert wiring.read_now(lambda c: unread(c, account)) == 0


def test_a_notice_in_the_inbox_is_encrypted_at_rest(service) -> None:
    from zhiban.web.records import INBOX_NOTICE

    tell(service, "lawyer:L1")
    deliver(service.wiring, Kept(), service.clock.now())
    stored = service.wiring.read_now(lambda c: c.execute(select(INBOX_NOTICE)).all())
    assert "有新咨询" not in str(stored)


def test_a_channel_that_refuses_is_tried_again_later_and_then_given_up(service, settings) -> None:
    wiring = service.wiring
    wiring.settings = settings.model_copy(update={"notify_urls": "json://one json://two"})
    tell(service, "role:supervisor")
    channels = Kept(refuses=frozenset({"json://two"}))
    now = service.clock.now()
    for tries, wait in enumerate((timedelta(), *RETRIES), start=1):
        now += wait
        assert deliver(wiring, channels, now).failed == 1
        # Not again before its time: a claim lasts a minute, the shortest retry too.
        assert deliver(wiring, channels, now + timedelta(seconds=1)).failed == 0
        assert len(channels.sent) == tries
    assert deliver(wiring, channels, now + timedelta(days=1)).failed == 0
    assert len(inbox(service, "supervisor")) == 1


def test_one_process_leads_until_it_gives_the_lease_back(service) -> None:
    first, second = Leadership(service.wiring), Leadership(service.wiring)
    assert first.renew()
    assert not second.renew()
    assert (first.held, second.held) == (True, False)
    assert first.renew()
    first.give_back()
    assert second.renew()
    assert (first.held, second.held) == (False, True)


def test_every_timer_may_run_twice_and_does_its_work_once(service) -> None:
    service.stranger().post("/api/v1/questions", json=ASK)
    # 24 h of wall clock are promised: a day and an hour later the answer is late.
    service.clock.at += timedelta(hours=25)
    channels = Kept()
    for timer in TIMERS:
        timer.run(service.wiring, channels, service.clock.now())
    counted = counts(service)
    for timer in TIMERS:
        timer.run(service.wiring, channels, service.clock.now())
    assert counts(service) == counted
    assert "breached" in counted


def counts(service) -> dict[str, int]:
    """How many notices of each kind were written."""
    rows = service.wiring.read_now(lambda c: c.execute(select(OUTBOX.c.kind)).scalars().all())
    return {kind: rows.count(kind) for kind in set(rows)}


def test_the_scheduler_runs_the_timers_and_counts_them(service) -> None:
    swept = threading.Event()

    metrics = Metrics()
    timers = Timers(service.wiring, metrics, Kept())
    noted = timers._note

    def note(event) -> None:
        noted(event)
        if event.job_id == "sweep":
            swept.set()

    timers._note = note
    timers.start()
    try:
        assert swept.wait(20)
    finally:
        timers.stop()
    text = generate_latest(metrics.registry).decode()
    assert 'zhiban_timer_runs_total{job="sweep",outcome="done"} 1.0' in text
    assert 'outcome="failed"' not in text
    # Another process leads at once.
    assert Leadership(service.wiring).renew()


def test_next_weeks_draft_is_asked_for_once_from_thursday_nine_on(service) -> None:
    def asked(at: str) -> int | None:
        now = datetime.fromisoformat(at).replace(tzinfo=SHANGHAI)
        return service.wiring.write_now(lambda c: request_next_week(c, now, 10.0))

    assert asked("2026-11-26T08:59") is None
    assert asked("2026-11-26T09:00") is not None
    assert asked("2026-11-26T09:10") is None
    assert asked("2026-11-29T23:00") is None
    (job,) = service.wiring.read_now(load_jobs)
    assert (job.week, job.requested_by) == (Week(2026, 49), "timer")


def test_next_weeks_draft_can_be_switched_off_or_moved(service) -> None:
    thursday = datetime(2026, 11, 26, 12, tzinfo=SHANGHAI)
    wiring = service.wiring
    for setting in ({"enabled": False}, {"weekday": 4}):
        wiring.write_now(lambda c, value=setting: put_setting(c, "next_week_draft", value))
        assert wiring.write_now(lambda c: request_next_week(c, thursday, 10.0)) is None


def test_a_roster_job_cut_off_by_an_outage_is_begun_again(service) -> None:
    wiring = service.wiring
    now = service.clock.now()
    job = wiring.write_now(
        lambda c: job_store.insert_job(c, Week(2026, 49), 1, 5.0, 1, "scheduler", now)
    )
    wiring.write_now(lambda c: job_store.start_job(c, job, now))
    jobs.run_roster_jobs(wiring, Kept(), now + timedelta(minutes=5))
    found = wiring.read_now(lambda c: job_store.load_job(c, job))
    assert (found.state, found.attempt, found.weeks_done) == ("done", 2, 1)
