"""The demonstration goes on while it is served: people come, ask, accept and answer."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from zhiban.data.database import reading, writing
from zhiban.data.timespan import SHANGHAI
from zhiban.queue.asking import Ask
from zhiban.queue.records import QUESTION
from zhiban.roster import no_shows, presence_store
from zhiban.web.demo import living
from zhiban.web.demo.living import Living
from zhiban.web.demo.replay import Story

# Tuesday: L1 and L2 hold the seats in the morning from 8:30 on, L3 the one station.
DAWN = datetime(2026, 11, 24, 7, 0, tzinfo=SHANGHAI)
NINE = DAWN.replace(hour=9)
MORNING = [f"{post}@2026-11-24T0830" for post in ("seat-c", "seat-x", "station-t")]


def came(site: Any) -> dict[str, datetime]:
    """Who signed in for the morning, and when."""
    with reading(site.engine) as connection:
        found = presence_store.sign_ins(connection, MORNING)
    return {lawyer: one.at for (_, lawyer), one in found.items()}


def alarms(site: Any, now: datetime) -> list[str]:
    """Whom the timer misses now."""
    with writing(site.engine) as connection:
        published = site.app.state.wiring.published(connection)
        return [o.lawyer for o in no_shows.raise_alarms(connection, site.keyring, published, now)]


def test_all_come_but_for_one_who_raises_the_alarm(site: Any) -> None:
    people = Living(site.engine, site.keyring, DAWN)
    people.tick(NINE - timedelta(minutes=38))  # 8:22, a minute before the first may come
    assert came(site) == {}
    people.tick(NINE)
    people.tick(NINE)
    # Seven minutes early, or the one in eleven who is late by nine.
    early, late = NINE - timedelta(minutes=37), NINE - timedelta(minutes=21)
    assert set(came(site)) == {"L1", "L2"}
    assert all(at in (early, late) for at in came(site).values())
    assert alarms(site, NINE) == ["L3"]


def test_nobody_signs_in_for_a_lawyer_as_whom_somebody_is_logged_in(site: Any) -> None:
    site.browser("l1")
    Living(site.engine, site.keyring, DAWN).tick(NINE)
    assert set(came(site)) == {"L2"}


@pytest.fixture
def one_story(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is asked, again and again."""
    ask = Ask(text="公司拖欠工资", division="330411", consent=True)
    story = Story(ask, "可以先向劳动监察投诉。", "", None)
    monkeypatch.setattr(living, "stories", lambda: (story,))


def states(site: Any) -> list[str]:
    """How it stands with each question, by age."""
    with reading(site.engine) as connection:
        found = connection.execute(select(QUESTION.c.state).order_by(QUESTION.c.id))
        return [str(one) for one in found.scalars()]


def test_questions_are_asked_accepted_and_answered_as_time_goes_by(
    site: Any, one_story: None
) -> None:
    people = Living(site.engine, site.keyring, NINE)
    # Every 43 minutes one is asked, accepted after 6 and answered after 38.
    for minutes, expected in (
        (42, []),
        (43, ["assigned"]),
        (49, ["accepted"]),
        (81, ["answered"]),
        (86, ["answered", "assigned"]),
    ):
        people.tick(NINE + timedelta(minutes=minutes))
        assert states(site) == expected


def test_a_lawyer_as_whom_somebody_is_logged_in_is_left_to_answer(
    site: Any, one_story: None
) -> None:
    site.clock.at = NINE + timedelta(minutes=30)
    site.browser("l2")
    people = Living(site.engine, site.keyring, NINE)
    people.tick(NINE + timedelta(minutes=49))
    assert states(site) == ["assigned"]


def test_nobody_asks_when_the_bureau_is_closed(site: Any, one_story: None) -> None:
    # From 16:50 to 17:00, then from 8:30 on Wednesday: 33 minutes are left, so at 9:03.
    people = Living(site.engine, site.keyring, DAWN.replace(hour=16, minute=50))
    people.tick(datetime(2026, 11, 25, 9, 2, tzinfo=SHANGHAI))
    assert states(site) == []
    people.tick(datetime(2026, 11, 25, 9, 3, tzinfo=SHANGHAI))
    assert states(site) == ["assigned"]
