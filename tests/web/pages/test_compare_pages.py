"""Several drafts of a week side by side, and one of them chosen."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from zhiban.data.database import reading
from zhiban.data.week import Week
from zhiban.roster import alternatives
from zhiban.roster.records import ALTERNATIVE, DRAFT

WEEK = "/scheduler/week/2026-W48"


def kept(site: Any) -> int:
    """Keeps the second draft under a name; the id of the alternative."""
    revision = site.draft(seat_x="L5")
    answer = site.browser("scheduler").send(
        f"{WEEK}/compare/keep", {"revision": revision, "name": "顾律师值坐席"}
    )
    assert answer.status_code == 200, answer.text
    return site.count(select(ALTERNATIVE.c.id))


def test_drafts_stand_side_by_side_with_costs_fairness_changes_and_a_forecast(site: Any) -> None:
    kept(site)
    site.draft(seat_x="L6")
    browser = site.browser("scheduler")
    # The events end when every forecast is reckoned.
    assert "event: end" in browser.get(f"{WEEK}/compare/events").text
    page = browser.get(f"{WEEK}/compare").text
    assert "顾律师值坐席" in page
    assert "草稿第3稿" in page
    assert page.count('<th scope="col">') == 2
    # Both give the seat's ten half-days to somebody else than version 1.
    assert page.count('<td class="n">10</td>') >= 2
    assert "时限达标" in page
    for row in ("由其他区域的坐席接办", "报告主管"):
        assert re.search(rf'{row}</th>(<td class="n">\d+</td>){{2}}', page), row
    assert "%" in page
    assert "正在算" not in page
    assert "没有算成" not in page


def test_a_chosen_alternative_becomes_the_draft_and_the_former_is_kept(site: Any) -> None:
    id = kept(site)
    revision = site.draft(seat_x="L6")
    browser = site.browser("scheduler")
    stale = browser.send(f"{WEEK}/compare/{id}/choose", {"revision": revision - 1})
    assert stale.status_code == 409
    assert "草稿已被他人修改" in stale.text
    done = browser.send(f"{WEEK}/compare/{id}/choose", {"revision": revision})
    assert str(done.url).endswith(f"{WEEK}?show=draft&chosen=1")
    assert "换下的草稿存为备选" in done.text
    assert site.count(select(DRAFT.c.revision)) == revision + 1
    page = browser.get(f"{WEEK}/compare").text
    assert "原草稿第3稿" in page
    gone = browser.send(f"{WEEK}/compare/{id}/choose", {"revision": revision + 1})
    assert gone.status_code == 409


def test_an_alternative_is_let_go_and_a_nameless_one_refused(site: Any) -> None:
    id = kept(site)
    browser = site.browser("scheduler")
    browser.send(f"{WEEK}/compare/{id}/drop", {})
    assert alternatives_of(site) == []
    nameless = browser.send(f"{WEEK}/compare/keep", {"revision": 2, "name": " "})
    assert nameless.status_code == 422
    old = browser.send(f"{WEEK}/compare/keep", {"revision": 1, "name": "旧的"})
    assert old.status_code == 409


def test_what_was_let_go_comes_back_by_one_button_for_a_day(site: Any) -> None:
    id = kept(site)
    browser = site.browser("scheduler")
    page = browser.send(f"{WEEK}/compare/{id}/drop", {}).text
    assert "备选“顾律师值坐席”已删去，一天内可以找回。" in page
    assert f'action="{WEEK}/compare/{id}/choose"' not in page
    assert browser.send(f"{WEEK}/compare/{id}/choose", {"revision": 2}).status_code == 409
    assert browser.send(f"{WEEK}/compare/{id}/drop", {}).status_code == 409
    page = browser.send(f"{WEEK}/compare/{id}/back", {}).text
    assert f'action="{WEEK}/compare/{id}/choose"' in page
    assert browser.send(f"{WEEK}/compare/{id}/back", {}).status_code == 409  # it is there
    # Dropped again: a day later it is gone for good, once another is dropped.
    browser.send(f"{WEEK}/compare/{id}/drop", {})
    site.clock.at += timedelta(days=1, seconds=1)
    browser = site.browser("scheduler")  # the session of the day before has ended
    other = browser.send(f"{WEEK}/compare/keep", {"revision": 2, "name": "另一份"})
    assert other.status_code == 200
    (name,) = alternatives_of(site)
    assert name == "另一份"
    with reading(site.engine) as connection:
        (second,) = alternatives.of_week(connection, Week.parse("2026-W48"))
    browser.send(f"{WEEK}/compare/{second.id}/drop", {})
    assert site.count(select(func.count()).select_from(ALTERNATIVE)) == 1
    assert browser.send(f"{WEEK}/compare/{id}/back", {}).status_code == 409


def alternatives_of(site: Any) -> list[str]:
    """The names of the week's alternatives."""
    with reading(site.engine) as connection:
        return [one.name for one in alternatives.of_week(connection, Week.parse("2026-W48"))]


def test_a_week_without_drafts_says_how_to_get_some(site: Any) -> None:
    page = site.browser("scheduler").get("/scheduler/week/2026-W50/compare").text
    assert "这一周还没有草稿" in page
    assert "/scheduler/week/2026-W50/prepare" in page


def test_only_schedulers_choose_keep_and_let_go(site: Any) -> None:
    id = kept(site)
    browser = site.browser("supervisor")
    for act in (f"{id}/choose", f"{id}/drop", f"{id}/back", "keep"):
        assert browser.send(f"{WEEK}/compare/{act}", {"revision": 2}).status_code == 403
    assert browser.get(f"{WEEK}/compare").status_code == 200
