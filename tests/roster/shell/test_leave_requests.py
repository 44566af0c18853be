"""Leave asked for, decided, withdrawn; duties it leaves behind, and how they are mended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, func, select

from zhiban.data import outbox
from zhiban.data.crypt import Keyring
from zhiban.data.database import reading, writing
from zhiban.data.register import Register
from zhiban.data.store import load_register, save_register
from zhiban.data.timespan import SHANGHAI, Span
from zhiban.data.week import Week
from zhiban.data.wording import Refused
from zhiban.roster import request_store as rows
from zhiban.roster import service, store
from zhiban.roster.absences import Absence, absences, mended, who_could
from zhiban.roster.asking_leave import (
    Gone,
    approve_leave,
    ask_leave,
    refuse_leave,
    withdraw_leave,
)
from zhiban.roster.changing_now import NotChanged, change_now
from zhiban.roster.current import newest
from zhiban.roster.drafts import Unpublished, Verdict
from zhiban.roster.editing import Edit, edited, edits_of
from zhiban.roster.leave_requests import LeaveAsk, LeaveRequest, said
from zhiban.roster.problem import RosterProblem
from zhiban.roster.published import Version
from zhiban.roster.request_policy import RequestPolicy
from zhiban.roster.request_records import LEAVE_REQUEST
from zhiban.roster.roster import Duty
from zhiban.roster.rosterfile import RosterFile

Rostered = Callable[..., RosterFile]
File = Callable[[RosterProblem], RosterFile]
MONDAY = Duty(shift="seat@2026-11-23T0830", lawyer="L1")
FRIDAY = Duty(shift="station@2026-11-27T1330", lawyer="L2")


def at(day: int, hour: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=SHANGHAI)


def in_force(
    database: Engine, keyring: Keyring, week: Week, now: datetime, register: Register, file: File
) -> None:
    """Publishes the week with those duties and no others."""
    with writing(database) as connection:
        save_register(connection, register, keyring)
        problem = service.assemble(connection, keyring, week)
        made = edited(problem, file(problem), ()).file
        revision = store.save_draft(connection, week, problem, made, job=None, by="chen", now=now)
        assert revision is not None
        done = service.publish(
            connection, keyring, week, "chen", now, revision, Verdict(week, revision, ())
        )
        assert not isinstance(done, Unpublished)
        outbox.claim(connection, keyring, now, limit=100)


@pytest.fixture
def holding(rostered: Rostered) -> Callable[..., File]:
    """The roster of these duties alone."""
    return lambda *duties: lambda problem: rostered(problem).model_copy(update={"duties": duties})


@pytest.fixture
def published(
    database: Engine,
    keyring: Keyring,
    bureau: Register,
    week: Week,
    now: datetime,
    holding: Callable[..., File],
) -> Engine:
    """A week with two duties: L1's Monday online, L2's Friday at the station."""
    in_force(database, keyring, week, now, bureau, holding(MONDAY, FRIDAY))
    return database


def ask(
    engine: Engine, keyring: Keyring, now: datetime, lawyer: str, span: Span, **more: str
) -> LeaveRequest:
    with writing(engine) as connection:
        return ask_leave(connection, keyring, LeaveAsk(lawyer, span, "annual", **more), now)


def told(engine: Engine, keyring: Keyring, now: datetime) -> dict[str, str]:
    with writing(engine) as connection:
        claimed = outbox.claim(connection, keyring, now, limit=100)
    return {one.notice.recipient: one.notice.title.zh for one in claimed}


def leave_of(engine: Engine, keyring: Keyring, lawyer: str) -> list[Span]:
    with reading(engine) as connection:
        found = load_register(connection, keyring).leaves
    return [one.span for one in found if one.lawyer == lawyer]


def test_leave_far_ahead_that_touches_nothing_is_approved_by_itself(
    published: Engine, keyring: Keyring, now: datetime
) -> None:
    # 30 November is ten days after 20 November, and seven are asked for.
    made = ask(published, keyring, now, "L1", Span(at(30), at(30, 12)))
    assert (made.state, made.automatic) == ("approved", True)
    assert leave_of(published, keyring, "L1") == [made.span]
    assert told(published, keyring, now) == {}


@pytest.mark.parametrize(
    ("span", "policy"),
    [
        (Span(at(23), at(24)), RequestPolicy(leave_days=0)),  # touches Monday's published duty
        (Span(at(26), at(27)), RequestPolicy()),  # touches nothing, but is six days ahead
        (Span(at(30), at(30, 12)), RequestPolicy(leave_automatic=False)),
    ],
)
def test_other_leave_waits_for_the_scheduler_who_is_told(
    published: Engine, keyring: Keyring, now: datetime, span: Span, policy: RequestPolicy
) -> None:
    with writing(published) as connection:
        rows.save_policy(connection, policy)
    made = ask(published, keyring, now, "L1", span)
    assert made.state == "asked"
    assert leave_of(published, keyring, "L1") == []
    assert told(published, keyring, now) == {"role:scheduler": "律师1请假待批"}


def test_the_same_form_sent_twice_is_one_request(
    published: Engine, keyring: Keyring, now: datetime
) -> None:
    first = ask(published, keyring, now, "L1", Span(at(23), at(24)), key="a")
    again = ask(published, keyring, now, "L1", Span(at(23), at(24)), key="a")
    assert first == again
    with reading(published) as connection:
        count = select(func.count()).select_from(LEAVE_REQUEST)
        assert connection.execute(count).scalar_one() == 1


def test_what_cannot_be_asked_for_is_refused_by_field(
    published: Engine, keyring: Keyring, now: datetime
) -> None:
    ask(published, keyring, now, "L1", Span(at(23), at(24)))
    for span, field in (
        (Span(at(24), at(24)), "end"),
        (Span(at(18), at(19)), "start"),
        (Span(at(23, 8), at(23, 9)), "start"),  # overlaps the one above
        (Span(at(24), at(24) + timedelta(days=400)), "end"),
    ):
        with pytest.raises(Refused) as refused:
            ask(published, keyring, now, "L1", span)
        assert field in {error.field for error in refused.value.errors}


def test_of_two_schedulers_the_second_is_told_who_decided(
    published: Engine, keyring: Keyring, now: datetime
) -> None:
    made = ask(published, keyring, now, "L1", Span(at(23), at(24)))
    told(published, keyring, now)
    with writing(published) as connection:
        assert isinstance(approve_leave(connection, keyring, made.id, "chen", now), LeaveRequest)
        late = refuse_leave(connection, keyring, made.id, "wang", now, "no")
    assert isinstance(late, Gone)
    assert "chen" in late.text.zh
    assert leave_of(published, keyring, "L1") == [made.span]
    assert told(published, keyring, now) == {"L1": "请假已批准"}


def test_refused_leave_binds_nothing_and_the_reason_is_told(
    published: Engine, keyring: Keyring, now: datetime
) -> None:
    made = ask(published, keyring, now, "L1", Span(at(23), at(24)))
    with writing(published) as connection:
        done = refuse_leave(connection, keyring, made.id, "chen", now, "当天人手不够")
    assert isinstance(done, LeaveRequest)
    assert (done.state, done.remark) == ("refused", "当天人手不够")
    assert leave_of(published, keyring, "L1") == []


def test_one_withdraws_ones_own_leave_until_it_begins_and_nobody_elses(
    published: Engine, keyring: Keyring, now: datetime
) -> None:
    made = ask(published, keyring, now, "L1", Span(at(30), at(30, 12)))
    with writing(published) as connection:
        other = withdraw_leave(connection, keyring, made.id, "L2", now)
        begun = withdraw_leave(connection, keyring, made.id, "L1", at(30, 1))
        done = withdraw_leave(connection, keyring, made.id, "L1", now)
        again = withdraw_leave(connection, keyring, made.id, "L1", now)
    assert isinstance(other, Gone)
    assert other.why == "unknown"
    assert isinstance(begun, Gone)
    assert begun.why == "begun"
    assert isinstance(done, LeaveRequest)
    assert isinstance(again, LeaveRequest)
    assert leave_of(published, keyring, "L1") == []


def lost(engine: Engine, now: datetime) -> tuple[Absence, ...]:
    with reading(engine) as connection:
        leave = rows.registered_leave(connection, now)
        return absences(store.load_published(connection), leave, now)


def approved(engine: Engine, keyring: Keyring, now: datetime) -> Absence:
    """L1's leave on Monday, approved although a duty is published; what it leaves behind."""
    made = ask(engine, keyring, now, "L1", Span(at(23), at(24)))
    with writing(engine) as connection:
        approve_leave(connection, keyring, made.id, "chen", now)
        outbox.claim(connection, keyring, now, limit=100)
    (absence,) = lost(engine, now)
    return absence


