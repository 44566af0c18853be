"""The citizen's pages: ask, ticket, messages, rating, taking back; all without scripts."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from zhiban.data.database import DatabaseBusy, reading, writing
from zhiban.data.timespan import SHANGHAI
from zhiban.data.wording import Text
from zhiban.data.writer import WriterBusy
from zhiban.queue import service
from zhiban.queue.records import QUESTION
from zhiban.web.problems import Problem

COUNTY, CITY, TOWN = "330411", "3304", "330411104"
STORY = "我在餐馆打工，老板三个月没发工资。"
FORM = {"text": STORY, "division": TOWN, "consent": "yes", "key": "k" * 32}


def asked(site: Any, **changed: object) -> tuple[Any, str, str]:
    """A browser that just asked, with the ticket's code and secret as the receipt shows them."""
    browser = site.browser()
    answer = browser.send("/ask", {**FORM, "key": uuid4().hex, **changed})
    assert answer.status_code == 200, answer.text
    code, secret = re.findall(r'<dd class="secret">([^<]+)</dd>', answer.text)
    return browser, code, secret.replace(" ", "")


def lawyer_does(site: Any, act: str, code: str, text: str = "") -> None:
    """The lawyer who holds the question does something with it."""
    with writing(site.engine) as connection:
        row = connection.execute(select(QUESTION.c.lawyer).where(QUESTION.c.code == code)).one()
        move = service.Move(code, row.lawyer, site.clock.now(), text)
        done = getattr(service, act)(connection, site.keyring, move)
    assert isinstance(done, service.Moved), done


def test_home_says_who_is_on_duty_online_now(site: Any) -> None:
    page = site.browser().get("/")
    assert "现在有2位律师在线值班" in page.text  # the two seats; the station is not online
    assert "沈志远" in page.text
    assert "钱建国" not in page.text


def test_home_says_when_the_next_shift_begins_where_nobody_is_on_duty(site: Any) -> None:
    site.clock.at = datetime(2026, 11, 24, 12, 0, tzinfo=SHANGHAI)
    assert "下一班今天13:30开始" in site.browser().get("/").text
    assert "the next shift begins today 13:30" in site.browser(lang="en").get("/").text


def test_a_question_is_answered_with_the_lawyer_the_due_time_and_the_ticket(site: Any) -> None:
    browser, code, _ = asked(site)
    page = browser.get(f"/t/{code}/receipt").text
    assert "沈志远律师" in page
    assert "浙江诚信" not in page  # L2's firm is F1
    assert "浙江正大律师事务所" in page
    # A message left online is answered within 24 hours by the wall clock.
    assert "明天9:00前答复" in page
    assert 'src="data:image/svg+xml' in page


def test_a_question_asked_between_shifts_names_the_next_one(site: Any) -> None:
    site.clock.at = datetime(2026, 11, 24, 12, 0, tzinfo=SHANGHAI)
    browser, code, _ = asked(site)
    assert "今天13:30有律师接班" in browser.get(f"/t/{code}").text


def test_errors_stand_at_the_field_and_on_top_and_keep_what_was_typed(site: Any) -> None:
    answer = site.browser().send("/ask", {"text": STORY, "other_party": "某餐馆", "green": "elder"})
    assert answer.status_code == 422
    assert answer.text.count("请选择事情发生在哪里。") == 2
    assert 'href="#consent"' in answer.text
    assert STORY in answer.text
    assert 'value="某餐馆"' in answer.text
    assert re.search(r'value="elder" checked', answer.text)
    assert '<details class="fold" id="more" open>' in answer.text
    assert site.count(select(func.count()).select_from(QUESTION)) == 0


def test_what_was_typed_is_shown_as_text_never_as_markup(site: Any) -> None:
    sent = "<script>alert(1)</script>"
    answer = site.browser().send("/ask", {"text": sent})
    assert sent not in answer.text
    assert "&lt;script&gt;" in answer.text


def test_a_double_tap_makes_one_question(site: Any) -> None:
    browser = site.browser()
    first = browser.send("/ask", FORM)
    again = browser.send("/ask", FORM)
    assert first.url == again.url
    assert site.count(select(func.count()).select_from(QUESTION)) == 1


def test_going_back_and_changing_the_text_asks_before_making_another_question(site: Any) -> None:
    browser = site.browser()
    browser.send("/ask", FORM)
    answer = browser.send("/ask", {**FORM, "text": "另一个问题"})
    assert answer.status_code == 409
    assert "刚才那次提交已经收到" in answer.text
    assert "另一个问题" in answer.text
    assert FORM["key"] not in answer.text  # a fresh key, so that sending again works
    assert site.count(select(func.count()).select_from(QUESTION)) == 1


