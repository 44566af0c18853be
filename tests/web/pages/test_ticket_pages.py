"""The ticket without scripts: files both ways, taking back, one's data, the way back in."""

from __future__ import annotations

import re
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from zhiban.data.database import writing
from zhiban.data.wording import Text
from zhiban.queue import service
from zhiban.queue.attaching import PDF, Paper
from zhiban.queue.records import ATTACHMENT, QUESTION, QUESTION_KEY
from zhiban.web.pages import ticket_data
from zhiban.web.problems import Problem

TOWN = "330411104"
STORY = "我在餐馆打工，老板三个月没发工资。"
JPEG = b"\xff\xd8\xff\xda\x00\x02" + b"photo" * 200 + b"\xff\xd9"
PHONE = "13805731234"


def asked(site: Any, **changed: object) -> tuple[Any, str, str]:
    """A browser that just asked, with the ticket's code and secret as the receipt shows them."""
    browser = site.browser()
    form = {"text": STORY, "division": TOWN, "consent": "yes", "contact": PHONE}
    answer = browser.send("/ask", {**form, "key": uuid4().hex, **changed})
    code, secret = re.findall(r'<dd class="secret">([^<]+)</dd>', answer.text)
    return browser, code, secret.replace(" ", "")


def lawyer_does(site: Any, act: str, code: str, text: str = "") -> None:
    """The lawyer who holds the question does something with it."""
    with writing(site.engine) as connection:
        row = connection.execute(select(QUESTION.c.lawyer).where(QUESTION.c.code == code)).one()
        move = service.Move(code, row.lawyer, site.clock.now(), text)
        done = getattr(service, act)(connection, site.keyring, move)
    assert isinstance(done, service.Moved), done


def send(browser: Any, code: str, text: str, key: str, *files: tuple[str, bytes]) -> Any:
    """Sends the ticket's own form."""
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/about").text)
    assert token is not None
    sent = [("file", (name, content, "text/html")) for name, content in files]
    form = {"text": text, "key": key, "csrf_token": token[1]}
    return browser.client.post(f"/t/{code}/attachments", data=form, files=sent or None)


def test_files_are_shown_both_ways_and_handed_out_as_downloads_only(site: Any) -> None:
    browser, code, _ = asked(site)
    page = send(browser, code, "请看照片", "k" * 32, ("欠条.jpg", JPEG))
    assert "请看照片" in page.text
    with writing(site.engine) as connection:
        move = service.Move(code, "L2", site.clock.now())
        sheet = Paper(PDF, "模板.pdf", b"%PDF-1.7 sheet")
        done = service.attach_as_lawyer(connection, site.keyring, move, sheet)
        assert isinstance(done, service.Moved)
    page = browser.get(f"/t/{code}")
    assert "模板.pdf" in page.text
    links = re.findall(rf'href="(/t/{code}/attachments/[^"]+)"', page.text)
    assert len(links) == 2
    photo = browser.get(links[0])
    assert photo.content == JPEG
    assert photo.headers["content-disposition"].startswith("attachment;")
    assert photo.headers["x-content-type-options"] == "nosniff"
    assert photo.headers["content-security-policy"].startswith("sandbox")
    assert photo.headers["content-type"] == "image/jpeg"  # by content, not as it was said
    assert f'<img src="{links[0]}"' in page.text
    assert f'<img src="{links[1]}"' not in page.text
    stranger = site.browser()
    for link in links:
        assert stranger.get(link).content not in (JPEG, sheet.content)
    other, theirs, _ = asked(site)
    assert other.get(links[0].replace(code, theirs)).status_code == 404


def test_a_message_with_a_file_sent_twice_is_there_once(site: Any) -> None:
    browser, code, _ = asked(site)
    for _ in range(2):
        page = send(browser, code, "请看照片", "k" * 32, ("欠条.jpg", JPEG))
    assert page.text.count("请看照片") == 1
    assert site.count(select(func.count()).select_from(ATTACHMENT)) == 1


def test_a_file_that_is_not_taken_says_why_and_keeps_the_text(site: Any) -> None:
    browser, code, _ = asked(site)
    page = send(browser, code, "请看照片", "k" * 32, ("网页.html", b"<script>alert(1)</script>"))
    assert page.status_code == 422
    assert "网页.html：只收这些类型的文件" in page.text
    assert "请看照片</textarea>" in page.text


