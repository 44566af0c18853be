"""Asking for rosters and publishing them, on both databases."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import Engine

from zhiban.data import board, outbox
from zhiban.data.crypt import Keyring
from zhiban.data.database import reading, writing
from zhiban.data.people import Leave
from zhiban.data.register import Register
from zhiban.data.store import put_setting, save_register
from zhiban.data.week import Week
from zhiban.data.wording import Refused
from zhiban.roster import job_store, service, store
from zhiban.roster.assembly import problem_for
from zhiban.roster.changes import differences
from zhiban.roster.drafts import Stale, Unpublished, Verdict
from zhiban.roster.publication import duties_of
from zhiban.roster.published import Version, on_shift
from zhiban.roster.rosterfile import RosterFile

Rostered = Callable[..., RosterFile]
Publish = Callable[..., Version | Unpublished]


@pytest.fixture
def publish(
    database: Engine,
    keyring: Keyring,
    bureau: Register,
    rostered: Rostered,
    week: Week,
    now: datetime,
) -> Publish:
    """Drafts a week without those named, and publishes it on a verdict without violations."""

    def run(*without: str, at: datetime = now, of: Week = week) -> Version | Unpublished:
        problem = problem_for(bureau, of)
        with writing(database) as connection:
            revision = store.save_draft(
                connection, of, problem, rostered(problem, without), job=None, by="chen", now=at
            )
            assert revision is not None
            passed = Verdict(of, revision, ())
            return service.publish(connection, keyring, of, "chen", at, revision, passed)

    return run


def _everybody_away(bureau: Register, week: Week) -> tuple[Leave, ...]:
    return tuple(Leave(f"V{id}", id, week.span) for id in bureau.lawyers)


def claimed(engine: Engine, keyring: Keyring, now: datetime) -> list[outbox.Claimed]:
    with writing(engine) as connection:
        return list(outbox.claim(connection, keyring, now, limit=100))


def test_a_request_is_queued_once_while_it_waits(
    database: Engine, week: Week, now: datetime
) -> None:
    with writing(database) as connection:
        first = service.request_job(connection, week, 2, 30, "chen", now)
        assert service.request_job(connection, week, 2, 30, "li", now) == first
        other = service.request_job(connection, week, 1, 30, "chen", now)
        assert other != first
        assert service.next_job(connection) == first
        job_store.start_job(connection, first, now)
        # Two that write the same week do not run at once; one of another week need not wait.
        assert service.next_job(connection) is None
        later = service.request_job(connection, week.next(5), 1, 30, "chen", now)
        assert service.next_job(connection) == later
        beside = service.request_job(connection, week, 1, 30, "chen", now, alternative="更公平")
        job_store.start_job(connection, later, now)
        assert service.next_job(connection) == beside
        # what runs may already have passed what the new request is about
        assert service.request_job(connection, week, 2, 30, "chen", now) not in (first, other)


@pytest.mark.parametrize(("weeks", "seconds"), [(0, 30), (14, 30), (1, 0), (1, 601)])
def test_a_request_out_of_bounds_is_refused(
    database: Engine, week: Week, now: datetime, weeks: int, seconds: float
) -> None:
    with writing(database) as connection:
        with pytest.raises(Refused, match=r"weeks|seconds"):
            service.request_job(connection, week, weeks, seconds, "chen", now)
        assert service.next_job(connection) is None


def test_a_waiting_job_is_stopped_at_once_and_a_running_one_is_asked(
    database: Engine, week: Week, now: datetime
) -> None:
    with writing(database) as connection:
        waiting = service.request_job(connection, week, 1, 30, "chen", now)
        running = service.request_job(connection, week, 2, 30, "chen", now)
        job_store.start_job(connection, running, now)
        assert service.request_stop(connection, waiting, now)
        assert service.request_stop(connection, running, now)
        assert not service.request_stop(connection, waiting, now)
        states = [job_store.load_job(connection, id) for id in (waiting, running)]
    assert [(job.state, job.stop_requested) for job in states if job] == [
        ("stopped", False),
        ("running", True),
    ]


def test_jobs_that_fell_silent_are_begun_again_three_times_at_most_and_others_are_left(
    database: Engine, week: Week, now: datetime
) -> None:
    limit = timedelta(seconds=30)
    later = now + limit + timedelta(seconds=1)
    with writing(database) as connection:
        ids = [service.request_job(connection, week, n, 30, "chen", now) for n in (1, 2, 3, 4)]
        for id in ids[:3]:
            job_store.start_job(connection, id, now)
        job_store.touch_job(connection, ids[1], (), now + limit)
        assert service.request_stop(connection, ids[2], now)
        assert service.recover_jobs(connection, later, limit) == (ids[0], ids[2])
        assert service.recover_jobs(connection, later, limit) == ()
        jobs = [job_store.load_job(connection, id) for id in ids]
        # What was to be stopped when the service died is stopped.
        assert [job.state for job in jobs if job] == ["queued", "running", "stopped", "queued"]
        for _ in range(2):
            job_store.start_job(connection, ids[0], now)
            assert service.recover_jobs(connection, later, limit) == (ids[0],)
        lost = job_store.load_job(connection, ids[0])
    assert lost is not None
    assert (lost.state, lost.attempt) == ("failed", 3)
    assert lost.error is not None
    assert "重新生成" in lost.error.zh


def test_the_problem_comes_from_the_register_the_rules_set_and_the_ledger(
    database: Engine, keyring: Keyring, bureau: Register, week: Week, publish: Publish
) -> None:
    with writing(database) as connection:
        save_register(connection, bureau, keyring)
        put_setting(connection, service.RULES_SETTING, {"per_week": {"cap": 3}})
    publish()
    with reading(database) as connection:
        problem = service.assemble(connection, keyring, week.next())
    assert len(problem.shifts) == 20
    assert problem.rules == {"per_week": {"cap": 3}}
    # 20 half-days in turn among 8 lawyers: the first four hold 3 each, the others 2; every
    # lawyer's fair share is 20 / 8.
    points = {lawyer.id: lawyer.ledger.points for lawyer in problem.lawyers}
    assert points == {f"L{n}": 3 if n <= 4 else 2 for n in range(1, 9)}
    assert {lawyer.ledger.target for lawyer in problem.lawyers} == {2.5}


def test_planned_weeks_stand_in_for_published_ones(
    database: Engine, bureau: Register, rostered: Rostered, week: Week, publish: Publish
) -> None:
    publish()
    problem = problem_for(bureau, week)
    planned = {week: (problem, rostered(problem, ("L1",)))}
    with reading(database) as connection:
        before = service.ledger_for(connection, week.next())
        ahead = service.ledger_for(connection, week.next(), planned)
    assert before["L1"].points == 3
    assert (ahead["L1"].points, ahead["L1"].target) == (0, 2.5)


def test_what_is_published_is_who_is_on_shift(
    database: Engine, bureau: Register, rostered: Rostered, week: Week, publish: Publish
) -> None:
    version = publish()
    assert isinstance(version, Version)
    assert (version.number, len(version.duties)) == (1, 20)
    problem = problem_for(bureau, week)
    with reading(database) as connection:
        published = store.load_published(connection)
        assert board.look(connection).roster_version == 1
    at = problem.shifts[0].start
    expected = {d for d in duties_of(problem, rostered(problem).roster) if d.span.contains(at)}
    assert set(on_shift(published, at)) == expected


def test_versions_count_up_and_the_old_ones_stay(
    database: Engine, week: Week, now: datetime, publish: Publish
) -> None:
    publish()
    second = publish("L1", at=now + timedelta(hours=1))
    assert isinstance(second, Version)
    assert second.number == 2
    with reading(database) as connection:
        published = store.load_published(connection)
        assert board.look(connection).roster_version == 2
    assert [v.number for v in published.versions] == [1, 2]
    assert published.newest(week) == published.versions[1]
    assert any(d.lawyer == "L1" for d in published.versions[0].duties)


def test_a_clock_set_back_does_not_hide_the_newer_version(
    database: Engine, week: Week, now: datetime, publish: Publish
) -> None:
    publish()
    second = publish("L1", at=now - timedelta(hours=1))
    assert isinstance(second, Version)
    assert second.published_at == now
    with reading(database) as connection:
        newest = store.load_published(connection).newest(week)
    assert newest is not None
    assert newest.number == 2


def test_everybody_with_a_duty_is_told_of_the_first_version(
    database: Engine, keyring: Keyring, now: datetime, publish: Publish
) -> None:
    publish("L8")
    notices = [row.notice for row in claimed(database, keyring, now)]
    assert [notice.recipient for notice in notices] == [f"L{n}" for n in range(1, 8)]
    assert notices[0].link == "/lawyer/week?week=2026-W48"
    assert "嘉善坐席" in notices[0].body.zh


def test_only_those_concerned_are_told_of_a_change(
    database: Engine,
    keyring: Keyring,
    bureau: Register,
    rostered: Rostered,
    week: Week,
    now: datetime,
    publish: Publish,
) -> None:
    before = publish()
    claimed(database, keyring, now)
    problem = problem_for(bureau, week)
    file = rostered(problem)
    first, *others = file.duties
    assert first.lawyer == "L1"
    moved = file.model_copy(update={"duties": (replace(first, lawyer="L5"), *others)})
    with writing(database) as connection:
        revision = store.save_draft(connection, week, problem, moved, job=None, by="chen", now=now)
        assert revision is not None
        passed = Verdict(week, revision, ())
        after = service.publish(connection, keyring, week, "chen", now, revision, passed)
    assert isinstance(before, Version)
    assert isinstance(after, Version)
    assert [change.shift for change in differences(before, after)] == [first.shift]
    assert [row.notice.recipient for row in claimed(database, keyring, now)] == ["L1", "L5"]


def test_fair_shares_are_of_what_was_served_however_often_the_week_changed(
    database: Engine, week: Week, publish: Publish
) -> None:
    # Tuesday noon: of 20 half-days of the week, six (Monday's four and Tuesday's two mornings)
    # have ended unpublished; Wednesday noon: four more have, under the first version.
    noon = week.span.start + timedelta(days=1, hours=12)
    publish(at=noon)
    with reading(database) as connection:
        first = service.ledger_for(connection, week.next())
    publish("L1", "L2", at=noon + timedelta(days=1))
    with reading(database) as connection:
        second = service.ledger_for(connection, week.next())
    for found in (first, second):
        assert sum(row.points for row in found.values()) == 14
        assert sum(row.target for row in found.values()) == pytest.approx(14)
        assert {row.target for row in found.values()} == {1.75}  # 14 among 8 equals
    assert sum(row.unpopular for row in second.values()) == 2  # Friday afternoon at two posts
    assert sum(row.unpopular_target for row in second.values()) == pytest.approx(2)


def test_a_week_without_shifts_is_published_as_such(
    database: Engine,
    keyring: Keyring,
    bureau: Register,
    rostered: Rostered,
    now: datetime,
    publish: Publish,
) -> None:
    holidays = Week.parse("2026-W08")  # 16 to 22 February, all off
    version = publish(of=holidays)
    assert isinstance(version, Version)
    assert (version.number, version.duties) == (1, ())
    assert claimed(database, keyring, now) == []
    with reading(database) as connection:
        assert store.load_published(connection).newest(holidays) is not None


def test_nothing_is_published_without_a_draft(
    database: Engine, keyring: Keyring, week: Week, now: datetime
) -> None:
    with writing(database) as connection:
        assert service.check_draft(connection, week) is None
        refusal = service.publish(connection, keyring, week, "chen", now, 1)
    assert isinstance(refusal, Unpublished)
    assert refusal.why == "no_draft"


def test_a_draft_is_published_once_and_only_at_the_revision_seen(
    database: Engine, keyring: Keyring, week: Week, now: datetime, publish: Publish
) -> None:
    publish()
    with writing(database) as connection:
        again = service.publish(connection, keyring, week, "chen", now, 1)
        unseen = service.publish(connection, keyring, week, "chen", now, 2)
        history = store.load_history(connection, week)
    assert [refusal.why for refusal in (again, unseen) if isinstance(refusal, Unpublished)] == [
        "published_already",
        "changed",
    ]
    assert len(history) == 1


def test_of_two_who_publish_at_once_one_wins_and_the_other_is_told(
    database: Engine,
    keyring: Keyring,
    bureau: Register,
    rostered: Rostered,
    week: Week,
    now: datetime,
) -> None:
    problem = problem_for(bureau, week)
    with writing(database) as connection:
        board.lock(connection)
        store.save_draft(connection, week, problem, rostered(problem), job=None, by="chen", now=now)
    passed = Verdict(week, 1, ())
    both_ready = Barrier(2, timeout=30)

    def run(by: str) -> Version | Unpublished:
        both_ready.wait()
        with writing(database) as connection:
            return service.publish(connection, keyring, week, by, now, 1, passed)

    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(run, ("chen", "li")))
    assert sorted(type(result).__name__ for result in results) == ["Unpublished", "Version"]
    (refusal,) = [result for result in results if isinstance(result, Unpublished)]
    assert refusal.why == "published_already"
    with reading(database) as connection:
        assert len(store.load_history(connection, week)) == 1


def test_a_hand_edit_counts_only_on_the_draft_that_was_seen(
    database: Engine,
    bureau: Register,
    rostered: Rostered,
    week: Week,
    now: datetime,
) -> None:
    problem = problem_for(bureau, week)
    edited = rostered(problem, ("L1",))
    with writing(database) as connection:
        nothing = service.replace_draft(connection, week, edited, "li", now, 1)
        assert isinstance(nothing, Stale)
        store.save_draft(connection, week, problem, rostered(problem), job=None, by="chen", now=now)
        assert service.replace_draft(connection, week, edited, "li", now, 1) == 2
        late = service.replace_draft(connection, week, edited, "wang", now, 1)
        found = service.draft(connection, week)
    assert isinstance(late, Stale)
    assert late.revision == 2
    assert found is not None
    assert (found.file, found.created_by) == (edited, "li")


def test_a_verdict_on_another_revision_is_no_verdict(
    database: Engine,
    keyring: Keyring,
    bureau: Register,
    rostered: Rostered,
    week: Week,
    now: datetime,
) -> None:
    # Everybody on leave all week: whoever is put on duty breaks a hard rule.
    problem = problem_for(replace(bureau, leaves=_everybody_away(bureau, week)), week)
    with writing(database) as connection:
        store.save_draft(connection, week, problem, rostered(problem), job=None, by="chen", now=now)
        found = service.check_draft(connection, week)
        assert found is not None
        assert found.violations
        for verdict in (None, found, Verdict(week, 7, ()), Verdict(week.next(), 1, ())):
            refusal = service.publish(connection, keyring, week, "chen", now, 1, verdict)
            assert isinstance(refusal, Unpublished)
            assert refusal.why == "violations"
            assert refusal.violations == found.violations
        assert store.load_history(connection, week) == ()
        assert board.look(connection).roster_version == 0
