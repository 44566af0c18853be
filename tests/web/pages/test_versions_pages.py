"""Publishing with sign-off, the history of versions, their comparison, and withdrawing one."""

from __future__ import annotations

import threading
from datetime import timedelta
from html import escape
from typing import Any

from sqlalchemy import func, select

from zhiban.data.database import writing
from zhiban.data.week import Week
from zhiban.roster import service
from zhiban.roster.records import NOTE, VERSION
from zhiban.web.records import ACCOUNT

WEEK = "/scheduler/week/2026-W48"
# On Tuesday morning some of the shifts that change have begun.
SIGNED = {"name": "李主任", "ack": "begun"}


def test_publishing_shows_who_gains_and_loses_what_and_every_letter(site: Any) -> None:
    site.draft(seat_x="L5")
    page = site.browser("scheduler").get(f"{WEEK}/publish").text
    assert "换人10个班次" in page
    assert "涉及2位律师" in page
    assert "与第1版的差别" in page
    # L2 loses what L5 gains; each gets a letter with the own duties alone.
    assert page.count("<article>") == 2
    assert "新增：11月23日周一8:30–11:30 秀洲区在线坐席 值班" in page
    assert "取消：11月23日周一8:30–11:30 秀洲区在线坐席 值班" in page


def test_an_english_page_names_posts_in_english_in_what_each_lawyer_gains(site: Any) -> None:
    site.draft(seat_x="L5")
    browser = site.browser("scheduler")
    browser.client.cookies.set("lang", "en")
    table, _, letters = browser.get(f"{WEEK}/publish").text.partition("Who is told")
    assert "秀洲区在线坐席" not in table
    assert "Xiuzhou" in table
    assert letters


def test_vacancies_are_listed_and_must_be_confirmed_one_by_one(site: Any) -> None:
    revision = site.draft(empty=("seat-x",))
    browser = site.browser("scheduler")
    page = browser.get(f"{WEEK}/publish").text
    assert "这一班需要1人，没有人可值。" in page
    assert 'value="vacancies"' in page
    refused = browser.send(f"{WEEK}/publish", {"revision": revision, **SIGNED})
    assert refused.status_code == 422
    assert "请确认：还有10处空缺" in refused.text
    assert 'value="李主任"' in refused.text  # what was typed is kept
    assert site.count(select(func.count()).select_from(VERSION)) == 1


def test_page_and_api_ask_for_the_same_sign_off_in_the_same_words(site: Any) -> None:
    revision = site.draft(empty=("seat-x",))
    browser, api = site.browser("scheduler"), site.caller("scheduler")
    call = "/api/v1/rosters/2026-W48/publish"
    for lang in ("zh", "en"):
        browser.client.cookies.set("lang", lang)
        told = {"Accept-Language": lang}
        page = browser.send(f"{WEEK}/publish", {"revision": revision, "name": "", "ack": "begun"})
        answer = api.post(
            call, json={"revision": revision, "name": " ", "ack": ["begun"]}, headers=told
        )
        assert (page.status_code, answer.status_code) == (422, 422)
        faults = {one["field"]: one["message"] for one in answer.json()["errors"]}
        assert set(faults) == {"name", "ack-vacancies"}
        assert all(escape(message) in page.text for message in faults.values())
    assert site.count(select(func.count()).select_from(VERSION)) == 1
    signed = {"revision": site.draft(seat_x="L5"), "ack": ["begun"]}
    assert api.post(call, json=signed).status_code == 201
    with writing(site.engine) as connection:
        named = ACCOUNT.update().where(ACCOUNT.c.login == "scheduler").values(name="周调度")
        connection.execute(named)
    assert "周调度" in browser.get(f"{WEEK}/versions").text  # whose account it is, not its log-in


def test_what_is_signed_is_checked_while_it_is_read_and_once(site: Any, monkeypatch: Any) -> None:
    """Re-proving a city's bound takes seconds of one core; forecasts may want it at that time."""
    began, weeks = threading.Event(), []
    check = service.check_draft

    def counted(connection: Any, week: Any) -> Any:
        weeks.append(str(week))
        began.set()
        return check(connection, week)

    monkeypatch.setattr(service, "check_draft", counted)
    browser, revision = site.browser("scheduler"), site.draft(seat_x="L5")
    site.browser("supervisor").get(f"{WEEK}/publish")  # who may not publish begins nothing
    assert weeks == []
    browser.get(f"{WEEK}/publish")
    assert began.wait(20)
    browser.send(f"{WEEK}/publish", {"revision": revision, **SIGNED})
    assert site.count(select(func.count()).select_from(VERSION)) == 2
    assert weeks == ["2026-W48"]
    # What was published around it since then is another matter: the week before may end in it.
    later = site.draft(seat_x="L2")
    browser.get(f"{WEEK}/publish")
    site.draft(Week.parse("2026-W47"))
    site.publish(Week.parse("2026-W47"))
    browser.send(f"{WEEK}/publish", {"revision": later, **SIGNED})
    assert weeks == ["2026-W48"] * 3


