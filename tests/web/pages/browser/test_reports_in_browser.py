"""The boards and the supervisor's desk in a real browser, in both languages, light and dark."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from zhiban.data.database import writing
from zhiban.queue import service as queue
from zhiban.queue.asking import Ask

# One database is enough: these tests are about what the browser does.
pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database", ["sqlite"], indirect=True),
]
BOARDS = ("", "/fairness", "/fairness/L2", "/load", "/month")
DESK = ("?show=all", "/duplicates", "/quality", "/audit")


@pytest.fixture
def busy(site: Any) -> Any:
    """The bureau with some questions of the morning, half of them answered; a week later."""
    with writing(site.engine) as connection:
        for number in range(6):
            ask = Ask(f"老板拖欠工资{number}", "330411", consent=True, category="labour")
            made = queue.ask(connection, site.keyring, ask, None, site.clock.now())
            if number % 2:
                then = site.clock.now() + timedelta(minutes=10 + 20 * number)
                move = queue.Move(made.ticket, "L2", then, "可以申请仲裁。")
                queue.answer(connection, site.keyring, move)
    site.clock.at += timedelta(hours=2)
    return site


@pytest.mark.parametrize(("lang", "width"), [("zh", 1280), ("en", 1920)])
def test_the_boards_fit_and_are_accessible(
    busy: Any, window: Any, fits: Any, accessible: Any, lang: str, width: int
) -> None:
    busy.clock.at += timedelta(weeks=1)
    page = window(width, "scheduler", lang)
    for board in BOARDS:
        page.goto(f"/scheduler/reports{board}")
        fits(page)
        accessible(page)


@pytest.mark.parametrize(("lang", "width"), [("zh", 360), ("zh", 1280), ("en", 1920)])
def test_the_supervisors_desk_fits_and_is_accessible(
    busy: Any, window: Any, fits: Any, accessible: Any, lang: str, width: int
) -> None:
    page = window(width, "supervisor", lang)
    for part in DESK:
        page.goto(f"/supervisor{part}")
        fits(page)
        accessible(page)


@pytest.mark.parametrize("width", [1280, 1920])
def test_two_are_chosen_tried_and_given_away_and_each_result_is_told(
    busy: Any, window: Any, accessible: Any, width: int
) -> None:
    page = window(width, "supervisor")
    page.goto("/supervisor?show=all")
    boxes = page.locator("input[type=checkbox][name=pick]")
    boxes.nth(0).check()
    boxes.nth(1).check()
    page.select_option("#to", "L1")
    page.fill("#reason", "临时出庭")
    page.get_by_role("button", name="看看会怎样").click()
    page.get_by_role("heading", name="照此改派会怎样").wait_for()
    assert page.locator(".told li").first.text_content().endswith("会交给陆佳怡")
    assert boxes.nth(0).is_checked()
    accessible(page)
    page.get_by_role("button", name="改派这2件").press("Enter")
    page.get_by_role("heading", name="逐件的结果").wait_for()
    assert page.locator(".told li").count() == 2
    assert page.locator(".told li").first.text_content().endswith("已交给陆佳怡")
