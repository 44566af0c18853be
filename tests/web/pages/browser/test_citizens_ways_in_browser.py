"""What happens to citizens' pages while somebody else acts: on a phone, in a real browser."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import func, select

from zhiban.data.database import reading, writing
from zhiban.data.store import load_register
from zhiban.queue import booking_following, service
from zhiban.queue.records import QUESTION

# One database is enough: these tests are about what the browser does.
pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database", ["sqlite"], indirect=True),
]
Window = Callable[..., Page]
Check = Callable[[Page], None]
STORY = "我在餐馆打工，老板三个月没发工资。"
TOWN, PHONE = "330411104", "13805731234"
LIVE = "document.dispatchEvent(new Event('visibilitychange'))"  # as if one came back to the page
SEND = "form[action$='/attachments'] .btn >> nth=-1"
PASSWORD = "a long password"


def asked(page: Page) -> tuple[str, str]:
    """Asks a question in this browser and opens its ticket; code and secret."""
    page.goto("/ask?all")
    page.fill("#text", STORY)
    page.select_option("#division", TOWN)
    page.evaluate("document.getElementById('more').open = true")
    page.fill("#contact", PHONE)
    page.check("#consent")
    page.click("form[action='/ask'] .btn-main")
    page.wait_for_url("**/ask/review")
    page.click("form[action='/ask'] .btn-main")
    page.wait_for_url("**/receipt")
    code, secret = page.locator(".slip .secret").all_text_contents()
    page.click("main a.btn-main")
    return code, secret


def opened(page: Page, code: str, secret: str) -> None:
    """Opens a ticket in another browser."""
    page.goto("/find")
    page.fill("#code", code)
    page.fill("#secret", secret)
    page.click("form[action='/find'] button")
    page.wait_for_url(f"**/t/{code}**")


def test_two_people_at_one_ticket_see_each_other_and_lose_no_word(
    site: Any, window: Window, fits: Check
) -> None:
    one, two = window(360), window(360)
    code, secret = asked(one)
    opened(two, code, secret)
    two.fill("#text", "我是她丈夫，")
    one.fill("#text", "老板今天又说没钱")
    one.click(SEND)
    one.wait_for_url("**done=message**")
    two.evaluate(LIVE)
    expect(two.locator(".talk")).to_contain_text("老板今天又说没钱")
    expect(two.locator("#text")).to_have_value("我是她丈夫，")
    one.goto(f"/t/{code}/withdraw")
    one.click("main form button")
    two.click(SEND)
    expect(two.locator("#unsent")).to_contain_text("我是她丈夫")
    expect(two.locator("main")).to_contain_text("您撤回了这个问题")
    fits(two)


def test_a_ticket_keeps_its_words_while_the_connection_is_lost_and_sends_them_once(
    window: Window,
) -> None:
    page = window(360)
    asked(page)
    page.fill("#text", "补充一句")
    page.context.set_offline(True)
    page.click(SEND)
    expect(page.locator(".sending")).to_contain_text("没有发出去")
    expect(page.locator("#text")).to_have_value("补充一句")
    page.context.set_offline(False)
    page.dblclick(SEND)
    page.wait_for_url("**done=message**")
    expect(page.locator(".talk")).to_contain_text("补充一句")
    expect(page.locator(".talk .said").filter(has_text="补充一句")).to_have_count(1)
    expect(page.locator("#text")).to_have_value("")
    page.go_back()
    page.reload()
    expect(page.locator(".talk .said").filter(has_text="补充一句")).to_have_count(1)


def test_a_ticket_left_open_over_a_shifts_end_says_who_answers_now(
    site: Any, window: Window, fits: Check
) -> None:
    page = window(360)
    code, _ = asked(page)
    expect(page.locator(".lede")).to_contain_text("沈志远")
    page.fill("#text", "写到一半")
    site.draft(seat_x="L5")
    site.publish()
    site.clock.at += timedelta(hours=3)  # noon: the shift ended at 11:30
    with writing(site.engine) as connection:
        service.hand_over(connection, site.keyring, site.clock.now())
        service.sweep(connection, site.keyring, site.clock.now())
    page.evaluate(LIVE)
    expect(page.locator(".lede")).not_to_contain_text("沈志远")
    expect(page.locator("#text")).to_have_value("写到一半")
    fits(page)
    page.click(SEND)
    page.wait_for_url(f"**/t/{code}?done=message**")
    expect(page.locator(".talk")).to_contain_text("写到一半")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
def test_who_lost_the_secret_gets_another_by_code_and_whole_number(
    window: Window, fits: Check, monkeypatch: pytest.MonkeyPatch, scripts: bool
) -> None:
    monkeypatch.setattr("zhiban.web.pages.ticket_data._SECONDS", 0.0)
    code, secret = asked(window(360))
    page = window(360, java_script_enabled=scripts)
    page.goto("/recover")
    page.fill("#code", code.lower())
    page.fill("#phone", "1234")
    page.click("main .btn-main")
    expect(page.locator(".errors")).to_be_visible()
    page.fill("#phone", "138 0573 1234")
    page.click("main .btn-main")
    page.wait_for_url("**/receipt**")
    assert page.locator(".slip .secret").all_text_contents()[1] != secret
    if scripts:
        fits(page)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
def test_a_child_asks_with_a_guardians_consent(
    site: Any, window: Window, fits: Check, scripts: bool
) -> None:
    page = window(360, java_script_enabled=scripts)
    page.goto("/ask")
    page.fill("#text", "同学在学校打我，老师不管。")
    page.select_option("#division", TOWN)
    page.click("#guardian > summary")
    page.check("#under_14")
    page.check("#consent")
    page.click("form[action='/ask'] .btn-main")
    expect(page.locator(".errors")).to_contain_text("监护人")
    expect(page.locator("#guardian_name")).to_be_visible()  # unfolded, since something is missing
    page.fill("#guardian_name", "王芳")
    page.select_option("#guardian_relation", "mother")
    page.check("#guardian_consent")
    page.click("form[action='/ask'] .btn-main")
    page.wait_for_url("**/ask/review")
    expect(page.locator(".check-rows")).to_contain_text("王芳 母亲")
    if scripts:
        fits(page)
    page.click("form[action='/ask'] .btn-main")
    page.wait_for_url("**/receipt")
    assert site.count(select(func.count()).select_from(QUESTION)) == 1


def test_ones_data_is_downloaded_and_deleted_and_the_back_button_shows_none_of_it(
    window: Window, fits: Check, accessible: Check
) -> None:
    page = window(360)
    code, _ = asked(page)
    page.goto(f"/t/{code}/data")
    fits(page)
    with page.expect_download() as download:
        page.click("a[download]")
    told = Path(download.value.path()).read_text("utf-8")
    assert STORY in json.dumps(json.loads(told), ensure_ascii=False)
    page.goto(f"/t/{code}/erase")
    page.click("main .btn-grave")
    expect(page.locator(".errors")).to_be_visible()  # it asks to be sure
    accessible(page)
    page.check("#sure")
    page.click("main .btn-grave")
    expect(page.locator("main")).to_contain_text("您写的内容和文件都已删除")
    fits(page)
    for _ in range(4):  # the page with the error, too, can be come back to
        page.go_back()
        expect(page.locator("main")).not_to_contain_text(STORY)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
def test_a_booking_is_passed_on_or_offered_anew_as_the_roster_changes(
    site: Any, window: Window, fits: Check, accessible: Check, scripts: bool
) -> None:
    page = window(360, java_script_enabled=scripts)
    page.goto("/book/at/station-t/details?at=2026-11-25T09:00")
    page.fill("#name", "王小明")
    page.fill("#phone", PHONE)
    page.check("#consent")
    page.click("form[action^='/book/at'] .btn-main")
    page.wait_for_url(re.compile("/book/b/YY-"))
    changed(site, station_t="L5")
    page.reload()
    expect(page.locator("main")).to_contain_text("这一班改由顾晓燕律师接待")
    expect(page.locator("main")).not_to_contain_text("约好了")  # the address still says so
    changed(site, empty=("station-t",))
    site.draft()
    site.publish()
    page.reload()
    expect(page.locator("main")).to_contain_text("请另选一个时间")
    expect(page.locator("main")).not_to_contain_text("约好了")
    if scripts:
        fits(page)
        accessible(page)
    page.click("button[name=at] >> nth=0")
    expect(page.locator("main")).to_contain_text("时间已改")
    expect(page.locator("main")).not_to_contain_text("这一班改由")


def changed(site: Any, **draft: Any) -> None:
    """Publishes another version of the week and lets the bookings follow it."""
    site.draft(**draft)
    site.publish()
    with writing(site.engine) as connection:
        booking_following.follow_roster(connection, site.keyring, site.clock.now())


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
def test_a_lawyer_applies_is_accepted_and_logs_in(
    site: Any, window: Window, fits: Check, accessible: Check, scripts: bool
) -> None:
    page = window(360, java_script_enabled=scripts)
    page.goto("/join?as=lawyer")
    page.fill("#name", "唐若兰")
    page.fill("#licence", "13304201010123456")
    page.select_option("#firm", "F1")
    page.select_option("#division", "330411")
    page.fill("#admitted", "2010-05-01")
    page.check("input[name=skills] >> nth=0")
    page.fill("#phone", PHONE)
    page.check("#agreed")
    page.dblclick("form[action='/join'] .btn-main")
    page.wait_for_url(re.compile("/join/a/RZ-"))
    expect(page.locator(".lede")).to_contain_text("已收到，等待办理")
    desk = window(1280, login="scheduler")
    desk.goto(f"/scheduler/applications/{page.url.rsplit('/', 1)[1]}")
    accessible(desk)
    desk.click("form[action$='/accept'] button")
    token = desk.locator(".once").inner_text()
    page.reload()
    expect(page.locator(".lede")).to_contain_text("已通过，在名册里了")
    if scripts:
        fits(page)
        accessible(page)
    page.click(".lede a")
    page.fill("#token", token)
    page.fill("#login", "tang")
    page.fill("#password", PASSWORD)
    page.fill("#again", PASSWORD)
    page.click("form[action='/join/activate'] .btn-main")
    page.wait_for_url("**/login**")
    with reading(site.engine) as connection:
        assert load_register(connection, site.keyring).lawyers["L7"].name == "唐若兰"


def drawn(page: Page, picture: Locator, width: int) -> None:
    """Asserts that the newest picture of the talk is on the page, whole, as wide as was sent."""
    picture.scroll_into_view_if_needed()
    expect(picture).to_have_js_property("naturalWidth", width)
    box = picture.bounding_box()
    assert box is not None
    assert 0 <= box["x"] <= 360 - box["width"]


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
def test_pictures_are_shown_both_ways_while_talking(
    site: Any, window: Window, fits: Check, scripts: bool
) -> None:
    code, secret = asked(window(360))
    with reading(site.engine) as connection:
        held = select(QUESTION.c.lawyer).where(QUESTION.c.code == code)
        login = str(connection.execute(held).scalar_one()).lower()
    citizen = window(360, java_script_enabled=scripts)
    opened(citizen, code, secret)
    lawyer = window(360, login)
    lawyer.goto(f"/lawyer/q/{code}")
    lawyer.click(".dock .btn-main")
    lawyer.wait_for_url("**done=accept**")

    # The lawyer shows a paper with the answer: the citizen's open page has it, live with scripts.
    if scripts:
        citizen.fill("#text", "写到一半")
    paper = {"name": "样本.png", "mimeType": "image/png", "buffer": picture(lawyer, 120)}
    lawyer.fill("#text", "请照这张样本写。")
    lawyer.click("summary:has-text('附件')")
    lawyer.set_input_files("#file", [paper])
    fits(lawyer)
    lawyer.click("button[value=answer]")
    lawyer.wait_for_url("**done=answer**")
    if scripts:
        citizen.evaluate(LIVE)
    else:
        citizen.reload()
    expect(citizen.locator(".talk")).to_contain_text("请照这张样本写。")
    expect(citizen.locator(".enclosed")).to_contain_text("样本.png")
    drawn(citizen, citizen.locator(".enclosed img"), 120)
    fits(citizen)
    if scripts:
        expect(citizen.locator("#text")).to_have_value("写到一半")

    # The other way round: the lawyer's open page has the citizen's picture, the draft is kept.
    lawyer.fill("#text", "我再看看")
    photo = {"name": "欠条.png", "mimeType": "image/png", "buffer": picture(citizen, 90)}
    citizen.fill("#text", "这是老板写的。")
    citizen.click("summary:has-text('加照片或文件')")
    citizen.set_input_files("#file", [photo])
    citizen.click(SEND)
    expect(citizen.locator(".enclosed")).to_have_count(2)
    expect(citizen.locator(".talk")).to_contain_text("这是老板写的。")
    lawyer.evaluate(LIVE)
    expect(lawyer.locator(".talk")).to_contain_text("这是老板写的。")
    drawn(lawyer, lawyer.locator(".talk .picture img").last, 90)
    expect(lawyer.locator("#text")).to_have_value("我再看看")
    fits(lawyer)


def picture(page: Page, width: int) -> bytes:
    """A real picture: a piece of a page, so many pixels wide."""
    return page.screenshot(clip={"x": 0, "y": 0, "width": width, "height": 60})


@pytest.mark.parametrize(("login", "path"), [("", "/find"), ("l2", "/lawyer"), ("l2", "/inbox")])
def test_in_forced_colours_the_line_under_a_tab_marks_only_the_one_where_one_is(
    window: Window, login: str, path: str
) -> None:
    page = window(768, login, forced_colors="active")
    page.goto(path)
    tabs = page.locator(".nav a, .filters a")
    seen = tabs.evaluate_all(
        """all => {
          const paper = getComputedStyle(document.body).backgroundColor;
          return all.map(one => [one.hasAttribute('aria-current'),
            getComputedStyle(one).borderBottomColor === paper]);
        }"""
    )
    assert [True, False] in seen
    assert [here for here, unseen in seen if here == unseen] == []
