"""What a version changes, whom that concerns, and what they read."""

from dataclasses import replace
from datetime import datetime, timedelta

from zhiban.data.timespan import SHANGHAI, Span
from zhiban.data.week import Week
from zhiban.roster.changes import announcement, concerned, differences
from zhiban.roster.published import OnDuty, Version

WEEK = Week.parse("2026-W48")
THURSDAY = datetime(2026, 11, 26, 8, 30, tzinfo=SHANGHAI)


def duty(lawyer: str, shift: str = "s1", days: int = 0) -> OnDuty:
    start = THURSDAY + timedelta(days=days)
    return OnDuty(
        shift=shift,
        span=Span(start, start + timedelta(hours=3)),
        post="p1",
        post_name="新塍站",
        kind="station",
        division="330411",
        lawyer=lawyer,
        lawyer_name=f"律师{lawyer}",
        firm="F1",
        firm_name="F1",
        role="primary",
    )


def version(number: int, *duties: OnDuty) -> Version:
    return Version(number, WEEK, number, THURSDAY - timedelta(days=7), duties)


def test_against_nothing_every_duty_is_added() -> None:
    changes = differences(None, version(1, duty("A"), duty("B", "s0", days=-1)))
    assert [(c.shift, c.kind) for c in changes] == [("s0", "added"), ("s1", "added")]


def test_an_equal_version_changes_nothing_even_under_new_names() -> None:
    renamed = replace(duty("A"), post_name="新塍公共法律服务站", lawyer_name="A2")
    assert differences(version(1, duty("A")), version(2, renamed)) == ()


def test_a_handed_over_duty_concerns_both_lawyers_and_nobody_else() -> None:
    stays = duty("C", "s2")
    changes = differences(version(1, duty("A"), stays), version(2, duty("B"), stays))
    assert [(c.shift, c.kind) for c in changes] == [("s1", "changed")]
    found = concerned(changes)
    assert list(found) == ["A", "B"]
    assert (found["A"].lost, found["A"].gained) == ([duty("A")], [])
    assert (found["B"].lost, found["B"].gained) == ([], [duty("B")])


def test_a_colleague_who_stays_on_a_changed_shift_is_not_concerned() -> None:
    changes = differences(version(1, duty("A"), duty("B")), version(2, duty("A"), duty("C")))
    assert list(concerned(changes)) == ["B", "C"]


def test_an_emptied_week_removes_every_duty() -> None:
    changes = differences(version(1, duty("A")), version(2))
    assert [c.kind for c in changes] == ["removed"]
    assert concerned(changes)["A"].lost == [duty("A")]


def test_a_moved_or_recast_duty_is_lost_and_gained() -> None:
    later = replace(duty("A"), span=Span(THURSDAY, THURSDAY + timedelta(hours=4)))
    standby = replace(duty("A"), role="standby")
    for new in (later, standby):
        concern = concerned(differences(version(1, duty("A")), version(2, new)))["A"]
        assert (concern.lost, concern.gained) == ([duty("A")], [new])


def test_the_lawyer_reads_day_hours_post_and_role_in_both_languages() -> None:
    found = concerned(differences(version(1, duty("A")), version(2, duty("A", "s2", days=1))))
    title, body = announcement(WEEK, 2, found["A"])
    assert title.zh == "11月23日至11月29日的值班安排有变动"
    assert body.zh == (
        "新增：11月27日周五8:30–11:30 新塍站 值班\n取消：11月26日周四8:30–11:30 新塍站 值班"
    )
    assert body.en == (
        "New: Fri 27 Nov 8:30–11:30, 新塍站, on duty\n"
        "No longer: Thu 26 Nov 8:30–11:30, 新塍站, on duty"
    )
