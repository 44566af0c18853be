"""The lawyer's desk: the day, the week, the question and what can be done with it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
from sqlalchemy import func, select

from zhiban.data.database import writing
from zhiban.data.timespan import SHANGHAI
from zhiban.queue import service
from zhiban.queue.asking import Ask
from zhiban.queue.records import VIEWING

COUNTY = "330411"
STORY = "我在餐馆打工，老板三个月没发工资。"


def ask(site: Any, text: str = STORY, **other: Any) -> service.Asked:
    """A question of the county, which L2 on its seat is given."""
    request = Ask(text=text, division=COUNTY, consent=True, **other)
    with writing(site.engine) as connection:
        made = service.ask(connection, site.keyring, request, None, site.clock.now())
    assert isinstance(made, service.Asked)
    return made


def version_in(page: str) -> str:
    """The version that the page's forms carry."""
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found is not None
    return found[1]


def test_the_day_says_where_one_is_on_duty_and_until_when(site: Any) -> None:
    page = site.browser("l2").get("/lawyer").text
    assert "正在值班" in page
    assert "秀洲区在线坐席" in page
    assert "到11:30" in page
    assert "没有待办的问题" in page


def test_the_day_leads_to_signing_in_until_it_is_done_and_follows_it(site: Any) -> None:
    browser = site.browser("l2")
    page = browser.get("/lawyer").text
    assert "去签到" in page
    live = re.search(r'data-live="([^"]+)"', page)
    assert live is not None
    assert browser.get(unescape(live[1])).status_code == 204
    browser.send("/lawyer/station/sign-in", {"shift": "seat-x@2026-11-24T0830"})
    fresh = browser.get(unescape(live[1]))  # the page that was open learns of it
    assert fresh.status_code == 200
    assert "去签到" not in fresh.text
    assert "签到 9:00" in fresh.text


def test_a_standby_is_not_asked_to_sign_in(site: Any) -> None:
    assert "去签到" not in site.browser("l4").get("/lawyer").text


def test_a_standby_is_told_apart_from_a_duty(site: Any) -> None:
    page = site.browser("l4").get("/lawyer").text
    assert "正在备班" in page
    assert "主班不能到岗时由您顶上" in page


def test_who_is_off_duty_is_told_the_next_shift(site: Any) -> None:
    site.clock.at = datetime(2026, 11, 24, 12, 0, tzinfo=SHANGHAI)
    page = site.browser("l2").get("/lawyer").text
    assert "现在不在班上" in page
    assert "今天13:30–17:00" in page


def test_a_lawyer_without_published_duties_is_told_so(site: Any) -> None:
    page = site.browser("l6").get("/lawyer").text
    assert "没有已公布的班次" in page


def test_the_queue_shows_the_question_with_its_clock_and_records_the_viewing(site: Any) -> None:
    made = ask(site, category="labour", green_lane=("migrant_wage",))
    page = site.browser("l2").get("/lawyer").text
    assert made.ticket in page
    assert STORY in page
    assert "还有24小时" not in page
    assert "还有1天" in page  # 24 hours by the wall clock
    assert "绿色通道" in page
    # Logging in leads to the desk, and then it was opened again: two viewings.
    assert site.count(select(func.count()).select_from(VIEWING)) == 2


def test_somebody_elses_question_is_in_nobody_elses_queue_and_cannot_be_opened(site: Any) -> None:
    made = ask(site)
    browser = site.browser("l1")
    assert made.ticket not in browser.get("/lawyer").text
    page = browser.get(f"/lawyer/q/{made.ticket}")
    assert page.status_code == 404
    assert STORY not in page.text


def test_the_live_part_comes_only_when_something_changed(site: Any) -> None:
    browser = site.browser("l2")
    found = re.search(r'data-live="([^"]+)"', browser.get("/lawyer").text)
    assert found is not None
    following = unescape(found[1])
    assert browser.get(following).status_code == 204
    ask(site)
    newer = browser.get(following)
    assert newer.status_code == 200
    assert STORY in newer.text
    assert browser.get(newer.headers["x-next"]).status_code == 204


def test_contact_and_other_party_are_masked_until_they_are_asked_for(site: Any) -> None:
    made = ask(site, contact="13805731234", other_party="某某餐饮公司")
    browser = site.browser("l2")
    page = browser.get(f"/lawyer/q/{made.ticket}").text
    assert "138****1234" in page
    assert "13805731234" not in page
    assert "某某餐饮公司" not in page
    shown = browser.send(f"/lawyer/q/{made.ticket}/reveal", {}).text
    assert "13805731234" in shown
    assert "某某餐饮公司" in shown
    assert "这次查看已记录" in shown
    asked_for = select(func.count()).where(VIEWING.c.what == "contact")
    assert site.count(asked_for) == 1