def test_taking_back_asks_first_and_an_answer_that_came_meanwhile_is_read_first(
    site: Any,
) -> None:
    browser, code, _ = asked(site)
    page = browser.get(f"/t/{code}/withdraw").text
    assert "撤回这个问题？" in page
    seen = re.search(r'name="version" value="(\d+)"', page)
    assert seen is not None
    long = browser.send(f"/t/{code}/withdraw", {"version": seen[1], "reason": "字" * 1001})
    assert 'id="reason-why"' in long.text
    lawyer_does(site, "answer", code, "先去投诉。")
    page = browser.send(f"/t/{code}/withdraw", {"version": seen[1]}).text
    assert "刚才有了新的进展" in page
    assert "先去投诉。" in page
    assert site.count(select(func.count()).where(QUESTION.c.state == "withdrawn")) == 0


def test_two_people_at_one_ticket_lose_nothing(site: Any) -> None:
    one, code, secret = asked(site)
    other = site.browser()
    other.send("/find", {"code": code, "secret": secret})
    send(one, code, "我先补充", "a" * 32)
    page = send(other, code, "我也补充", "b" * 32).text
    assert "我先补充" in page
    assert "我也补充" in page
    one.send(f"/t/{code}/withdraw", {})
    late = send(other, code, "还有一句", "c" * 32)
    assert late.status_code == 409
    assert "刚才有了新的进展" in late.text
    assert "您撤回了这个问题" in late.text
    assert "还有一句" in late.text  # what was not sent is there to be copied


@pytest.mark.parametrize(
    ("act", "said"), [("withdraw", "问题已撤回"), ("erase", "您写的内容和文件都已删除")]
)
def test_a_second_tap_on_what_is_done_says_that_it_is_done(site: Any, act: str, said: str) -> None:
    browser, code, _ = asked(site)
    seen = re.search(r'name="version" value="(\d+)"', browser.get(f"/t/{code}/withdraw").text)
    assert seen is not None
    for _tap in range(2):
        assert said in browser.send(f"/t/{code}/{act}", {"version": seen[1], "sure": "yes"}).text


def test_a_closed_question_opens_again_by_writing(site: Any) -> None:
    browser, code, _ = asked(site)
    lawyer_does(site, "answer", code, "先去投诉。")
    lawyer_does(site, "close", code)
    page = browser.get(f"/t/{code}").text
    assert "有新的情况？接着写，问题会重新打开" in page
    page = send(browser, code, "投诉没有用", "k" * 32).text
    assert "重新打开" in page
    assert "投诉没有用" in page


def test_a_rating_has_a_page_of_its_own(site: Any) -> None:
    browser, code, _ = asked(site)
    assert "律师答复以后，可以在这里评价。" in browser.get(f"/t/{code}/rating").text
    lawyer_does(site, "answer", code, "先去投诉。")
    assert "这次解答对您有帮助吗？" in browser.get(f"/t/{code}/rating").text
    assert f'href="/t/{code}/rating"' in browser.get(f"/t/{code}").text


def test_all_of_ones_data_is_shown_and_downloaded(site: Any) -> None:
    browser, code, _ = asked(site, other_party="某餐馆")
    send(browser, code, "", "k" * 32, ("欠条.jpg", JPEG))
    page = browser.get(f"/t/{code}/data").text
    for shown in (STORY, "某餐馆", PHONE, "新塍镇", "沈志远", "欠条.jpg"):
        assert shown in page
    file = browser.get(f"/t/{code}/data.json")
    assert file.headers["content-disposition"] == f'attachment; filename="{code}.json"'
    told = file.json()
    assert (told["text"], told["contact"], told["other_party"]) == (STORY, PHONE, "某餐馆")
    stranger = site.browser()
    for path in ("data", "data.json"):
        assert str(stranger.get(f"/t/{code}/{path}").url).endswith("/find")


def test_deleting_asks_first_says_what_stays_and_leaves_no_word(site: Any) -> None:
    browser, code, _ = asked(site)
    send(browser, code, "请看照片", "k" * 32, ("欠条.jpg", JPEG))
    page = browser.get(f"/t/{code}/erase").text
    assert "留下的，和为什么" in page
    unsure = browser.send(f"/t/{code}/erase", {})
    assert unsure.status_code == 422
    assert unsure.text.count("请先勾选，确认要删除") == 2
    assert site.count(select(func.count()).select_from(QUESTION_KEY)) == 1
    page = browser.send(f"/t/{code}/erase", {"sure": "yes"}).text
    assert "谁也看不到了" in page
    assert "内容已按您的要求删除" in page
    assert STORY not in page
    assert "欠条" not in page
    assert "<textarea" not in page
    assert site.count(select(func.count()).select_from(QUESTION_KEY)) == 0
    assert site.count(select(func.count()).select_from(ATTACHMENT)) == 0


