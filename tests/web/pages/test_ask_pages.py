"""Asking without scripts: files on the way, the review, step by step, guardians, going back."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from zhiban.data.database import reading, writing
from zhiban.data.timespan import SHANGHAI
from zhiban.queue import service
from zhiban.queue.records import ATTACHMENT, QUESTION
from zhiban.queue.unsent_records import UNSENT_PAPER, UNSENT_QUESTION

COUNTY, TOWN = "330411", "330411104"
STORY = "我在餐馆打工，老板三个月没发工资。"
JPEG = b"\xff\xd8\xff\xda\x00\x02" + b"photo" * 200 + b"\xff\xd9"
FORM = {"text": STORY, "division": TOWN, "consent": "yes"}


def hidden(page: str) -> list[tuple[str, str]]:
    """The values of the page's last form to be sent, as a browser without scripts sends them."""
    form = next(
        part
        for part in re.findall(r"<form[^>]*>.*?</form>", page, re.DOTALL)
        if 'value="send"' in part
    )
    return re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form)


def begin(site: Any, lang: str = "zh") -> tuple[Any, str]:
    """A browser with the form's key."""
    browser = site.browser(lang=lang)
    return browser, key_in(browser.get("/ask").text)


def key_in(page: str) -> str:
    """The key of the form on a page."""
    key = re.search(r'name="key" value="([^"]+)"', page)
    assert key is not None
    return key[1]


def post(browser: Any, path: str, form: dict[str, Any], *files: tuple[str, bytes]) -> Any:
    """Sends a form with files, with the token of a page just read."""
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/about").text)
    assert token is not None
    sent = [("file", (name, content, "image/jpeg")) for name, content in files]
    return browser.client.post(path, data={**form, "csrf_token": token[1]}, files=sent or None)


def rows(site: Any, table: Any) -> int:
    """How many rows a table has."""
    return int(site.count(select(func.count()).select_from(table)))


def test_the_review_shows_everything_and_sending_takes_the_files_along(site: Any) -> None:
    browser, key = begin(site)
    form = {**FORM, "key": key, "other_party": "某餐馆", "contact": "13805731234", "do": "review"}
    form["green"] = "elder"
    review = post(browser, "/ask", form, ("欠条.jpg", JPEG), ("", b""))
    assert str(review.url).endswith("/ask/review")
    for shown in (STORY, "新塍镇", "某餐馆", "13805731234", "老年人", "欠条.jpg", "1 KB"):
        assert shown in review.text
    assert rows(site, QUESTION) == 0
    receipt = browser.send("/ask", {**dict(hidden(review.text)), "do": "send"})
    assert "已收到您的问题" in receipt.text
    code = str(receipt.url).split("/")[-2]
    ticket = browser.get(f"/t/{code}").text
    assert "欠条.jpg" in ticket
    assert (rows(site, QUESTION), rows(site, ATTACHMENT)) == (1, 1)
    assert (rows(site, UNSENT_QUESTION), rows(site, UNSENT_PAPER)) == (0, 0)


def test_going_back_to_change_keeps_everything(site: Any) -> None:
    browser, key = begin(site)
    post(browser, "/ask", {**FORM, "key": key, "do": "review"}, ("欠条.jpg", JPEG))
    form = browser.get("/ask")
    assert STORY in form.text
    assert "欠条.jpg" in form.text
    assert f'value="{TOWN}" selected' in form.text
    assert re.search(r'id="consent"[^>]* checked', form.text)
    assert f'value="{key}"' in form.text
    assert "这是您刚才写的，还没有提交。" in form.text
    assert form.headers["cache-control"] == "no-store"


def test_the_back_button_after_sending_leads_to_the_ticket_and_sends_nothing_again(
    site: Any,
) -> None:
    browser, key = begin(site)
    review = post(browser, "/ask", {**FORM, "key": key, "do": "review"})
    sent = {**dict(hidden(review.text)), "do": "send"}
    receipt = browser.send("/ask", sent)
    assert browser.get("/ask/review").url == receipt.url  # back to the review
    assert browser.send("/ask", sent).url == receipt.url  # and the button once more
    again = post(browser, "/ask", {**FORM, "text": "另一件事", "key": key, "do": "review"})
    assert again.status_code == 409
    assert "刚才那次提交已经收到" in again.text
    assert f"/t/{str(receipt.url).split('/')[-2]}" in again.text
    assert "另一件事" in again.text
    assert rows(site, QUESTION) == 1


