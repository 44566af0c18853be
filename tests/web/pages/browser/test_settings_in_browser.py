"""The bureau's settings in a real browser: every page, what is wrong in them, the hours by keys."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

REGISTER = "/scheduler/register"
NOTICE = """国务院办公厅关于2026年部分节假日安排的通知
一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、试点节：11月25日（周三）放假1天。11月28日（周六）上班。"""
PAGES = (
    f"{REGISTER}/calendar",
    f"{REGISTER}/promises",
    f"{REGISTER}/categories",
    f"{REGISTER}/rules",
    f"{REGISTER}?kind=post",
    f"{REGISTER}/post/station-t",
    f"{REGISTER}/post/new",
    f"{REGISTER}?kind=firm",
    f"{REGISTER}/firm/F1",
    "/admin/accounts",
)


@pytest.mark.parametrize(("width", "lang"), [(1280, "zh"), (1920, "en")])
def test_every_settings_page_fits_and_is_accessible(
    window: Any, fits: Any, accessible: Any, width: int, lang: str
) -> None:
    page = window(width, login="administrator", lang=lang)
    for where in PAGES:
        answer = page.goto(where)
        assert answer.status == 200, where
        fits(page)
        accessible(page)
    page.locator("main th a").first.click()
    page.wait_for_url("**/admin/accounts/*")
    fits(page)
    accessible(page)


def test_a_notice_is_previewed_with_its_lists_unfolded_and_by_keys_alone(
    window: Any, fits: Any, accessible: Any
) -> None:
    page = window(1280, login="administrator")
    page.goto(f"{REGISTER}/calendar")
    page.focus("#text")
    page.keyboard.insert_text(NOTICE)
    page.keyboard.press("Tab")  # on to the file, then to the button
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("#preview")
    for fold in page.locator("details.fold:not([open]) > summary").all():
        fold.focus()
        page.keyboard.press("Enter")
    expect(page.locator("details.fold:not([open])")).to_have_count(0)
    # The published week is named by its days, and a shift by its day and hours.
    expect(page.get_by_role("link", name="11月23日周一至11月29日")).to_be_visible()
    expect(page.locator("main")).to_contain_text("11月25日周三8:30–11:30")
    fits(page)
    accessible(page)


def test_what_is_wrong_in_the_promises_and_rules_is_said_at_its_field(
    window: Any, fits: Any, accessible: Any
) -> None:
    page = window(1280, login="administrator", lang="en")
    for where, field, button in (
        ("promises", "[name='p0.number']", "button[value=preview]"),
        ("rules", "main form input[type=text] >> nth=0", "main form .btn-main"),
    ):
        page.goto(f"{REGISTER}/{where}")
        page.fill(field, "never")
        page.click(button)
        page.wait_for_selector("#errors", timeout=5000)
        expect(page.locator(field)).to_have_value("never")
        expect(page.locator(field)).to_have_attribute("aria-invalid", "true")
        fits(page)
        accessible(page)


def test_a_posts_hours_are_set_with_keys_and_a_half_written_interval_is_told_where_it_is(
    window: Any, fits: Any, accessible: Any
) -> None:
    page = window(1280, login="administrator")
    page.goto(f"{REGISTER}/post/station-t")
    first = page.locator("[name='h0.0.0.start']")
    first.focus()
    # Arrow keys turn the hour of a time input; Tab goes on to its minutes.
    page.keyboard.press("ArrowUp")
    expect(first).to_have_value("09:30")  # it was 8:30
    page.fill("[name='h0.6.0.end']", "11:00")  # a Sunday that ends and does not begin
    page.click("main form .btn-main")
    page.wait_for_selector("#errors", timeout=5000)
    page.click("#errors a")
    wrong = page.locator("[name='h0.6.0.start']")
    expect(wrong).to_be_focused()
    expect(wrong).to_have_attribute("aria-invalid", "true")
    assert page.locator("#openings [aria-invalid]").count() == 1
    assert "周日第1段没有写开始时间" in page.inner_text("#openings")
    fits(page)
    accessible(page)
    page.keyboard.type("0900A")  # a browser that counts to twelve asks for the half
    page.keyboard.press("Enter")
    page.wait_for_url("**?done=saved", timeout=5000)
    assert page.input_value("[name='h0.6.0.start']") == "09:00"
    assert page.input_value("[name='h0.0.0.start']") == "09:30"


def test_the_hours_can_be_set_by_touch(window: Any, fits: Any) -> None:
    page = window(768, login="administrator", has_touch=True)
    page.goto(f"{REGISTER}/post/station-t")
    page.locator("[name='h0.alike']").tap()
    cell = page.locator("[name='h0.0.0.start']")
    cell.tap()
    assert cell.bounding_box()["height"] >= 44
    cell.fill("08:00")
    page.locator("main form .btn-main").first.tap()
    page.wait_for_url("**?done=saved", timeout=5000)
    assert page.input_value("[name='h0.3.0.start']") == "08:00"  # Thursday is as Monday
    fits(page)