def test_a_lost_secret_is_replaced_by_code_and_whole_number(
    site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("zhiban.web.pages.ticket_data._SECONDS", 0.0)
    _, code, secret = asked(site)
    other = site.browser()
    page = other.send("/recover", {"code": code.lower(), "phone": "138 0573 1234"})
    assert str(page.url).split("?")[0].endswith(f"/t/{code}/receipt")
    assert "原来的不再有用" in page.text
    fresh = re.findall(r'<dd class="secret">([^<]+)</dd>', page.text)[1].replace(" ", "")
    assert fresh != secret
    assert (
        "编号或查询密码不对" in site.browser().send("/find", {"code": code, "secret": secret}).text
    )


def test_every_wrong_try_to_recover_looks_and_lasts_the_same(
    site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited = []

    async def still(seconds: float) -> None:
        waited.append(seconds)

    # Looking takes 0.1 s, then 0.2, 0.3, and 0.5, which is longer than all are to last.
    looks = iter((0.0, 0.1, 1.0, 1.2, 2.0, 2.3, 3.0, 3.5))
    monkeypatch.setattr(ticket_data, "asyncio", SimpleNamespace(sleep=still))
    monkeypatch.setattr(ticket_data, "time", SimpleNamespace(monotonic=lambda: next(looks)))
    _, code, _ = asked(site)
    _, without, _ = asked(site, contact="")
    texts = set()
    tries = ((code, "13805731235"), (code, "1234"), (without, PHONE), ("ZB-0000-0000", PHONE))
    for ticket, phone in tries:
        page = site.browser().send("/recover", {"code": ticket, "phone": phone})
        assert page.status_code == 422
        told = re.sub(r'value="[^"]*"', "", page.text)
        texts.add(re.sub(r"\s+", " ", told))
    assert len(texts) == 1
    # Each waits for what is left of the same 0.4 s.
    assert waited == pytest.approx([0.3, 0.2, 0.1, 0.0])


def test_too_many_tries_to_recover_are_refused_in_words(
    site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: str) -> None:
        raise Problem(429, Text("请求太频繁，请30秒后再试。", "Too many tries."))

    monkeypatch.setattr(site.app.state.wiring.limiter, "check", full)
    page = site.browser().send("/recover", {"code": "ZB-0000-0000", "phone": PHONE})
    assert page.status_code == 429
    assert "请30秒后再试" in page.text


def test_the_live_part_changes_when_a_clock_turns_though_nothing_happened(site: Any) -> None:
    browser, code, _ = asked(site)
    found = re.search(r'data-live="([^"]+)"', browser.get(f"/t/{code}").text)
    assert found is not None
    assert browser.get(found[1]).status_code == 204
    site.clock.at += timedelta(hours=25)  # past the promise of 24 hours
    newer = browser.get(found[1])
    assert newer.status_code == 200
    assert "已超时" in newer.text


def test_strong_colours_are_kept_until_they_are_switched_back(site: Any) -> None:
    browser = site.browser()
    [html] = re.findall(r"<html[^>]*>", browser.send("/contrast", {"next": "/"}).text)
    assert "contrast" in html
    page = browser.send("/contrast", {"next": "//evil.example"})
    assert str(page.url).rstrip("/").endswith("testserver")
    assert 'class=""' in page.text


def test_the_footer_names_what_the_law_asks_for(site: Any) -> None:
    settings = site.app.state.settings
    named = {
        "icp": "浙ICP备00000001号",
        "police_record": "浙公网安备 33040000000001号",
        "site_code": "3304000001",
        "responsible_unit": "公共法律服务管理处",
        "address": "某路1号",
    }
    site.app.state.settings = settings.model_copy(update=named)
    for path in ("/", "/ask", "/nothing-here"):
        page = site.browser().get(path).text
        assert all(value in page for value in named.values()), path
        assert 'href="/accessibility"' in page
    site.app.state.settings = settings


def test_the_card_says_by_when_the_question_ends_if_nobody_writes(site: Any) -> None:
    browser, code, _ = asked(site)
    assert "自动结束" not in browser.get(f"/t/{code}").text  # nothing was asked or answered yet
    lawyer_does(site, "ask_back", code, "有没有欠条？")
    # Asked on 24 November at 9:00, and fifteen days for the reply.
    assert "12月9日9:00前没有新的消息，这个问题会自动结束。" in browser.get(f"/t/{code}").text
    lawyer_does(site, "answer", code, "可以申请仲裁。")
    # An answer gives seven days; the same is said after midnight, in the part that changes too.
    said = "12月1日9:00前没有新的消息，这个问题会自动结束。"
    assert said in browser.get(f"/t/{code}").text
    site.clock.at += timedelta(days=6)
    assert said in browser.get(f"/t/{code}").text
    assert said in browser.get(f"/t/{code}/live?seen=0").text
    browser.client.cookies.set("lang", "en")
    english = "Unless somebody writes by 9:00 on 1 Dec, this question closes by itself."
    assert english in browser.get(f"/t/{code}").text