def test_approved_leave_over_a_published_duty_is_to_be_mended_until_it_is(
    published: Engine, keyring: Keyring, week: Week, now: datetime
) -> None:
    absence = approved(published, keyring, now)
    assert absence.as_duty == MONDAY
    with reading(published) as connection:
        here = newest(connection, week)
    assert here is not None
    plan = mended(here, [absence], now)
    assert plan.proved
    # one goes and one comes; the many other places stay as empty as they can be filled
    assert plan.gone == (MONDAY,)
    with writing(published) as connection:
        taken = who_could(here, absence)[0]
        assert taken.stand_in.lawyer not in ("L1",)
        done = change_now(connection, keyring, week, 1, taken.edits, "chen", now)
        assert isinstance(done, Version)
        names = {one.notice.recipient for one in outbox.claim(connection, keyring, now, limit=100)}
    assert names == {"L1", taken.stand_in.lawyer}
    assert lost(published, now) == ()


def test_the_standby_of_the_shift_comes_first_and_gives_up_standing_by(
    database: Engine,
    keyring: Keyring,
    bureau: Register,
    week: Week,
    now: datetime,
    holding: Callable[..., File],
) -> None:
    station = replace(bureau.posts["station"], standby=1)
    register = replace(bureau, posts={**bureau.posts, "station": station})
    # L8, by name the last of all who cost the same, stands by where L2 is away.
    beside = replace(FRIDAY, lawyer="L8", role="standby")
    in_force(database, keyring, week, now, register, holding(FRIDAY, beside))
    made = ask(database, keyring, now, "L2", Span(at(27), at(28)))
    with writing(database) as connection:
        approve_leave(connection, keyring, made.id, "chen", now)
    (absence,) = lost(database, now)
    with writing(database) as connection:
        here = newest(connection, week)
        assert here is not None
        first, *others = who_could(here, absence)
        assert (first.stand_in.lawyer, first.standby) == ("L8", True)
        assert not any(one.standby for one in others)
        done = change_now(connection, keyring, week, 1, first.edits, "chen", now)
        assert isinstance(done, Version)
    # One duty for two: the standby's place stays empty, the duty is held.
    assert [(one.lawyer, one.role) for one in done.duties] == [("L8", "primary")]
    assert lost(database, now) == ()


