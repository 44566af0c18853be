"""Asking and the ticket in a real browser: without scripts too, offline, back, tapped twice."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import FilePayload, Page, Route, expect
from sqlalchemy import func, select

from zhiban.data.database import writing
from zhiban.queue import service
from zhiban.queue.records import ATTACHMENT, QUESTION

# One database is enough: these tests are about what the browser does.
pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database", ["sqlite"], indirect=True),
]
STORY = "我在餐馆打工，老板三个月没发工资。"
PHOTO = FilePayload(
    name="欠条.jpg",
    mimeType="image/jpeg",
    buffer=b"\xff\xd8\xff\xda\x00\x02" + b"photo" * 300 + b"\xff\xd9",
)
MAIN = "form[action='/ask'] .btn-main"
# How often the page speaks, and what; the browser's own voice stays silent.
SPEAKS = """window.said = []; window.speechSynthesis.speak = (one) => window.said.push(one.text);"""
FOCUSED = """() => {
  const at = document.activeElement, style = getComputedStyle(at.closest('.chooser') || at);
  const seen = style.outlineStyle !== 'none' || at === document.body;  // past the last control
  return [at.id || at.value || at.textContent.trim(), seen];
}"""
DUMB = "delete window.speechSynthesis; delete Window.prototype.speechSynthesis;"


def fill(page: Page) -> None:
    """Writes a question with a photo."""
    page.goto("/ask")
    page.fill("#text", STORY)
    page.select_option("#division", "330411")
    page.set_input_files("#file", [PHOTO])
    page.check("#consent")


def to_review(page: Page) -> None:
    """Writes a question and goes on to its review."""
    fill(page)
    page.click(MAIN)
    page.wait_for_url("**/ask/review")


def count(site: Any, table: Any) -> int:
    """How many rows a table has."""
    return int(site.count(select(func.count()).select_from(table)))


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("width", [360, 768, 1280])
def test_a_question_with_a_photo_is_asked_answered_and_rated(
    site: Any, window: Any, fits: Any, width: int, lang: str, scripts: bool
) -> None:
    page = window(width, lang=lang, java_script_enabled=scripts)
    fill(page)
    fits_if(scripts, fits, page)
    page.click(MAIN)
    page.wait_for_url("**/ask/review")
    expect(page.locator("main")).to_contain_text("欠条.jpg")
    fits_if(scripts, fits, page)
    page.click(MAIN)
    page.wait_for_url("**/receipt")
    expect(page.locator(".slip .secret")).to_have_count(2)
    fits_if(scripts, fits, page)
    page.click("main a.btn-main")
    expect(page.locator(".talk img")).to_have_count(1)
    page.fill("#text", "还有一件事")
    page.click("form[action$='/attachments'] .btn-main")
    page.wait_for_url("**done=message**")
    expect(page.locator(".talk")).to_contain_text("还有一件事")
    code = page.url.split("/")[-1].partition("?")[0]
    with writing(site.engine) as connection:
        move = service.Move(code, "L2", site.clock.now(), "先去投诉。")
        assert isinstance(service.answer(connection, site.keyring, move), service.Moved)
    page.goto(f"/t/{code}/rating")
    page.locator(".choice label").nth(4).click()
    page.click("main .btn-main")
    page.wait_for_url("**done=rating**")
    fits_if(scripts, fits, page)
    assert (count(site, QUESTION), count(site, ATTACHMENT)) == (1, 1)


def fits_if(scripts: bool, fits: Any, page: Page) -> None:
    """Measuring takes a script of ours in the page."""
    if scripts:
        fits(page)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
def test_large_type_asks_step_by_step(
    site: Any, base: str, window: Any, fits: Any, scripts: bool
) -> None:
    page = window(320, java_script_enabled=scripts)
    page.context.add_cookies([{"name": "large", "value": "1", "url": base}])
    page.goto("/ask")
    page.fill("#text", STORY)
    for step in ("where", "papers", "about", "contact", "review"):
        page.click("main .btn-main")
        page.wait_for_url(f"**/ask/{step}")
        fits_if(scripts, fits, page)
        if step == "where":
            page.select_option("#division", "330411")
        if step == "papers":
            page.set_input_files("#camera", [PHOTO])
    page.check("#consent")
    page.click(MAIN)
    page.wait_for_url("**/receipt")
    assert (count(site, QUESTION), count(site, ATTACHMENT)) == (1, 1)


def test_a_lost_connection_is_told_in_words_and_the_second_try_sends_once(
    site: Any, window: Any
) -> None:
    page = window()
    fill(page)
    page.context.set_offline(True)
    page.click(MAIN)
    expect(page.locator(".sending")).to_contain_text("没有发出去")
    expect(page.locator("#text")).to_have_value(STORY)
    expect(page.locator("main .papers")).to_contain_text("欠条.jpg")
    page.context.set_offline(False)
    page.click(MAIN)
    page.wait_for_url("**/ask/review")

    def swallow(route: Route) -> None:
        route.fetch(max_redirects=0)  # it arrives; the answer does not
        route.abort("connectionreset")

    page.route("**/ask", swallow, times=1)
    page.click(MAIN)
    expect(page.locator(".sending")).to_contain_text("多点几次也只会提交一次")
    assert count(site, QUESTION) == 1
    page.click(MAIN)
    page.wait_for_url("**/receipt")
    assert (count(site, QUESTION), count(site, ATTACHMENT)) == (1, 1)


@pytest.mark.parametrize(
    ("status", "said"), [(413, "合计太大"), (500, "系统这会儿出了问题"), (502, "您写的都还在")]
)
def test_what_the_service_cannot_take_is_told_at_the_form(
    window: Any, status: int, said: str
) -> None:
    page = window()
    fill(page)
    page.route("**/ask", lambda route: route.fulfill(status=status, body="<p>no</p>"), times=1)
    page.click(MAIN)
    expect(page.locator(".sending")).to_contain_text(said)
    expect(page.locator("#text")).to_have_value(STORY)


def test_errors_are_shown_without_losing_the_page_and_take_the_keyboard(window: Any) -> None:
    page = window()
    page.goto("/ask")
    page.fill("#text", STORY)
    page.set_input_files("#file", [PHOTO])
    page.click(MAIN)
    expect(page.locator("#errors")).to_be_focused()
    expect(page.locator("#text")).to_have_value(STORY)
    expect(page.locator(".papers").first).to_contain_text("欠条.jpg")
    expect(page.locator("[data-speak]")).to_be_visible()
    expect(page.locator(".chip").first).to_be_visible()  # suggestions go on, too
    page.select_option("#division", "330411")
    page.check("#consent")
    page.click(MAIN)
    page.wait_for_url("**/ask/review")
    expect(page.locator("main")).to_contain_text("欠条.jpg")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
def test_a_double_tap_and_the_back_button_make_no_second_question(
    site: Any, window: Any, scripts: bool
) -> None:
    page = window(java_script_enabled=scripts)
    to_review(page)
    page.dblclick(MAIN, no_wait_after=True)
    page.wait_for_url("**/receipt")
    receipt = page.url
    page.go_back()
    page.wait_for_url(receipt)
    assert count(site, QUESTION) == 1


def test_everything_typed_survives_a_reload_in_this_tab_only(window: Any) -> None:
    page = window()
    fill(page)
    page.click("#more > summary")
    page.fill("#other_party", "某餐馆")
    page.check("[name=green][value=elder]")
    key = page.locator("[data-remember] [name=key]").input_value()
    page.reload()
    expect(page.locator("#text")).to_have_value(STORY)
    expect(page.locator("#division")).to_have_value("330411")
    expect(page.locator("#other_party")).to_have_value("某餐馆")
    expect(page.locator("[name=green][value=elder]")).to_be_checked()
    expect(page.locator("[data-remember] [name=key]")).to_have_value(key)
    other = page.context.new_page()
    other.goto("/ask")
    expect(other.locator("#text")).to_have_value("")


def test_what_was_cleared_does_not_come_back(window: Any) -> None:
    page = window()
    to_review(page)
    page.get_by_role("button", name="不提交了，全部删掉").click()
    page.wait_for_url("**/ask?new")
    expect(page.locator("#text")).to_have_value("")
    page.goto("/ask")
    expect(page.locator("#text")).to_have_value("")


def test_chosen_files_are_listed_with_their_size_and_can_be_taken_out(window: Any) -> None:
    page = window()
    page.goto("/ask")
    large = FilePayload(
        name="大.pdf", mimeType="application/pdf", buffer=b"%PDF-" + b"x" * 9_000_000
    )
    page.set_input_files("#file", [PHOTO, large])
    listed = page.locator("[data-files] .papers li")
    expect(listed).to_have_count(1)
    expect(listed).to_contain_text("1 KB")  # 1511 bytes
    expect(page.locator("[data-files] .why")).to_contain_text("大.pdf 8.6 MB")
    listed.get_by_role("button").click()
    expect(listed).to_have_count(0)
    assert page.evaluate("document.getElementById('file').files.length") == 0


def test_the_page_is_read_aloud_where_the_browser_can(window: Any) -> None:
    page = window()
    page.add_init_script(SPEAKS)
    page.goto("/ask")
    button = page.get_by_role("button", name="朗读这一页")
    button.click()
    said = page.evaluate("window.said")
    assert said[0] == "我要问"
    assert "在哪里？" in said
    assert not any("请留空" in line for line in said)
    expect(page.get_by_role("button", name="停止朗读")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="停止朗读").click()
    expect(button).to_be_visible()
    mute = window()
    mute.add_init_script(DUMB)
    mute.goto("/ask")
    expect(mute.locator("[data-speak]")).to_be_hidden()


def test_every_control_of_asking_is_reached_and_seen_by_keyboard(window: Any) -> None:
    page = window()
    page.goto("/ask")
    page.fill("#text", STORY)
    reached, unseen = set(), []
    for _ in range(60):
        page.keyboard.press("Tab")
        name, seen = page.evaluate(FOCUSED)
        reached.add(name)
        if not seen:
            unseen.append(name)
    assert {"text", "division", "category", "camera", "file", "consent", "review"} <= reached
    assert unseen == []
    page.select_option("#division", "3304")
    page.check("#consent")
    page.click("#more > summary")
    page.focus("#contact")
    page.keyboard.press("Enter")  # goes on, though buttons for files stand before
    page.wait_for_url("**/ask/review")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_page_of_asking_or_of_the_ticket_breaks_a_rule_of_accessibility(
    site: Any, base: str, window: Any, accessible: Any, fits: Any, lang: str
) -> None:
    page = window(320, lang=lang)
    to_review(page)
    accessible(page)
    fits(page)
    page.click(MAIN)
    page.wait_for_url("**/receipt")
    code = page.url.split("/")[-2]
    paths = [f"/t/{code}", *(f"/t/{code}/{one}" for one in ("withdraw", "erase", "data", "rating"))]
    steps = [f"/ask/{step}" for step in ("story", "about")]
    for path in [*paths, *steps[:1], "/recover", "/accessibility"]:
        page.goto(path)
        page.evaluate(
            "document.querySelectorAll('details').forEach((fold) => { fold.open = true; })"
        )
        accessible(page)
        fits(page)
    page.context.add_cookies([{"name": "contrast", "value": "1", "url": base}])
    for path in ("/ask", f"/t/{code}"):
        page.goto(path)
        page.evaluate(
            "document.querySelectorAll('details').forEach((fold) => { fold.open = true; })"
        )
        accessible(page)
        fits(page)