def test_another_browser_sees_nothing_of_what_is_on_its_way(site: Any) -> None:
    browser, key = begin(site)
    post(browser, "/ask", {**FORM, "key": key, "do": "review"})
    other = site.browser()
    assert STORY not in other.get("/ask").text
    assert str(other.get("/ask/review").url).endswith("/ask")


def test_a_file_that_is_not_taken_says_why_and_the_others_stay(site: Any) -> None:
    browser, key = begin(site)
    page = post(
        browser,
        "/ask",
        {**FORM, "key": key, "do": "review"},
        ("好.jpg", JPEG),
        ("坏.exe", b"MZ\x90\x00"),
    )
    assert page.status_code == 422
    assert page.text.count("坏.exe：只收这些类型的文件") == 2  # on top and at the field
    assert "好.jpg" in page.text
    assert STORY in page.text


def test_a_file_is_taken_out_again_and_what_was_typed_stays(site: Any) -> None:
    browser, key = begin(site)
    post(browser, "/ask", {**FORM, "key": key, "do": "review"}, ("欠条.jpg", JPEG))
    button = re.search(r'value="(drop:[^"]+)"', browser.get("/ask").text)
    assert button is not None
    page = post(browser, "/ask", {**FORM, "text": "改过的话", "key": key, "do": button[1]})
    assert "欠条.jpg" not in page.text
    assert "改过的话" in page.text
    assert rows(site, UNSENT_PAPER) == 0


def test_clearing_leaves_nothing(site: Any) -> None:
    browser, key = begin(site)
    post(browser, "/ask", {**FORM, "key": key, "do": "review"}, ("欠条.jpg", JPEG))
    page = browser.send("/ask", {"key": key, "do": "clear"})
    assert STORY not in page.text
    assert (rows(site, UNSENT_QUESTION), rows(site, UNSENT_PAPER)) == (0, 0)


def test_files_left_lying_for_a_day_are_missed_before_sending_not_after(site: Any) -> None:
    browser, key = begin(site)
    review = post(browser, "/ask", {**FORM, "key": key, "do": "review"}, ("欠条.jpg", JPEG))
    site.clock.at += timedelta(hours=25)
    page = browser.send("/ask", {**dict(hidden(review.text)), "do": "send"})
    assert page.status_code == 422
    assert "请重新添加，文字都还在" in page.text
    assert STORY in page.text
    assert rows(site, QUESTION) == 0


def test_a_child_under_14_needs_a_guardian_and_the_review_names_them(site: Any) -> None:
    browser, key = begin(site)
    form = {**FORM, "key": key, "under_14": "yes", "do": "review"}
    page = post(browser, "/ask", form)
    assert page.status_code == 422
    for why in ("请填写监护人的姓名", "请选择监护人与孩子的关系", "须由监护人同意"):
        assert page.text.count(why) == 2, why
    assert re.search(r'<details[^>]*id="guardian" open', page.text)
    guardian = {"guardian_name": "王芳", "guardian_relation": "mother", "guardian_consent": "yes"}
    review = post(browser, "/ask", {**form, **guardian})
    assert "王芳 母亲" in review.text
    assert "未成年人" not in review.text  # declared by being under 14; it is added on sending
    receipt = browser.send("/ask", {**dict(hidden(review.text)), "do": "send"})
    code = str(receipt.url).split("/")[-2]
    assert "王芳" in browser.get(f"/t/{code}/data").text
    assert site.count(select(func.count()).where(QUESTION.c.green)) == 1
    assert "王* 母亲" in site.browser("l2").get(f"/lawyer/q/{code}").text  # who it was given to