def test_who_is_on_leave_by_now_is_neither_stand_in_nor_partner(
    published: Engine, keyring: Keyring, week: Week, now: datetime
) -> None:
    absence = approved(published, keyring, now)
    made = ask(published, keyring, now, "L5", Span(at(23), at(24)))
    with writing(published) as connection:
        approve_leave(connection, keyring, made.id, "chen", now)
    with reading(published) as connection:
        here = newest(connection, week)
    assert here is not None
    could = {one.stand_in.lawyer for one in who_could(here, absence, most=99)}
    assert could == {"L2", "L3", "L4", "L6", "L7", "L8"}


def given_to(absence: Absence, lawyer: str) -> tuple[Edit, ...]:
    """One lawyer in another's place."""
    return edits_of([absence.as_duty], [replace(absence.as_duty, lawyer=lawyer)])


def test_a_page_that_is_out_of_date_changes_nothing(
    published: Engine, keyring: Keyring, week: Week, now: datetime
) -> None:
    absence = approved(published, keyring, now)
    with writing(published) as connection:
        first = change_now(connection, keyring, week, 1, given_to(absence, "L3"), "chen", now)
        late = change_now(connection, keyring, week, 1, given_to(absence, "L4"), "wang", now)
    assert isinstance(first, Version)
    assert isinstance(late, NotChanged)
    assert late.why == "moved_on"


def test_a_stand_in_whom_a_rule_bars_is_refused_with_the_rule(
    published: Engine, keyring: Keyring, week: Week, now: datetime
) -> None:
    absence = approved(published, keyring, now)
    away = replace(absence, duty=replace(absence.duty, lawyer="L1"))
    with writing(published) as connection:
        made = ask_leave(connection, keyring, LeaveAsk("L6", Span(at(23), at(24)), "sick"), now)
        approve_leave(connection, keyring, made.id, "chen", now)
        done = change_now(connection, keyring, week, 1, given_to(away, "L6"), "chen", now)
    assert isinstance(done, NotChanged)
    assert done.why == "violations"
    assert {one.rule for one in done.violations} == {"leave"}


def test_spans_are_said_as_people_say_them() -> None:
    assert said(Span(at(23), at(24))).zh == "11月23日"
    assert said(Span(at(23), at(26))).zh == "11月23日至11月25日"
    assert said(Span(at(23), at(23, 12))).zh == "11月23日0:00–12:00"
    assert said(Span(at(23, 12), at(24))).zh == "11月23日12:00–24:00"
