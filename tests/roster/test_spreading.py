"""The spread of the ledger week by week."""

from __future__ import annotations

from datetime import datetime, timedelta

from zhiban.data.timespan import SHANGHAI, Span
from zhiban.data.week import Week
from zhiban.roster.fairness import Share
from zhiban.roster.published import OnDuty, Published, Version
from zhiban.roster.spreading import spread_by_week

FIRST = Week(2026, 40)


def _duty(week: Week, lawyer: str, hard: bool = False) -> OnDuty:
    start = datetime(*week.monday.timetuple()[:3], 9, tzinfo=SHANGHAI)
    span = Span(start, start + timedelta(hours=3))
    who = {"lawyer": lawyer, "lawyer_name": lawyer, "firm": "F", "firm_name": "F"}
    return OnDuty(
        shift=f"{week}-{lawyer}",
        span=span,
        post="p",
        post_name="p",
        kind="seat",
        division="330411",
        role="primary",
        unpopular=hard,
        **who,
    )


def test_the_spread_grows_with_one_sided_weeks_and_shrinks_when_they_are_evened_out() -> None:
    second = FIRST.next()
    before = FIRST.span.start - timedelta(days=1)
    published = Published(
        (
            Version(1, FIRST, 1, before, (_duty(FIRST, "A", hard=True),)),
            Version(2, second, 1, before, (_duty(second, "B"),)),
        )
    )
    half = Share(0.5, 0.5)
    shares = {1: {"A": half, "B": half}, 2: {"A": Share(0.5, 0), "B": Share(0.5, 0)}}
    found = spread_by_week(published, shares, second.next(), weeks=3)
    # Week 1: A served 1 of 0.5, B 0 of 0.5. Week 2: B serves 1, so that both are even.
    assert [one.mean for one in found] == [None, 0.5, 0.0]
    assert (found[1].least, found[1].most) == (-0.5, 0.5)
    # The one unpopular duty stays A's: half of one apart each.
    assert [one.hard for one in found] == [None, 0.5, 0.5]


def test_before_anything_is_published_nothing_is_told() -> None:
    found = spread_by_week(Published(()), {}, FIRST, weeks=2)
    assert [one.mean for one in found] == [None, None]


def test_who_did_not_come_did_not_serve() -> None:
    before = FIRST.span.start - timedelta(days=1)
    duty = _duty(FIRST, "A")
    published = Published((Version(1, FIRST, 1, before, (duty,)),))
    shares = {1: {"A": Share(1.0, 0.0)}}
    gone = frozenset({(duty.shift, "A")})
    assert spread_by_week(published, shares, FIRST.next(), weeks=1)[0].mean == 0.0
    assert spread_by_week(published, shares, FIRST.next(), gone, weeks=1)[0].mean == 1.0
