"""The place that a story names, in a real browser: shown where it is asked, a tap to change."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from zhiban.data.database import reading
from zhiban.queue.records import QUESTION

# One database is enough: these tests are about what the browser does.
pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database", ["sqlite"], indirect=True),
]
STORY = "我在新塍打工，老板三个月没发工资。"
TOWN, COUNTY = "330411104", "330411"
MAIN = "form[action='/ask'] .btn-main"
TOPS = "() => ['division', 'category', 'papers'].map(id => document.getElementById(id).offsetTop)"


def divisions(site: Any) -> list[str]:
    """Where the questions were asked from."""
    with reading(site.engine) as connection:
        return list(connection.execute(select(QUESTION.c.division)).scalars())


def send(page: Page) -> None:
    """Goes on to the review and sends."""
    page.check("#consent")
    page.click(MAIN)
    page.wait_for_url("**/ask/review")


@pytest.mark.parametrize(("width", "lang"), [(360, "zh"), (360, "en"), (1280, "zh")])
def test_the_place_comes_as_the_story_is_typed_and_nothing_moves(
    site: Any, window: Any, fits: Any, accessible: Any, width: int, lang: str
) -> None:
    page = window(width, lang=lang)
    page.goto("/ask")
    before = page.evaluate(TOPS)
    page.fill("#text", STORY)
    expect(page.locator(".placed")).to_contain_text("新塍")
    expect(page.locator("#division option:checked")).to_have_text(
        "新塍镇" if lang == "zh" else "Xincheng Town"
    )
    assert page.evaluate(TOPS) == before
    fits(page)
    accessible(page)
    page.fill("#text", "老板三个月没发工资，怎么办？")
    expect(page.locator(".placed")).to_be_empty()
    assert page.evaluate(TOPS) == before


def test_one_tap_opens_the_list_and_what_is_chosen_there_stands(site: Any, window: Any) -> None:
    page = window(360)
    page.goto("/ask")
    page.fill("#text", STORY)
    page.click(".placed button")
    expect(page.locator("#division")).to_be_focused()
    page.keyboard.press("Escape")
    page.select_option("#division", COUNTY)
    expect(page.locator(".placed")).to_be_hidden()
    expect(page.locator("#division-hint span span").first).to_be_visible()
    page.fill("#text", STORY + "在新塍镇。")
    expect(page.locator("[data-category]").first).to_be_visible()
    expect(page.locator("#division")).to_have_value(COUNTY)
    send(page)
    expect(page.locator(".check-rows")).to_contain_text("秀洲区")
    page.click(MAIN)
    page.wait_for_url("**/receipt")
    assert divisions(site) == [COUNTY]


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
def test_the_review_tells_from_what_the_place_was_taken_and_leads_to_its_change(
    site: Any, window: Any, fits: Any, scripts: bool
) -> None:
    page = window(360, java_script_enabled=scripts)
    page.goto("/ask")
    page.fill("#text", STORY)
    send(page)
    row = page.locator(".check-rows div").first
    expect(row).to_contain_text("新塍镇（根据您写的“新塍”）")
    if scripts:
        fits(page)
    row.locator("a").click()
    page.wait_for_url("**/ask#division")
    expect(page.locator(".placed")).to_contain_text("根据您写的“新塍”，选为新塍镇")
    page.click(MAIN)
    page.wait_for_url("**/ask/review")
    page.click(MAIN)
    page.wait_for_url("**/receipt")
    assert divisions(site) == [TOWN]
