"""The week board in a real browser: the mouse, the keyboard alone, two windows, both languages."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from zhiban.data.database import reading
from zhiban.data.week import Week
from zhiban.roster import service

# One database is enough: these tests are about what the browser does.
pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database", ["sqlite"], indirect=True),
]
BOARD = "/scheduler/week/2026-W48"

DESKS = pytest.mark.parametrize("width", [1280, 1920])


def held(site: Any, post: str) -> list[str]:
    """Who holds the post's first shift of the week in the draft."""
    with reading(site.engine) as connection:
        draft = service.draft(connection, Week.parse("2026-W48"))
    assert draft is not None
    first = min(
        (one for one in draft.problem.shifts if one.post == post), key=lambda one: one.start
    )
    return [duty.lawyer for duty in draft.file.duties if duty.shift == first.id]


def cell(page: Page, post: str, number: int = 0) -> Any:
    """A cell of a post's row."""
    return page.locator(f"tr[data-post='{post}'] .d").nth(number)


@DESKS
def test_a_lawyer_is_picked_from_the_panel_and_taken_back(
    site: Any, window: Any, fits: Any, width: int
) -> None:
    site.draft()
    page = window(width, "scheduler")
    page.goto(f"{BOARD}?show=draft")
    cell(page, "seat-x").click()
    page.get_by_role("button", name="排上顾晓燕").click()
    expect(page.locator(".told")).to_contain_text("秀洲区在线坐席 周一上午撤下沈志远")
    expect(cell(page, "seat-x")).to_contain_text("顾晓燕")
    expect(page.locator("[data-panel-cell] .big")).to_have_text("顾晓燕")
    fits(page)
    page.keyboard.press("Control+z")
    expect(cell(page, "seat-x")).to_contain_text("沈志远")
    assert held(site, "seat-x") == ["L2"]
    page.click("[data-redo]")
    expect(cell(page, "seat-x")).to_contain_text("顾晓燕")


@DESKS
def test_a_lawyer_is_dragged_to_another_cell_and_the_broken_rule_is_said(
    site: Any, window: Any, width: int
) -> None:
    site.draft()
    page = window(width, "scheduler")
    page.goto(f"{BOARD}?show=draft")
    person = cell(page, "seat-x").locator("[data-l]")
    person.drag_to(cell(page, "seat-c", 2).locator("[data-l]"))
    # Monday's holder of the county goes to Tuesday at the city, whose holder comes to Monday.
    expect(cell(page, "seat-c", 2)).to_contain_text("沈志远")
    expect(cell(page, "seat-x")).to_contain_text("陆佳怡")
    expect(page.locator(".told")).to_contain_text("违反规则")
    expect(page.locator(".told")).to_contain_text("同时在")
    expect(page.locator(".d.bad").first).to_be_visible()
    assert held(site, "seat-x") == ["L1"]


@DESKS
def test_everything_is_done_by_the_keyboard_alone(site: Any, window: Any, width: int) -> None:
    site.draft()
    page = window(width, "scheduler", "en")
    page.goto(f"{BOARD}?show=draft")
    page.focus(".board .d[tabindex='0']")
    page.keyboard.press("ArrowDown")  # from the city's seat to the county's, Monday morning
    page.keyboard.press("l")
    expect(cell(page, "seat-x").locator(".lk")).to_be_visible()
    page.keyboard.press("Delete")
    expect(page.locator(".told")).to_contain_text("unlock it first")
    page.keyboard.press("l")
    expect(cell(page, "seat-x").locator(".lk")).to_have_count(0)
    page.keyboard.press("Delete")
    expect(cell(page, "seat-x").locator("em")).to_be_visible()
    assert held(site, "seat-x") == []
    page.keyboard.press("Control+z")
    expect(cell(page, "seat-x")).to_contain_text("沈志远")
    # Lifted here and put down on the afternoon, whose holder is the same: nothing to change.
    page.keyboard.press("x")
    expect(page.locator("[data-live-hint]")).to_contain_text("marked cells")
    # The city's halves at other times may be hers, at a price; the cheapest stands out.
    expect(page.locator(".d.can")).not_to_have_count(0)
    expect(page.locator(".d.can.best").first).to_have_attribute("data-price", re.compile(r"[+−±]"))
    page.keyboard.press("ArrowRight")
    page.keyboard.press("v")
    expect(page.locator(".d.can")).to_have_count(0)
    expect(page.locator(".told")).to_contain_text("is on")
    page.keyboard.press("Escape")
    expect(page.locator("[data-panel-week]")).to_be_visible()


