"""Firms name their lawyers: what is accepted, what it makes, and who is reminded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from zhiban.data import outbox
from zhiban.data.crypt import Keyring
from zhiban.data.database import reading, writing
from zhiban.data.register import Register
from zhiban.data.store import put_setting, save_register
from zhiban.data.timespan import SHANGHAI
from zhiban.data.week import Week
from zhiban.data.wording import Refused
from zhiban.roster import service, store
from zhiban.roster.assembly import problem_for
from zhiban.roster.drafts import Unpublished, Verdict
from zhiban.roster.editing import edited
from zhiban.roster.nomination import nominate
from zhiban.roster.nominations import NotNamed, name_lawyer, remind_firms
from zhiban.roster.problem import RosterProblem
from zhiban.roster.published import Version
from zhiban.roster.roster import Duty
from zhiban.roster.rosterfile import RosterFile
from zhiban.roster.slots import SETTING, FirmSlots, slots_from

Rostered = Callable[..., RosterFile]
GIVEN = FirmSlots(posts=frozenset({"station"}))
WEDNESDAY = "station@2026-11-25T0830"


def moment(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI)


@pytest.fixture
def problem(bureau: Register, week: Week) -> RosterProblem:
    return problem_for(bureau, week, slots=GIVEN)


@pytest.fixture
def file(problem: RosterProblem, rostered: Rostered) -> RosterFile:
    """L1 of firm F1 is proposed for Wednesday morning, and L2 sits online then."""
    duties = (
        Duty(shift=WEDNESDAY, lawyer="L1"),
        Duty(shift="seat@2026-11-25T0830", lawyer="L2"),
    )
    bare = rostered(problem).model_copy(update={"duties": duties})
    return edited(problem, bare, ()).file


def test_shifts_of_the_posts_set_so_are_given_to_firms_with_a_deadline(
    problem: RosterProblem, calendar: Any
) -> None:
    slots = {shift.id: shift for shift in problem.shifts if shift.by_firm}
    assert {shift.post for shift in slots.values()} == {"station"}
    # two working days before Wednesday the 25th: the closing of Monday; before Monday: Thursday
    assert slots[WEDNESDAY].name_by == moment(23, 17)
    assert slots["station@2026-11-23T0830"].name_by == moment(19, 17)
    assert FirmSlots(days=0).name_by(moment(25, 8, 30), calendar) == moment(25, 8, 30)


@pytest.mark.parametrize(
    "value",
    [
        {"post": []},
        {"posts": "station"},
        {"firms": {"F1": -1}},
        {"firms": {"F1": True}},
        {"days": 31},
        {"days": "two"},
    ],
)
def test_a_setting_that_cannot_be_is_refused(value: dict[str, Any]) -> None:
    with pytest.raises(Refused, match=r"roster\.firm_slots\."):
        slots_from(value)


def test_the_setting_says_posts_caps_and_days() -> None:
    value = {"posts": ["station"], "firms": {"F1": 0}, "days": 3}
    assert slots_from(value) == FirmSlots(frozenset({"station"}), {"F1": 0}, 3)
    assert slots_from({}) == FirmSlots()


def test_another_member_takes_the_place_and_is_locked(
    problem: RosterProblem, file: RosterFile
) -> None:
    named = nominate(problem, file, WEDNESDAY, "L3")
    assert named.violations == ()
    assert Duty(shift=WEDNESDAY, lawyer="L3") in named.file.duties
    assert Duty(shift=WEDNESDAY, lawyer="L1") not in named.file.duties
    assert [(k.lawyer, k.shift) for k in named.problem.locks] == [("L3", WEDNESDAY)]
    again = nominate(named.problem, named.file, WEDNESDAY, "L4")
    assert [k.lawyer for k in again.problem.locks] == ["L4"]
    same = nominate(problem, file, WEDNESDAY, "L1")
    assert (same.file.duties, same.cost) == (file.duties, 0)


def test_a_member_who_may_not_serve_is_told_why(problem: RosterProblem, file: RosterFile) -> None:
    named = nominate(problem, file, WEDNESDAY, "L2")  # who sits online at that time
    assert {one.rule for one in named.violations} == {"overlap", "one_site"}


@pytest.mark.parametrize(
    ("shift", "lawyer", "field"),
    [
        (WEDNESDAY, "nobody", "lawyer"),
        (WEDNESDAY, "L5", "shift"),  # of the other firm
        ("seat@2026-11-25T0830", "L2", "shift"),  # given to a lawyer
        ("nowhere", "L1", "shift"),
    ],
)
def test_only_the_firm_that_was_given_the_shift_names_somebody(
    problem: RosterProblem, file: RosterFile, shift: str, lawyer: str, field: str
) -> None:
    with pytest.raises(Refused) as refused:
        nominate(problem, file, shift, lawyer)
    assert [error.field for error in refused.value.errors] == [field]


@pytest.fixture
def published(
    database: Engine,
    keyring: Keyring,
    bureau: Register,
    week: Week,
    now: datetime,
    problem: RosterProblem,
    file: RosterFile,
) -> Engine:
    """The week with its slots is published, and the notices of that are out of the way."""
    with writing(database) as connection:
        save_register(connection, bureau, keyring)
        revision = store.save_draft(connection, week, problem, file, job=None, by="chen", now=now)
        assert revision is not None
        passed = Verdict(week, revision, ())
        done = service.publish(connection, keyring, week, "chen", now, revision, passed)
        assert not isinstance(done, Unpublished)
    told(database, keyring, now)
    return database


def told(engine: Engine, keyring: Keyring, now: datetime) -> list[outbox.Notice]:
    with writing(engine) as connection:
        claimed = outbox.claim(connection, keyring, now, limit=100)
        for one in claimed:
            outbox.mark_sent(connection, [one.id], now)
    return [one.notice for one in claimed]


def test_a_version_says_what_is_given_to_firms_and_until_when(
    published: Engine, week: Week
) -> None:
    with reading(published) as connection:
        version = store.load_published(connection, week, week).newest(week)
    assert version is not None
    assert [(d.lawyer, d.by_firm, d.name_by, d.named) for d in version.duties] == [
        ("L2", False, None, False),
        ("L1", True, moment(23, 17), False),
    ]


def test_a_name_becomes_the_newest_version_and_both_lawyers_are_told(
    published: Engine, keyring: Keyring, week: Week
) -> None:
    now = moment(23, 16, 59)
    with writing(published) as connection:
        version = name_lawyer(connection, keyring, week, WEDNESDAY, "L3", "F1", now)
        assert isinstance(version, Version)
        head = store.draft_head(connection, week)
    assert version.number == 2
    assert [(d.lawyer, d.named) for d in version.duties if d.by_firm] == [("L3", True)]
    assert head == (2, 2)
    with reading(published) as connection:
        stored = store.load_published(connection, week, week).newest(week)
    assert stored == version
    assert {notice.recipient for notice in told(published, keyring, now)} == {"L1", "L3"}


@pytest.mark.parametrize(
    ("lawyer", "shift", "now", "why"),
    [
        ("L3", WEDNESDAY, moment(23, 17), "too_late"),
        ("L2", WEDNESDAY, moment(20, 12), "violations"),
        ("L5", WEDNESDAY, moment(20, 12), "not_given"),
    ],
)
def test_a_name_that_cannot_be_taken_changes_nothing(
    published: Engine,
    keyring: Keyring,
    week: Week,
    lawyer: str,
    shift: str,
    now: datetime,
    why: str,
) -> None:
    with writing(published) as connection:
        found = name_lawyer(connection, keyring, week, shift, lawyer, "F1", now)
        assert isinstance(found, NotNamed)
        assert found.why == why
        assert store.last_number(connection, week) == 1
        none = name_lawyer(connection, keyring, week.next(), shift, lawyer, "F1", now)
        assert isinstance(none, NotNamed)
        assert none.why == "not_published"


def test_a_draft_that_moved_on_stays_a_draft_and_takes_the_name(
    published: Engine, keyring: Keyring, week: Week, problem: RosterProblem, file: RosterFile
) -> None:
    now = moment(20, 12)
    with writing(published) as connection:
        longer = (*file.duties, Duty(shift="seat@2026-11-26T0830", lawyer="L8"))
        other = file.model_copy(update={"duties": longer})
        store.save_draft(connection, week, problem, other, job=None, by="chen", now=now)
        version = name_lawyer(connection, keyring, week, WEDNESDAY, "L3", "F1", now)
        assert isinstance(version, Version)
        draft = store.load_draft(connection, week)
    assert {duty.lawyer for duty in version.duties} == {"L2", "L3"}
    assert draft is not None
    assert draft.published_revision == 1
    assert {duty.lawyer for duty in draft.file.duties} == {"L2", "L3", "L8"}


def test_firms_are_reminded_once_a_day_before_and_not_when_they_have_named(
    published: Engine, keyring: Keyring, week: Week
) -> None:
    # the deadline is Monday at 17:00, the reminder is due on Sunday at 17:00
    rounds = [moment(21, 9), moment(22, 16, 59), moment(22, 17), moment(22, 17), moment(23, 9)]
    sent = []
    for now in rounds:
        with writing(published) as connection:
            sent.append(remind_firms(connection, keyring, now))
    assert sent == [0, 0, 4, 0, 0]  # F1 has four lawyers, L1 to L4
    notices = told(published, keyring, moment(23, 9))
    assert {notice.recipient for notice in notices} == {"L1", "L2", "L3", "L4"}
    assert "11月23日周一17:00前可另行指定" in notices[0].body.zh
    assert "until Mon 23 Nov 17:00" in notices[0].body.en


def test_a_firm_that_has_named_somebody_is_not_reminded(
    published: Engine, keyring: Keyring, week: Week
) -> None:
    with writing(published) as connection:
        remind_firms(connection, keyring, moment(21, 9))
        name_lawyer(connection, keyring, week, WEDNESDAY, "L1", "F1", moment(21, 10))
        assert remind_firms(connection, keyring, moment(22, 18)) == 0


def test_reminders_missed_in_an_outage_are_made_up_for_while_there_is_time(
    published: Engine, keyring: Keyring
) -> None:
    with writing(published) as connection:
        remind_firms(connection, keyring, moment(20, 9))
        assert remind_firms(connection, keyring, moment(23, 16)) == 4
        assert remind_firms(connection, keyring, moment(23, 16) + timedelta(minutes=10)) == 0


def test_the_problem_of_a_week_gives_to_firms_what_is_set(
    database: Engine, keyring: Keyring, bureau: Register, week: Week
) -> None:
    with writing(database) as connection:
        save_register(connection, replace(bureau), keyring)
        put_setting(connection, SETTING, {"posts": ["station"], "firms": {"F2": 1}})
    with reading(database) as connection:
        made = service.assemble(connection, keyring, week)
    assert {one.post for one in made.shifts if one.by_firm} == {"station"}
    assert {one.id: one.slots_per_week for one in made.firms} == {"F1": None, "F2": 1}