def test_a_machine_that_fills_in_the_hidden_field_is_refused(site: Any) -> None:
    answer = site.browser().send("/ask", {**FORM, "website": "http://x"})
    assert answer.status_code == 422
    assert site.count(select(func.count()).select_from(QUESTION)) == 0


def test_another_browser_opens_the_ticket_with_code_and_secret_as_people_type_them(
    site: Any,
) -> None:
    _, code, secret = asked(site)
    other = site.browser()
    assert str(other.get(f"/t/{code}").url).endswith("/find")
    typed = {"code": code.lower().replace("-", " "), "secret": secret.lower()}
    page = other.send("/find", typed)
    assert str(page.url).endswith(f"/t/{code}")
    assert STORY in page.text


@pytest.mark.parametrize("wrong", ["code", "secret"])
def test_an_unknown_code_and_a_wrong_secret_look_alike(site: Any, wrong: str) -> None:
    _, code, secret = asked(site)
    typed = {"code": code, "secret": secret}
    typed[wrong] = "ZB-0000-0000" if wrong == "code" else "0" * 16
    page = site.browser().send("/find", typed)
    assert page.status_code == 422
    assert page.text.count("编号或查询密码不对，请对照凭证再输一次。") == 2
    assert STORY not in page.text


def test_the_secret_is_in_no_address_and_only_goes_to_its_own_ticket(site: Any) -> None:
    browser = site.browser()
    answer = browser.client.post(
        "/ask",
        data={**FORM, "csrf_token": _token(browser)},
        follow_redirects=False,
    )
    assert answer.status_code == 303
    code = answer.headers["location"].split("/")[2]
    cookie = next(c for c in answer.headers.get_list("set-cookie") if c.startswith("secret="))
    assert f"Path=/t/{code}" in cookie
    assert "HttpOnly" in cookie
    secret = cookie.split(";")[0].removeprefix("secret=")
    assert secret not in answer.headers["location"]


def _token(browser: Any) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/ask").text)
    assert found is not None
    return found[1]


def test_forgetting_takes_the_ticket_out_of_this_browser(site: Any) -> None:
    browser, code, _ = asked(site)
    browser.send(f"/t/{code}/forget", {})
    assert str(browser.get(f"/t/{code}").url).endswith("/find")


def test_the_conversation_runs_from_answer_to_rating(site: Any) -> None:
    browser, code, _ = asked(site)
    site.clock.at += timedelta(minutes=5)
    lawyer_does(site, "accept", code)
    lawyer_does(site, "ask_back", code, "有没有欠条？")
    page = browser.get(f"/t/{code}").text
    assert "等您补充" in page
    assert "回答律师的问题" in page
    assert "您补充后继续计时" in page
    page = browser.send(f"/t/{code}/messages", {"text": "没有。"}).text
    assert "已发给律师" in page
    assert "没有。" in page
    lawyer_does(site, "answer", code, "先去投诉。")
    page = browser.get(f"/t/{code}").text
    assert "先去投诉。" in page
    assert "这次解答对您有帮助吗" in page
    page = browser.send(f"/t/{code}/rating", {"stars": "5", "remark": "很清楚"}).text
    assert "您的评价：很满意。谢谢。" in page


@pytest.mark.parametrize("stars", ["", "9", "好", "²"])
def test_a_rating_without_a_score_says_what_to_mend(site: Any, stars: str) -> None:
    browser, code, _ = asked(site)
    lawyer_does(site, "answer", code, "先去投诉。")
    page = browser.send(f"/t/{code}/rating", {"stars": stars, "remark": "很清楚"})
    assert page.status_code == 422
    assert "评分须为1至5" in page.text
    assert "很清楚" in page.text


def test_an_empty_message_says_what_to_mend(site: Any) -> None:
    browser, code, _ = asked(site)
    page = browser.send(f"/t/{code}/messages", {"text": "  "})
    assert page.status_code == 422
    assert 'id="text-why"' in page.text


def test_a_withdrawn_question_says_so_and_cannot_be_withdrawn_again(site: Any) -> None:
    browser, code, _ = asked(site)
    page = browser.send(f"/t/{code}/withdraw", {}).text
    assert "您撤回了这个问题" in page
    assert f'action="/t/{code}/withdraw"' not in page
    assert "问题已撤回" in browser.send(f"/t/{code}/withdraw", {}).text