@DESKS
def test_two_schedulers_see_each_others_changes_and_lose_none(
    site: Any, window: Any, width: int
) -> None:
    site.draft()
    one, other = window(width, "scheduler"), window(width, "administrator")
    for page in (one, other):
        page.goto(f"{BOARD}?show=draft")
    cell(one, "seat-x").click()
    one.get_by_role("button", name="排上顾晓燕").click()
    expect(one.locator(".told")).to_contain_text("顾晓燕")
    # The other window is told by itself within some seconds, and draws the row anew.
    expect(other.locator("[data-live-hint]")).to_contain_text("scheduler", timeout=15_000)
    expect(cell(other, "seat-x")).to_contain_text("顾晓燕")


def test_the_open_place_that_another_changed_is_shown_anew_also_under_the_keyboard(
    site: Any, window: Any
) -> None:
    site.draft()
    one, other = window(1280, "scheduler"), window(1280, "administrator")
    for page in (one, other):
        page.goto(f"{BOARD}?show=draft")
        cell(page, "seat-x").click()
        expect(page.locator(".holder .big")).to_have_text("沈志远")
    other.locator(".holder button[value=remove]").focus()
    one.get_by_role("button", name="排上顾晓燕").click()
    # Who would now press "take off" sees first whom: the panel says so, and is read from its head.
    expect(other.locator(".holder .big")).to_have_text("顾晓燕", timeout=15_000)
    expect(other.locator("[data-head]")).to_be_focused()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_view_of_the_board_breaks_a_rule_of_accessibility(
    site: Any, window: Any, accessible: Any, fits: Any, lang: str
) -> None:
    site.draft(empty=("seat-x",))
    page = window(1280, "scheduler", lang)
    page.goto(f"{BOARD}?show=draft")
    cell(page, "seat-c").click()
    page.click(".holder button[value=lock]")
    expect(page.locator(".told")).to_be_visible()
    accessible(page)
    cell(page, "seat-x").click()
    expect(page.locator(".empty-place")).to_be_visible()
    accessible(page)
    fits(page)
    for view in ("lawyers", "day"):
        page.goto(f"{BOARD}?show=draft&view={view}")
        accessible(page)
        fits(page)


def shown_posts(page: Page) -> list[str]:
    """The posts whose rows show."""
    rows = page.locator("tr[data-post]:visible")
    return [str(row.get_attribute("data-post")) for row in rows.all()]


@DESKS
def test_filters_and_the_open_cell_stand_in_the_address_and_come_back_with_it(
    site: Any, window: Any, width: int
) -> None:
    site.draft(empty=("seat-x",))
    page = window(width, "scheduler")
    page.goto(f"{BOARD}?show=draft")
    page.check("input[name=vacant]")
    page.fill("input[name=q]", "秀洲")
    assert shown_posts(page) == ["seat-x"]
    cell(page, "seat-x").click()
    expect(page.locator(".empty-place")).to_be_visible()
    page.reload()
    assert shown_posts(page) == ["seat-x"]
    expect(page.locator("input[name=vacant]")).to_be_checked()
    expect(page.locator("input[name=q]")).to_have_value("秀洲")
    expect(page.locator(".empty-place")).to_be_visible()
    expect(cell(page, "seat-x")).to_have_attribute("aria-current", "true")
    # Away and back again: the same.
    page.get_by_role("link", name="历史版本").click()
    page.go_back()
    assert shown_posts(page) == ["seat-x"]
    # Another day of the week keeps them, too; the cell belongs to the view it was opened in.
    page.locator(".views[data-keeps] a").nth(2).click()
    expect(page.locator(".one-day")).to_be_visible()
    assert shown_posts(page) == ["seat-x"]
    expect(page.locator("input[name=vacant]")).to_be_checked()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_filters_that_leave_nothing_say_so_and_are_cleared_by_one_button(
    site: Any, window: Any, accessible: Any, fits: Any, lang: str
) -> None:
    site.draft()
    page = window(1280, "scheduler", lang)
    page.goto(f"{BOARD}?show=draft&q=nobody&county=999999")
    nothing = page.locator("[data-none]")
    expect(nothing).to_contain_text("没有符合筛选的行" if lang == "zh" else "No row fits")
    accessible(page)
    fits(page)
    nothing.locator("button").click()
    expect(nothing).to_be_hidden()
    expect(page.locator("input[name=q]")).to_be_focused()
    assert "q=" not in page.url
    assert "seat-x" in shown_posts(page)


def test_a_lawyers_rows_found_by_a_link_give_way_to_all_when_the_search_is_emptied(
    site: Any, window: Any
) -> None:
    site.draft()
    page = window(1280, "scheduler")
    page.goto(f"{BOARD}?show=draft&view=lawyers&q=沈志远")
    rows = page.locator(".by-lawyer tr[data-level]:visible")
    expect(rows).to_have_count(1)
    page.fill("input[name=q]", "")
    expect(rows.nth(1)).to_be_visible()
    assert "q=" not in page.url