def test_step_by_step_asks_one_thing_a_page_and_ends_at_the_review(site: Any) -> None:
    browser = site.browser()
    browser.client.cookies.set("large", "1")
    page = browser.get("/ask")
    assert str(page.url).partition("?")[0].endswith("/ask/story")
    assert "第1步，共6步" in page.text
    answers: list[tuple[str, dict[str, Any]]] = [
        ("story", {"text": STORY}),
        ("where", {"division": TOWN}),
        ("papers", {}),
        ("about", {"green": "elder"}),
        ("contact", {"contact": "13805731234"}),
    ]
    for step, answer in answers:
        assert str(page.url).partition("?")[0].endswith(f"/ask/{step}")
        fields = re.findall(
            r'<(?:textarea|select|input type="(?:text|tel)")[^>]* name="(\w+)"', page.text
        )
        assert "consent" not in fields
        page = browser.send(f"/ask/{step}", answer, page=f"/ask/{step}")
    assert str(page.url).endswith("/ask/review")
    for shown in (STORY, "新塍镇", "老年人", "13805731234"):
        assert shown in page.text
    sent = {**dict(hidden(page.text)), "do": "send"}
    missing = browser.send("/ask", sent)
    assert missing.status_code == 422
    assert "核对并提交" in missing.text  # the review again, with what is missing
    assert "请先勾选同意" in missing.text
    receipt = browser.send("/ask", {**sent, "consent": "yes"})
    assert "已收到您的问题" in receipt.text


def test_a_step_says_at_once_what_to_mend_in_it(site: Any) -> None:
    browser = site.browser()
    page = browser.send("/ask/story", {"text": "  "})
    assert page.status_code == 422
    assert page.text.count("请写下发生了什么、您想知道什么。") == 2
    browser.send("/ask/story", {"text": STORY})
    page = browser.send("/ask/where", {"division": "nowhere"})
    assert page.status_code == 422
    assert "没有区划" in page.text


def test_a_step_changed_from_the_review_goes_back_to_it(site: Any) -> None:
    browser = site.browser()
    browser.send("/ask/story", {"text": STORY})
    browser.send("/ask/where", {"division": TOWN})
    page = browser.send("/ask/contact", {"contact": "13905730000", "to": "review"})
    assert str(page.url).endswith("/ask/review")
    assert "13905730000" in page.text


def test_how_long_an_answer_takes_today_is_said_from_todays_answers(site: Any) -> None:
    assert "今天还没有新的答复" in site.browser().get("/ask").text
    browser, key = begin(site)
    browser.send("/ask", {**FORM, "key": key})
    site.clock.at += timedelta(minutes=25)
    with writing(site.engine) as connection:
        row = connection.execute(select(QUESTION.c.code, QUESTION.c.lawyer)).one()
        move = service.Move(row.code, row.lawyer, site.clock.now(), "先去投诉。")
        assert isinstance(service.answer(connection, site.keyring, move), service.Moved)
    assert (
        "今天已答复1个新问题，从提问到答复，一半不超过25分钟。" in site.browser().get("/ask").text
    )


def test_a_page_left_open_over_the_end_of_a_shift_tells_who_comes_next(site: Any) -> None:
    site.clock.at = datetime(2026, 11, 24, 11, 29, tzinfo=SHANGHAI)
    browser, key = begin(site)
    assert "现在有2位律师在线值班" in browser.get("/ask").text
    site.clock.at += timedelta(minutes=3)
    receipt = browser.send("/ask", {**FORM, "key": key})
    assert "今天13:30有律师接班" in receipt.text


def test_what_is_too_large_to_be_taken_is_said_in_words(site: Any) -> None:
    browser, key = begin(site)
    limit = site.app.state.settings.upload_limit
    page = post(browser, "/ask", {**FORM, "key": key, "do": "review"}, ("大.jpg", b"x" * limit))
    assert page.status_code == 413
    assert "内容太大" in page.text
    assert "少选几个再提交" in page.text


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_page_of_asking_has_one_heading_and_labels_its_fields(site: Any, lang: str) -> None:
    browser, key = begin(site, lang)
    post(browser, "/ask", {**FORM, "key": key, "do": "review"})
    steps = ("story", "where", "papers", "about", "contact", "review")
    for path in ("/ask", *(f"/ask/{step}" for step in steps), "/recover", "/accessibility"):
        page = browser.get(path).text
        assert len(re.findall(r"<h1\b", page)) == 1, path
        labelled = set(re.findall(r'<label for="([^"]+)"', page))
        fields = re.findall(
            r'<(?:input type="(?:text|tel)"|textarea|select)[^>]* id="([^"]+)"', page
        )
        assert set(fields) <= labelled, path