def test_a_check_that_failed_is_made_again(site: Any, monkeypatch: Any) -> None:
    revision, browser = site.draft(seat_x="L5"), site.browser("scheduler")
    with monkeypatch.context() as broken:
        broken.setattr(service, "check_draft", lambda *_: 1 / 0)
        page = browser.send(f"{WEEK}/publish", {"revision": revision, **SIGNED})
        assert page.status_code == 500
    browser.send(f"{WEEK}/publish", {"revision": revision, **SIGNED})
    assert site.count(select(func.count()).select_from(VERSION)) == 2


def test_nobody_publishes_without_a_name(site: Any) -> None:
    revision = site.draft(seat_x="L5")
    browser = site.browser("scheduler")
    page = browser.send(f"{WEEK}/publish", {"revision": revision, "name": " "})
    assert page.status_code == 422
    assert "请签上姓名" in page.text
    done = browser.send(f"{WEEK}/publish", {"revision": revision, **SIGNED})
    assert "第2版已公布" in done.text
    assert site.count(select(func.count()).select_from(NOTE)) == 1
    assert "李主任" in browser.get(f"{WEEK}/versions").text


def test_the_history_compares_any_two_versions(site: Any) -> None:
    browser = site.browser("scheduler")
    for lawyer in ("L5", "L6"):
        revision = site.draft(seat_x=lawyer)
        browser.send(f"{WEEK}/publish", {"revision": revision, **SIGNED})
    page = browser.get(f"{WEEK}/versions").text
    assert "从第2版到第3版" in page  # the newest two, unless others are asked for
    assert "朱国强" in page
    page = browser.get(f"{WEEK}/versions?from=1&to=3").text
    assert "从第1版到第3版" in page
    assert "沈志远" in page
    assert "顾晓燕" not in page
    assert "完全相同" not in page
    assert "从第" not in browser.get(f"{WEEK}/versions?from=3&to=3").text.split("<h2", 1)[-1][:40]


def test_a_week_never_published_says_so(site: Any) -> None:
    page = site.browser("supervisor").get("/scheduler/week/2026-W50/versions").text
    assert "这一周还没有公布过" in page


def test_withdrawing_asks_first_wants_a_reason_and_brings_the_former_back(site: Any) -> None:
    revision = site.draft(seat_x="L5")
    # Nobody's duty of this version has begun yet: it is the Friday before.
    site.clock.at -= timedelta(days=3)
    browser = site.browser("scheduler")
    browser.send(f"{WEEK}/publish", {"revision": revision, **SIGNED})
    site.clock.at += timedelta(minutes=10)
    page = browser.get(f"{WEEK}/versions").text
    assert f'href="{WEEK}/versions/2/withdraw"' in page
    asked = browser.get(f"{WEEK}/versions/2/withdraw").text
    assert "第1版从那一刻起重新生效" in asked
    assert "涉及2位律师" in asked
    empty = browser.send(f"{WEEK}/versions/2/withdraw", {"reason": ""})
    assert empty.status_code == 422
    assert "请写明撤回的原因" in empty.text
    done = browser.send(f"{WEEK}/versions/2/withdraw", {"reason": "排错了人"})
    assert str(done.url).endswith("versions?from=2&to=3")
    assert "撤回第2版，恢复第1版：排错了人" in done.text
    assert "已撤回" in done.text
    site.clock.at += timedelta(days=3)
    assert "沈志远" in site.browser().get("/").text
    # The other scheduler, a moment later, is told that it is done.
    late = site.browser("administrator").send(f"{WEEK}/versions/2/withdraw", {"reason": "我也要撤"})
    assert late.status_code in (403, 409)


def test_a_version_whose_changes_have_begun_stays_and_says_why(site: Any) -> None:
    revision = site.draft(seat_x="L5")
    browser = site.browser("scheduler")  # it is Tuesday 9:00: the morning's seat is staffed
    browser.send(f"{WEEK}/publish", {"revision": revision, **SIGNED})
    page = browser.get(f"{WEEK}/versions/2/withdraw")
    assert page.status_code == 409
    assert "已经开始" in page.text
    assert "/versions/2/withdraw" not in browser.get(f"{WEEK}/versions").text


def test_only_schedulers_withdraw(site: Any) -> None:
    for login in ("supervisor", "l1"):
        page = site.browser(login).send(f"{WEEK}/versions/1/withdraw", {"reason": "x"})
        assert page.status_code == 403