def test_accept_then_answer_then_close(site: Any) -> None:
    made = ask(site)
    browser = site.browser("l2")
    address = f"/lawyer/q/{made.ticket}"
    page = browser.get(address).text
    assert "接收，由我解答" in page
    page = browser.send(f"{address}/accept", {"version": version_in(page)}).text
    assert "已接收" in page
    page = browser.send(
        f"{address}/answer", {"version": version_in(page), "text": "先去投诉。"}
    ).text
    assert "答复已发出" in page
    assert f'data-sent="q-{made.ticket}"' in page  # the draft on the device is done with
    page = browser.send(f"{address}/close", {"version": version_in(page), "closing": ""}).text
    assert "已办结" in page
    assert 'id="answer-form"' not in page


def test_asking_back_stops_the_clock(site: Any) -> None:
    made = ask(site)
    browser = site.browser("l2")
    address = f"/lawyer/q/{made.ticket}"
    page = browser.send(f"{address}/accept", {"version": version_in(browser.get(address).text)})
    page = browser.send(
        f"{address}/ask-back", {"version": version_in(page.text), "text": "有欠条吗？"}
    )
    assert "暂停计时" in page.text


def test_an_answer_to_a_page_that_is_out_of_date_is_kept_and_not_sent(site: Any) -> None:
    made = ask(site)
    browser = site.browser("l2")
    address = f"/lawyer/q/{made.ticket}"
    old = version_in(browser.get(address).text)
    site.clock.at += timedelta(minutes=1)
    with writing(site.engine) as connection:
        service.message(
            connection, site.keyring, made.ticket, made.secret, "还有一件事", site.clock.now()
        )
    answer = browser.send(f"{address}/answer", {"version": old, "text": "我写了很久的答复"})
    assert answer.status_code == 409
    assert "我写了很久的答复" in answer.text
    assert "还有一件事" in answer.text
    assert "没有发出" in answer.text
    page = site.browser("l2").get(address).text
    assert "我写了很久的答复" not in page


def test_declining_needs_a_reason_and_passes_the_question_on(site: Any) -> None:
    made = ask(site)
    browser = site.browser("l2")
    address = f"/lawyer/q/{made.ticket}"
    version = version_in(browser.get(address).text)
    refused = browser.send(f"{address}/decline", {"version": version, "reason": " "})
    assert refused.status_code == 422
    assert 'id="decline-reason-why"' in refused.text
    done = browser.send(f"{address}/decline", {"version": version, "reason": "认识对方"})
    assert str(done.url).endswith("/lawyer?done=decline")
    assert made.ticket not in done.text
    assert "已退回" in done.text
    assert made.ticket in site.browser("l1").get("/lawyer").text  # the city's seat covers it


@pytest.mark.parametrize("act", ["answer", "accept", "close"])
def test_a_question_that_has_passed_on_answers_409_in_words(site: Any, act: str) -> None:
    made = ask(site)
    browser = site.browser("l1")
    answer = browser.send(f"/lawyer/q/{made.ticket}/{act}", {"version": "2", "text": "答"})
    assert answer.status_code == 409
    assert "不在您名下" in answer.text


def test_the_week_lists_the_days_with_hours_and_who_shares_the_shift(site: Any) -> None:
    page = site.browser("l3").get("/lawyer/week").text
    assert page.count("8:30–11:30") == 5
    assert "备班律师：许敏" in page
    assert "第1版" in page
    assert "休息日" in page


def test_a_week_not_yet_published_says_so_and_an_unknown_one_is_not_found(site: Any) -> None:
    browser = site.browser("l3")
    assert "还没有公布" in browser.get("/lawyer/week?week=2026-W50").text
    assert browser.get("/lawyer/week?week=2026-W60").status_code == 404
    assert browser.get("/lawyer/week?week=9999-W52").status_code == 404


def test_the_inbox_shows_what_was_sent_and_then_knows_it_as_read(site: Any) -> None:
    from zhiban.data import outbox
    from zhiban.web.notify.inbox import put_in_inboxes

    ask(site)
    with writing(site.engine) as connection:
        claimed = outbox.claim(connection, site.keyring, site.clock.now(), 100)
        put_in_inboxes(connection, site.keyring, claimed)
    browser = site.browser("l2")
    assert 'class="count"' in browser.get("/lawyer").text
    page = browser.get("/inbox").text
    assert '<span class="state">新</span>' in page
    assert "/lawyer/q/" in page
    assert '<span class="state">新</span>' not in browser.get("/inbox").text
    assert "还没有消息" in site.browser("scheduler").get("/inbox").text


@pytest.mark.parametrize(("act", "text"), [("accept", ""), ("answer", "先去投诉。")])
def test_a_second_tap_is_no_conflict(site: Any, act: str, text: str) -> None:
    made = ask(site)
    browser = site.browser("l2")
    address = f"/lawyer/q/{made.ticket}"
    sent = {"version": version_in(browser.get(address).text), "text": text}
    first, second = (browser.send(f"{address}/{act}", sent) for _ in range(2))
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.url == second.url
    assert second.text.count(text or "律师已接收") == first.text.count(text or "律师已接收")