NAMED = "我在新塍镇的餐馆打工，老板三个月没发工资。"


def test_a_place_that_the_story_names_is_shown_at_the_review_and_sent(site: Any) -> None:
    browser, key = begin(site)
    form = {"text": NAMED, "consent": "yes", "key": key, "do": "review"}
    review = post(browser, "/ask", form)
    assert str(review.url).endswith("/ask/review")
    assert "新塍镇（根据您写的“新塍镇”）" in review.text
    assert "/ask#division" in review.text
    again = browser.get("/ask").text  # where it can be changed
    assert "根据您写的“新塍镇”，选为新塍镇" in again
    assert '<option value="" data-none="请选择">新塍镇</option>' in again
    browser.send("/ask", {**dict(hidden(review.text)), "do": "send"})
    assert sent_from(site) == [TOWN]


def test_what_was_chosen_stands_whatever_the_story_names(site: Any) -> None:
    browser, key = begin(site)
    form = {**FORM, "text": NAMED, "division": "330411", "key": key, "do": "review"}
    review = post(browser, "/ask", form)
    assert "根据您写的“" not in review.text
    assert "根据您写的“" not in browser.get("/ask").text
    browser.send("/ask", {**dict(hidden(review.text)), "do": "send"})
    assert sent_from(site) == ["330411"]


def test_a_story_that_names_no_place_is_asked_for_one(site: Any) -> None:
    browser, key = begin(site)
    page = post(browser, "/ask", {"text": STORY, "consent": "yes", "key": key, "do": "review"})
    assert page.status_code == 422
    assert "请选择事情发生在哪里。" in page.text
    assert "根据您写的" not in page.text


def asked_from(site: Any, division: str) -> Any:
    """A browser that has just asked from a division it chose."""
    browser, key = begin(site)
    form = {"text": STORY, "division": division, "consent": "yes", "key": key, "do": "send"}
    browser.send("/ask", form)
    return browser


def test_who_asks_again_is_asked_from_the_last_division_unless_the_story_names_another(
    site: Any,
) -> None:
    browser = asked_from(site, COUNTY)
    page = browser.get("/ask?new").text
    assert "和上次一样，选为秀洲区" in page
    assert '<option value="" data-none="请选择">秀洲区</option>' in page
    assert "和上次一样，选为秀洲区" in browser.send("/ask/suggest", {"text": STORY}).text
    assert "根据您写的“新塍镇”，选为新塍镇" in browser.send("/ask/suggest", {"text": NAMED}).text
    for text, shown in ((STORY, "秀洲区（和上次一样）"), (NAMED, "新塍镇（根据您写的“新塍镇”）")):
        form = {"text": text, "consent": "yes", "key": key_in(browser.get("/ask?new").text)}
        assert shown in post(browser, "/ask", {**form, "do": "review"}).text
        browser.send("/ask", {**form, "do": "send"})
    assert sorted(sent_from(site)) == sorted([COUNTY, COUNTY, TOWN])


def test_a_last_division_that_is_no_more_is_forgotten(site: Any) -> None:
    browser = site.browser()
    browser.client.cookies.set("division", "999999", path="/ask")
    key = "k" * 32
    page = post(browser, "/ask", {"text": STORY, "consent": "yes", "key": key, "do": "review"})
    assert page.status_code == 422
    assert "请选择事情发生在哪里。" in page.text


def test_step_by_step_the_place_stands_in_the_list(site: Any) -> None:
    browser = site.browser()
    browser.send("/ask/story", {"text": NAMED})
    page = browser.get("/ask/where").text
    assert '<option value="" data-none="请选择">新塍镇</option>' in page
    assert str(browser.send("/ask/where", {}).url).endswith("/ask/papers")


def sent_from(site: Any) -> list[str]:
    """The divisions of all questions."""
    with reading(site.engine) as connection:
        return list(connection.execute(select(QUESTION.c.division)).scalars())