def test_the_live_part_comes_only_when_it_is_newer(site: Any) -> None:
    browser, code, _ = asked(site)
    found = re.search(r'data-live="([^"]+)"', browser.get(f"/t/{code}").text)
    assert found is not None
    assert browser.get(found[1]).status_code == 204
    lawyer_does(site, "accept", code)
    newer = browser.get(found[1])
    assert newer.status_code == 200
    assert "律师正在解答" in newer.text
    assert "<html" not in newer.text
    assert browser.get(newer.headers["x-next"]).status_code == 204


def test_a_stranger_gets_nothing_from_the_live_part(site: Any) -> None:
    _, code, _ = asked(site)
    assert site.browser().get(f"/t/{code}/live").status_code == 204


def test_a_declined_question_does_not_show_the_citizen_why(site: Any) -> None:
    browser, code, _ = asked(site)
    lawyer_does(site, "decline", code, "我认识对方")
    page = browser.get(f"/t/{code}").text
    assert "换一位律师解答" in page
    assert "我认识对方" not in page


def test_the_story_is_stored_encrypted(site: Any) -> None:
    asked(site, contact="13805731234")
    with reading(site.engine) as connection:
        raw = "".join(
            str(row)
            for table in ("question", "question_event", "idempotency", "outbox")
            for row in connection.exec_driver_sql(f"SELECT * FROM {table}")
        )
    assert STORY not in raw
    assert "13805731234" not in raw


def test_english_pages_say_it_in_english(site: Any) -> None:
    browser = site.browser(lang="en")
    answer = browser.send("/ask", {**FORM, "key": "e" * 32})
    assert "We have your question" in answer.text
    assert "by 9:00 tomorrow" in answer.text


def test_too_many_questions_from_one_address_keep_what_was_typed(
    site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: str) -> None:
        raise Problem(429, Text("请求太频繁，请30秒后再试。", "Too many tries."))

    monkeypatch.setattr(site.app.state.wiring.limiter, "check", full)
    answer = site.browser().send("/ask", FORM)
    assert answer.status_code == 429
    assert "请30秒后再试" in answer.text
    assert STORY in answer.text


@pytest.mark.parametrize("error", [WriterBusy("full"), DatabaseBusy("locked")])
def test_a_service_that_is_busy_for_a_moment_keeps_what_was_typed(
    site: Any, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    browser, code, _ = asked(site)

    async def busy(_: object) -> object:
        raise error

    monkeypatch.setattr(site.app.state.wiring.writer, "write", busy)
    for path, form in (("/ask", FORM), (f"/t/{code}/messages", {"text": STORY})):
        answer = browser.send(path, {**form, "key": "x" * 32})
        assert answer.status_code == 503, path
        assert answer.headers["retry-after"] == "2"
        assert "您写的还在" in answer.text
        assert STORY in answer.text


def test_a_message_tapped_twice_is_one_and_another_under_its_key_is_kept(site: Any) -> None:
    browser, code, _ = asked(site)
    sent = {"text": "还有一件事", "key": "m" * 32}
    for _ in range(2):
        page = browser.send(f"/t/{code}/messages", sent)
    assert page.text.count("还有一件事") == 1
    other = browser.send(f"/t/{code}/messages", {**sent, "text": "改了的话"})
    assert other.status_code == 409
    assert "刚才那一条已经发出" in other.text
    assert "改了的话</textarea>" in other.text


def test_how_the_lawyer_was_chosen_is_told_to_the_lawyer_not_to_the_citizen(site: Any) -> None:
    browser, code, _ = asked(site)
    assert "分配给值班律师：沈志远" in browser.get(f"/t/{code}").text
    assert "可接1人" not in browser.get(f"/t/{code}").text
    assert "可接1人" in site.browser("l2").get(f"/lawyer/q/{code}").text


def test_what_was_written_on_a_page_that_has_expired_is_shown_to_be_copied(site: Any) -> None:
    browser, code, _ = asked(site)
    hostile = "<script>alert(1)</script> 三个月没发工资"
    for path in ("/ask", f"/t/{code}/messages"):
        answer = browser.client.post(path, data={"text": hostile, "csrf_token": "值班"})
        assert answer.status_code == 403
        assert "&lt;script&gt;alert(1)&lt;/script&gt; 三个月没发工资</textarea>" in answer.text
        assert "<script>alert" not in answer.text
